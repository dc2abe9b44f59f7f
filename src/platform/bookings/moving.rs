use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    asking::{alternatives_around, within},
    case::{Case, clear_way, guard_calendar, side},
};
use crate::{
    audit::{Event, Subject, SubjectKind},
    availability::Nearest,
    booking::{Booking, BookingError, ProposalStatus, Proposer, Refusal},
    command::CommandKind,
    ids::{BookingId, RescheduleId, TrainerId},
    notification::NotificationKind,
    platform::{
        Error,
        execute::{Command, Loading},
        schedule::{calendar, range_around},
        work::Work,
    },
    repository::{BookingFile, Caller, RepositoryError, Schedule, ScheduleQuery},
    time::{Instant, Interval},
};

/// Moves a lesson to another start, as its owner.
///
/// A pending one, or any where the trainer accepts requests for services at once, moves at once;
/// otherwise the trainer is asked by a proposal, and the old time stays booked until then.
///
/// # Errors
///
/// [`BookingError::Refused`] with every reason and the nearest bookable starts;
/// [`BookingError::TooLateToMove`], [`BookingError::MovedTooOften`],
/// [`BookingError::ProposalOpen`] and whatever says that the booking is not active.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveBooking {
    /// Which booking.
    pub booking: BookingId,
    /// Where to.
    pub start: Instant,
    /// The id of a new proposal, if one is made; made by the caller.
    pub proposal: RescheduleId,
}

/// Proposes another start for a lesson, as its trainer; it need not lie on the grid.
///
/// # Errors
///
/// As for [`MoveBooking`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProposeMove {
    /// Which booking.
    pub booking: BookingId,
    /// Where to.
    pub start: Instant,
    /// The id of the new proposal, made by the caller.
    pub proposal: RescheduleId,
}

/// A lesson that has another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingMoved {
    /// Which booking.
    pub booking: BookingId,
    /// From when to when it lasts now.
    pub session: Interval,
}

/// What came of the wish to move a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveOutcome {
    /// It has another time.
    Moved(BookingMoved),
    /// The other side is asked.
    Proposed {
        /// By which proposal.
        proposal: RescheduleId,
        /// Until when it can answer.
        expires_at: Instant,
    },
}

pub(super) type MoveFacts = Option<(BookingFile, Schedule)>;

/// The query around a new start; the booking itself says whose time and which dog is meant.
pub(super) fn query(range: Interval, now: Instant) -> ScheduleQuery {
    let trainer = TrainerId::from_uuid(uuid::Uuid::nil());
    ScheduleQuery { trainer, service: None, dog: None, quote: None, range, now }
}

async fn load(
    loading: Loading<'_>,
    booking: BookingId,
    start: Instant,
) -> Result<(Caller, MoveFacts), RepositoryError> {
    let query = query(range_around(start, start), loading.call.now);
    loading.repository.move_file(loading.caller, booking, query).await
}

async fn explain(
    loading: Loading<'_>,
    booking: BookingId,
    start: Instant,
    refusal: Error,
) -> Error {
    match refusal {
        Error::Booking(BookingError::Refused(refusal)) => {
            let nearest = nearest(loading, booking, start).await;
            BookingError::Refused(Refusal { nearest, ..refusal }).into()
        }
        other => other,
    }
}

async fn nearest(loading: Loading<'_>, booking: BookingId, start: Instant) -> Option<Nearest> {
    let now = loading.call.now;
    let range = alternatives_around(start, now)?;
    let query = query(range_around(range.start(), range.end()), now);
    let (_, facts) = loading.repository.move_file(loading.caller, booking, query).await.ok()?;
    let (file, schedule) = facts?;
    let calendar = calendar(&schedule, now, Some(booking)).ok()?;
    Some(within(file.booking.nearest(start, &calendar)?, range))
}

/// A wish to move a booking, decided as far as both sides share it.
struct Target {
    file: BookingFile,
    schedule: Schedule,
    session: Interval,
}

fn check(facts: MoveFacts, start: Instant, by: Proposer, work: &Work<'_>) -> Result<Target, Error> {
    let (file, schedule) = facts.ok_or(Error::NotFound(SubjectKind::Booking))?;
    side(work.acting, &file)?;
    let parties_active = file.owner_party.user.is_active() && file.trainer_party.user.is_active();
    file.booking.check_movable(by, &file.trainer, parties_active, work.now())?;
    let calendar = calendar(&schedule, work.now(), Some(file.booking.id))?;
    let session = file.booking.check_target(start, by, &calendar)?;
    Ok(Target { file, schedule, session })
}

/// Puts a proposal before the other side, in place of one that has lapsed.
fn propose(
    target: &Target,
    id: RescheduleId,
    by: Proposer,
    work: &mut Work<'_>,
) -> Result<MoveOutcome, Error> {
    let Target { file, schedule, session } = target;
    let now = work.now();
    let case = Case::from(file);
    if file.proposal.as_ref().is_some_and(|proposal| proposal.is_open(now)) {
        return Err(BookingError::ProposalOpen.into());
    }
    case.close_proposal(work)?;
    let user = match by {
        Proposer::Owner => file.owner_party.user.id,
        Proposer::Trainer => file.trainer_party.user.id,
    };
    let proposal = file.booking.propose(id, *session, by, user, &file.trainer, now);
    let expires_at = proposal.expires_at;
    work.changes.expect(&file.booking);
    work.changes.expect(&file.owner_party.user);
    work.changes.expect(&file.trainer_party.user);
    work.changes.expect(&schedule.calendar);
    work.changes.insert(proposal);
    work.record(Event::ProposalMade {
        proposal: id,
        booking: file.booking.id,
        proposer: by,
        session: *session,
    });
    let about = Subject::new(SubjectKind::Reschedule, id);
    let kind = Some(NotificationKind::ProposalMade);
    case.tell_about(work, about, kind, kind);
    Ok(MoveOutcome::Proposed { proposal: id, expires_at })
}

/// Moves a booking whose new session was checked, with everything that follows from it.
pub(super) fn carry_out(
    file: &BookingFile,
    schedule: &Schedule,
    session: Interval,
    by: Proposer,
    work: &mut Work<'_>,
) -> Result<BookingMoved, Error> {
    let booking = file.booking.clone().into_value();
    let from = booking.session.start();
    let moved: Booking = booking.moved(session, by, &schedule.trainer, work.now());
    clear_way(work, schedule, &moved, &mut BTreeSet::new())?;
    work.changes.expect(&file.owner_party.user);
    work.changes.expect(&file.trainer_party.user);
    guard_calendar(work, schedule);
    work.changes.update(file.booking.with(moved));
    let (booking, to) = (file.booking.id, session);
    work.record(Event::BookingMoved { booking, from, to, proposer: by });
    let kind = Some(NotificationKind::BookingMoved);
    Case::from(file).tell(work, kind, kind);
    Ok(BookingMoved { booking, session })
}

#[async_trait]
impl Command for MoveBooking {
    const KIND: CommandKind = CommandKind::MoveBooking;
    type Outcome = MoveOutcome;
    type Facts = MoveFacts;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, MoveFacts), RepositoryError> {
        load(loading, self.booking, self.start).await
    }

    fn decide(&self, facts: MoveFacts, work: &mut Work<'_>) -> Result<MoveOutcome, Error> {
        let target = check(facts, self.start, Proposer::Owner, work)?;
        let Target { file, schedule, session } = &target;
        if !file.booking.moves_at_once(&file.trainer) {
            return propose(&target, self.proposal, Proposer::Owner, work);
        }
        Case::from(file).close_proposal(work)?;
        carry_out(file, schedule, *session, Proposer::Owner, work).map(MoveOutcome::Moved)
    }

    async fn explain(&self, loading: Loading<'_>, refusal: Error) -> Error {
        explain(loading, self.booking, self.start, refusal).await
    }
}

#[async_trait]
impl Command for ProposeMove {
    const KIND: CommandKind = CommandKind::ProposeMove;
    type Outcome = MoveOutcome;
    type Facts = MoveFacts;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, MoveFacts), RepositoryError> {
        load(loading, self.booking, self.start).await
    }

    fn decide(&self, facts: MoveFacts, work: &mut Work<'_>) -> Result<MoveOutcome, Error> {
        let target = check(facts, self.start, Proposer::Trainer, work)?;
        propose(&target, self.proposal, Proposer::Trainer, work)
    }

    async fn explain(&self, loading: Loading<'_>, refusal: Error) -> Error {
        explain(loading, self.booking, self.start, refusal).await
    }
}

/// Decides a proposal that is being accepted again, and carries it out.
pub(super) fn accept(
    file: &BookingFile,
    schedule: &Schedule,
    by: Proposer,
    session: Interval,
    work: &mut Work<'_>,
) -> Result<BookingMoved, Error> {
    let parties_active = file.owner_party.user.is_active() && file.trainer_party.user.is_active();
    file.booking.check_movable(by, &file.trainer, parties_active, work.now())?;
    let calendar = calendar(schedule, work.now(), Some(file.booking.id))?;
    let session = file.booking.check_target(session.start(), by, &calendar)?;
    let proposal = file.proposal.as_ref().ok_or(BookingError::ProposalClosed)?;
    let closed = proposal.clone().into_value().close(ProposalStatus::Accepted, work.now())?;
    work.changes.update(proposal.with(closed));
    work.record(Event::ProposalAccepted { proposal: proposal.id, booking: file.booking.id });
    carry_out(file, schedule, session, by, work)
}
