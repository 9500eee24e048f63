//! What a detailed report costs and how it is sold: most of the section `billing`. It knows no key and asks nobody.

use crate::settings::reader::Reader;

/// The longest price that Stripe takes has eight digits (<https://docs.stripe.com/currencies>).
const DEAREST: u64 = 99_999_999;
const DAYS: u64 = 3_650;
const USUAL_NAME: &str = "Crosswalk detailed gap report";

/// What is sold, and on which terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Price of one report in the smallest unit of the currency, before tax if tax comes on top; at least 1.
    pub price_minor: u64,
    /// Three lower-case letters (ISO 4217).
    pub currency: String,
    /// What the buyer reads on the checkout page and on the bill.
    pub product_name: String,
    /// Who works out the tax.
    pub tax: Tax,
    /// Whether companies may state their tax id.
    pub collects_tax_id: bool,
    /// Whether Stripe makes an invoice.
    pub makes_invoice: bool,
    /// For so many days after a payment further reviews of the same connection are covered by it; 0: one review, one payment.
    pub covers_days: u32,
}

/// Who works out the tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tax {
    /// Nobody: the price is what is paid.
    None,
    /// Stripe, by the buyer's address.
    Automatic {
        /// Whether it is in the price.
        behavior: TaxBehavior,
        /// Stripe's code for the kind of product; none means the one set in its dashboard.
        code: Option<String>,
    },
}

/// Whether tax is in the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxBehavior {
    /// It is.
    Inclusive,
    /// It comes on top.
    Exclusive,
}

impl TaxBehavior {
    /// As Stripe writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Inclusive => "inclusive",
            Self::Exclusive => "exclusive",
        }
    }
}

/// What was read: whether a price is meant at all, and the offer if it is whole.
pub(super) struct Priced {
    pub is_begun: bool,
    pub offer: Option<Offer>,
    missing: Vec<(&'static str, &'static str)>,
}

impl Priced {
    /// Names what is missing, now that it is known that something is to be sold.
    pub(super) fn complain_of_parts(&self, reader: &mut Reader) {
        for (key, advice) in &self.missing {
            reader.mistake("billing", key, advice);
        }
    }
}

pub(super) fn read_offer(reader: &mut Reader) -> Priced {
    let has_price = reader.is_set("billing", "price_minor");
    let price_minor = reader.number("billing", "price_minor", 0..=DEAREST);
    if price_minor == Some(0) {
        reader.mistake("billing", "price_minor", "must be at least 1; to give reports away set billing.free = true");
    }
    let has_currency = reader.is_set("billing", "currency");
    let currency = reader.text("billing", "currency").map(|text| text.trim().to_ascii_lowercase());
    let currency = currency.filter(|text| {
        let is_code = text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_lowercase());
        if !is_code {
            reader.mistake("billing", "currency", "must be three letters (ISO 4217), such as \"eur\"");
        }
        is_code
    });
    let tax = read_tax(reader);
    let mut missing = Vec::new();
    if !has_price {
        missing.push(("price_minor", "is missing: the price of one report in the smallest unit of the currency, such as 14900 for 149.00"));
    }
    if !has_currency {
        missing.push(("currency", "is missing: three letters (ISO 4217), such as \"eur\""));
    }
    let covers_days = reader.number("billing", "covers_days", 0..=DAYS).and_then(|days| u32::try_from(days).ok()).unwrap_or(0);
    let product_name = reader.text("billing", "product_name").unwrap_or_else(|| USUAL_NAME.to_owned());
    let collects_tax_id = reader.flag("billing", "collect_tax_id").unwrap_or(false);
    let makes_invoice = reader.flag("billing", "invoice").unwrap_or(false);
    let offer = price_minor.filter(|price| *price > 0).zip(currency).map(|(price_minor, currency)| Offer {
        price_minor,
        currency,
        product_name,
        tax,
        collects_tax_id,
        makes_invoice,
        covers_days,
    });
    Priced { is_begun: has_price || has_currency, offer, missing }
}

fn read_tax(reader: &mut Reader) -> Tax {
    let is_automatic = reader.flag("billing", "automatic_tax").unwrap_or(false);
    let behavior = reader.text("billing", "tax_behavior");
    let code = reader.text("billing", "tax_code").map(|code| code.trim().to_owned());
    if !is_automatic {
        for key in [("tax_behavior", behavior.is_some()), ("tax_code", code.is_some())]
            .into_iter()
            .filter_map(|(key, is_set)| is_set.then_some(key))
        {
            reader.mistake("billing", key, "has no effect without billing.automatic_tax = true; set that, or leave this out");
        }
        return Tax::None;
    }
    if code.as_ref().is_some_and(|code| code.strip_prefix("txcd_").is_none_or(|digits| !digits.bytes().all(|byte| byte.is_ascii_digit()))) {
        reader.mistake("billing", "tax_code", "must be a tax code of Stripe, such as txcd_10000000");
    }
    let behavior = match behavior.as_deref() {
        Some("inclusive") => TaxBehavior::Inclusive,
        Some("exclusive") => TaxBehavior::Exclusive,
        Some(_) => {
            reader.mistake("billing", "tax_behavior", "must be `inclusive` (tax is in the price) or `exclusive` (it comes on top)");
            TaxBehavior::Exclusive
        }
        None => {
            let advice =
                "is missing: with billing.automatic_tax say whether tax is in the price (`inclusive`) or comes on top (`exclusive`)";
            reader.mistake("billing", "tax_behavior", advice);
            TaxBehavior::Exclusive
        }
    };
    Tax::Automatic { behavior, code }
}
