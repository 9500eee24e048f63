//! The worker: takes reviews from the queue, holds their leases while they run, and ends each exactly once. It calls `workflow` for the
//! work itself, and knows neither a database nor Google.

mod duties;
mod ended;
mod measuring;
mod progress;
mod shutdown;
mod terms;
mod under_lease;
mod worker;

pub use duties::Duties;
pub use shutdown::Shutdown;
pub use terms::WorkerTerms;
pub use worker::{Step, Worker};
