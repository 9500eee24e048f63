//! What changed between two reviews of one connection, and whether its customer is to be told by mail.

use sha2::{Digest, Sha256};

use crate::account::{ChangeCounts, MailId, Notice};
use crate::assessment::{Assessment, Change, Movement, compare};
use crate::ports::{QueuedNotice, ReviewOrigin, ReviewRecord, ReviewState, Store, StoreFailure};

/// The review before this one that can be compared with it: done, of the same connection, with the same places against the same choice.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn review_before(store: &dyn Store, review: &ReviewRecord) -> Result<Option<ReviewRecord>, StoreFailure> {
    let all = store.reviews(&review.customer).await?;
    let is_comparable = |other: &ReviewRecord| {
        other.id != review.id
            && other.connection == review.connection
            && other.ordered_at <= review.ordered_at
            && matches!(other.state, ReviewState::Done { .. })
            && other.order == review.order
    };
    // Newest first.
    Ok(all.into_iter().find(is_comparable))
}

/// What changed since the review before; none when there is none.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn change_since(store: &dyn Store, review: &ReviewRecord, assessment: &Assessment) -> Result<Option<Since>, StoreFailure> {
    let Some(before) = review_before(store, review).await? else { return Ok(None) };
    let Some(previous) = store.assessment(&review.customer, &before.id).await? else { return Ok(None) };
    Ok(Some(Since { change: compare(&previous, assessment), before }))
}

/// A change and since when. No `Debug`: customer text.
pub struct Since {
    /// What changed.
    pub change: Change,
    /// The review before.
    pub before: ReviewRecord,
}

/// A change in numbers.
fn change_counts(change: &Change) -> ChangeCounts {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    ChangeCounts {
        gained: count(change.gained()),
        lost: count(change.lost()),
        no_longer_assessable: count(change.count(Movement::NoLongerAssessable)),
        files_new: count(change.files.added()),
        files_vanished: count(change.files.vanished()),
        files_changed: count(change.files.changed()),
        is_catalog_changed: change.catalog_changed || change.engine_changed,
    }
}

/// The letter about a review that is done, if one is due: a scheduled review that found something changed since the review before.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn notice_of(
    store: &dyn Store,
    review: &ReviewRecord,
    before: Option<&ReviewRecord>,
    assessment: &Assessment,
) -> Result<Option<QueuedNotice>, StoreFailure> {
    let Some(before) = before.filter(|_| review.origin == ReviewOrigin::Scheduled) else { return Ok(None) };
    let Some(previous) = store.assessment(&review.customer, &before.id).await? else { return Ok(None) };
    let counts = change_counts(&compare(&previous, assessment));
    Ok(counts.is_anything().then(|| {
        let notice = Notice::ReviewChanged {
            review: review.id.clone(),
            connection: review.connection.clone(),
            counts,
            is_complete: assessment.complete,
        };
        queued(review, format!("review {} changed", review.id), notice)
    }))
}

/// A letter to the customer of a review. Its id is made from its occasion, so that the same letter has the same `Message-ID` wherever and
/// however often it is made.
#[must_use]
pub fn queued(review: &ReviewRecord, occasion: String, notice: Notice) -> QueuedNotice {
    QueuedNotice { id: mail_id(&occasion), customer: review.customer.clone(), occasion, notice }
}

/// The id of the letter of an occasion.
#[must_use]
pub fn mail_id(occasion: &str) -> MailId {
    let digest: [u8; 32] = Sha256::digest(occasion.as_bytes()).into();
    MailId::of(digest.iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte)))
}
