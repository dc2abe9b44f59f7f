//! Bookings: the row, its state machine, and every rule by which it is made, moved and ended.

mod model;
mod reschedule;
mod series;
mod status;

pub use model::{Booking, Cancellation, Claim, Resource, WallStart};
pub use reschedule::{ProposalStatus, Proposer, Reschedule};
pub use series::Series;
pub use status::{Attendance, BookingStatus, CancelKind};
