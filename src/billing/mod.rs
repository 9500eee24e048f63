//! Payments through Stripe: a checkout is begun, its events are verified and read, a session is looked up. Two calls and one HMAC, written
//! here, because that is less than any library of it. No card is ever seen, no document is ever named, and nothing is kept.

mod api;
mod call_failure;
mod checkout_form;
mod event;
mod patience;
mod payments;
mod session;
mod signature;

pub use patience::Patience;
pub use payments::StripePayments;
