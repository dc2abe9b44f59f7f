use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::case::{clear_way, guard_calendar, subject};
use crate::{
    account::Owner,
    audit::Event,
    availability::{Calendar, Nearest, Reason},
    booking::{Booking, BookingError, BookingStatus, Refusal, RequestFacts, Wish},
    command::CommandKind,
    ids::{BookingId, DogId, TrainerId},
    money::Price,
    notification::NotificationKind,
    platform::{
        Error,
        execute::{Command, Loading},
        schedule::{calendar, range_around},
        work::Work,
    },
    policy::PlatformPolicy,
    repository::{Caller, RepositoryError, Schedule, ScheduleQuery},
    time::{Instant, Interval},
};

/// Asks a trainer for a lesson, as an owner.
///
/// The booking is pending and holds its time until the trainer answers or the hold lapses; where
/// the trainer accepts requests for services at once, it is accepted.
///
/// # Errors
///
/// [`BookingError::Refused`] with every reason in order and the nearest bookable starts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestBooking {
    /// The id of the new booking, made by the caller.
    pub booking: BookingId,
    /// Who is asked.
    pub trainer: TrainerId,
    /// Which dog the lesson is for.
    pub dog: DogId,
    /// What is asked for.
    pub wish: Wish,
    /// When it would start.
    pub start: Instant,
}

/// A lesson that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// Which booking.
    pub booking: BookingId,
    /// Pending, or accepted at once.
    pub status: BookingStatus,
    /// From when to when.
    pub session: Interval,
    /// What it costs.
    pub price: Price,
    /// Until when the trainer can answer.
    pub hold_expires_at: Option<Instant>,
}

impl From<&Booking> for Requested {
    fn from(booking: &Booking) -> Self {
        Self {
            booking: booking.id,
            status: booking.status,
            session: booking.session,
            price: booking.price,
            hold_expires_at: booking.hold_expires_at,
        }
    }
}

/// How far around a refused start alternatives are looked for, in days.
const ALTERNATIVES_WITHIN_DAYS: i64 = 35;

/// The range within which alternatives to a start are looked for.
pub(super) fn alternatives_around(start: Instant, now: Instant) -> Option<Interval> {
    let around = chrono::TimeDelta::days(ALTERNATIVES_WITHIN_DAYS);
    Interval::new(start.saturating_add(-around).max(now), start.saturating_add(around)).ok()
}

/// Leaves out the alternatives that lie where the schedule was not loaded.
pub(super) fn within(nearest: Nearest, range: Interval) -> Nearest {
    let known = |at: &Instant| range.contains(*at);
    Nearest { before: nearest.before.filter(known), after: nearest.after.filter(known) }
}

impl RequestBooking {
    fn query(&self, range: Interval, now: Instant) -> ScheduleQuery {
        ScheduleQuery {
            trainer: self.trainer,
            service: self.wish.service(),
            dog: Some(self.dog),
            range,
            now,
        }
    }

    async fn nearest(&self, loading: Loading<'_>) -> Option<Nearest> {
        let now = loading.call.now;
        let range = alternatives_around(self.start, now)?;
        let wide = range_around(range.start(), range.end());
        let (caller, schedule) =
            loading.repository.request(loading.caller, self.query(wide, now)).await.ok()?;
        let (standing, schedule) = (caller.standing?, schedule?);
        let calendar = calendar(&schedule, now, None).ok()?;
        let owner = standing.owner.as_deref()?;
        let facts = facts_of(&schedule, owner, &calendar, loading.policy);
        Some(within(facts.nearest(self.wish, self.start)?, range))
    }
}

#[async_trait]
impl Command for RequestBooking {
    const KIND: CommandKind = CommandKind::RequestBooking;
    type Outcome = Requested;
    type Facts = Option<Schedule>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<Schedule>), RepositoryError> {
        let range = range_around(self.start, self.start);
        loading.repository.request(loading.caller, self.query(range, loading.call.now)).await
    }

    fn decide(&self, facts: Option<Schedule>, work: &mut Work<'_>) -> Result<Requested, Error> {
        let schedule = facts.ok_or_else(|| unknown_trainer(self.start))?;
        let owner = work.acting.owner()?.clone();
        let calendar = calendar(&schedule, work.now(), None)?;
        let facts = facts_of(&schedule, &owner, &calendar, work.policy);
        let booking = facts
            .decide(self.booking, self.wish, self.start, None)
            .map_err(BookingError::Refused)?;
        clear_way(work, &schedule, &booking, &mut BTreeSet::new())?;
        expect_parties(work, &schedule);
        guard_calendar(work, &schedule);
        let requested = Requested::from(&booking);
        add(work, &schedule, booking);
        Ok(requested)
    }

    async fn explain(&self, loading: Loading<'_>, refusal: Error) -> Error {
        match refusal {
            Error::Booking(BookingError::Refused(refusal)) => {
                let nearest = self.nearest(loading).await;
                BookingError::Refused(Refusal { nearest, ..refusal }).into()
            }
            other => other,
        }
    }
}

/// Puts together what a request by an owner is decided on. Whoever acts is active.
pub(super) fn facts_of<'a>(
    schedule: &'a Schedule,
    owner: &'a Owner,
    calendar: &'a Calendar,
    policy: &'a PlatformPolicy,
) -> RequestFacts<'a> {
    RequestFacts {
        trainer: &schedule.trainer,
        trainer_active: schedule.user.is_active(),
        owner,
        owner_active: true,
        dog: schedule.dog.as_deref(),
        service: schedule.service.as_deref(),
        calendar,
        policy,
    }
}

/// What a request to a trainer who does not exist is told.
pub(super) fn unknown_trainer(start: Instant) -> Error {
    let reasons = Reason::NotFound.into();
    BookingError::Refused(Refusal { start, reasons, nearest: None }).into()
}

/// Makes the commit fail if the trainer's user or the dog has changed; and bumps the dog's row, so
/// that its removal, which rests on bookings that are absent, looks again.
pub(super) fn expect_parties(work: &mut Work<'_>, schedule: &Schedule) {
    work.changes.expect(&schedule.user);
    if let Some(dog) = &schedule.dog {
        work.changes.update(dog.clone());
    }
}

/// Adds a booking that was decided, with its audit entry and its notification.
pub(super) fn add(work: &mut Work<'_>, schedule: &Schedule, booking: Booking) {
    work.record(Event::BookingRequested {
        booking: booking.id,
        trainer: booking.trainer,
        owner: booking.owner,
        dog: booking.dog,
        session: booking.session,
        price: booking.price.money(),
        accepted: booking.status == BookingStatus::Accepted,
    });
    let (user, about) = (schedule.user.id, subject(&booking));
    work.notify_user(user, &schedule.muted, NotificationKind::BookingRequested, about);
    work.changes.insert(booking);
}
