use serde::Serialize;

use super::model::check_session;
use crate::{
    code::codes,
    error::{InvalidValue, Problem},
    ids::{BookingId, RescheduleId, UserId},
    time::{Instant, Interval},
};

codes! {
    /// Where a proposal to move a booking stands.
    pub enum ProposalStatus as "proposal_status" {
        /// Waits for the other side.
        Open = "open",
        /// The other side agreed, and the booking moved.
        Accepted = "accepted",
        /// The other side refused.
        Declined = "declined",
        /// Whoever made it took it back.
        Withdrawn = "withdrawn",
        /// Nobody answered in time, or the booking ended.
        Expired = "expired",
    }
}

codes! {
    /// Which side proposes to move a booking.
    pub enum Proposer as "proposer" {
        /// The owner.
        Owner = "owner",
        /// The trainer.
        Trainer = "trainer",
    }
}

/// A proposal to move a booking (table `reschedule_requests`).
///
/// The old time stays booked and the new time is not held; one may be open per booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reschedule {
    /// The key.
    pub id: RescheduleId,
    /// Which booking it would move.
    pub booking: BookingId,
    /// Which side made it.
    pub proposer: Proposer,
    /// Who made it.
    pub proposed_by: UserId,
    /// Where to.
    pub session: Interval,
    /// Where it stands.
    pub status: ProposalStatus,
    /// From when an open one is lapsed.
    pub expires_at: Instant,
    /// When it stopped being open.
    pub closed_at: Option<Instant>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Reschedule {
    /// Checks the length of the session, and that one that is not open says when it was closed.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first rule that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        check_session(self.session)?;
        if self.closed_at.is_none() == (self.status == ProposalStatus::Open) {
            Ok(())
        } else {
            Err(InvalidValue::new("closed_at", Problem::Malformed("present exactly once closed")))
        }
    }

    /// Says whether the proposal still waits for an answer at `now`.
    #[must_use]
    pub fn is_open(&self, now: Instant) -> bool {
        self.status == ProposalStatus::Open && now < self.expires_at
    }
}
