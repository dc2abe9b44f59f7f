use serde::Serialize;

use super::{BookingStatus, Taker, Verb};
use crate::{
    availability::{Nearest, Reason, Reasons},
    error::{ErrorKind, InvalidValue},
    money::MoneyError,
    time::Instant,
};

/// Why a time was refused, and what is free instead.
///
/// It never carries anybody's ids or times but the caller's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The start that was asked for.
    pub start: Instant,
    /// Every reason, in order.
    pub reasons: Reasons,
    /// The nearest bookable starts, where the request itself could be met at another time.
    pub nearest: Option<Nearest>,
}

/// Why one lesson of a series was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OccurrenceRefusal {
    /// Which lesson, from 0.
    pub index: u16,
    /// The local date on which it would be.
    pub local_date: chrono::NaiveDate,
    /// Its start; `None` where the clocks skip the wall-clock time on that date.
    pub start: Option<Instant>,
    /// Every reason, in order.
    pub reasons: Reasons,
}

/// Why a rule of bookings turned something down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BookingError {
    /// The lesson cannot be booked at that time; 409, or 404 where it is `not_found`.
    #[error("the lesson cannot be booked: {}", codes(&.0.reasons))]
    Refused(Refusal),
    /// Some lessons of the series cannot be booked, so none was; 409, or 404 as above.
    #[error("{} lessons of the series cannot be booked", .0.len())]
    SeriesRefused(Vec<OccurrenceRefusal>),
    /// No edge leads from the booking's status by that verb for that party; 409.
    #[error("a booking that is {from} cannot {verb} by {taker}")]
    NoEdge {
        /// What was tried.
        verb: Verb,
        /// Where the booking stands.
        from: BookingStatus,
        /// Who tried.
        taker: Taker,
    },
    /// The booking is neither pending nor accepted; 409.
    #[error("the booking has ended")]
    Ended,
    /// The hold has run out; 409.
    #[error("the hold of the request has run out")]
    Lapsed,
    /// The hold still runs; 409.
    #[error("the hold of the request has not run out")]
    HoldRuns,
    /// The lesson has begun; 409.
    #[error("the lesson has begun")]
    Started,
    /// The lesson is not over, or not long enough; 409.
    #[error("the lesson is not over")]
    NotOver,
    /// The lesson is too far away to remind anybody of it; 409.
    #[error("the lesson is not near")]
    NotNear,
    /// One of the parties is suspended; 409.
    #[error("one of the parties is suspended")]
    PartySuspended,
    /// A reason must be given; 422.
    #[error("a reason must be given")]
    ReasonMissing,
    /// The owner moved the booking as often as is allowed; 409.
    #[error("the booking was moved {max} times already")]
    MovedTooOften {
        /// How often it may be moved.
        max: u16,
    },
    /// It is too late for the owner to move the booking; 409.
    #[error("it is too late to move the booking")]
    TooLateToMove,
    /// The booking is there already; 422.
    #[error("the booking is at that time already")]
    NotMoved,
    /// Another proposal to move the booking is open; 409.
    #[error("another proposal to move the booking is open")]
    ProposalOpen,
    /// The proposal is not open any more; 409.
    #[error("the proposal is not open")]
    ProposalClosed,
    /// The party made the proposal itself, or did not; 409.
    #[error("the proposal is the other side's to answer")]
    WrongSide,
    /// The attendance cannot be claimed, contested or amended any more, or not yet; 409.
    #[error("the attendance cannot be disputed now")]
    AttendanceClosed,
    /// The trainer was paid out what the lesson earned, or is about to be; 409.
    #[error("what the lesson earned is paid out")]
    PaidOut,
    /// The attendance is disputed already, or was; 409.
    #[error("the attendance was disputed already")]
    AlreadyDisputed,
    /// The series has no lesson that could be cancelled; 409.
    #[error("no lesson of the series can be cancelled")]
    NothingToCancel,
    /// The price cannot be charged; see the source. 422.
    #[error("the price cannot be charged")]
    Money(#[from] MoneyError),
    /// A value is out of its bounds; 422.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

fn codes(reasons: &Reasons) -> String {
    reasons.iter().map(Reason::code).collect::<Vec<_>>().join(", ")
}

impl BookingError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "booking.refused",
            Self::SeriesRefused(_) => "booking.series_refused",
            Self::NoEdge { .. } => "booking.no_edge",
            Self::Ended => "booking.ended",
            Self::Lapsed => "booking.lapsed",
            Self::HoldRuns => "booking.hold_runs",
            Self::Started => "booking.started",
            Self::NotOver => "booking.not_over",
            Self::NotNear => "booking.not_near",
            Self::PartySuspended => "booking.party_suspended",
            Self::ReasonMissing => "booking.reason_missing",
            Self::MovedTooOften { .. } => "booking.moved_too_often",
            Self::TooLateToMove => "booking.too_late_to_move",
            Self::NotMoved => "booking.not_moved",
            Self::ProposalOpen => "booking.proposal_open",
            Self::ProposalClosed => "booking.proposal_closed",
            Self::WrongSide => "booking.wrong_side",
            Self::AttendanceClosed => "booking.attendance_closed",
            Self::PaidOut => "booking.paid_out",
            Self::AlreadyDisputed => "booking.already_disputed",
            Self::NothingToCancel => "booking.nothing_to_cancel",
            Self::Money(error) => error.code(),
            Self::Invalid(error) => error.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::SeriesRefused(refusals)
                if refusals.iter().any(|refused| refused.reasons.contains(Reason::NotFound)) =>
            {
                ErrorKind::NotFound
            }
            Self::Refused(refusal) if refusal.reasons.contains(Reason::NotFound) => {
                ErrorKind::NotFound
            }
            Self::ReasonMissing | Self::NotMoved => ErrorKind::Invalid,
            Self::Money(error) => error.kind(),
            Self::Invalid(error) => error.kind(),
            _ => ErrorKind::Conflict,
        }
    }
}
