//! `crosswalk demo --serve`: the whole service in the browser against a simulated Google, with nothing of the user's own. Everything it
//! keeps is gone when it ends.

use std::net::SocketAddr;
use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::app::clock::SystemClock;
use crate::app::demo::DemoFolder;
use crate::app::service::administer::new_key;
use crate::app::service::example_report::SampleDocuments;
use crate::app::service::run::{ServeOptions, serve, stop_on_signals};
use crate::cli::demo::{broken, say};
use crate::cli::{Exit, Failure};
use crate::jobs::Shutdown;
use crate::settings::Settings;
use crate::simulator::{Company, RunningSimulator, SimulatedStripe, SimulatedTime, Simulator, SimulatorOptions, StripeOptions};

/// What a report costs in the demo, in cents.
const DEMO_PRICE_MINOR: &str = "14900";

/// Serves until Ctrl-C.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub(super) async fn serve_demo(listen: SocketAddr) -> Result<Exit, Failure> {
    if !listen.ip().is_loopback() {
        return Err(Failure::new(
            Exit::Usage,
            format!("The demo would listen on {listen}, where others could reach it."),
            "Choose an address of this machine, such as 127.0.0.1:8080.",
        ));
    }
    let company = Company::sample().map_err(|error| broken("The sample company could not be made", &error))?;
    let google =
        Simulator::start(&company, SimulatorOptions { clock: SimulatedTime(Some(Arc::new(SystemClock))), ..SimulatorOptions::default() })
            .await
            .map_err(|error| broken("The simulated Google could not start", &error))?;
    let stripe = SimulatedStripe::start(StripeOptions { clock: Arc::new(SystemClock), webhook_url: None })
        .await
        .map_err(|error| broken("The simulated Stripe could not start", &error))?;
    let folder = DemoFolder::create()?;
    let robot_file = folder.keep("robot-key.json", google.service_account_json().as_bytes())?;
    let mut variables = variables_for(&google);
    variables.extend([
        ("CROSSWALK_DATA_DIR".to_owned(), folder.path().display().to_string()),
        ("CROSSWALK_GOOGLE__SERVICE_ACCOUNT_FILE".to_owned(), robot_file.display().to_string()),
        ("CROSSWALK_SEAL__KEYS".to_owned(), new_key()?.expose_secret().to_owned()),
        ("CROSSWALK_STRIPE__API_URL".to_owned(), stripe.api_url.clone()),
        ("CROSSWALK_STRIPE__SECRET_KEY".to_owned(), stripe.secret_key.clone()),
        ("CROSSWALK_STRIPE__WEBHOOK_SECRET".to_owned(), stripe.webhook_secret.clone()),
        ("CROSSWALK_BILLING__PRICE_MINOR".to_owned(), DEMO_PRICE_MINOR.to_owned()),
        ("CROSSWALK_BILLING__CURRENCY".to_owned(), "eur".to_owned()),
    ]);
    let settings = Settings::parse(None, &variables).map_err(|mistakes| {
        let detail = mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        broken("The demo's settings are refused", &detail)
    })?;
    let shutdown = Shutdown::default();
    stop_on_signals(&shutdown);
    let options = ServeOptions { listen: Some(listen), is_simulated: true, sample: sample_documents };
    let serving = serve(settings, options, shutdown, |url| {
        stripe.deliver_to(url.join("webhooks/stripe").ok().as_ref().map(url::Url::as_str));
        say(&format!(
            "SIMULATED: no real Google account, company or document is involved.\n\
             The service runs at {url} – open it in a browser on this machine.\n\
             The simulated Google, with the documents of {}, is at {}/ (there you share folders with the robot).\n\
             The simulated checkout is at {}/ (no money moves; there you can give back or dispute what was paid).\n\
             Stop with Ctrl-C; everything that was stored is removed then.\n",
            company.name, google.root_url, stripe.api_url
        ));
    });
    // It holds everything that the service consists of.
    Box::pin(serving).await?;
    say("The demo has ended; nothing of it is left.\n");
    Ok(Exit::Done)
}

/// The documents of the built-in sample company, for the example report.
pub(super) fn sample_documents() -> Option<SampleDocuments> {
    let company = Company::sample().ok()?;
    let files = company.render_files().ok()?.into_iter().map(|file| (file.path, file.bytes)).collect();
    Some(SampleDocuments { company: company.name, files })
}

/// The settings of a service on this simulator, as environment variables.
fn variables_for(google: &RunningSimulator) -> Vec<(String, String)> {
    [
        ("ISSUER", &google.issuer),
        ("AUTH_URL", &google.auth_url),
        ("TOKEN_URL", &google.token_url),
        ("REVOKE_URL", &google.revoke_url),
        ("DRIVE_URL", &google.drive_url),
        ("PICKER_URL", &google.picker_url),
        ("CLIENT_ID", &google.web_client_id),
        ("CLIENT_SECRET", &google.web_client_secret),
        ("API_KEY", &google.api_key),
        ("PROJECT_NUMBER", &google.project_number),
        ("ALLOW_WHOLE_DRIVE", &"true".to_owned()),
    ]
    .map(|(key, value)| (format!("CROSSWALK_GOOGLE__{key}"), value.clone()))
    .to_vec()
}
