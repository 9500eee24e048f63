//! Both sides against Stripe's own library for Node.js: it signs for our adapter, and it is a client of our simulated Stripe.
//! `tests/run` installs it; without it these tests are skipped.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crosswalk::ports::{EventRefused, Payments};
use serde_json::{Value, json};

use crate::house::{House, NOW, checkout, now};

/// Where `tests/run` puts the packages; none when they or Node.js are not there.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn packages(test: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent()?.join("browser/node_modules");
    if !folder.join("stripe").is_dir() {
        eprintln!("SKIPPED {test}: the npm package `stripe` is not installed in target/browser (tests/run does it)");
        return None;
    }
    if Command::new("node").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED {test}: Node.js is missing");
        return None;
    }
    Some(folder)
}

/// Runs the script with an order, and gives what it says.
async fn told_by_node(packages: PathBuf, order: Value) -> Value {
    let output = tokio::task::spawn_blocking(move || {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/billing/stripe_library.cjs");
        Command::new("node").arg(script).arg(order.to_string()).env("NODE_PATH", packages).output().unwrap()
    });
    let output = output.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn what_stripes_own_library_signs_is_taken_and_only_that() {
    let Some(packages) = packages("what_stripes_own_library_signs_is_taken_and_only_that") else { return };
    let house = House::new().await;
    let session = house.payments.begin(&checkout(1)).await.unwrap().session;
    house.stripe.pay(&session).await.unwrap();
    let mut event = house.stripe.events().pop().unwrap();
    // Letters outside ASCII are where a signature over text and one over bytes part.
    event["data"]["object"]["customer_details"]["name"] = json!("Zoë Müller – 東京 \u{1f9ea}");
    let payload = event.to_string();
    let sign = |secret: &str, second: i64| {
        told_by_node(packages.clone(), json!({"do": "sign", "payload": payload, "secret": secret, "timestamp": second}))
    };
    for second in [NOW, NOW - 300, NOW + 300] {
        let header = sign(&house.stripe.webhook_secret, second).await;
        let event = house.payments.read_event(header.as_str().unwrap(), payload.as_bytes(), now()).unwrap().unwrap();
        assert_eq!(event.payment, Some(checkout(1).payment));
    }
    let late = sign(&house.stripe.webhook_secret, NOW - 301).await;
    assert_eq!(house.payments.read_event(late.as_str().unwrap(), payload.as_bytes(), now()), Err(EventRefused::Stale));
    let foreign = sign("whsec_foreign", NOW).await;
    assert_eq!(house.payments.read_event(foreign.as_str().unwrap(), payload.as_bytes(), now()), Err(EventRefused::Forged));
}

#[tokio::test]
async fn stripes_own_library_can_use_the_simulated_stripe() {
    let Some(packages) = packages("stripes_own_library_can_use_the_simulated_stripe") else { return };
    let house = House::new().await;
    let url: url::Url = house.stripe.api_url.parse().unwrap();
    let client = json!({"host": url.host_str(), "port": url.port(), "key": house.stripe.secret_key});
    let ask = |order: Value| told_by_node(packages.clone(), order);
    let begun = ask(json!({"do": "begin", "client": client, "payment": checkout(7).payment.as_str()})).await;
    let session = begun["id"].as_str().unwrap().to_owned();
    assert_eq!(begun["replayed"], json!(session), "the same key gave another session");
    assert_eq!(begun["other_terms"], json!("StripeIdempotencyError"));
    assert_eq!(begun["unknown_field"], json!("parameter_unknown"));
    assert_eq!((begun["status"].as_str(), begun["amount_total"].as_u64()), (Some("open"), Some(14_900)));
    let refused =
        ask(json!({"do": "read", "client": {"host": url.host_str(), "port": url.port(), "key": "sk_test_wrong"}, "session": session}));
    assert_eq!(refused.await["error"], json!("StripeAuthenticationError"));

    house.stripe.pay(&session).await.unwrap();
    let read = ask(json!({"do": "read", "client": client, "session": session})).await;
    assert_eq!((read["payment_status"].as_str(), read["charge_paid"].as_bool()), (Some("paid"), Some(true)));
    // And our adapter sees what that client began.
    assert_eq!(house.last().payment, Some(checkout(7).payment));

    // Its library looks at the machine's clock, so the signature has to be of now.
    let event = house.stripe.events().pop().unwrap();
    let second = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let signed = house.stripe.signed_at(&event, second);
    let order = |body: &[u8]| {
        json!({
            "do": "construct", "payload": String::from_utf8_lossy(body), "header": signed.header, "secret": house.stripe.webhook_secret,
        })
    };
    let constructed = ask(order(&signed.body)).await;
    assert_eq!((constructed["id"].clone(), constructed["type"].as_str()), (event["id"].clone(), Some("checkout.session.completed")));
    let changed = [&signed.body[..], b" "].concat();
    assert_eq!(ask(order(&changed)).await["error"], json!("StripeSignatureVerificationError"));
}
