//! What the system does to bookings when it is due.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    cancel::BookingEnded,
    case::{Case, found},
    proposals::ProposalClosed,
};
use crate::{
    audit::{Event, Subject, SubjectKind},
    booking::{BookingError, BookingStatus, ProposalStatus, Taker, Verb},
    command::CommandKind,
    ids::{BookingId, RescheduleId},
    notification::{NotificationKind, Reminder},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{BookingFile, Caller, RepositoryError},
};

/// Ends a request whose hold has run out, as the system.
///
/// # Errors
///
/// [`BookingError`] if it is not pending, or its hold still runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpireBooking {
    /// Which booking.
    pub booking: BookingId,
}

/// Closes a proposal that ran out, or whose booking has ended, as the system.
///
/// # Errors
///
/// [`BookingError::ProposalOpen`] if it still waits for an answer, [`BookingError::ProposalClosed`]
/// if it was closed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpireProposal {
    /// Of which booking.
    pub booking: BookingId,
    /// Which proposal.
    pub proposal: RescheduleId,
}

/// Releases the trainer's time that a completed lesson still claims, as the system.
///
/// # Errors
///
/// [`BookingError::NotOver`] unless the lesson is completed and its time, with buffers, is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReleaseTime {
    /// Which booking.
    pub booking: BookingId,
}

/// Reminds the parties of an accepted lesson that is near, once for its start, as the system.
///
/// # Errors
///
/// [`BookingError::Ended`] if it is not accepted, [`BookingError::Started`] if it has begun,
/// [`BookingError::NotNear`] if it is not near yet, for instance because it has just been moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendReminder {
    /// Which booking.
    pub booking: BookingId,
}

#[async_trait]
impl Command for ExpireBooking {
    const KIND: CommandKind = CommandKind::ExpireBooking;
    type Outcome = BookingEnded;
    type Facts = Option<BookingFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<BookingFile>), RepositoryError> {
        loading.repository.booking_file(loading.caller, self.booking).await
    }

    fn decide(
        &self,
        facts: Option<BookingFile>,
        work: &mut Work<'_>,
    ) -> Result<BookingEnded, Error> {
        let file = found(facts)?;
        let refund_due = Case::from(&file).end(work, Verb::Expire, Taker::System, None)?;
        Ok(BookingEnded { booking: self.booking, refund_due })
    }
}

#[async_trait]
impl Command for ExpireProposal {
    const KIND: CommandKind = CommandKind::ExpireProposal;
    type Outcome = ProposalClosed;
    type Facts = Option<BookingFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<BookingFile>), RepositoryError> {
        loading.repository.booking_file(loading.caller, self.booking).await
    }

    fn decide(
        &self,
        facts: Option<BookingFile>,
        work: &mut Work<'_>,
    ) -> Result<ProposalClosed, Error> {
        let file = found(facts)?;
        let proposal = file.proposal.as_ref().filter(|known| known.id == self.proposal);
        let proposal = proposal.ok_or(BookingError::ProposalClosed)?;
        if proposal.is_open(work.now()) && file.booking.status.is_active() {
            return Err(BookingError::ProposalOpen.into());
        }
        let case = Case::from(&file);
        case.close_proposal(work)?;
        let about = Subject::new(SubjectKind::Reschedule, self.proposal);
        let kind = Some(NotificationKind::ProposalExpired);
        case.tell_about(work, about, kind, kind);
        Ok(ProposalClosed { proposal: self.proposal, status: ProposalStatus::Expired })
    }
}

#[async_trait]
impl Command for ReleaseTime {
    const KIND: CommandKind = CommandKind::ReleaseTime;
    type Outcome = ();
    type Facts = Option<BookingFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<BookingFile>), RepositoryError> {
        loading.repository.booking_file(loading.caller, self.booking).await
    }

    fn decide(&self, facts: Option<BookingFile>, work: &mut Work<'_>) -> Result<(), Error> {
        let file = found(facts)?;
        let is_over = file.booking.occupied().end() <= work.now();
        if file.booking.status != BookingStatus::Completed || !is_over {
            return Err(BookingError::NotOver.into());
        }
        work.changes.update(file.booking.clone());
        work.changes.release(self.booking);
        work.record(Event::TimeReleased { booking: self.booking });
        Ok(())
    }
}

#[async_trait]
impl Command for SendReminder {
    const KIND: CommandKind = CommandKind::SendReminder;
    type Outcome = ();
    type Facts = Option<BookingFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<BookingFile>), RepositoryError> {
        loading.repository.booking_file(loading.caller, self.booking).await
    }

    fn decide(&self, facts: Option<BookingFile>, work: &mut Work<'_>) -> Result<(), Error> {
        let file = found(facts)?;
        let now = work.now();
        if file.booking.status != BookingStatus::Accepted {
            return Err(BookingError::Ended.into());
        }
        let starts_at = file.booking.session.start();
        if starts_at <= now {
            return Err(BookingError::Started.into());
        }
        if starts_at >= now.saturating_add(work.policy.remind_before) {
            return Err(BookingError::NotNear.into());
        }
        // A lesson that is cancelled or moved at this moment gets no reminder of its old time.
        work.changes.expect(&file.booking);
        let reminder =
            Reminder { id: work.next_id(), booking: self.booking, starts_at, created_at: now };
        work.changes.append(reminder);
        work.record(Event::ReminderSent { booking: self.booking, starts_at });
        let kind = Some(NotificationKind::LessonReminder);
        Case::from(&file).tell(work, kind, kind);
        Ok(())
    }
}
