//! The log of the service: one JSON object a line, on stderr. It holds ids, counts, durations and errors in our words; never a file name,
//! an address, a token or a quote.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::app::environment;

/// What is logged when nothing is set: our own events, and warnings of the crates below.
const USUAL: &str = "warn,crosswalk=info";

/// Begins to log. `CROSSWALK_LOG` takes another filter, such as `crosswalk=debug`; statements of the database are never logged, since
/// they could hold values. A second call changes nothing.
pub fn begin_logging() {
    let filter = environment::text("CROSSWALK_LOG").unwrap_or_else(|| USUAL.to_owned());
    let mut filter = EnvFilter::try_new(&filter).unwrap_or_else(|_| EnvFilter::new(USUAL));
    for silent in ["sqlx=off", "sea_orm=off", "hyper=warn", "reqwest=off", "h2=warn", "rustls=warn", "tower_http=off"] {
        if let Ok(directive) = silent.parse() {
            filter = filter.add_directive(directive);
        }
    }
    // Fails only when somebody logs already.
    let _ = fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
