//! What a customer decides about findings. It is kept for the reviews of the connection, and changes no verdict.

use jiff::Timestamp;
use thiserror::Error;

use crate::account::{CustomerId, DecidedPlace, Decision, DecisionId, DecisionKind, DecisionText};
use crate::assessment::Assessment;
use crate::ports::{AuditAction, ReviewRecord, Store, StoreFailure};
use crate::workflow::sign_in::note;

/// Longest text of one field, in characters.
pub const LONGEST_TEXT: usize = 2_000;
/// Longest name.
pub const LONGEST_NAME: usize = 200;

/// Why nothing was decided.
#[derive(Debug, Error)]
pub enum DecisionTrouble {
    /// The review has no such clause or requirement.
    #[error("the review has no such clause")]
    NoSuchPlace,
    /// There is no name, and a decision without one is nobody's.
    #[error("the name is missing")]
    NoName,
    /// There is no reason, where one is needed.
    #[error("the reason is missing")]
    NoReason,
    /// No evidence is named, or nobody who takes care.
    #[error("what is named is missing")]
    NothingNamed,
    /// A text is longer than anybody reads.
    #[error("a text is too long")]
    TooLong,
    /// The connection is gone, or has thousands of decisions.
    #[error("it could not be kept")]
    NotKept,
    /// What is kept.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// Keeps a decision about a finding of a review.
///
/// # Errors
/// See [`DecisionTrouble`].
pub async fn decide(
    store: &dyn Store,
    review: &ReviewRecord,
    assessment: &Assessment,
    wish: (DecidedPlace, DecisionText),
    new_id: DecisionId,
    now: Timestamp,
) -> Result<(), DecisionTrouble> {
    let (place, text) = wish;
    if !is_in(assessment, &place) {
        return Err(DecisionTrouble::NoSuchPlace);
    }
    check(&text)?;
    let decision = Decision { id: new_id, customer: review.customer.clone(), connection: review.connection.clone(), place, text, at: now };
    if !store.decide(&decision).await? {
        return Err(DecisionTrouble::NotKept);
    }
    note(store, &review.customer, AuditAction::Decided, Some(decision.id.as_str()), now).await;
    Ok(())
}

/// Takes a decision back. False when there is none.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn withdraw(store: &dyn Store, customer: &CustomerId, id: &DecisionId, now: Timestamp) -> Result<bool, StoreFailure> {
    let is_withdrawn = store.withdraw(customer, id).await?;
    if is_withdrawn {
        note(store, customer, AuditAction::DecisionWithdrawn, Some(id.as_str()), now).await;
    }
    Ok(is_withdrawn)
}

fn is_in(assessment: &Assessment, place: &DecidedPlace) -> bool {
    let mut findings = assessment.findings.iter().filter(|finding| finding.standard == place.standard && finding.clause == place.clause);
    findings.any(|finding| place.constraint.as_ref().is_none_or(|id| finding.constraints.iter().any(|constraint| constraint.id == *id)))
}

fn check(text: &DecisionText) -> Result<(), DecisionTrouble> {
    let (named, longest_named, needs_reason) = match &text.kind {
        DecisionKind::NotApplicable | DecisionKind::AcceptedGap | DecisionKind::Disputed => (None, 0, true),
        DecisionKind::EvidenceNamed { evidence } => (Some(evidence), LONGEST_TEXT, true),
        DecisionKind::Assigned { owner, .. } => (Some(owner), LONGEST_NAME, false),
    };
    let is_longer = |text: &str, most: usize| text.chars().count() > most;
    if text.name.trim().is_empty() {
        return Err(DecisionTrouble::NoName);
    }
    if named.is_some_and(|named| named.trim().is_empty()) {
        return Err(DecisionTrouble::NothingNamed);
    }
    if needs_reason && text.reason.trim().is_empty() {
        return Err(DecisionTrouble::NoReason);
    }
    let is_too_long = is_longer(&text.name, LONGEST_NAME)
        || is_longer(&text.reason, LONGEST_TEXT)
        || named.is_some_and(|named| is_longer(named, longest_named));
    if is_too_long { Err(DecisionTrouble::TooLong) } else { Ok(()) }
}
