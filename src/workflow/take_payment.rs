//! Paying for the detailed report of a review: the checkout is begun, what Stripe tells is taken, and what it did not tell is asked for.
//! Nobody's card is seen here; whether a payment stands is told by its events alone.

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;
use url::Url;

use crate::account::{Customer, Payment, PaymentEvent, PaymentFact, PaymentId, PaymentStanding, Price, ReviewId};
use crate::ports::{Checkout, CheckoutPage, EventOutcome, Opened, PaymentFailure, Payments, SessionNow, Store, StoreFailure};
use crate::workflow::measuring::{self, EventOutcome as Counted};
use crate::workflow::what_changed::mail_id;

/// An event comes within minutes, if it comes: before that nobody asks.
const EVENT_PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// Stripe tries to deliver an event for three days, a checkout is open for one, and a bank debit may take three weeks to come or fail.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24 * 30);
/// A checkout begun so long ago is closed, whatever Stripe still knows of it.
const CLOSED_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// Payments asked for at one time.
const MOST_LOOKED_UP: u64 = 50;
/// After so many answers that were none it is left for the next time: letters and schedules wait meanwhile.
const MOST_TROUBLES: usize = 3;

/// Why there is no page to pay on.
#[derive(Debug, Error)]
pub enum CheckoutTrouble {
    /// Stripe.
    #[error(transparent)]
    Payments(#[from] PaymentFailure),
    /// What is kept.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// An address of ours could not be put together; a mistake of ours.
    #[error("an address to come back to is none")]
    Address,
}

/// What became of the wish to pay.
pub enum CheckoutBegun {
    /// The page to pay on.
    Page(CheckoutPage),
    /// Nothing is to be paid (any more).
    Settled(Payment),
    /// The customer has no such review, or it has no result.
    NoReview,
}

/// What is to be paid for, and how much.
pub struct CheckoutWish<'a> {
    /// Who pays.
    pub customer: &'a Customer,
    /// For which review.
    pub review: &'a ReviewId,
    /// How much.
    pub price: Price,
    /// The id of the payment, if it is a new one.
    pub new_id: PaymentId,
    /// The address of this service.
    pub public_url: &'a Url,
}

/// Begins a checkout, or leads to the one that is open. Pressing the button twice, or in two browsers, pays once.
///
/// # Errors
/// See [`CheckoutTrouble`].
pub async fn begin_checkout(
    store: &dyn Store,
    payments: &dyn Payments,
    wish: CheckoutWish<'_>,
    now: Timestamp,
) -> Result<CheckoutBegun, CheckoutTrouble> {
    let mut opened = store.open_payment(&wish.customer.id, wish.review, wish.price, &wish.new_id, now).await?;
    if let Opened::Open(payment @ Payment { session: Some(session), .. }) = &opened {
        match looked_up(payments, payment, session, now).await? {
            // Begun again it would be refused as soon as anything about it changed: the customer's e-mail address, say.
            SessionNow::Open(page) => return Ok(CheckoutBegun::Page(page)),
            // Its page is closed: it was paid, or ran out. What Stripe says of it decides what is to be done.
            SessionNow::Told(event) => {
                take_event(store, &event, now).await?;
                opened = store.open_payment(&wish.customer.id, wish.review, wish.price, &wish.new_id, now).await?;
            }
            SessionNow::Unclear => {}
        }
    }
    let payment = match opened {
        Opened::Open(payment) => payment,
        Opened::Settled(payment) => return Ok(CheckoutBegun::Settled(payment)),
        Opened::NoReview => return Ok(CheckoutBegun::NoReview),
    };
    let back = |path: String| wish.public_url.join(&path).map_err(|_| CheckoutTrouble::Address);
    let page = payments
        .begin(&Checkout {
            payment: payment.id.clone(),
            review: wish.review.clone(),
            customer: wish.customer.id.clone(),
            price: payment.price,
            email: wish.customer.identity.verified_email.clone(),
            success_url: back(format!("/reviews/{}/paid", wish.review))?,
            cancel_url: back(format!("/reviews/{}#report", wish.review))?,
        })
        .await?;
    store.note_session(&payment.id, &page.session).await?;
    Ok(CheckoutBegun::Page(page))
}

/// Takes an event of Stripe.
///
/// # Errors
/// See [`StoreFailure`]; Stripe will deliver it again.
pub async fn take_event(store: &dyn Store, event: &PaymentEvent, now: Timestamp) -> Result<EventOutcome, StoreFailure> {
    let recorded = store.record_event(event, &mail_id(&format!("payment event {}", event.id)), now).await;
    measuring::payment_event(
        Some(&event.fact),
        match &recorded {
            Ok(EventOutcome::Applied { .. }) => Counted::Taken,
            Ok(EventOutcome::Repeated) => Counted::Repeated,
            Ok(EventOutcome::Unknown) => Counted::Unknown,
            Err(_) => Counted::Failed,
        },
    );
    let outcome = recorded?;
    match &outcome {
        EventOutcome::Applied { payment, before } => {
            tracing::info!(payment = %payment.id, event = %event.id, before = before.word(), after = payment.standing.word(), "an event of a payment");
            if payment.standing == PaymentStanding::Mismatch {
                tracing::error!(payment = %payment.id, "another amount or currency was paid than asked for; nothing is unlocked, look at Stripe");
            }
            if payment.standing == PaymentStanding::Disputed && *before != PaymentStanding::Disputed {
                tracing::error!(payment = %payment.id, "a payment is disputed; its report is locked, answer the dispute at Stripe");
            }
            let is_news = payment.standing.paid_at().is_some() && before.paid_at().is_none();
            if is_news && store.review(&payment.customer, &payment.review).await?.is_none() {
                tracing::error!(payment = %payment.id, "a review was paid that was deleted meanwhile; give the money back at Stripe");
            }
        }
        EventOutcome::Repeated => tracing::debug!(event = %event.id, "an event came again"),
        EventOutcome::Unknown => tracing::warn!(event = %event.id, "an event names no payment that is here"),
    }
    Ok(outcome)
}

/// What Stripe says of a checkout; of one that it does not know (any more), that it ran out, once it is certain that nobody can pay on it.
/// Without that a payment begun under another key would keep its customer from ever paying for that review.
async fn looked_up(payments: &dyn Payments, payment: &Payment, session: &str, now: Timestamp) -> Result<SessionNow, PaymentFailure> {
    match payments.look_up(session, now).await {
        Err(PaymentFailure::NotThere { .. })
            if payment.standing == PaymentStanding::Open && now.duration_since(payment.opened_at) > CLOSED_AFTER =>
        {
            Ok(SessionNow::Told(PaymentEvent {
                id: format!("not-there-{}", payment.id),
                at: now,
                payment: Some(payment.id.clone()),
                payment_intent: None,
                fact: PaymentFact::Expired,
            }))
        }
        answer => answer,
    }
}

/// Asks Stripe about payments of which no event has come: one may have been lost, or this service was down for longer than Stripe tries.
/// How many stand otherwise now. One of which nothing can be learnt keeps none of the others from being asked after.
///
/// # Errors
/// The store does not answer, or Stripe does not again and again.
pub async fn look_after_payments(store: &dyn Store, payments: &dyn Payments, now: Timestamp) -> Result<u64, CheckoutTrouble> {
    let ago = |span: SignedDuration| now.checked_sub(span).unwrap_or(Timestamp::MIN);
    let (mut changed, mut troubles) = (0, 0);
    for payment in store.unsettled_payments(ago(LOOK_BACK), ago(EVENT_PATIENCE), MOST_LOOKED_UP).await? {
        let Some(session) = &payment.session else { continue };
        match looked_up(payments, &payment, session, now).await {
            Ok(SessionNow::Open(_) | SessionNow::Unclear) => {}
            Ok(SessionNow::Told(event)) => {
                if let EventOutcome::Applied { payment, before } = take_event(store, &event, now).await?
                    && payment.standing != before
                {
                    changed += 1;
                }
            }
            Err(failure @ PaymentFailure::NotThere { .. }) => {
                tracing::warn!(payment = %payment.id, %failure, "the checkout of a payment is not to be found");
            }
            Err(failure @ (PaymentFailure::Misconfigured { .. } | PaymentFailure::Unreachable { .. })) => {
                tracing::warn!(payment = %payment.id, %failure, "a payment could not be asked after");
                troubles += 1;
                if troubles == MOST_TROUBLES {
                    return Err(failure.into());
                }
            }
        }
    }
    Ok(changed)
}
