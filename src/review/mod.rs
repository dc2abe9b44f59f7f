//! Reviews of completed lessons.
//!
//! An owner reviews each lesson once, and may edit that for a while; its trainer answers once; an admin
//! hides what must not be seen. A trainer's [`Rating`](crate::trainer::Rating) is the sum and the number of
//! the reviews that count.
//!
//! # Example: a hidden review counts nowhere
//!
//! ```
//! use chrono::TimeDelta;
//! use sitstay::{
//!     conformance::fixtures::{Fixtures, between, completed, days_later},
//!     review::{Points, Review},
//! };
//!
//! let make = Fixtures::new();
//! let lesson = completed(make.booking(&make.cast(), between("09:00", "10:00")));
//! let (points, words) = (Points::new(5)?, "Rex listens now.".parse()?);
//! let (window, now) = (TimeDelta::days(60), days_later(lesson.session.end(), 1));
//! let review = Review::write(make.id(), &lesson, points, words, window, now)?;
//! assert_eq!(review.counted().sum, 5);
//! assert_eq!(review.hide(now)?.counted().count, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod model;
mod rules;

pub use error::ReviewError;
pub use model::{Points, Review};
