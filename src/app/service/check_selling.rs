//! Checks of what is sold: at which price, with keys that move money or only play, and where Stripe is to tell of payments. Asks nobody,
//! Stripe least of all, and shows no key.

use url::Url;

use crate::account::{Currency, Price};
use crate::app::service::check::{Check, Role, is_for_this_machine, public_url};
use crate::settings::{Offer, Selling, Settings, StripeMode, StripeSettings, Tax, TaxBehavior, is_loopback};

const SUBJECT: &str = "billing";

/// What is sold, and what of it does not fit the address of the service.
pub(super) fn check_selling(settings: &Settings, role: Role) -> Vec<Check> {
    match &settings.billing.selling {
        Selling::NotOffered => vec![Check::note(
            SUBJECT,
            "No detailed report is offered: people see the free summary only.",
            "To sell reports set stripe.secret_key, stripe.webhook_secret, billing.price_minor and billing.currency; to give them away set \
             billing.free = true.",
        )],
        Selling::Free => vec![Check::good(SUBJECT, "detailed reports are given away")],
        Selling::Stripe(stripe) => check_stripe(settings, stripe, role),
    }
}

fn check_stripe(settings: &Settings, stripe: &StripeSettings, role: Role) -> Vec<Check> {
    let keys = match stripe.mode {
        StripeMode::Live => "live keys: cards are charged",
        StripeMode::Test => "test keys: nobody is charged",
    };
    let mut checks = vec![Check::good(SUBJECT, format!("a detailed report costs {}; {keys}", in_words(&stripe.offer)))];
    match role {
        // The pages take payments and hear of them; a worker only asks after them.
        Role::Work => {}
        Role::Serve => {
            checks.extend(check_mode(settings, stripe.mode));
            checks.extend(check_webhook(settings));
        }
    }
    if is_loopback(&stripe.api_url) {
        checks.push(Check::note(
            "Stripe",
            format!("stripe.api_url is {}: payments are taken by a program on this machine, not by Stripe.", stripe.api_url),
            "Leave stripe.api_url out, unless this is a trial.",
        ));
    }
    checks
}

/// `EUR 149.00 plus tax, and covers 30 days`.
fn in_words(offer: &Offer) -> String {
    let price = match Currency::parse(&offer.currency) {
        Some(currency) => Price { minor_units: offer.price_minor, currency }.to_string(),
        // The settings take nothing else.
        None => format!("{} of the smallest unit", offer.price_minor),
    };
    let tax = match offer.tax {
        Tax::None => "",
        Tax::Automatic { behavior: TaxBehavior::Exclusive, .. } => " plus tax",
        Tax::Automatic { behavior: TaxBehavior::Inclusive, .. } => " with tax in it",
    };
    let covered = match offer.covers_days {
        0 => String::new(),
        1 => ", and covers further reviews of the same connection for 1 day".to_owned(),
        days => format!(", and covers further reviews of the same connection for {days} days"),
    };
    format!("{price}{tax}{covered}")
}

/// Whether keys that only play stand where strangers come, or keys that move money where none do.
fn check_mode(settings: &Settings, mode: StripeMode) -> Option<Check> {
    const SUBJECT: &str = "Stripe keys";
    match (mode, is_for_this_machine(settings)) {
        (StripeMode::Test, false) => Some(Check::note(
            SUBJECT,
            "Others can reach this service, but the keys are test keys: whoever knows Stripe's test cards gets reports for nothing.",
            "When the trial is over set the live keys: stripe.secret_key and the stripe.webhook_secret of the live endpoint, together.",
        )),
        (StripeMode::Live, true) => Some(Check::note(
            SUBJECT,
            "Only this machine can reach this service, but the keys are live keys: a payment here moves money.",
            "For a trial set test keys: stripe.secret_key and the stripe.webhook_secret of the test endpoint, together.",
        )),
        (StripeMode::Test, true) | (StripeMode::Live, false) => None,
    }
}

/// Where Stripe is to tell of payments; none while nobody knows under which address the service is reached, which is told elsewhere.
fn check_webhook(settings: &Settings) -> Option<Check> {
    const SUBJECT: &str = "webhook";
    let is_local = is_for_this_machine(settings);
    let root: Url = public_url(settings, settings.server.listen).filter(|_| is_local || settings.server.public_url.is_some())?;
    let address = root.join("/webhooks/stripe").ok()?;
    Some(if is_local {
        Check::note(
            SUBJECT,
            format!("Stripe is to tell of payments at {address}, which only this machine can reach."),
            format!("For a trial let Stripe's own program bring them: stripe listen --forward-to {address}"),
        )
    } else {
        Check::good(SUBJECT, format!("to be registered at Stripe: {address}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::service::check::Level;

    const TEST: &str = "[stripe]\nsecret_key = \"sk_test_hush\"\nwebhook_secret = \"whsec_hush\"\n";
    const PRICE: &str = "[billing]\nprice_minor = 14900\ncurrency = \"eur\"\n";
    const PUBLIC: &str = "[server]\npublic_url = \"https://crosswalk.example.com\"\n";

    fn told(text: &str, role: Role) -> Vec<String> {
        let settings = Settings::parse(Some(text), &[]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let checks = check_selling(&settings, role);
        assert!(checks.iter().all(|check| !format!("{check:?}").contains("hush")), "{checks:?}");
        assert!(checks.iter().all(|check| (check.level == Level::Good) == check.advice.is_empty()), "{checks:?}");
        checks.into_iter().map(|check| format!("{:?} {}: {}", check.level, check.subject, check.found)).collect()
    }

    #[test]
    fn what_is_sold_is_told_with_price_and_kind_of_keys() {
        let starts = |text: &str| told(text, Role::Serve)[0].clone();
        assert!(starts("").starts_with("Note billing: No detailed report is offered"));
        assert_eq!(starts("[billing]\nfree = true\n"), "Good billing: detailed reports are given away");
        assert_eq!(
            starts(&format!("{TEST}{PRICE}covers_days = 30\n")),
            "Good billing: a detailed report costs EUR 149.00, and covers further reviews of the same connection for 30 days; test keys: nobody is charged"
        );
        let live = TEST.replace("sk_test_", "rk_live_");
        assert_eq!(
            starts(&format!("{live}{PRICE}automatic_tax = true\ntax_behavior = \"exclusive\"\n")),
            "Good billing: a detailed report costs EUR 149.00 plus tax; live keys: cards are charged"
        );
    }

    #[test]
    fn keys_that_do_not_fit_the_address_are_told() {
        let live = TEST.replace("sk_test_", "sk_live_");
        for (keys, place, expected) in [
            (TEST, PUBLIC, Some("Others can reach this service, but the keys are test keys")),
            (TEST, "", None),
            (live.as_str(), PUBLIC, None),
            (&live, "", Some("Only this machine can reach this service, but the keys are live keys")),
            (&live, "[server]\npublic_url = \"https://localhost\"\n", Some("Only this machine")),
        ] {
            let told = told(&format!("{keys}{PRICE}{place}"), Role::Serve);
            let found = told.iter().find(|line| line.contains("Stripe keys: "));
            assert_eq!(found.is_some(), expected.is_some(), "{place}: {told:#?}");
            assert!(expected.is_none_or(|part| found.is_some_and(|line| line.starts_with("Note") && line.contains(part))), "{told:#?}");
        }
    }

    #[test]
    fn the_address_of_the_webhook_is_told_where_it_is_known() {
        let webhook = |place: &str, role| told(&format!("{TEST}{PRICE}{place}"), role).into_iter().find(|line| line.contains(" webhook: "));
        let registered = "Good webhook: to be registered at Stripe: https://crosswalk.example.com/webhooks/stripe";
        assert_eq!(webhook(PUBLIC, Role::Serve).as_deref(), Some(registered));
        let local = webhook("[server]\nlisten = \"127.0.0.1:8081\"\n", Role::Serve).unwrap_or_default();
        assert!(local.starts_with("Note") && local.contains("http://127.0.0.1:8081/webhooks/stripe"), "{local}");
        assert_eq!(webhook("[server]\nlisten = \"0.0.0.0:8081\"\n", Role::Serve), None);
        assert_eq!(webhook(PUBLIC, Role::Work), None);
        let elsewhere = told(&format!("{TEST}api_url = \"http://127.0.0.1:9\"\n{PRICE}"), Role::Work);
        assert!(elsewhere.iter().any(|line| line.contains("not by Stripe")), "{elsewhere:#?}");
    }
}
