//! What is told to Stripe about a checkout, as form fields. Of the review only opaque ids: never the name of a document, a folder or
//! a Drive. Pure.

use crate::ports::Checkout;
use crate::settings::{Offer, Tax};

/// The key under which beginning the same payment twice gives the same session.
pub(super) fn idempotency_key(checkout: &Checkout) -> String {
    format!("checkout-{}", checkout.payment)
}

/// The fields of `POST /v1/checkout/sessions`, in a fixed order: the same payment sends the same form.
pub(super) fn checkout_form(checkout: &Checkout, offer: &Offer) -> Vec<(String, String)> {
    let mut form = Vec::new();
    let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
    add("mode", "payment");
    add("line_items[0][quantity]", "1");
    add("line_items[0][price_data][currency]", checkout.price.currency.code());
    add("line_items[0][price_data][unit_amount]", &checkout.price.minor_units.to_string());
    add("line_items[0][price_data][product_data][name]", &offer.product_name);
    match &offer.tax {
        Tax::None => {}
        Tax::Automatic { behavior, code } => {
            add("line_items[0][price_data][tax_behavior]", behavior.word());
            if let Some(code) = code {
                add("line_items[0][price_data][product_data][tax_code]", code);
            }
            add("automatic_tax[enabled]", "true");
            // The tax follows from where the buyer is.
            add("billing_address_collection", "required");
        }
    }
    if offer.collects_tax_id {
        add("tax_id_collection[enabled]", "true");
    }
    if offer.makes_invoice {
        add("invoice_creation[enabled]", "true");
    }
    // What is paid in another currency than was asked for would unlock nothing.
    add("adaptive_pricing[enabled]", "false");
    add("success_url", &with_placeholder(checkout.success_url.as_str()));
    add("cancel_url", checkout.cancel_url.as_str());
    add("client_reference_id", checkout.payment.as_str());
    if let Some(email) = &checkout.email {
        add("customer_email", email);
    }
    // Refunds and disputes carry what stands at the payment intent, not what stands at the session.
    for place in ["metadata", "payment_intent_data[metadata]"] {
        add(&format!("{place}[payment]"), checkout.payment.as_str());
        add(&format!("{place}[review]"), checkout.review.as_str());
        add(&format!("{place}[customer]"), checkout.customer.as_str());
    }
    form
}

/// Stripe fills in the session where it finds these very letters; a URL has its braces escaped.
fn with_placeholder(url: &str) -> String {
    url.replace("%7BCHECKOUT_SESSION_ID%7D", "{CHECKOUT_SESSION_ID}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Currency, CustomerId, PaymentId, Price, ReviewId};
    use crate::settings::TaxBehavior;

    fn checkout() -> Checkout {
        Checkout {
            payment: PaymentId::of(1),
            review: ReviewId::of(2),
            customer: CustomerId::of(3),
            price: Price { minor_units: 14_900, currency: Currency::parse("eur").unwrap() },
            email: None,
            success_url: "https://crosswalk.example/paid?session={CHECKOUT_SESSION_ID}".parse().unwrap(),
            cancel_url: "https://crosswalk.example/reviews/2".parse().unwrap(),
        }
    }

    fn offer(tax: Tax) -> Offer {
        Offer {
            price_minor: 14_900,
            currency: "eur".to_owned(),
            product_name: "Crosswalk detailed gap report".to_owned(),
            tax,
            collects_tax_id: false,
            makes_invoice: false,
            covers_days: 0,
        }
    }

    fn value(form: &[(String, String)], name: &str) -> Option<String> {
        form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn a_plain_checkout_says_what_it_must_and_no_more() {
        let form = checkout_form(&checkout(), &offer(Tax::None));
        assert_eq!(form.len(), 15, "{form:#?}");
        assert_eq!(value(&form, "line_items[0][price_data][unit_amount]").unwrap(), "14900");
        assert_eq!(value(&form, "client_reference_id"), value(&form, "payment_intent_data[metadata][payment]"));
        assert_eq!(value(&form, "success_url").unwrap(), "https://crosswalk.example/paid?session={CHECKOUT_SESSION_ID}");
        let in_path = Checkout { success_url: "https://crosswalk.example/paid/{CHECKOUT_SESSION_ID}".parse().unwrap(), ..checkout() };
        let form = checkout_form(&in_path, &offer(Tax::None));
        assert_eq!(value(&form, "success_url").unwrap(), "https://crosswalk.example/paid/{CHECKOUT_SESSION_ID}");
        assert!(value(&form, "customer_email").is_none() && value(&form, "automatic_tax[enabled]").is_none());
    }

    #[test]
    fn tax_and_its_surroundings_are_asked_for_when_set() {
        let tax = Tax::Automatic { behavior: TaxBehavior::Inclusive, code: Some("txcd_10000000".to_owned()) };
        let offer = Offer { collects_tax_id: true, makes_invoice: true, ..offer(tax) };
        let form = checkout_form(&Checkout { email: Some("mara@example.com".to_owned()), ..checkout() }, &offer);
        for (name, expected) in [
            ("line_items[0][price_data][tax_behavior]", "inclusive"),
            ("line_items[0][price_data][product_data][tax_code]", "txcd_10000000"),
            ("automatic_tax[enabled]", "true"),
            ("billing_address_collection", "required"),
            ("tax_id_collection[enabled]", "true"),
            ("invoice_creation[enabled]", "true"),
            ("customer_email", "mara@example.com"),
        ] {
            assert_eq!(value(&form, name).as_deref(), Some(expected), "{name}");
        }
    }
}
