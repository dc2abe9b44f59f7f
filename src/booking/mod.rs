//! Bookings: the row, its state machine, and every rule by which it is made, moved and ended.

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
