//! Reads what is posted to begin a checkout, as strictly as Stripe does: a field that it does not know is an error, not a guess.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::Url;

use super::super::answer::Answer;

const METADATA_KEYS: usize = 50;
const METADATA_KEY_BYTES: usize = 40;
const METADATA_VALUE_BYTES: usize = 500;
const REFERENCE_BYTES: usize = 200;
const DEAREST: u64 = 99_999_999;
/// The tax that is added or taken to be inside, in per cent. Invented.
const TAX_PERCENT: u64 = 19;

/// Fields that are known beside the two sets of metadata.
const KNOWN: &[&str] = &[
    "mode",
    "line_items[0][quantity]",
    "line_items[0][price_data][currency]",
    "line_items[0][price_data][unit_amount]",
    "line_items[0][price_data][tax_behavior]",
    "line_items[0][price_data][product_data][name]",
    "line_items[0][price_data][product_data][tax_code]",
    "automatic_tax[enabled]",
    "billing_address_collection",
    "tax_id_collection[enabled]",
    "invoice_creation[enabled]",
    "adaptive_pricing[enabled]",
    "success_url",
    "cancel_url",
    "client_reference_id",
    "customer_email",
];

/// A checkout as it was asked for.
#[derive(Debug, Clone)]
pub(super) struct CheckoutRequest {
    pub product: String,
    pub currency: String,
    pub subtotal: u64,
    pub total: u64,
    pub tax: u64,
    pub is_taxed: bool,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub reference: Option<String>,
    pub email: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub intent_metadata: BTreeMap<String, String>,
}

/// A refusal in Stripe's shape (<https://docs.stripe.com/api/errors>).
pub(super) fn refusal(status: u16, code: Option<&str>, param: Option<&str>, message: &str) -> Answer {
    Answer::json(
        status,
        &json!({"error": {"type": "invalid_request_error", "code": code.map(Value::from), "param": param.map(Value::from), "message": message}}),
    )
}

impl CheckoutRequest {
    pub fn parse(form: &[(String, String)]) -> Result<Self, Answer> {
        let metadata = |name: &str, place: &str| {
            name.strip_prefix(place).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']').map(str::to_owned))
        };
        let mut told = BTreeMap::new();
        let (mut own, mut intent) = (BTreeMap::new(), BTreeMap::new());
        for (name, value) in form {
            if let Some(key) = metadata(name, "metadata") {
                own.insert(key, value.clone());
            } else if let Some(key) = metadata(name, "payment_intent_data[metadata]") {
                intent.insert(key, value.clone());
            } else if KNOWN.contains(&name.as_str()) {
                told.insert(name.as_str(), value.as_str());
            } else if !name.starts_with("expand[") {
                return Err(refusal(400, Some("parameter_unknown"), Some(name), &format!("Received unknown parameter: {name}")));
            }
        }
        for (place, metadata) in [("metadata", &own), ("payment_intent_data[metadata]", &intent)] {
            let fits = |(key, value): (&String, &String)| key.len() <= METADATA_KEY_BYTES && value.len() <= METADATA_VALUE_BYTES;
            if metadata.len() > METADATA_KEYS || !metadata.iter().all(fits) {
                return Err(refusal(400, None, Some(place), "Metadata is too large."));
            }
        }
        Self::of(&Fields(told), own, intent)
    }

    fn of(told: &Fields<'_>, metadata: BTreeMap<String, String>, intent_metadata: BTreeMap<String, String>) -> Result<Self, Answer> {
        told.one_of("mode", &["payment"])?;
        told.one_of("line_items[0][quantity]", &["1"])?;
        let currency = told.required("line_items[0][price_data][currency]")?;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(told.invalid("line_items[0][price_data][currency]"));
        }
        let price = told.required("line_items[0][price_data][unit_amount]")?.parse::<u64>().ok().filter(|price| *price <= DEAREST);
        let subtotal = price.ok_or_else(|| told.invalid("line_items[0][price_data][unit_amount]"))?;
        let is_taxed = told.flag("automatic_tax[enabled]")?;
        for name in ["tax_id_collection[enabled]", "invoice_creation[enabled]", "adaptive_pricing[enabled]"] {
            told.flag(name)?;
        }
        let behavior = told.optional("line_items[0][price_data][tax_behavior]", &["inclusive", "exclusive", "unspecified"])?;
        told.optional("billing_address_collection", &["auto", "required"])?;
        let (tax, total) = match behavior {
            _ if !is_taxed => (0, subtotal),
            Some("inclusive") => (subtotal * TAX_PERCENT / (100 + TAX_PERCENT), subtotal),
            Some("exclusive") => (subtotal * TAX_PERCENT / 100, subtotal + subtotal * TAX_PERCENT / 100),
            Some(_) | None => return Err(told.invalid("line_items[0][price_data][tax_behavior]")),
        };
        let success_url = told.address("success_url")?.ok_or_else(|| told.missing("success_url"))?;
        let reference = told.0.get("client_reference_id").map(|text| (*text).to_owned());
        if reference.as_ref().is_some_and(|text| text.is_empty() || text.len() > REFERENCE_BYTES) {
            return Err(told.invalid("client_reference_id"));
        }
        let email = told.0.get("customer_email").map(|text| (*text).to_owned());
        if email.as_ref().is_some_and(|text| !text.contains('@')) {
            return Err(refusal(400, Some("email_invalid"), Some("customer_email"), "Invalid email address."));
        }
        Ok(Self {
            product: told.required("line_items[0][price_data][product_data][name]")?.to_owned(),
            currency: currency.to_owned(),
            subtotal,
            total,
            tax,
            is_taxed,
            success_url,
            cancel_url: told.address("cancel_url")?,
            reference,
            email,
            metadata,
            intent_metadata,
        })
    }
}

/// The fields that were told, and the errors for what is wrong with one.
struct Fields<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Fields<'a> {
    fn required(&self, name: &str) -> Result<&'a str, Answer> {
        self.0.get(name).copied().filter(|value| !value.is_empty()).ok_or_else(|| self.missing(name))
    }

    fn one_of(&self, name: &str, allowed: &[&str]) -> Result<(), Answer> {
        if allowed.contains(&self.required(name)?) { Ok(()) } else { Err(self.invalid(name)) }
    }

    fn optional(&self, name: &str, allowed: &[&str]) -> Result<Option<&'a str>, Answer> {
        match self.0.get(name) {
            Some(value) if !allowed.contains(value) => Err(self.invalid(name)),
            value => Ok(value.copied()),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, Answer> {
        Ok(self.optional(name, &["true", "false"])? == Some("true"))
    }

    /// As it was told: the braces of the placeholder must not be escaped.
    fn address(&self, name: &str) -> Result<Option<String>, Answer> {
        let Some(text) = self.0.get(name) else { return Ok(None) };
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some((*text).to_owned())),
            Ok(_) | Err(_) => Err(refusal(400, Some("url_invalid"), Some(name), "Not a valid URL.")),
        }
    }

    fn missing(&self, name: &str) -> Answer {
        refusal(400, Some("parameter_missing"), Some(name), &format!("Missing required param: {name}. {} others were sent.", self.0.len()))
    }

    fn invalid(&self, name: &str) -> Answer {
        refusal(400, Some("parameter_invalid"), Some(name), &format!("Invalid {name}; {} fields were sent.", self.0.len()))
    }
}
