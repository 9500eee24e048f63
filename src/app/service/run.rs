//! Runs the service until it is told to stop: pages and worker in one process (`serve`), or a worker alone (`work`).

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;
use url::Url;

use crate::app::failure::{Exit, Failure};
use crate::app::service::assemble::Parts;
use crate::app::service::check::{Role, check_machine, check_settings, public_url, refuse_missing};
use crate::app::service::example_report::RenderSample;
use crate::app::service::metrics::Measuring;
use crate::extract::forbid_core_dumps;
use crate::jobs::Shutdown;
use crate::settings::Settings;
use crate::web;

/// How long answers and the worker may take beyond their own grace once the service is to end.
const LAST_ANSWERS: Duration = Duration::from_secs(15);
/// The exit code of a second signal, as shells tell an interruption.
const INTERRUPTED: i32 = 130;

/// How `serve` is to run.
pub struct ServeOptions {
    /// Address to listen on in place of `server.listen`.
    pub listen: Option<SocketAddr>,
    /// Whether Google is simulated: every page says so.
    pub is_simulated: bool,
    /// Renders the documents of the example report.
    pub sample: RenderSample,
}

/// Serves pages and works on reviews until told to stop. `is_listening` is told the address under which people reach it.
///
/// # Errors
/// What is missing or could not be opened, and what to do.
pub async fn serve(
    mut settings: Settings,
    options: ServeOptions,
    shutdown: Shutdown,
    is_listening: impl FnOnce(&Url),
) -> Result<(), Failure> {
    without_core_dumps()?;
    settings.server.listen = options.listen.unwrap_or(settings.server.listen);
    refuse_missing(&check_settings(&settings, Role::Serve))?;
    let listener = TcpListener::bind(settings.server.listen).await.map_err(|error| {
        let happened = format!("The service cannot listen on {}: {}.", settings.server.listen, error.kind());
        Failure::new(Exit::Usage, happened, "Another program may listen there; choose another address with server.listen or --listen.")
    })?;
    let measuring = Measuring::begin(settings.metrics_listen).await?;
    // Port 0 means any free one.
    settings.server.listen = listener.local_addr().unwrap_or(settings.server.listen);
    let Some(public_url) = public_url(&settings, settings.server.listen) else {
        return Err(Failure::new(Exit::Usage, "The public address is no address.", "Set server.public_url."));
    };
    let Some(parts) = open_unless_stopped(settings, Role::Serve, &shutdown).await? else { return Ok(()) };
    let service = parts.service(public_url.clone(), &options)?;
    let worker = parts.worker(Some(&public_url))?;
    tracing::info!(listen = %parts.settings.server.listen, url = %public_url, "the service listens");
    is_listening(&public_url);
    let measured = measuring.map(|measuring| measuring.serve(shutdown.clone()));
    let grace = worker.grace();
    let mut working = tokio::spawn(worker.run(shutdown.clone()));
    let stop = {
        let shutdown = shutdown.clone();
        async move { shutdown.begun().await }
    };
    let mut serving = tokio::spawn(web::serve(service, listener, stop));
    let outcome = tokio::select! {
        served = &mut serving => told(served.map_err(|_| "a panic".to_owned()).and_then(|served| served.map_err(|error| error.to_string()))),
        // Pages without a worker would let reviews wait for ever; whoever watches the service starts it again.
        ended = &mut working => told(ended.map_err(|_| "its worker panicked".to_owned())),
    };
    // Neither goes on without the other: nobody could stop a review, or nobody would do it.
    shutdown.begin();
    if let Some(measured) = measured {
        let _ = timeout(LAST_ANSWERS, measured).await;
    }
    if !serving.is_finished() {
        let _ = timeout(LAST_ANSWERS, &mut serving).await;
    }
    if !working.is_finished() && timeout(grace + LAST_ANSWERS, &mut working).await.is_err() {
        tracing::warn!("the worker did not end in time; its reviews are taken up again when their leases run out");
    }
    // Whatever it says: what was confirmed is kept.
    let _ = parts.database.close().await;
    tracing::info!("the service has ended");
    outcome
}

fn told(outcome: Result<(), String>) -> Result<(), Failure> {
    outcome.map_err(|error| Failure::new(Exit::Internal, format!("The service has ended by itself: {error}."), "Start it again."))
}

/// Checks the machine and opens everything, unless it is told to stop meanwhile: a database may keep it waiting.
async fn open_unless_stopped(settings: Settings, role: Role, shutdown: &Shutdown) -> Result<Option<Parts>, Failure> {
    let opening = async {
        refuse_missing(&check_machine(&settings, role).await)?;
        Parts::open(settings, role).await
    };
    tokio::select! {
        parts = opening => parts.map(Some),
        () = shutdown.begun() => Ok(None),
    }
}

/// Works on reviews until told to stop.
///
/// # Errors
/// What is missing or could not be opened, and what to do.
pub async fn work(settings: Settings, shutdown: Shutdown) -> Result<(), Failure> {
    without_core_dumps()?;
    refuse_missing(&check_settings(&settings, Role::Work))?;
    let measuring = Measuring::begin(settings.metrics_listen).await?;
    let Some(parts) = open_unless_stopped(settings, Role::Work, &shutdown).await? else { return Ok(()) };
    let worker = parts.worker(parts.settings.server.public_url.as_ref())?;
    let measured = measuring.map(|measuring| measuring.serve(shutdown.clone()));
    worker.run(shutdown).await;
    if let Some(measured) = measured {
        let _ = timeout(LAST_ANSWERS, measured).await;
    }
    // Whatever it says: what was confirmed is kept.
    let _ = parts.database.close().await;
    Ok(())
}

/// A core dump would put tokens and texts of documents on disk.
fn without_core_dumps() -> Result<(), Failure> {
    forbid_core_dumps().map_err(|error| {
        Failure::new(
            Exit::Internal,
            format!("Core dumps cannot be turned off: {error}."),
            "Check the limits under which this program runs.",
        )
    })
}

/// Begins the shutdown at SIGTERM or Ctrl-C; at the second one the process ends at once, as if it were killed: nothing that was confirmed is
/// lost, and its reviews are taken up again when their leases run out.
#[expect(clippy::disallowed_methods, reason = "whoever asks twice wants no destructor to be waited for")]
pub fn stop_on_signals(shutdown: &Shutdown) {
    let shutdown = shutdown.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("told to stop; finishing what is running");
        shutdown.begin();
        wait_for_signal().await;
        std::process::exit(INTERRUPTED);
    });
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Ctrl-C alone is left.
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
