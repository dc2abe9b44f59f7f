//! Quotes: prices that were shown and hold for a while.
//!
//! A quote keeps everything that a price depends on. A booking that is [made of it](Quote::book)
//! charges exactly what was shown.

mod error;
mod model;
mod verbs;

pub use error::QuoteError;
pub use model::Quote;
