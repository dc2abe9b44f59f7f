//! Dogs and their photos.

mod error;
mod model;

pub use error::DogError;
pub use model::{Dog, DogFacts, DogPhoto, DogSize};
