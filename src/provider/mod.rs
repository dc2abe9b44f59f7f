//! Payment providers: what they report, what they are asked for, and nothing about any one of them.
//!
//! A service puts its provider's client behind [`PaymentProvider`] and hands over what it reports as
//! [`ProviderEvent`]s. Every call carries an [`IdempotencyKey`] that is derived from our ids, so that it can
//! be repeated after any failure. The module `stripe` has the wire form of one provider; the feature
//! `testing` brings a `FakeProvider` that misbehaves on command.

mod event;
#[cfg(feature = "testing")]
pub mod fake;
mod port;
mod record;

pub use event::{DisputeOutcome, Happening, PayoutOutcome, ProviderEvent, RefundOutcome};
pub use port::{
    Answer, Continuation, CreatePayment, IdempotencyKey, PaymentAnswer, PaymentCall,
    PaymentOutcome, PaymentProvider, ProviderError, RefundPayment, Transfer, TransferOutcome,
};
pub use record::ProviderEventRecord;

use crate::text::Token;

/// The payment provider, as a token; `stripe` for Stripe.
pub type Provider = Token;
