//! The billing adapter against the simulated Stripe over real HTTP, and both against Stripe's own library for Node.js.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

mod asking;
mod events;
mod house;
mod independent;
mod pages;
mod signatures;
