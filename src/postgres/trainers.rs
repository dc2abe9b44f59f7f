//! Trainers, what they offer and when they work.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    bookings::{lapsed_holds, occupying, sessions},
    parameters::Parameters,
    part::{Part, Statement, row, rows},
};
use crate::{
    account::{Location, User},
    booking::Booking,
    dog::Dog,
    ids::{ServiceId, TrainerId},
    notification::Preferences,
    quote::Quote,
    repository::{
        Agenda, Desk, Result, Schedule, ScheduleQuery, TrainerCard, TrainerQueries, Versioned,
    },
    sql::{LAST_DATE, LONGEST_BUFFER, LONGEST_LESSON, utc_date},
    time::{Instant, Interval},
    trainer::{CalendarGuard, HoursException, HoursWindow, Service, TimeBlock, Trainer},
};

/// Asks for the whole calendar of the trainer whose user is `$3`, from the instant `$4` on.
pub(super) fn desk() -> Part<Option<Desk>> {
    const ID: &str = "(SELECT id FROM @.dog_trainers WHERE user_id = $3)";
    row::<Trainer>("WHERE t.user_id = $3")
        .and(row::<CalendarGuard>(&format!("WHERE t.trainer_id = {ID}")))
        .and(hours(ID))
        .and(exceptions(ID, "$6", "$7"))
        .and(rows::<TimeBlock>(&format!(
            "WHERE t.trainer_id = {ID} AND t.end_time > $4 ORDER BY t.start_time, t.id"
        )))
        .and(rows::<Booking>(&format!(
            "WHERE t.trainer_id = {ID} AND t.start_time >= $5 AND t.end_time > $4
               AND t.status IN ('pending', 'accepted')
             ORDER BY t.start_time, t.id"
        )))
        .map(|(((((trainer, calendar), hours), exceptions), blocks), upcoming)| {
            let (Some(trainer), Some(calendar)) = (trainer, calendar) else { return Ok(None) };
            Ok(Some(Desk { trainer, calendar, hours, exceptions, blocks, upcoming }))
        })
}

pub(super) fn desk_parameters(caller: Parameters, from: Instant) -> Result<Parameters> {
    caller
        .and(from)?
        .and(from.saturating_add(-LONGEST_LESSON))?
        .and(utc_date(from, -1))?
        .and(LAST_DATE)
}

/// The numbers of the parameters that a schedule is asked for with.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScheduleNumbers(usize);

impl ScheduleNumbers {
    /// They follow as many others.
    pub(super) const fn after(others: usize) -> Self {
        Self(others)
    }

    fn of(self, place: usize) -> String {
        format!("${}", self.0 + place)
    }

    pub(super) fn range_start(self) -> String {
        self.of(1)
    }

    pub(super) fn range_end(self) -> String {
        self.of(2)
    }

    pub(super) fn now(self) -> String {
        self.of(3)
    }

    /// No booking that starts earlier reaches into the range with its buffers.
    pub(super) fn bookings_from(self) -> String {
        self.of(4)
    }

    /// No booking that starts later reaches into the range with its buffers.
    pub(super) fn bookings_until(self) -> String {
        self.of(5)
    }

    /// No session that starts earlier reaches into the range.
    pub(super) fn sessions_from(self) -> String {
        self.of(6)
    }

    pub(super) fn first_date(self) -> String {
        self.of(7)
    }

    pub(super) fn last_date(self) -> String {
        self.of(8)
    }
}

/// Adds the parameters that [`ScheduleNumbers`] counts.
pub(super) fn schedule_parameters(
    others: Parameters,
    range: Interval,
    now: Instant,
) -> Result<Parameters> {
    others
        .and(range.start())?
        .and(range.end())?
        .and(now)?
        .and(range.start().saturating_add(-(LONGEST_LESSON + LONGEST_BUFFER)))?
        .and(range.end().saturating_add(LONGEST_BUFFER))?
        .and(range.start().saturating_add(-LONGEST_LESSON))?
        .and(utc_date(range.start(), -2))?
        .and(utc_date(range.end(), 2))
}

/// Asks what says which times of a trainer are free; trainer, service, dog and quote are
/// expressions.
pub(super) fn schedule(
    trainer: &str,
    service: &str,
    dog: &str,
    quote: &str,
    numbers: ScheduleNumbers,
) -> Part<Option<ScheduleRows>> {
    let user = format!("(SELECT user_id FROM @.dog_trainers WHERE id = {trainer})");
    row::<Trainer>(&format!("WHERE t.id = {trainer}"))
        .and(row::<User>(&format!("WHERE t.id = {user}")))
        .and(row::<Preferences>(&format!("WHERE t.user_id = {user}")))
        .and(row::<CalendarGuard>(&format!("WHERE t.trainer_id = {trainer}")))
        .and(row::<Service>(&format!("WHERE t.id = {service}")))
        .and(row::<Dog>(&format!("WHERE t.id = {dog}")))
        .and(row::<Quote>(&format!("WHERE t.id = {quote}")))
        .and(hours(trainer))
        .and(exceptions(trainer, &numbers.first_date(), &numbers.last_date()))
        .and(rows::<TimeBlock>(&format!(
            "WHERE t.trainer_id = {trainer} AND t.end_time > {} AND t.start_time < {}
             ORDER BY t.start_time, t.id",
            numbers.range_start(),
            numbers.range_end()
        )))
        .and(occupying(trainer, numbers))
        .and(sessions(dog, numbers))
        .and(lapsed_holds(trainer, dog, numbers))
        .map(|loaded| {
            let (loaded, lapsed) = loaded;
            let ((loaded, bookings), dog_bookings) = loaded;
            let (((loaded, hours), exceptions), blocks) = loaded;
            let ((loaded, dog), quote) = loaded;
            let ((((trainer, user), preferences), calendar), service) = loaded;
            let (Some(trainer), Some(user), Some(calendar)) = (trainer, user, calendar) else {
                return Ok(None);
            };
            let muted = preferences.map(|row| row.into_value().muted).unwrap_or_default();
            Ok(Some(ScheduleRows(Schedule {
                trainer,
                user,
                muted,
                calendar,
                service,
                dog,
                quote,
                agenda: Agenda { hours, exceptions, blocks, bookings },
                dog_bookings,
                lapsed,
            })))
        })
}

/// A schedule with all bookings that could meet its range.
pub(super) struct ScheduleRows(Schedule);

impl ScheduleRows {
    /// Leaves out the bookings whose own buffers do not reach the range.
    pub(super) fn within(self, range: Interval) -> Schedule {
        let mut schedule = self.0;
        let bookings = &mut schedule.agenda.bookings;
        bookings.retain(|booking| booking.occupied.overlaps(range));
        let met = |id| {
            let mut met = schedule.agenda.bookings.iter().chain(&schedule.dog_bookings);
            met.any(|booking| booking.booking == id)
        };
        schedule.lapsed.retain(|hold| met(hold.booking.id));
        schedule
    }
}

fn hours(trainer: &str) -> Part<Vec<Versioned<HoursWindow>>> {
    rows(&format!("WHERE t.trainer_id = {trainer} ORDER BY t.day_of_week, t.start_time, t.id"))
}

/// Asks for the exceptions for dates from `first` to `last`, both included, by date.
fn exceptions(trainer: &str, first: &str, last: &str) -> Part<Vec<Versioned<HoursException>>> {
    rows(&format!(
        "WHERE t.trainer_id = {trainer} AND t.local_date BETWEEN {first} AND {last}
         ORDER BY t.local_date"
    ))
}

fn trainer_card() -> Part<Option<TrainerCard>> {
    row::<Trainer>("WHERE t.id = $1")
        .and(row::<User>("WHERE t.id = (SELECT user_id FROM @.dog_trainers WHERE id = $1)"))
        .and(row::<Location>(
            "WHERE t.id = (SELECT search_location_id FROM @.dog_trainers WHERE id = $1)",
        ))
        .and(rows("WHERE t.trainer_id = $1 AND t.is_active ORDER BY t.name COLLATE \"C\", t.id"))
        .and(rows("WHERE t.trainer_id = $1 ORDER BY t.issued_at, t.id"))
        .map(|((((trainer, user), location), services), certifications)| {
            let (Some(trainer), Some(user)) = (trainer, user) else { return Ok(None) };
            Ok(Some(TrainerCard {
                trainer,
                first_name: user.first_name.clone(),
                last_name: user.last_name.clone(),
                is_listed: user.is_active(),
                public_point: location.as_ref().map(|location| location.public_point()),
                city: location.map(|location| location.address.city().clone()),
                services,
                certifications,
            }))
        })
}

#[async_trait]
impl TrainerQueries for PostgresRepository {
    async fn trainer(&self, id: TrainerId) -> Result<Option<Versioned<Trainer>>> {
        static TRAINER: LazyLock<Statement<Option<Versioned<Trainer>>>> =
            LazyLock::new(|| row::<Trainer>("WHERE t.id = $1").into());
        self.ask(&TRAINER, Parameters::new().and(id)?).await
    }

    async fn calendar(&self, trainer: TrainerId) -> Result<Option<Versioned<CalendarGuard>>> {
        static CALENDAR: LazyLock<Statement<Option<Versioned<CalendarGuard>>>> =
            LazyLock::new(|| row::<CalendarGuard>("WHERE t.trainer_id = $1").into());
        self.ask(&CALENDAR, Parameters::new().and(trainer)?).await
    }

    async fn service(&self, id: ServiceId) -> Result<Option<Versioned<Service>>> {
        static SERVICE: LazyLock<Statement<Option<Versioned<Service>>>> =
            LazyLock::new(|| row::<Service>("WHERE t.id = $1").into());
        self.ask(&SERVICE, Parameters::new().and(id)?).await
    }

    async fn services(&self, trainer: TrainerId) -> Result<Vec<Versioned<Service>>> {
        static SERVICES: LazyLock<Statement<Vec<Versioned<Service>>>> =
            LazyLock::new(|| rows::<Service>("WHERE t.trainer_id = $1 ORDER BY t.id").into());
        self.ask_replica(&SERVICES, Parameters::new().and(trainer)?).await
    }

    async fn trainer_card(&self, id: TrainerId) -> Result<Option<TrainerCard>> {
        static CARD: LazyLock<Statement<Option<TrainerCard>>> =
            LazyLock::new(|| trainer_card().into());
        self.ask_replica(&CARD, Parameters::new().and(id)?).await
    }

    async fn schedule(&self, query: ScheduleQuery) -> Result<Option<Schedule>> {
        static SCHEDULE: LazyLock<Statement<Option<ScheduleRows>>> =
            LazyLock::new(|| schedule("$1", "$2", "$3", "$4", ScheduleNumbers::after(4)).into());
        let asked = Parameters::new()
            .and(query.trainer)?
            .and(query.service)?
            .and(query.dog)?
            .and(query.quote)?;
        let parameters = schedule_parameters(asked, query.range, query.now)?;
        let rows = self.ask_replica(&SCHEDULE, parameters).await?;
        Ok(rows.map(|rows| rows.within(query.range)))
    }
}
