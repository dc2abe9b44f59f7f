//! Bookings: the row, its state machine, and every rule by which it is made, moved and ended.
//!
//! A request is decided on [`RequestFacts`]; its answer is a [`Booking`] or a [`Refusal`] with every
//! reason. What can be done to a booking, by whom and when, is the table [`EDGES`], which is drawn in
//! the [guide](crate::guide::architecture#a-booking).
//!
//! # Example: a trainer accepts, and an owner can no longer withdraw
//!
//! ```
//! use chrono::TimeDelta;
//! use sitstay::{
//!     booking::{BookingError, BookingStatus, Occasion, Taker, Verb},
//!     conformance::fixtures::{Fixtures, at, between},
//! };
//!
//! let make = Fixtures::new();
//! let cast = make.cast();
//! let pending = make.booking(&cast, between("09:00", "10:00"));
//! let by = |taker, user| Occasion {
//!     taker,
//!     user: Some(user),
//!     now: at("08:00"),
//!     parties_active: true,
//!     auto_complete_after: TimeDelta::hours(24),
//! };
//! let accepted = pending.accept(&by(Taker::Trainer, cast.trainer_user.id))?;
//! assert_eq!(accepted.status, BookingStatus::Accepted);
//!
//! let refused = accepted.cancel(Verb::Withdraw, &by(Taker::Owner, cast.owner_user.id), None);
//! assert!(matches!(refused, Err(BookingError::NoEdge { .. })));
//! # Ok::<(), sitstay::booking::BookingError>(())
//! ```

mod attendance;
mod edge;
mod error;
mod inquiry;
mod model;
mod moving;
mod reading;
mod request;
mod reschedule;
mod series;
mod status;
mod transitions;

pub use edge::{Condition, EDGES, Edge, Taker, Verb};
pub use error::{BookingError, OccurrenceRefusal, Refusal};
pub use inquiry::{Inquiry, Offer, Wish};
pub(crate) use model::check_session;
pub use model::{Booking, Cancellation, Claim, Resource, WallStart};
pub use moving::MAX_MOVES;
pub use request::RequestFacts;
pub use reschedule::{ProposalStatus, Proposer, Reschedule};
pub use series::{Occurrence, Series};
pub use status::{Attendance, BookingStatus, CancelKind};
pub use transitions::Occasion;
