//! Who came to a lesson, and what is done when the parties see it differently.

use chrono::TimeDelta;

use super::{Attendance, Booking, BookingError, BookingStatus};
use crate::{
    ids::{DisputeId, UserId},
    payment::{Dispute, DisputeKind, DisputeStatus},
    time::Instant,
};

impl Booking {
    /// Opens an owner's claim that the trainer did not come.
    ///
    /// It is open from the start of the lesson until it is completed by itself, also where the
    /// trainer completed it earlier.
    ///
    /// # Errors
    ///
    /// [`BookingError::AttendanceClosed`] outside of that.
    pub fn claim_no_show(
        &self,
        id: DisputeId,
        user: UserId,
        auto_complete_after: TimeDelta,
        now: Instant,
    ) -> Result<Dispute, BookingError> {
        let is_open = self.session.start() <= now
            && now < self.session.end().saturating_add(auto_complete_after);
        let is_claimable = match self.status {
            BookingStatus::Accepted => true,
            BookingStatus::Completed => self.attendance == Some(Attendance::Attended),
            BookingStatus::Pending | BookingStatus::Cancelled => false,
        };
        if !(is_open && is_claimable) {
            return Err(BookingError::AttendanceClosed);
        }
        Ok(self.dispute(id, user, now))
    }

    /// Opens an owner's objection to having stayed away.
    ///
    /// # Errors
    ///
    /// [`BookingError::AttendanceClosed`] unless the lesson was completed so, within `window`.
    pub fn contest_no_show(
        &self,
        id: DisputeId,
        user: UserId,
        window: TimeDelta,
        now: Instant,
    ) -> Result<Dispute, BookingError> {
        let is_open = self.attendance == Some(Attendance::OwnerNoShow)
            && self.completed_at.is_some_and(|at| now < at.saturating_add(window));
        if is_open { Ok(self.dispute(id, user, now)) } else { Err(BookingError::AttendanceClosed) }
    }

    /// Sets who came to a completed lesson, as an admin decides it.
    ///
    /// # Errors
    ///
    /// [`BookingError::AttendanceClosed`] if it is not completed.
    pub fn amend_attendance(
        self,
        attendance: Attendance,
        now: Instant,
    ) -> Result<Self, BookingError> {
        if self.status != BookingStatus::Completed {
            return Err(BookingError::AttendanceClosed);
        }
        Ok(Self { attendance: Some(attendance), updated_at: now, ..self })
    }

    fn dispute(&self, id: DisputeId, user: UserId, now: Instant) -> Dispute {
        Dispute {
            id,
            kind: DisputeKind::Attendance,
            booking: self.id,
            payment: None,
            amount: None,
            status: DisputeStatus::Open,
            opened_by: Some(user),
            provider_reference: None,
            closed_at: None,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Dispute {
    /// Closes a dispute over attendance by what an admin decided: lost where the trainer did not
    /// come, won otherwise.
    #[must_use]
    pub fn close(self, attendance: Attendance, now: Instant) -> Self {
        let status = match attendance {
            Attendance::TrainerNoShow => DisputeStatus::Lost,
            Attendance::Attended | Attendance::OwnerNoShow => DisputeStatus::Won,
        };
        Self { status, closed_at: Some(now), updated_at: now, ..self }
    }
}
