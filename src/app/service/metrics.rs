//! Measures the service: installs the recorder that all rooms count with, and serves what it holds on a listener of its own. Without
//! `metrics.listen` nothing is recorded.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::interval;

use crate::app::failure::{Exit, Failure};
use crate::jobs::Shutdown;
use crate::ports::measured::{BUILD_INFO, MEASURED, MEMORY, MeasuredKind, MeasuredUnit, UPTIME};
use crate::web::{RenderMetrics, serve_metrics};

/// How often durations that were recorded are summed up; until then each of them takes room.
const UPKEEP_PAUSE: Duration = Duration::from_secs(5);

/// The recorder of this process, and since when it records.
struct Recording {
    handle: PrometheusHandle,
    since: Instant,
}

static RECORDING: OnceLock<Recording> = OnceLock::new();

/// The listener on which the measurements can be read, bound and not served yet.
pub(super) struct Measuring {
    listener: TcpListener,
}

impl Measuring {
    /// Begins to record, and binds the listener; none when no address is set.
    ///
    /// # Errors
    /// When nothing can listen there, or the recorder cannot be made.
    pub(super) async fn begin(listen: Option<SocketAddr>) -> Result<Option<Self>, Failure> {
        let Some(listen) = listen else { return Ok(None) };
        let listener = TcpListener::bind(listen).await.map_err(|error| {
            let happened = format!("The measurements cannot be served on {listen}: {}.", error.kind());
            let advice =
                "Another program may listen there; choose another address with metrics.listen, or leave it out to measure nothing.";
            Failure::new(Exit::Usage, happened, advice)
        })?;
        record()?;
        Ok(Some(Self { listener }))
    }

    /// Serves until the service is told to stop. The service goes on without it when it ends by itself.
    pub(super) fn serve(self, shutdown: Shutdown) -> JoinHandle<()> {
        if let Ok(listen) = self.listener.local_addr() {
            tracing::info!(listen = %listen, "the measurements can be read");
        }
        let render: RenderMetrics = Arc::new(rendered);
        tokio::spawn(async move {
            let stop = {
                let shutdown = shutdown.clone();
                async move { shutdown.begun().await }
            };
            tokio::select! {
                served = serve_metrics(render, self.listener, stop) => if let Err(error) = served {
                    tracing::error!(error = %error.kind(), "the measurements cannot be read any more");
                },
                () = keep_up() => {}
            }
        })
    }
}

/// Installs the recorder, once in a process.
fn record() -> Result<(), Failure> {
    if RECORDING.get().is_some() {
        return Ok(());
    }
    let recorder = builder()
        .map_err(|error| Failure::new(Exit::Internal, format!("Nothing can be measured: {error}."), "Please report this."))?
        .build_recorder();
    let recording = Recording { handle: recorder.handle(), since: Instant::now() };
    // Whoever comes second at the same time finds the first one's.
    if RECORDING.set(recording).is_ok() && metrics::set_global_recorder(recorder).is_ok() {
        describe();
    }
    Ok(())
}

fn builder() -> Result<PrometheusBuilder, metrics_exporter_prometheus::BuildError> {
    MEASURED.iter().try_fold(PrometheusBuilder::new(), |builder, measured| match measured.kind {
        MeasuredKind::Counter | MeasuredKind::Gauge => Ok(builder),
        MeasuredKind::Histogram(ends) => builder.set_buckets_for_metric(Matcher::Full(measured.name.to_owned()), ends),
    })
}

fn describe() {
    for measured in &MEASURED {
        let unit = match measured.unit {
            MeasuredUnit::Count => Unit::Count,
            MeasuredUnit::Seconds => Unit::Seconds,
            MeasuredUnit::Bytes => Unit::Bytes,
        };
        match measured.kind {
            MeasuredKind::Counter => describe_counter!(measured.name, unit, measured.meaning),
            MeasuredKind::Gauge => describe_gauge!(measured.name, unit, measured.meaning),
            MeasuredKind::Histogram(_) => describe_histogram!(measured.name, unit, measured.meaning),
        }
    }
    gauge!(BUILD_INFO, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Everything recorded, as text; what only the moment tells is asked for now.
fn rendered() -> String {
    let Some(recording) = RECORDING.get() else { return String::new() };
    gauge!(UPTIME).set(recording.since.elapsed().as_secs_f64());
    if let Some(kibibytes) = resident_kibibytes() {
        gauge!(MEMORY).set(f64::from(kibibytes) * 1_024.0);
    }
    recording.handle.render()
}

/// The memory that this process occupies; none where the machine does not tell it like Linux.
fn resident_kibibytes() -> Option<u32> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix("kB")?.trim().parse().ok()
}

async fn keep_up() {
    let mut pause = interval(UPKEEP_PAUSE);
    loop {
        pause.tick().await;
        if let Some(recording) = RECORDING.get() {
            recording.handle.run_upkeep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measurement_can_be_recorded() {
        assert!(builder().is_ok());
        if cfg!(target_os = "linux") {
            assert!(resident_kibibytes().is_some_and(|kibibytes| kibibytes > 1_000));
        }
    }
}
