use chrono::{NaiveDateTime, TimeDelta};
use serde::Serialize;
use uuid::Uuid;

use super::{Attendance, BookingStatus, CancelKind};
use crate::{
    cancellation::CancellationPolicy,
    error::{InvalidValue, Problem, within},
    ids::{BookingId, DogId, OwnerId, SeriesId, ServiceId, TrainerId, UserId},
    money::{BasisPoints, Money, Price},
    text::Reason,
    time::{Instant, Interval, ZoneId},
    trainer::{BUFFER_MAX_MINUTES, LESSON_MAX_MINUTES, LESSON_MIN_MINUTES},
};

/// No zone was or will be a day and two hours away from UTC, in seconds.
const UTC_OFFSET_MAX: i64 = 26 * 3_600 - 1;

/// A lesson that was asked for (table `bookings`).
///
/// Price, fee, buffers and cancellation policy are copied in when it is made and never change
/// with later edits of the service or the trainer's terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Booking {
    /// The key.
    pub id: BookingId,
    /// Who gives the lesson.
    pub trainer: TrainerId,
    /// Who asked for it.
    pub owner: OwnerId,
    /// Which dog it is for.
    pub dog: DogId,
    /// Which service it is; `None` for a custom request.
    pub service: Option<ServiceId>,
    /// From when to when the lesson lasts (columns `start_time` and `end_time`).
    pub session: Interval,
    /// The pause kept free before it, in minutes.
    pub buffer_before_minutes: u16,
    /// The pause kept free after it, in minutes.
    pub buffer_after_minutes: u16,
    /// What the owner pays.
    pub price: Price,
    /// The platform's part of the price.
    pub fee: Money,
    /// What the owner gets back after cancelling.
    pub cancellation_policy: CancellationPolicy,
    /// Where it stands.
    pub status: BookingStatus,
    /// From when a pending booking is lapsed; `None` for every other.
    pub hold_expires_at: Option<Instant>,
    /// The wall clock that the lesson was made for.
    pub wall_start: WallStart,
    /// When the trainer accepted it.
    pub accepted_at: Option<Instant>,
    /// How it was cancelled; present exactly when it is.
    pub cancellation: Option<Cancellation>,
    /// When it was completed.
    pub completed_at: Option<Instant>,
    /// Who came; present exactly when it is completed.
    pub attendance: Option<Attendance>,
    /// The smallest refund share that applied at any move the owner made.
    pub refund_cap: BasisPoints,
    /// The start before the last move.
    pub rescheduled_from: Option<Instant>,
    /// How often it was moved at the owner's wish.
    pub reschedules: u16,
    /// The series it belongs to.
    pub series: Option<SeriesId>,
    /// When it was asked for.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

/// How a booking was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cancellation {
    /// By which edge.
    pub kind: CancelKind,
    /// When.
    pub at: Instant,
    /// By whom; `None` for the system.
    pub by: Option<UserId>,
    /// Why, in the words of who cancelled.
    pub reason: Option<Reason>,
}

/// The wall clock for which a lesson was made, kept beside its instants.
///
/// A later time-zone database may map the same wall clock to another instant; the booking keeps
/// both, and a report lists the ones that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WallStart {
    /// Local date and time of the start.
    pub local: NaiveDateTime,
    /// The trainer's zone at that time.
    pub zone: ZoneId,
    /// The offset from UTC that was in force, in seconds east.
    pub utc_offset: i32,
}

/// Whose time a claim takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Resource {
    /// A trainer's, with buffers.
    Trainer(TrainerId),
    /// A dog's, without.
    Dog(DogId),
}

impl Resource {
    /// Returns the key under which the resource's time is kept.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        match self {
            Self::Trainer(id) => id.as_uuid(),
            Self::Dog(id) => id.as_uuid(),
        }
    }
}

/// Time of one resource that one booking takes (table `occupied`).
///
/// Storage derives claims from bookings: an active one claims its trainer's time with buffers and
/// its dog's time without; a completed one keeps its trainer's until it is released; a cancelled
/// one has none. No two claims of one resource ever overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Claim {
    /// Whose time.
    pub resource: Resource,
    /// Which time.
    pub during: Interval,
    /// By which booking.
    pub booking: BookingId,
}

impl Booking {
    /// Returns the trainer's time that the booking takes while it is active: the session with its
    /// buffers.
    #[must_use]
    pub fn occupied(&self) -> Interval {
        self.session.padded(
            TimeDelta::minutes(i64::from(self.buffer_before_minutes)),
            TimeDelta::minutes(i64::from(self.buffer_after_minutes)),
        )
    }

    /// Returns the claim on the trainer's time.
    #[must_use]
    pub fn trainer_claim(&self) -> Claim {
        Claim {
            resource: Resource::Trainer(self.trainer),
            during: self.occupied(),
            booking: self.id,
        }
    }

    /// Returns the claim on the dog's time.
    #[must_use]
    pub fn dog_claim(&self) -> Claim {
        Claim { resource: Resource::Dog(self.dog), during: self.session, booking: self.id }
    }

    /// Says whether a pending booking's hold has run out by `now`.
    ///
    /// From that instant it blocks nobody and reads as expired, whether or not the row says so yet.
    #[must_use]
    pub fn is_lapsed(&self, now: Instant) -> bool {
        self.status == BookingStatus::Pending
            && self.hold_expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// Says whether the booking takes its trainer's time at `now`.
    ///
    /// Pending and not lapsed, accepted, or completed with the occupied interval not yet over.
    #[must_use]
    pub fn occupies(&self, now: Instant) -> bool {
        match self.status {
            BookingStatus::Pending => !self.is_lapsed(now),
            BookingStatus::Accepted => true,
            BookingStatus::Completed => now < self.occupied().end(),
            BookingStatus::Cancelled => false,
        }
    }

    /// Returns the trainer's part of the price: what the fee leaves.
    #[must_use]
    pub fn trainer_share(&self) -> Money {
        // The fee never exceeds the price and has its currency (see `check`).
        Money::new(self.price.minor() - self.fee.minor(), self.price.currency())
    }

    /// Checks every rule that holds for a stored booking.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first rule that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        let rule = |holds: bool, what, form| {
            if holds { Ok(()) } else { Err(InvalidValue::new(what, Problem::Malformed(form))) }
        };
        check_session(self.session)?;
        within("buffer_before_minutes", self.buffer_before_minutes, 0, BUFFER_MAX_MINUTES)?;
        within("buffer_after_minutes", self.buffer_after_minutes, 0, BUFFER_MAX_MINUTES)?;
        within("fee", self.fee.minor(), 0, self.price.minor())?;
        within("utc_offset", self.wall_start.utc_offset, -UTC_OFFSET_MAX, UTC_OFFSET_MAX)?;
        rule(self.fee.currency() == self.price.currency(), "fee", "in the price's currency")?;
        let status = self.status;
        rule(
            self.hold_expires_at.is_some() == (status == BookingStatus::Pending),
            "hold_expires_at",
            "present exactly while pending",
        )?;
        rule(
            self.hold_expires_at.is_none_or(|expires_at| expires_at <= self.session.start()),
            "hold_expires_at",
            "at the start at the latest",
        )?;
        rule(
            self.cancellation.is_some() == (status == BookingStatus::Cancelled),
            "cancelled_at",
            "present exactly when cancelled",
        )?;
        let completed = status == BookingStatus::Completed;
        rule(
            self.completed_at.is_some() == completed && self.attendance.is_some() == completed,
            "completed_at",
            "present with an attendance exactly when completed",
        )?;
        rule(
            self.accepted_at.is_some() || !(completed || status == BookingStatus::Accepted),
            "accepted_at",
            "present once accepted",
        )
    }
}

/// Checks the length of a lesson: whole minutes, 5 to 1,440.
pub(crate) fn check_session(session: Interval) -> Result<(), InvalidValue> {
    let minutes = session.duration().num_minutes();
    within("lesson_minutes", minutes, LESSON_MIN_MINUTES, LESSON_MAX_MINUTES)?;
    if session.duration() == TimeDelta::minutes(minutes) {
        Ok(())
    } else {
        Err(InvalidValue::new("lesson_minutes", Problem::Malformed("whole minutes")))
    }
}
