//! Stripe's wire form: signatures, amounts, events and requests.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod amount;
mod bodies;
mod event;
mod example;
mod request;
mod signature;
mod webhook;
