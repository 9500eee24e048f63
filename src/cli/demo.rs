//! `crosswalk demo`: connects to a simulated Google and reviews a sample company on it, with the same code as for a real
//! Drive. It says plainly that everything is simulated, and never touches the user's settings or data folder.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::sync::oneshot;

use crate::app::clock::SystemClock;
use crate::app::connect::connect;
use crate::app::demo::{DemoFolder, open_demo_drive};
use crate::app::machine::processors;
use crate::app::review::ReviewRequest;
use crate::app::settings::{extract_limits, sandbox_demand};
use crate::app::write_reports::Format;
use crate::assessment::Chosen;
use crate::catalog::SafetyClass;
use crate::cli::demo_service;
use crate::cli::review::{conduct, runtime};
use crate::cli::{Exit, Failure};
use crate::drive::DriveScope;
use crate::extract::SandboxDemand;
use crate::settings::Settings;
use crate::simulator::{Browser, Company, ConsentChoice, RunningSimulator, Simulator, SimulatorOptions};

/// Arguments of `crosswalk demo`.
#[derive(Args)]
pub struct DemoArgs {
    /// Folder for the reports
    #[arg(long, value_name = "DIR", default_value = "./crosswalk-demo-report")]
    out: PathBuf,
    /// Leave the simulated Google running until Ctrl-C, to try `crosswalk connect` and `crosswalk review` against it
    #[arg(long, conflicts_with = "serve")]
    keep: bool,
    /// Run the whole service in the browser instead, with Google simulated, until Ctrl-C
    #[arg(long, conflicts_with = "out")]
    serve: bool,
    /// With --serve: the address to listen on; this machine only
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", requires = "serve")]
    listen: SocketAddr,
}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(args: &DemoArgs) -> Result<Exit, Failure> {
    if args.serve { runtime()?.block_on(demo_service::serve_demo(args.listen)) } else { runtime()?.block_on(demo(args)) }
}

async fn demo(args: &DemoArgs) -> Result<Exit, Failure> {
    let (catalog, _) = super::catalog::open(None, false)?;
    let catalog = Arc::new(catalog);
    let company = Company::sample().map_err(|error| broken("The sample company could not be made", &error))?;
    let google = Simulator::start(&company, SimulatorOptions::default())
        .await
        .map_err(|error| broken("The simulated Google could not start", &error))?;
    let folder = DemoFolder::create()?;
    let settings = settings_for(&google, &folder)?;

    say(&format!(
        "SIMULATED: no real Google account, company or document is involved.\n\
         A stand-in for Google runs at {} on this machine. It holds the documents of {}.\n\
         Crosswalk now signs in and reads them over HTTP with the code that it uses for a real Drive.\n",
        google.root_url, company.name
    ));
    sign_in(&settings).await?;
    say("Signed in: a built-in browser opened the simulated consent page, ticked the box for reading the Drive, and pressed Allow.\n\n");

    let scope = DriveScope::parse("drive:all")
        .and_then(Result::ok)
        .ok_or_else(|| Failure::new(Exit::Internal, "The demo's own source is not understood.", "Please report this."))?;
    let source = open_demo_drive(scope, &settings, &folder, Arc::new(SystemClock))?;
    let request = ReviewRequest {
        source_as_given: format!("simulated Google Drive of {}", company.name),
        chosen: Chosen {
            standards: ["iec-81001-5-1-2021", "iec-62304-2006-a1-2015", "iso-14971-2019"].map(str::to_owned).to_vec(),
            profile: "clauses-4-9".to_owned(),
            safety_class: SafetyClass::B,
        },
        out: args.out.clone(),
        formats: ["json", "html", "docx", "xlsx"].into_iter().filter_map(Format::parse).collect(),
        limits: extract_limits(&settings),
        // Whoever uses the terminal reads documents of their own choice on a machine of their own.
        sandbox: sandbox_demand(&settings, SandboxDemand::BestEffort),
        has_links: false,
        baseline: None,
        threads: processors(),
    };
    let exit = conduct(&source, &catalog, &request).await?;
    say(&read_only_note(&google));
    if args.keep {
        keep_running(&google).await;
    }
    Ok(exit)
}

/// Points every address of Google at the simulator, and the data folder at one that is removed afterwards.
fn settings_for(google: &RunningSimulator, folder: &DemoFolder) -> Result<Settings, Failure> {
    let mut variables = variables_for(google);
    variables.push(("CROSSWALK_DATA_DIR".to_owned(), folder.path().display().to_string()));
    Settings::parse(None, &variables).map_err(|mistakes| {
        let detail = mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        broken("The demo's settings are refused", &detail)
    })
}

/// The settings under which `connect` and `review` use this simulator, as environment variables.
fn variables_for(google: &RunningSimulator) -> Vec<(String, String)> {
    [
        ("AUTH_URL", &google.auth_url),
        ("TOKEN_URL", &google.token_url),
        ("REVOKE_URL", &google.revoke_url),
        ("DRIVE_URL", &google.drive_url),
        ("INSTALLED_CLIENT_ID", &google.client_id),
        ("INSTALLED_CLIENT_SECRET", &google.client_secret),
    ]
    .map(|(key, value)| (format!("CROSSWALK_GOOGLE__{key}"), value.clone()))
    .to_vec()
}

/// The real `connect`; in place of a person the built-in browser answers the consent page.
async fn sign_in(settings: &Settings) -> Result<(), Failure> {
    let browser = Browser::new().map_err(|error| broken("The built-in browser could not start", &error))?;
    let (show, shown) = oneshot::channel();
    let connecting = async {
        // If nobody takes the address any more, the browser has failed and says so itself.
        let connected = connect(settings, Arc::new(SystemClock), |url| drop(show.send(url.to_string()))).await;
        connected.map_err(|error| broken("The sign-in to the simulated Google failed", &error))
    };
    let browsing = async {
        // Without an address `connect` has failed and says so itself.
        let Ok(url) = shown.await else { return Ok(()) };
        let landing = browser.consent(&url, ConsentChoice::Allow).await;
        landing.map(|_| ()).map_err(|error| broken("The simulated consent page could not be answered", &error))
    };
    tokio::try_join!(connecting, browsing).map(|_| ())
}

fn read_only_note(google: &RunningSimulator) -> String {
    let requests = google.recorder.requests().iter().filter(|request| request.path.starts_with("/drive/")).count();
    match google.recorder.writes_toward_drive().len() {
        0 => format!("The simulated Drive received {requests} requests, every one of them a GET. All of this was simulated.\n"),
        writes => format!("The simulated Drive received {requests} requests, and {writes} of them were no GET: please report this.\n"),
    }
}

async fn keep_running(google: &RunningSimulator) {
    let mut text = format!("\nThe simulated Google keeps running at {}. Stop it with Ctrl-C.\n", google.root_url);
    text.push_str("To use it from another terminal, set these (and a data folder of your own choice):\n");
    for (name, value) in variables_for(google) {
        for part in ["  export ", &name, "=", &value, "\n"] {
            text.push_str(part);
        }
    }
    text.push_str("  export CROSSWALK_DATA_DIR=./crosswalk-demo-data\n  crosswalk connect && crosswalk review drive:all\n");
    say(&text);
    // If Ctrl-C cannot be waited for, going on would end the simulator, which is what Ctrl-C does.
    let _ = tokio::signal::ctrl_c().await;
}

pub(super) fn say(text: &str) {
    let mut stdout = std::io::stdout().lock();
    // A closed stdout is the reader's wish.
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// A failure of the demo itself: nothing of the user's is at fault.
pub(super) fn broken(what: &str, detail: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Exit::Internal,
        format!("{what}: {detail}."),
        "Nothing of yours was touched. Check that programs may listen on 127.0.0.1 and run the demo again.",
    )
}
