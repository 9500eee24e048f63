//! Re-reviews by a schedule: when the next one is due, and ordering it when its time has come. It reads no document.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use thiserror::Error;

use crate::account::{ConnectionId, CustomerId, Recurrence, ReviewId, Schedule};
use crate::ports::{AuditAction, PlannedReview, ReviewOrder, Store, StoreFailure, Ticked};
use crate::workflow::sign_in::note;

/// Two reviews of one connection are at least so far apart.
const SHORTEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// So many coming times are looked at for that.
const TIMES_TRIED: usize = 12;
/// No expression of five fields is longer.
const LONGEST_EXPRESSION: usize = 100;

/// What is wrong with a wish for a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleMistake {
    /// There is no such time zone.
    #[error("there is no such time zone; names look like Europe/Berlin")]
    Zone,
    /// The expression is none.
    #[error("the expression is not understood: {detail}")]
    Expression {
        /// What is wrong with it.
        detail: String,
    },
    /// It is an expression, but its time never comes.
    #[error("this expression never comes true, as 30 February never does")]
    Never,
    /// It would review more often than makes sense.
    #[error("this expression comes true more often than once an hour")]
    TooOften,
}

/// The next time after `after`. `before` is the time it was due last, or when it was set up: weekly and monthly times keep its hour.
///
/// # Errors
/// See [`ScheduleMistake`].
pub fn next_time(recurrence: &Recurrence, zone: &str, before: Timestamp, after: Timestamp) -> Result<Timestamp, ScheduleMistake> {
    let zone = TimeZone::get(zone).map_err(|_| ScheduleMistake::Zone)?;
    let (before, after) = (before.to_zoned(zone.clone()), after.to_zoned(zone));
    let next = match recurrence {
        Recurrence::Week => stepped(&before, &after, |at| at.checked_add(1.week())),
        Recurrence::Month => stepped(&before, &after, |at| at.checked_add(1.month())?.with().day(1).build()),
        Recurrence::Cron { expression } => {
            Some(parsed(expression)?.find_next_occurrence(&after, false).map_err(|_| ScheduleMistake::Never)?)
        }
    };
    next.map(|at| at.timestamp()).ok_or(ScheduleMistake::Never)
}

/// Steps on from `before` until `after` is passed: what was missed meanwhile is not made up for.
fn stepped(before: &Zoned, after: &Zoned, step: impl Fn(&Zoned) -> Result<Zoned, jiff::Error>) -> Option<Zoned> {
    let mut at = step(before).ok()?;
    while at <= *after {
        at = step(&at).ok()?;
    }
    Some(at)
}

fn parsed(expression: &str) -> Result<Cron, ScheduleMistake> {
    if expression.len() > LONGEST_EXPRESSION {
        return Err(ScheduleMistake::Expression { detail: format!("it is longer than {LONGEST_EXPRESSION} characters") });
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser.parse(expression.trim()).map_err(|error| ScheduleMistake::Expression { detail: error.to_string() })
}

/// Refuses what would come true more often than makes sense. For a new wish only: where clocks are put forward by half an hour two times of a
/// schedule may be nearer to each other once a year, which is no reason to end it.
fn refuse_too_often(recurrence: &Recurrence, zone: &str, first: Timestamp) -> Result<(), ScheduleMistake> {
    let Recurrence::Cron { expression } = recurrence else { return Ok(()) };
    let zone = TimeZone::get(zone).map_err(|_| ScheduleMistake::Zone)?;
    let mut last = first;
    for next in parsed(expression)?.iter_after(first.to_zoned(zone)).take(TIMES_TRIED) {
        let next = next.timestamp();
        if next.duration_since(last) < SHORTEST_PAUSE {
            return Err(ScheduleMistake::TooOften);
        }
        last = next;
    }
    Ok(())
}

/// What a customer chose.
pub struct ScheduleWish {
    /// Of which connection.
    pub connection: ConnectionId,
    /// How often.
    pub recurrence: Recurrence,
    /// By which time zone.
    pub zone: String,
    /// What is reviewed each time.
    pub order: ReviewOrder,
}

/// Why no schedule was set.
#[derive(Debug, Error)]
pub enum ScheduleTrouble {
    /// What was asked for.
    #[error(transparent)]
    Mistake(#[from] ScheduleMistake),
    /// What is kept.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// Sets the schedule of a connection. None when the customer has no such connection.
///
/// # Errors
/// See [`ScheduleTrouble`].
pub async fn set_schedule(
    store: &dyn Store,
    customer: &CustomerId,
    wish: ScheduleWish,
    now: Timestamp,
) -> Result<Option<Schedule>, ScheduleTrouble> {
    let next_at = next_time(&wish.recurrence, &wish.zone, now, now)?;
    refuse_too_often(&wish.recurrence, &wish.zone, next_at)?;
    let schedule =
        Schedule { connection: wish.connection, customer: customer.clone(), recurrence: wish.recurrence, zone: wish.zone, next_at };
    if !store.set_schedule(&schedule, &wish.order).await? {
        return Ok(None);
    }
    note(store, customer, AuditAction::Scheduled, Some(schedule.connection.as_str()), now).await;
    Ok(Some(schedule))
}

/// Removes it. False when there was none.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn remove_schedule(
    store: &dyn Store,
    customer: &CustomerId,
    connection: &ConnectionId,
    now: Timestamp,
) -> Result<bool, StoreFailure> {
    let is_removed = store.remove_schedule(customer, connection).await?;
    if is_removed {
        note(store, customer, AuditAction::ScheduleRemoved, Some(connection.as_str()), now).await;
    }
    Ok(is_removed)
}

/// Orders the review whose time came first, if any has come. Several workers may do this at the same time: a time orders once.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn order_due_review(store: &dyn Store, new_id: ReviewId, now: Timestamp) -> Result<Option<Ticked>, StoreFailure> {
    let Some(planned) = store.due_schedule(now).await? else { return Ok(None) };
    let PlannedReview { schedule, .. } = &planned;
    let next_at = match next_time(&schedule.recurrence, &schedule.zone, schedule.next_at, now) {
        Ok(next_at) => next_at,
        Err(mistake) => {
            // It was good when it was set; the tables of time zones may have changed since. Nobody is reviewed by a guess.
            tracing::error!(connection = %schedule.connection, %mistake, "a schedule has no next time; it is removed");
            store.remove_schedule(&schedule.customer, &schedule.connection).await?;
            return Ok(Some(Ticked::Late));
        }
    };
    let ticked = store.run_schedule(&planned, next_at, &new_id, now).await?;
    if let Ticked::Ordered(id) = &ticked {
        note(store, &schedule.customer, AuditAction::ReviewOrdered, Some(id.as_str()), now).await;
    }
    Ok(Some(ticked))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn next(recurrence: &Recurrence, zone: &str, before: &str, after: &str) -> Result<String, ScheduleMistake> {
        next_time(recurrence, zone, at(before), at(after)).map(|at| at.to_string())
    }

    fn cron(expression: &str) -> Recurrence {
        Recurrence::Cron { expression: expression.to_owned() }
    }

    #[test]
    fn weeks_and_months_keep_the_hour_of_the_clock_on_the_wall() {
        let now = "2026-03-26T08:30:00Z";
        // Clocks in Berlin are put forward on 29 March 2026: 9:30 on the wall is 7:30 UTC from then on.
        assert_eq!(next(&Recurrence::Week, "Europe/Berlin", now, now).unwrap(), "2026-04-02T07:30:00Z");
        assert_eq!(next(&Recurrence::Month, "Europe/Berlin", now, now).unwrap(), "2026-04-01T07:30:00Z");
        assert_eq!(next(&Recurrence::Week, "UTC", now, now).unwrap(), "2026-04-02T08:30:00Z");
        // A service that stood still for a month does one review, not four.
        assert_eq!(next(&Recurrence::Week, "UTC", now, "2026-04-20T00:00:00Z").unwrap(), "2026-04-23T08:30:00Z");
        assert_eq!(next(&Recurrence::Month, "UTC", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z").unwrap(), "2026-02-01T10:00:00Z");
        assert_eq!(next(&Recurrence::Month, "UTC", "2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z").unwrap(), "2026-03-01T10:00:00Z");
    }

    #[test]
    fn expressions_go_by_their_zone() {
        let now = "2026-11-28T12:00:00Z";
        assert_eq!(next(&cron("0 6 * * 1"), "Europe/Berlin", now, now).unwrap(), "2026-11-30T05:00:00Z");
        assert_eq!(next(&cron("30 2 29 2 *"), "UTC", now, now).unwrap(), "2028-02-29T02:30:00Z");
    }

    #[test]
    fn clocks_that_are_put_forward_by_half_an_hour_end_no_schedule() {
        // On 4 October 2026 half past two follows half past one in thirty minutes on Lord Howe Island.
        let (expression, eve) = (cron("30 1,2 * * *"), "2026-10-03T15:00:00Z");
        assert_eq!(next(&expression, "Australia/Lord_Howe", eve, "2026-10-03T14:00:00Z").unwrap(), eve);
        assert_eq!(next(&expression, "Australia/Lord_Howe", eve, eve).unwrap(), "2026-10-03T15:30:00Z");
    }

    #[test]
    fn what_can_be_no_schedule_is_told() {
        let now = "2026-11-28T12:00:00Z";
        let mistake = |expression: &str| {
            let recurrence = cron(expression);
            let first = next_time(&recurrence, "UTC", at(now), at(now));
            first.and_then(|first| refuse_too_often(&recurrence, "UTC", first)).unwrap_err()
        };
        assert_eq!(mistake("0 0 30 2 *"), ScheduleMistake::Never);
        assert_eq!(mistake("* * * * *"), ScheduleMistake::TooOften);
        assert_eq!(mistake("0,30 4 * * *"), ScheduleMistake::TooOften);
        for junk in ["", "every monday", "0 6 * *", "0 0 6 * * 1", "61 6 * * 1", "0 25 * * *", "@reboot", "\u{0}", &"0".repeat(101)] {
            assert!(matches!(mistake(junk), ScheduleMistake::Expression { .. }), "{junk}: {:?}", mistake(junk));
        }
        for zone in ["", "Berlin", "Mars/Olympus", "../../etc/passwd"] {
            assert_eq!(next(&Recurrence::Week, zone, now, now).unwrap_err(), ScheduleMistake::Zone, "{zone}");
        }
    }
}
