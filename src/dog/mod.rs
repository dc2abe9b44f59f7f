//! Dogs and their photos.
//!
//! A dog belongs to one owner, and is in one lesson at a time, whoever gives it. One that is removed
//! keeps its lessons and can be booked for no more.
//!
//! # Example: a dog leaves once nothing is booked
//!
//! ```
//! use sitstay::{
//!     conformance::fixtures::{Fixtures, at},
//!     dog::DogError,
//! };
//!
//! let rex = Fixtures::new().cast().dog;
//! let has_booking = true;
//! assert_eq!(rex.clone().remove(has_booking, at("08:00")), Err(DogError::HasActiveBooking));
//! assert!(!rex.remove(!has_booking, at("08:00"))?.is_kept());
//! # Ok::<(), sitstay::dog::DogError>(())
//! ```

mod error;
mod model;

pub use error::DogError;
pub use model::{Dog, DogFacts, DogPhoto, DogSize};
