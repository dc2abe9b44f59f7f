//! Lessons: asked for, answered, moved, called off, completed.

mod answer;
pub(super) mod asking;
mod attendance;
mod cancel;
mod case;
mod complete;
mod due;
mod moving;
mod proposals;
mod request;
mod series;

pub use answer::{AcceptBooking, DeclineBooking, WithdrawBooking};
pub use attendance::{
    AmendAttendance, AttendanceAmended, ClaimNoShow, ContestNoShow, NoShowDisputed,
};
pub use cancel::{BookingEnded, CancelBooking, CancelSeries, SeriesCancelled};
pub(super) use case::{Case, found, no_party_as_admin, side};
pub use complete::{CompleteBooking, LessonCompleted};
pub use due::{ExpireBooking, ExpireProposal, ReleaseTime, SendReminder};
pub use moving::{BookingMoved, MoveBooking, MoveOutcome, ProposeMove};
pub use proposals::{AcceptProposal, DeclineProposal, ProposalClosed, WithdrawProposal};
pub use request::{RequestBooking, Requested};
pub use series::{RequestSeries, SeriesRequested};
