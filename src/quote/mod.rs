//! Quotes: prices that were shown and hold for a while.
//!
//! A quote keeps everything that a price depends on. A booking that is made of it charges exactly
//! [what was shown](Quote::offer), on the terms that were shown. It holds no time.
//! [`RequestQuote`](crate::platform::RequestQuote) asks for one, and
//! [`RequestBooking`](crate::platform::RequestBooking) uses it.

mod error;
mod model;
mod verbs;

pub use error::QuoteError;
pub use model::Quote;
