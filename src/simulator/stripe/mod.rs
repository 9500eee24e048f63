//! A simulated Stripe on loopback: checkout sessions over its API, a checkout page that takes no card, and signed events to a webhook.
//! No money moves, and nothing of it is kept.

mod api;
mod checkout_page;
mod checkout_request;
mod dashboard;
mod delivery;
mod emitted_event;
mod page_frame;
mod running;
mod script;
mod server;
mod session;
mod shapes;
mod till;

pub use delivery::{Delivered, SignedEvent};
pub use running::{Debit, Refund, RunningStripe};
pub use script::{StripeFault, StripeRequest};
pub use server::{SimulatedStripe, StripeOptions};
