//! Quotes: prices that were shown and hold for a while.

mod model;

pub use model::Quote;
