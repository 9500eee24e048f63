//! Whether detailed reports are sold, given away or not offered at all: the sections `stripe` and `billing`, which make sense only
//! together. Never shows a key, not even one that is refused.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::settings::offer::{Offer, read_offer};
use crate::settings::reader::Reader;

/// Both sections. No `Debug`: it holds secrets.
#[derive(Clone)]
pub struct BillingSettings {
    /// What becomes of detailed reports.
    pub selling: Selling,
}

/// What becomes of detailed reports. No `Debug`: it holds secrets.
#[derive(Clone)]
pub enum Selling {
    /// There are none to be had.
    NotOffered,
    /// The operator gives them away.
    Free,
    /// They are paid for, through Stripe.
    Stripe(Box<StripeSettings>),
}

/// How Stripe is reached, and what is sold there. No `Debug`: it holds secrets.
#[derive(Clone)]
pub struct StripeSettings {
    /// The root that `/v1/checkout/sessions` is appended to.
    pub api_url: Url,
    /// The secret key, or a restricted one that may read and write checkout sessions.
    pub secret_key: SecretString,
    /// Whether the key moves money or only plays.
    pub mode: StripeMode,
    /// The signing secrets of the webhook endpoint, at least one; several while they are being changed.
    pub webhook_secrets: Vec<SecretString>,
    /// What is sold.
    pub offer: Offer,
}

/// Whether a key of Stripe moves money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StripeMode {
    /// It does.
    Live,
    /// It does not.
    Test,
}

impl StripeMode {
    /// By how the key begins; none for what is no key that may stay on a server.
    fn of(key: &str) -> Option<Self> {
        let begins = |starts: [&str; 2]| starts.into_iter().any(|start| key.strip_prefix(start).is_some_and(|rest| !rest.is_empty()));
        if begins(["sk_live_", "rk_live_"]) {
            Some(Self::Live)
        } else if begins(["sk_test_", "rk_test_"]) {
            Some(Self::Test)
        } else {
            None
        }
    }
}

impl BillingSettings {
    /// Whether reports cost nothing here.
    #[must_use]
    pub fn is_free(&self) -> bool {
        match self.selling {
            Selling::Free => true,
            Selling::NotOffered | Selling::Stripe(_) => false,
        }
    }

    /// For so many days after a payment further reviews of the same connection are covered by it; 0 where nothing is sold.
    #[must_use]
    pub fn covers_days(&self) -> u32 {
        match &self.selling {
            Selling::Stripe(stripe) => stripe.offer.covers_days,
            Selling::NotOffered | Selling::Free => 0,
        }
    }

    /// Reads both sections; none when the built-in address is no address, which is then one of the mistakes.
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        // A settings file may lie in a folder that a stranger filled: it must not lead a key elsewhere that it did not bring.
        let (is_address_from_file, is_key_from_file) =
            (reader.is_from_file("stripe", "api_url"), reader.is_from_file("stripe", "secret_key"));
        let api_url = reader.url("stripe", "api_url").or_else(|| reader.built_in_url("stripe", "api_url", "https://api.stripe.com"));
        let key = reader.secret("stripe", "secret_key");
        if is_address_from_file && !is_key_from_file && key.is_some() {
            reader.mistake("stripe", "api_url", "must come from the environment (CROSSWALK_STRIPE__API_URL), since the key does");
        }
        let secrets = reader.secret("stripe", "webhook_secret");
        let is_free = reader.flag("billing", "free").unwrap_or(false);
        let priced = read_offer(reader);
        if is_free {
            if key.is_some() || secrets.is_some() || priced.is_begun {
                let advice = "reports cannot be sold and given away: leave this out, or leave out stripe.secret_key, stripe.webhook_secret, \
                              billing.price_minor and billing.currency";
                reader.mistake("billing", "free", advice);
            }
            return Some(Self { selling: Selling::Free });
        }
        if key.is_none() && secrets.is_none() && !priced.is_begun {
            return api_url.map(|_| Self { selling: Selling::NotOffered });
        }
        priced.complain_of_parts(reader);
        let mode = key_mode(reader, key.as_ref());
        let webhook_secrets = webhook_secrets(reader, secrets.as_ref());
        let stripe = api_url.zip(key).zip(mode).zip(webhook_secrets).zip(priced.offer);
        // What is incomplete is among the mistakes by now, so nobody ever sees this value.
        let Some(((((api_url, secret_key), mode), webhook_secrets), offer)) = stripe else {
            return Some(Self { selling: Selling::NotOffered });
        };
        Some(Self { selling: Selling::Stripe(Box::new(StripeSettings { api_url, secret_key, mode, webhook_secrets, offer })) })
    }
}

fn key_mode(reader: &mut Reader, key: Option<&SecretString>) -> Option<StripeMode> {
    let Some(key) = key else {
        let advice = "is missing: without it no payment can be taken; copy the secret key from Stripe's dashboard, or leave out \
                      stripe.webhook_secret, billing.price_minor and billing.currency to sell nothing";
        reader.mistake("stripe", "secret_key", advice);
        return None;
    };
    let mode = StripeMode::of(key.expose_secret());
    // What could not stand in a header could not be sent either.
    let is_word = key.expose_secret().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if mode.is_none() || !is_word {
        let advice = "must be a secret or restricted key of Stripe: it begins with sk_live_, rk_live_, sk_test_ or rk_test_ (a key that \
                      begins with pk_ is for browsers and takes no payment)";
        reader.mistake("stripe", "secret_key", advice);
    }
    mode.filter(|_| is_word)
}

fn webhook_secrets(reader: &mut Reader, secrets: Option<&SecretString>) -> Option<Vec<SecretString>> {
    let Some(secrets) = secrets else {
        let advice = "is missing: without it nobody could tell that something was paid; copy the signing secret of the webhook endpoint \
                      from Stripe's dashboard";
        reader.mistake("stripe", "webhook_secret", advice);
        return None;
    };
    let words = || secrets.expose_secret().split([',', ' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    let is_secret = |word: &str| word.strip_prefix("whsec_").is_some_and(|rest| !rest.is_empty());
    if words().next().is_none() || !words().all(is_secret) {
        let advice = "must be the signing secret of the webhook endpoint, which begins with whsec_ (two of them, with a comma between, while \
                      it is being changed)";
        reader.mistake("stripe", "webhook_secret", advice);
        return None;
    }
    Some(words().map(SecretString::from).collect())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::settings::Settings;
    use crate::settings::offer::{Tax, TaxBehavior};

    const KEYS: &str = "[stripe]\nsecret_key = \"sk_test_hush\"\nwebhook_secret = \"whsec_hush\"\n";
    const PRICE: &str = "[billing]\nprice_minor = 14900\ncurrency = \"EUR\"\n";

    fn read(text: &str) -> BillingSettings {
        Settings::parse(Some(text), &[]).unwrap_or_else(|mistakes| panic!("{mistakes:?}")).billing
    }

    fn stripe(text: &str) -> StripeSettings {
        match read(text).selling {
            Selling::Stripe(stripe) => *stripe,
            Selling::NotOffered | Selling::Free => panic!("nothing is sold"),
        }
    }

    fn mistakes(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
        let environment: Vec<(String, String)> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let found = Settings::parse(Some(text), &environment).err().unwrap_or_default();
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_not_set_is_not_offered() {
        assert!(matches!(read("").selling, Selling::NotOffered));
        assert!(matches!(read("[billing]\nproduct_name = \"Report\"\n").selling, Selling::NotOffered));
        let free = read("[billing]\nfree = true\n");
        assert!(free.is_free() && free.covers_days() == 0);
    }

    #[test]
    fn a_price_and_two_keys_sell() {
        let stripe = stripe(&format!("{KEYS}{PRICE}covers_days = 30\n"));
        assert_eq!(stripe.api_url.as_str(), "https://api.stripe.com/");
        assert_eq!((stripe.mode, stripe.webhook_secrets.len()), (StripeMode::Test, 1));
        assert_eq!((stripe.offer.price_minor, stripe.offer.currency.as_str(), stripe.offer.covers_days), (14_900, "eur", 30));
        assert_eq!(stripe.offer.product_name, "Crosswalk detailed gap report");
        assert_eq!((stripe.offer.tax, stripe.offer.collects_tax_id, stripe.offer.makes_invoice), (Tax::None, false, false));
    }

    #[test]
    fn several_webhook_secrets_and_tax() {
        let text = format!(
            "[stripe]\nsecret_key = \"rk_live_hush\"\nwebhook_secret = \"whsec_a, whsec_b\\nwhsec_c\"\n{PRICE}automatic_tax = true\n\
             tax_behavior = \"exclusive\"\ntax_code = \"txcd_10000000\"\ncollect_tax_id = true\ninvoice = true\n"
        );
        let stripe = stripe(&text);
        let secrets: Vec<&str> = stripe.webhook_secrets.iter().map(SecretString::expose_secret).collect();
        assert_eq!((stripe.mode, secrets), (StripeMode::Live, vec!["whsec_a", "whsec_b", "whsec_c"]));
        assert_eq!(stripe.offer.tax, Tax::Automatic { behavior: TaxBehavior::Exclusive, code: Some("txcd_10000000".to_owned()) });
        assert!(stripe.offer.collects_tax_id && stripe.offer.makes_invoice);
    }

    #[test]
    fn contradictions_are_told_with_the_way_out_and_no_key_is_shown() {
        let taxed = format!("{KEYS}{PRICE}automatic_tax = true\n");
        let no_tax = format!("{KEYS}{PRICE}tax_behavior = \"inclusive\"\ntax_code = \"txcd_1\"\n");
        let with_price = |price: &str| format!("{KEYS}[billing]\nprice_minor = {price}\ncurrency = \"eur\"\n");
        let with_key = |key: &str| format!("[stripe]\nsecret_key = \"{key}\"\nwebhook_secret = \"whsec_hush\"\n{PRICE}");
        for (text, expected) in [
            (with_price("0"), vec!["billing.price_minor: must be at least 1; to give reports away set billing.free = true"]),
            (with_price("-5"), vec!["billing.price_minor: must be a whole number from 0 to 99999999"]),
            (with_price("\"149\""), vec!["billing.price_minor: must be a whole number"]),
            (KEYS.to_owned(), vec!["billing.price_minor: is missing", "billing.currency: is missing"]),
            (PRICE.to_owned(), vec!["stripe.secret_key: is missing", "stripe.webhook_secret: is missing"]),
            (format!("[stripe]\nsecret_key = \"sk_test_hush\"\n{PRICE}"), vec!["stripe.webhook_secret: is missing"]),
            (format!("[stripe]\nwebhook_secret = \"whsec_hush\"\n{PRICE}"), vec!["stripe.secret_key: is missing"]),
            (format!("{KEYS}[billing]\nprice_minor = 1\n"), vec!["billing.currency: is missing"]),
            (format!("{KEYS}[billing]\nprice_minor = 1\ncurrency = \"euro\"\n"), vec!["billing.currency: must be three letters"]),
            (format!("{KEYS}[billing]\nfree = true\n"), vec!["billing.free: reports cannot be sold and given away"]),
            (format!("{PRICE}free = true\n"), vec!["billing.free: reports cannot be sold and given away"]),
            (with_key("pk_live_hush"), vec!["stripe.secret_key: must be a secret or restricted key"]),
            (with_key("sk_test_"), vec!["stripe.secret_key: must be a secret or restricted key"]),
            (with_key("sk_test_hush hush"), vec!["stripe.secret_key: must be a secret or restricted key"]),
            (
                format!("[stripe]\nsecret_key = \"sk_test_hush\"\nwebhook_secret = \"whsec_hush hush\"\n{PRICE}"),
                vec!["stripe.webhook_secret: must be the signing secret"],
            ),
            (taxed, vec!["billing.tax_behavior: is missing"]),
            (no_tax, vec!["billing.tax_behavior: has no effect", "billing.tax_code: has no effect"]),
            (format!("{KEYS}{PRICE}tax_behavior = \"some\"\nautomatic_tax = true\n"), vec!["billing.tax_behavior: must be `inclusive`"]),
            (
                format!("{KEYS}{PRICE}tax_code = \"5\"\nautomatic_tax = true\ntax_behavior = \"inclusive\"\n"),
                vec!["billing.tax_code: must"],
            ),
            (format!("{KEYS}{PRICE}covers_days = 3651\n"), vec!["billing.covers_days: must be a whole number from 0 to 3650"]),
            (format!("{KEYS}{PRICE}prise = 3\n"), vec!["billing.prise: there is no such setting; did you mean"]),
        ] {
            let found = mistakes(&text, &[]);
            assert!(found.len() == expected.len(), "{text}: {found:#?}");
            assert!(found.iter().zip(&expected).all(|(told, expected)| told.starts_with(expected)), "{text}: {found:#?}");
            assert!(found.iter().all(|told| !told.contains("hush")), "{found:#?}");
        }
    }

    #[test]
    fn a_file_cannot_lead_a_key_elsewhere_that_it_did_not_bring() {
        let elsewhere = format!("[stripe]\napi_url = \"https://evil.example\"\n{PRICE}");
        let key = ("CROSSWALK_STRIPE__SECRET_KEY", "sk_live_hush");
        let webhook = ("CROSSWALK_STRIPE__WEBHOOK_SECRET", "whsec_hush");
        let found = mistakes(&elsewhere, &[key, webhook]);
        assert!(found.len() == 1 && found[0].starts_with("stripe.api_url: must come from the environment"), "{found:#?}");
        assert_eq!(mistakes(&elsewhere, &[key, webhook, ("CROSSWALK_STRIPE__API_URL", "http://127.0.0.1:1")]), Vec::<String>::new());
        assert_eq!(mistakes(&format!("{KEYS}api_url = \"http://127.0.0.1:1\"\n{PRICE}"), &[]), Vec::<String>::new());
        assert_eq!(mistakes(&format!("{KEYS}api_url = \"http://stripe.example\"\n{PRICE}"), &[]).len(), 1);
    }
}
