//! Moving a booking to another time: at once, or by a proposal that the other side answers.

use chrono::TimeDelta;

use super::{
    Booking, BookingError, BookingStatus, ProposalStatus, Proposer, Refusal, Reschedule, WallStart,
};
use crate::{
    availability::{Calendar, Grid, Nearest, Reason, Session},
    error::InvalidValue,
    ids::{RescheduleId, UserId},
    money::BasisPoints,
    time::{Instant, Interval},
    trainer::Trainer,
};

/// How often an owner may move a booking.
pub const MAX_MOVES: u16 = 3;

impl Booking {
    /// Says whether the owner moves the booking at once, without asking.
    ///
    /// A pending one always; an accepted one where the trainer accepts requests for services at
    /// once anyway.
    #[must_use]
    pub const fn moves_at_once(&self, trainer: &Trainer) -> bool {
        match self.status {
            BookingStatus::Pending => true,
            BookingStatus::Accepted => trainer.policy.auto_accept && self.service.is_some(),
            BookingStatus::Cancelled | BookingStatus::Completed => false,
        }
    }

    /// Checks that the booking may be moved at the wish of one side.
    ///
    /// # Errors
    ///
    /// [`BookingError`] if it is not active, lapsed or begun, or a party is suspended; and for the
    /// owner if notice is too short or it was moved often enough.
    pub fn check_movable(
        &self,
        by: Proposer,
        trainer: &Trainer,
        parties_active: bool,
        now: Instant,
    ) -> Result<(), BookingError> {
        if !self.status.is_active() {
            return Err(BookingError::Ended);
        }
        if self.is_lapsed(now) {
            return Err(BookingError::Lapsed);
        }
        if self.session.start() <= now {
            return Err(BookingError::Started);
        }
        if !parties_active {
            return Err(BookingError::PartySuspended);
        }
        if by == Proposer::Owner {
            if self.session.start().saturating_add(-trainer.policy.scheduling.notice()) <= now {
                return Err(BookingError::TooLateToMove);
            }
            if self.reschedules >= MAX_MOVES {
                return Err(BookingError::MovedTooOften { max: MAX_MOVES });
            }
        }
        Ok(())
    }

    /// Decides whether the booking fits another start, and returns the new session.
    ///
    /// `calendar` leaves the booking itself out: a move does not collide with itself.
    ///
    /// # Errors
    ///
    /// [`BookingError::NotMoved`] at its own start, else [`BookingError::Refused`] with every
    /// reason.
    pub fn check_target(
        &self,
        start: Instant,
        by: Proposer,
        calendar: &Calendar,
    ) -> Result<Interval, BookingError> {
        if start == self.session.start() {
            return Err(BookingError::NotMoved);
        }
        let session = self.shape()?;
        let grid = match by {
            Proposer::Owner if self.service.is_some() => Grid::Kept,
            Proposer::Owner | Proposer::Trainer => Grid::Waived,
        };
        let mut reasons = calendar.reasons(session, start, grid);
        if !start.is_whole_minute() {
            reasons = Reason::InvalidInterval.into();
        }
        if reasons.is_empty() {
            return Ok(session.lesson(start)?);
        }
        Err(BookingError::Refused(Refusal { start, reasons, nearest: None }))
    }

    /// Finds the starts nearest to `start` that the booking could be moved to.
    #[must_use]
    pub fn nearest(&self, start: Instant, calendar: &Calendar) -> Option<Nearest> {
        let (shape, own) = (self.shape().ok()?, self.session.start());
        let nearest = calendar.nearest(shape, start);
        // The calendar leaves the booking out, so its own start looks free; it is no move.
        Some(Nearest {
            before: match nearest.before {
                Some(before) if before == own => calendar.nearest(shape, own).before,
                before => before,
            },
            after: match nearest.after {
                Some(after) if after == own => calendar.nearest(shape, own).after,
                after => after,
            },
        })
    }

    fn shape(&self) -> Result<Session, InvalidValue> {
        let minutes = u32::try_from(self.session.duration().num_minutes()).unwrap_or(0);
        let (before, after) = (self.buffer_before_minutes, self.buffer_after_minutes);
        Session::new(minutes, before.into(), after.into())
    }

    /// Moves the booking to a session that was checked; row, id, payment and price stay.
    ///
    /// A move never improves a refund: one that the owner made keeps the smallest share that
    /// applied at any of them, one that the trainer made gives all of it back again.
    #[must_use]
    pub fn moved(self, session: Interval, by: Proposer, trainer: &Trainer, now: Instant) -> Self {
        let old_start = self.session.start();
        let hold = TimeDelta::minutes(trainer.policy.hold_minutes.into());
        let refund_cap = match (by, self.status) {
            (Proposer::Trainer, _) => BasisPoints::FULL,
            (Proposer::Owner, BookingStatus::Accepted) => {
                self.refund_cap.min(self.policy_share(now))
            }
            (Proposer::Owner, _) => self.refund_cap,
        };
        Self {
            session,
            wall_start: WallStart::of(session.start(), &trainer.time_zone.zone()),
            hold_expires_at: self
                .hold_expires_at
                .map(|_| self.created_at.saturating_add(hold).min(session.start())),
            refund_cap,
            rescheduled_from: Some(old_start),
            reschedules: self.reschedules + u16::from(by == Proposer::Owner),
            updated_at: now,
            ..self
        }
    }

    /// Proposes another session that was checked.
    #[must_use]
    pub fn propose(
        &self,
        id: RescheduleId,
        session: Interval,
        by: Proposer,
        user: UserId,
        trainer: &Trainer,
        now: Instant,
    ) -> Reschedule {
        let hold = TimeDelta::minutes(trainer.policy.hold_minutes.into());
        let expires_at = now.saturating_add(hold).min(self.session.start()).min(session.start());
        Reschedule {
            id,
            booking: self.id,
            proposer: by,
            proposed_by: user,
            session,
            status: ProposalStatus::Open,
            expires_at,
            closed_at: None,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Reschedule {
    /// Closes an open proposal.
    ///
    /// # Errors
    ///
    /// [`BookingError::ProposalClosed`] if it is not open, or lapsed and to be closed otherwise
    /// than as expired.
    pub fn close(self, status: ProposalStatus, now: Instant) -> Result<Self, BookingError> {
        let expires = status == ProposalStatus::Expired;
        if self.status != ProposalStatus::Open || !(expires || self.is_open(now)) {
            return Err(BookingError::ProposalClosed);
        }
        Ok(Self { status, closed_at: Some(now), updated_at: now, ..self })
    }
}
