//! Reviews of completed lessons.

mod error;
mod model;
mod rules;

pub use error::ReviewError;
pub use model::{Points, Review};
