//! The verbs that take a booking along an edge of its state machine.

use chrono::TimeDelta;

use super::{
    Attendance, Booking, BookingError, BookingStatus, Cancellation, Condition, Edge, Taker, Verb,
};
use crate::{ids::UserId, money::BasisPoints, text::Reason, time::Instant};

/// What the conditions of an edge are checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// Who takes the edge.
    pub taker: Taker,
    /// The user behind it; `None` for the system.
    pub user: Option<UserId>,
    /// The current instant.
    pub now: Instant,
    /// Whether both parties are active.
    pub parties_active: bool,
    /// How long after its end the system completes a lesson.
    pub auto_complete_after: TimeDelta,
}

impl Booking {
    /// Accepts a pending booking.
    ///
    /// # Errors
    ///
    /// [`BookingError`] names the condition of the edge that does not hold.
    pub fn accept(self, occasion: &Occasion) -> Result<Self, BookingError> {
        self.follow(Verb::Accept, occasion, None)?;
        Ok(Self {
            status: BookingStatus::Accepted,
            hold_expires_at: None,
            accepted_at: Some(occasion.now),
            updated_at: occasion.now,
            ..self
        })
    }

    /// Ends a booking without a lesson, by one of the verbs that cancel.
    ///
    /// # Errors
    ///
    /// [`BookingError`] names the condition of the edge that does not hold.
    pub fn cancel(
        self,
        verb: Verb,
        occasion: &Occasion,
        reason: Option<Reason>,
    ) -> Result<Self, BookingError> {
        let edge = self.follow(verb, occasion, reason.as_ref())?;
        let Some(kind) = edge.cancel_kind else {
            return Err(BookingError::NoEdge { verb, from: self.status, taker: occasion.taker });
        };
        Ok(Self {
            status: BookingStatus::Cancelled,
            hold_expires_at: None,
            cancellation: Some(Cancellation { kind, at: occasion.now, by: occasion.user, reason }),
            updated_at: occasion.now,
            ..self
        })
    }

    /// Completes a lesson that is over.
    ///
    /// # Errors
    ///
    /// [`BookingError`] names the condition of the edge that does not hold.
    pub fn complete(
        self,
        occasion: &Occasion,
        attendance: Attendance,
    ) -> Result<Self, BookingError> {
        self.follow(Verb::Complete, occasion, None)?;
        Ok(Self {
            status: BookingStatus::Completed,
            completed_at: Some(occasion.now),
            attendance: Some(attendance),
            updated_at: occasion.now,
            ..self
        })
    }

    fn follow(
        &self,
        verb: Verb,
        occasion: &Occasion,
        reason: Option<&Reason>,
    ) -> Result<&'static Edge, BookingError> {
        let edge = Edge::find(verb, self.status, occasion.taker).ok_or(BookingError::NoEdge {
            verb,
            from: self.status,
            taker: occasion.taker,
        })?;
        for condition in edge.conditions {
            self.require(*condition, occasion, reason)?;
        }
        Ok(edge)
    }

    fn require(
        &self,
        condition: Condition,
        occasion: &Occasion,
        reason: Option<&Reason>,
    ) -> Result<(), BookingError> {
        let now = occasion.now;
        let waits = match occasion.taker {
            Taker::System => occasion.auto_complete_after,
            Taker::Owner | Taker::Trainer | Taker::Admin => TimeDelta::zero(),
        };
        let (holds, error) = match condition {
            Condition::HoldRuns => (!self.is_lapsed(now), BookingError::Lapsed),
            Condition::HoldLapsed => (self.is_lapsed(now), BookingError::HoldRuns),
            Condition::BeforeStart => (now < self.session.start(), BookingError::Started),
            Condition::PartiesActive => (occasion.parties_active, BookingError::PartySuspended),
            Condition::ReasonGiven => (reason.is_some(), BookingError::ReasonMissing),
            Condition::Ended => {
                (self.session.end().saturating_add(waits) <= now, BookingError::NotOver)
            }
            // Both are decided where a booking is made.
            Condition::Bookable | Condition::AutoAccept => return Ok(()),
        };
        if holds { Ok(()) } else { Err(error) }
    }

    /// Returns the part of the price that goes back when the booking ends by `verb`.
    ///
    /// The tiers of the cancellation policy apply to the owner's cancellation of an accepted
    /// booking, capped by what applied at earlier moves; everything else, and any cancellation
    /// while the trainer is suspended, gives all of it back.
    #[must_use]
    pub fn refund_share(
        &self,
        verb: Verb,
        taker: Taker,
        trainer_suspended: bool,
        now: Instant,
    ) -> BasisPoints {
        let is_owners_cancellation =
            verb == Verb::Cancel && taker == Taker::Owner && self.status == BookingStatus::Accepted;
        if !is_owners_cancellation || trainer_suspended {
            return BasisPoints::FULL;
        }
        self.policy_share(now).min(self.refund_cap)
    }

    /// Returns the share that the cancellation policy gives at `now`.
    #[must_use]
    pub fn policy_share(&self, now: Instant) -> BasisPoints {
        let zone = self.wall_start.zone.zone();
        self.cancellation_policy.refund_share(self.session.start(), &zone, now)
    }
}
