//! Payment providers: what they report, what they are asked for, and nothing about any one of them.

mod event;

pub use event::{DisputeOutcome, Happening, PayoutOutcome, ProviderEvent, RefundOutcome};

use crate::text::Token;

/// The payment provider, as a token; `stripe` for Stripe.
pub type Provider = Token;
