//! Payment providers: what they report, what they are asked for, and nothing about any one of them.

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
