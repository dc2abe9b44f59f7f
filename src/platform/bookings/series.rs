use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    asking::{facts_of, unknown_trainer},
    case::{clear_way, guard_calendar},
    request::{Requested, add, expect_parties},
};
use crate::{
    audit::Event,
    availability::Reason,
    booking::{BookingError, Occurrence, Series, Wish},
    command::CommandKind,
    error::{InvalidValue, Problem, within},
    ids::{BookingId, DogId, SeriesId, TrainerId},
    platform::{
        Error,
        execute::{Command, Loading},
        schedule::{calendar, range_around},
        work::Work,
    },
    repository::{Caller, RepositoryError, Schedule, ScheduleQuery},
    time::Instant,
};

/// Asks a trainer for lessons every so many weeks at one wall-clock time, as an owner.
///
/// All are booked, or none is.
///
/// # Errors
///
/// [`BookingError::SeriesRefused`] names every lesson that cannot be booked with its reasons. A
/// date on which the clocks skip the wall-clock time is refused as `invalid_interval`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestSeries {
    /// The id of the new series, made by the caller.
    pub series: SeriesId,
    /// The ids of its bookings, in order; their number, 2 to 52, is the number of lessons.
    pub bookings: Vec<BookingId>,
    /// Who is asked.
    pub trainer: TrainerId,
    /// Which dog the lessons are for.
    pub dog: DogId,
    /// What is asked for.
    pub wish: Wish,
    /// When the first lesson would start.
    pub start: Instant,
    /// How many weeks lie between two lessons, 1 to 52.
    pub every_weeks: u16,
}

/// A series that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRequested {
    /// Which series.
    pub series: SeriesId,
    /// Its lessons, in order.
    pub lessons: Vec<Requested>,
}

impl RequestSeries {
    fn last_start(&self) -> Instant {
        let weeks = self.bookings.len() as i64 * i64::from(self.every_weeks);
        self.start.saturating_add(chrono::TimeDelta::weeks(weeks.min(52 * 52)))
    }
}

#[async_trait]
impl Command for RequestSeries {
    const KIND: CommandKind = CommandKind::RequestSeries;
    type Outcome = SeriesRequested;
    type Facts = Option<Schedule>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<Schedule>), RepositoryError> {
        let query = ScheduleQuery {
            trainer: self.trainer,
            service: self.wish.service(),
            dog: Some(self.dog),
            quote: None,
            range: range_around(self.start, self.last_start()),
            now: loading.call.now,
        };
        loading.repository.request(loading.caller, query).await
    }

    fn decide(
        &self,
        facts: Option<Schedule>,
        work: &mut Work<'_>,
    ) -> Result<SeriesRequested, Error> {
        let lessons = u16::try_from(self.bookings.len()).unwrap_or(u16::MAX);
        within("lessons", lessons, 2, 52)?;
        within("every_weeks", self.every_weeks, 1, 52)?;
        if self.bookings.iter().collect::<BTreeSet<_>>().len() != self.bookings.len() {
            return Err(InvalidValue::new("bookings", Problem::Malformed("distinct ids")).into());
        }
        let schedule = facts.ok_or_else(|| unknown_trainer(self.start))?;
        let owner = work.acting.owner()?.clone();
        let calendar = calendar(&schedule, work.now(), None)?;
        let facts = facts_of(&schedule, &owner, &calendar, work.policy);
        let zone = calendar.hours().zone();
        let occurrences = Occurrence::series(self.start, zone, lessons, self.every_weeks);
        let (mut bookings, mut refusals) = (Vec::new(), Vec::new());
        for (occurrence, id) in occurrences.into_iter().zip(&self.bookings) {
            let Some(start) = occurrence.start else {
                refusals.push(occurrence.refused(Reason::InvalidInterval.into()));
                continue;
            };
            // Lessons of one series lie in different weeks: none stands in another's way.
            match facts.decide(*id, self.wish, start, Some(self.series)) {
                Ok(booking) => bookings.push(booking),
                Err(refusal) => refusals.push(occurrence.refused(refusal.reasons)),
            }
        }
        if !refusals.is_empty() {
            return Err(BookingError::SeriesRefused(refusals).into());
        }
        let mut cleared = BTreeSet::new();
        for booking in &bookings {
            clear_way(work, &schedule, booking, &mut cleared)?;
        }
        expect_parties(work, &schedule);
        guard_calendar(work, &schedule);
        let now = work.now();
        work.changes.insert(Series {
            id: self.series,
            trainer: self.trainer,
            owner: owner.id,
            lessons,
            every_weeks: self.every_weeks,
            created_at: now,
            updated_at: now,
        });
        work.record(Event::SeriesRequested {
            series: self.series,
            trainer: self.trainer,
            owner: owner.id,
            lessons,
        });
        let lessons = bookings.iter().map(Requested::from).collect();
        for booking in bookings {
            add(work, &schedule, booking, None);
        }
        Ok(SeriesRequested { series: self.series, lessons })
    }
}
