use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    case::{Case, found, side},
    moving::{BookingMoved, MoveFacts, accept, query},
};
use crate::{
    audit::{Event, Subject, SubjectKind},
    booking::{BookingError, ProposalStatus, Proposer, Reschedule, Taker},
    command::CommandKind,
    ids::{BookingId, RescheduleId},
    notification::NotificationKind,
    platform::{
        Error,
        execute::{Command, Loading},
        schedule::range_around,
        work::Work,
    },
    repository::{BookingFile, Caller, RepositoryError, Versioned},
    time::Instant,
};

/// Agrees to the other side's proposal, which is decided again and then carried out.
///
/// # Errors
///
/// [`BookingError::Refused`] if the proposed time is gone; the booking stays as it is then.
/// [`BookingError::ProposalClosed`] and [`BookingError::WrongSide`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptProposal {
    /// Of which booking.
    pub booking: BookingId,
    /// Which proposal.
    pub proposal: RescheduleId,
    /// The proposed start, as it was shown to whoever agrees.
    pub start: Instant,
}

/// Turns the other side's proposal down.
///
/// # Errors
///
/// [`BookingError::ProposalClosed`] and [`BookingError::WrongSide`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclineProposal {
    /// Of which booking.
    pub booking: BookingId,
    /// Which proposal.
    pub proposal: RescheduleId,
}

/// Takes one's own proposal back.
///
/// # Errors
///
/// [`BookingError::ProposalClosed`] and [`BookingError::WrongSide`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawProposal {
    /// Of which booking.
    pub booking: BookingId,
    /// Which proposal.
    pub proposal: RescheduleId,
}

/// A proposal that is not open any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalClosed {
    /// Which proposal.
    pub proposal: RescheduleId,
    /// How it was closed.
    pub status: ProposalStatus,
}

const fn proposer(taker: Taker) -> Option<Proposer> {
    match taker {
        Taker::Owner => Some(Proposer::Owner),
        Taker::Trainer => Some(Proposer::Trainer),
        Taker::Admin | Taker::System => None,
    }
}

/// The open proposal of that id, which must be of the side that is asked for.
fn open_proposal(
    file: &BookingFile,
    id: RescheduleId,
    taker: Taker,
    own: bool,
    now: Instant,
) -> Result<&Versioned<Reschedule>, Error> {
    let proposal = file.proposal.as_ref().filter(|proposal| proposal.id == id);
    // Only open ones are loaded: to a party, any other is closed.
    let proposal = proposal.filter(|proposal| proposal.is_open(now));
    let proposal = proposal.ok_or(BookingError::ProposalClosed)?;
    if (proposer(taker) == Some(proposal.proposer)) != own {
        return Err(BookingError::WrongSide.into());
    }
    Ok(proposal)
}

#[async_trait]
impl Command for AcceptProposal {
    const KIND: CommandKind = CommandKind::AcceptProposal;
    type Outcome = BookingMoved;
    type Facts = MoveFacts;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, MoveFacts), RepositoryError> {
        let query = query(range_around(self.start, self.start), loading.call.now);
        loading.repository.move_file(loading.caller, self.booking, query).await
    }

    fn decide(&self, facts: MoveFacts, work: &mut Work<'_>) -> Result<BookingMoved, Error> {
        let (file, schedule) = facts.ok_or(Error::NotFound(SubjectKind::Booking))?;
        let taker = side(work.acting, &file)?;
        let proposal = open_proposal(&file, self.proposal, taker, false, work.now())?;
        if proposal.session.start() != self.start {
            // Whoever agrees saw another start than the one that would be booked.
            return Err(Error::NotFound(SubjectKind::Reschedule));
        }
        accept(&file, &schedule, proposal.proposer, proposal.session, work)
    }
}

fn close(
    facts: Option<BookingFile>,
    id: RescheduleId,
    status: ProposalStatus,
    work: &mut Work<'_>,
) -> Result<ProposalClosed, Error> {
    let file = found(facts)?;
    let taker = side(work.acting, &file)?;
    let own = status == ProposalStatus::Withdrawn;
    let proposal = open_proposal(&file, id, taker, own, work.now())?;
    let closed = proposal.clone().into_value().close(status, work.now())?;
    work.changes.update(proposal.with(closed));
    let (proposal, booking) = (id, file.booking.id);
    let (event, kind) = if own {
        (Event::ProposalWithdrawn { proposal, booking }, NotificationKind::ProposalWithdrawn)
    } else {
        (Event::ProposalDeclined { proposal, booking }, NotificationKind::ProposalDeclined)
    };
    work.record(event);
    let about = Subject::new(SubjectKind::Reschedule, id);
    Case::from(&file).tell_about(work, about, Some(kind), Some(kind));
    Ok(ProposalClosed { proposal: id, status })
}

#[async_trait]
impl Command for DeclineProposal {
    const KIND: CommandKind = CommandKind::DeclineProposal;
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
        close(facts, self.proposal, ProposalStatus::Declined, work)
    }
}

#[async_trait]
impl Command for WithdrawProposal {
    const KIND: CommandKind = CommandKind::WithdrawProposal;
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
        close(facts, self.proposal, ProposalStatus::Withdrawn, work)
    }
}
