//! When a connection is reviewed again by itself. The next time is computed elsewhere; here stands what was chosen.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{ConnectionId, CustomerId};

/// How often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "every")]
pub enum Recurrence {
    /// Each week, on the weekday and at the hour of the schedule's beginning.
    Week,
    /// Each month, on the first, at the hour of the schedule's beginning.
    Month,
    /// By a cron expression of five fields (minute, hour, day of month, month, day of week).
    Cron {
        /// The expression.
        expression: String,
    },
}

/// A schedule as kept: at most one for each connection. It repeats an order that was made by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Whose.
    pub customer: CustomerId,
    /// How often.
    pub recurrence: Recurrence,
    /// Name of the time zone by which it goes (IANA): `Europe/Berlin`.
    pub zone: String,
    /// The next time.
    pub next_at: Timestamp,
}
