use chrono::TimeDelta;
use sitstay::{
    availability::IntervalSet,
    booking::{BookingStatus, Wish},
    command::{Actor, Call},
    ids::CommandId,
    platform::{
        Command, Error, LessonSought, LessonsQuery, OwnCalendar, Platform, RequestBooking,
        Requested, SlotQuery,
    },
    repository::{Due, PageRequest},
    time::{Clock, Instant, Interval},
};

use super::{
    cast::{Cast, Pair},
    clock::SimulatedClock,
    words::local_time,
};

/// Where a story takes place: what its people do on the platform.
pub(super) struct Stage<'a> {
    pub(super) platform: &'a Platform,
    pub(super) clock: &'a SimulatedClock,
    pub(super) cast: Cast<'a>,
}

impl Stage<'_> {
    pub(super) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The trainer's local time, now.
    pub(super) fn time(&self) -> String {
        self.local(self.now())
    }

    /// The trainer's local time at an instant.
    pub(super) fn local(&self, at: Instant) -> String {
        local_time(&self.cast.zone, at)
    }

    /// Gives a command, now, under an id that says what it is in the story.
    pub(super) async fn give<C: Command>(
        &self,
        actor: Actor,
        what: &str,
        command: C,
    ) -> Result<C::Outcome, Error> {
        let id: CommandId = self.cast.id(&format!("command/{what}"));
        self.platform.execute(Call::new(id, actor, self.now()), command).await
    }

    /// Asks for the service at a start, for a pair's dog.
    pub(super) async fn request(
        &self,
        pair: &Pair<'_>,
        start: Instant,
        what: &str,
    ) -> Result<Requested, Error> {
        let request = RequestBooking {
            booking: self.cast.id(what),
            trainer: self.cast.trainer_id(),
            dog: pair.dog_id(),
            wish: Wish::Service(self.cast.service_id()),
            start,
            quote: None,
        };
        self.give(pair.actor(), what, request).await
    }

    /// Does what is due, as a service does every minute or so, and returns what that was.
    pub(super) async fn run_due(&self) -> Result<Vec<Due>, Error> {
        let report = self.platform.run_due(self.now(), 1_000).await?;
        match report.failed.into_iter().next() {
            Some((_, error)) => Err(error),
            None => Ok(report.done),
        }
    }

    pub(super) async fn calendar(&self) -> Result<OwnCalendar, Error> {
        self.platform.own_calendar(self.cast.trainer_actor(), self.now()).await
    }

    /// The starts that a pair can book from now on, as far ahead as the trainer allows.
    pub(super) async fn free_starts(&self, pair: &Pair<'_>) -> Result<Vec<Instant>, Error> {
        const LONGEST_LISTING: i64 = 400;
        let days_ahead = self.calendar().await?.policy.scheduling.days_ahead();
        let days = TimeDelta::days(LONGEST_LISTING.min(i64::from(days_ahead) + 2));
        let query = SlotQuery {
            trainer: self.cast.trainer_id(),
            lesson: LessonSought::Service(self.cast.service_id()),
            dog: Some(pair.dog_id()),
            range: Interval::new(self.now(), self.now().saturating_add(days))?,
        };
        Ok(self.platform.slots(pair.actor(), query, self.now()).await?.starts)
    }

    /// The trainer's lessons of the days around now.
    pub(super) async fn booked(&self, until: Instant) -> Result<IntervalSet, Error> {
        let from = self.now().saturating_add(-TimeDelta::days(2));
        let mut query = LessonsQuery::within(Interval::new(from, until)?);
        query.statuses =
            [BookingStatus::Pending, BookingStatus::Accepted, BookingStatus::Completed].into();
        let (actor, page) = (self.cast.trainer_actor(), PageRequest::first(200)?);
        let lessons = self.platform.lessons(actor, &query, page, self.now()).await?;
        Ok(lessons.items.iter().map(|lesson| lesson.session).collect())
    }
}
