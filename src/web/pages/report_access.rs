//! How the detailed report of a review can be had: it is open to this customer, it is to be paid for, or it is not offered. It decides
//! nothing: that is the payment's and the entitlement's.

use crate::account::{CustomerId, EntitlementBasis, Payment, PaymentStanding};
use crate::ports::{ReviewRecord, ReviewState};
use crate::web::Service;
use crate::web::error::Told;
use crate::web::pages::when::day;
use crate::web::service::Offer;
use crate::workflow::deliver_report::{ReportFormat, entitlement, right};

/// The way to a report, as pages show it.
pub(super) enum ReportAccess {
    /// It can be read and downloaded.
    Open {
        /// On what right, in a sentence.
        why: String,
        /// What it can be downloaded as: the word in the address, and what it is called.
        formats: Vec<(&'static str, &'static str)>,
    },
    /// It is to be paid for.
    Sold {
        /// Price, in words.
        price: String,
        /// What has become of an earlier payment; none when there was none.
        earlier: Option<&'static str>,
    },
    /// Nobody may pay (again) now.
    Waiting {
        /// Why, and what happens next.
        words: &'static str,
    },
    /// There is none to be had.
    NotOffered,
}

impl ReportAccess {
    /// The way to the report of a review that is done.
    pub(super) async fn of(service: &Service, review: &ReviewRecord) -> Result<Self, Told> {
        if let Some(right) = entitlement(&*service.store, review, service.entitlement_terms()).await? {
            let why = match right.basis() {
                EntitlementBasis::Paid { at, .. } => format!("Paid on {}.", day(*at)),
                EntitlementBasis::CoveredBy { until, .. } => {
                    format!("Included in an earlier payment for this connection, which covers reviews until {}.", day(*until))
                }
                EntitlementBasis::Free => "Free on this installation.".to_owned(),
            };
            return Ok(Self::Open { why, formats: formats() });
        }
        let Offer::Sold { price, note } = &service.facts.offer else { return Ok(Self::NotOffered) };
        let payments = service.store.payments(&review.customer).await?;
        let mut of_review = payments.iter().filter(|payment| payment.review == review.id);
        // One that waits or is disputed counts before a newer one that was only begun.
        if let Some(words) = of_review.clone().find_map(waiting) {
            return Ok(Self::Waiting { words });
        }
        Ok(Self::Sold { price: format!("{price}{note}"), earlier: of_review.find_map(earlier) })
    }
}

fn waiting(payment: &Payment) -> Option<&'static str> {
    match payment.standing {
        PaymentStanding::Pending => Some(
            "Your payment is on its way; with bank debits that takes some days. The report opens by itself when the money is there. There is \
             nothing to do, and nothing to be paid again.",
        ),
        PaymentStanding::Disputed => Some(
            "The bank behind the payment disputes it, so the report is locked until that is settled. Nothing you decided is lost. If this \
             comes as a surprise, write to us.",
        ),
        PaymentStanding::Open
        | PaymentStanding::Paid { .. }
        | PaymentStanding::Mismatch
        | PaymentStanding::Failed
        | PaymentStanding::Expired
        | PaymentStanding::Refunded => None,
    }
}

fn earlier(payment: &Payment) -> Option<&'static str> {
    match payment.standing {
        PaymentStanding::Failed => Some("Your last payment did not come through. Nothing was taken."),
        PaymentStanding::Refunded => Some("Your payment was given back, so the report is locked. What you decided about findings is kept."),
        PaymentStanding::Mismatch => {
            Some("A payment came in that is not the price of this report, so nothing was opened. Write to us before you pay again.")
        }
        PaymentStanding::Expired => Some("The payment page you opened before ran out. Nothing was taken."),
        PaymentStanding::Open | PaymentStanding::Pending | PaymentStanding::Paid { .. } | PaymentStanding::Disputed => None,
    }
}

/// A report that will be deleted together with something, offered for download before.
pub(super) struct ReportGoing {
    pub(super) id: String,
    pub(super) reviewed_on: String,
    pub(super) formats: Vec<(&'static str, &'static str)>,
}

/// Reports of these reviews of one customer that the customer has a right to.
pub(super) async fn reports_going(service: &Service, customer: &CustomerId, reviews: &[&ReviewRecord]) -> Result<Vec<ReportGoing>, Told> {
    let terms = service.entitlement_terms();
    // Once for all of them: a schedule makes many reviews in a year.
    let payments = if terms.is_free { Vec::new() } else { service.store.payments(customer).await? };
    let going = reviews.iter().filter_map(|review| {
        let ReviewState::Done { at, .. } = review.state else { return None };
        right(review, &payments, terms)?;
        Some(ReportGoing { id: review.id.to_string(), reviewed_on: day(at), formats: formats() })
    });
    Ok(going.collect())
}

fn formats() -> Vec<(&'static str, &'static str)> {
    ReportFormat::ALL.map(|format| (format.word(), format.in_words())).to_vec()
}
