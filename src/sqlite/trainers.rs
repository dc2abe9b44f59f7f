//! Trainers, what they offer and when they work.

use async_trait::async_trait;
use chrono::NaiveDate;

use super::{
    SqliteRepository,
    rows::{Snapshot, select},
};
use crate::{
    booking::Booking,
    ids::{ServiceId, TrainerId, UserId},
    repository::{
        Agenda, Desk, Result, Schedule, ScheduleQuery, TrainerCard, TrainerQueries, Versioned,
    },
    sql::{LAST_DATE, LONGEST_LESSON, utc_date},
    time::{Instant, Interval},
    trainer::{
        CalendarGuard, Certification, HoursException, HoursWindow, Service, TimeBlock, Trainer,
    },
};

impl Snapshot<'_> {
    pub(super) fn trainer(self, id: TrainerId) -> Result<Option<Versioned<Trainer>>> {
        self.row(select!(Trainer, "WHERE id = $1"), &[id.into()])
    }

    pub(super) fn calendar(self, id: TrainerId) -> Result<Option<Versioned<CalendarGuard>>> {
        self.row(select!(CalendarGuard, "WHERE trainer_id = $1"), &[id.into()])
    }

    pub(super) fn service(self, id: ServiceId) -> Result<Option<Versioned<Service>>> {
        self.row(select!(Service, "WHERE id = $1"), &[id.into()])
    }

    /// Loads a trainer's whole calendar, from an instant on.
    pub(super) fn desk(self, trainer_user: UserId, from: Instant) -> Result<Option<Desk>> {
        let Some(trainer) = self.trainer_of(trainer_user)? else { return Ok(None) };
        let Some(calendar) = self.calendar(trainer.id)? else { return Ok(None) };
        let upcoming: Vec<Versioned<Booking>> = self.rows(
            select!(
                Booking,
                "WHERE trainer_id = $1 AND start_time >= $2 AND end_time > $3
                   AND status IN ('pending', 'accepted')
                 ORDER BY start_time, id"
            ),
            &[trainer.id.into(), from.saturating_add(-LONGEST_LESSON).into(), from.into()],
        )?;
        Ok(Some(Desk {
            calendar,
            hours: self.hours(trainer.id)?,
            exceptions: self.exceptions(trainer.id, utc_date(from, -1), LAST_DATE)?,
            blocks: self.blocks(trainer.id, from, Instant::MAX)?,
            upcoming,
            trainer,
        }))
    }

    /// Loads what says which times of a trainer are free.
    pub(super) fn schedule(self, query: ScheduleQuery) -> Result<Option<Schedule>> {
        let range = query.range;
        let Some(trainer) = self.trainer(query.trainer)? else { return Ok(None) };
        let Some(user) = self.user(trainer.user)? else { return Ok(None) };
        let Some(calendar) = self.calendar(trainer.id)? else { return Ok(None) };
        let agenda = self.agenda(trainer.id, range)?;
        let dog_bookings = query.dog.map_or(Ok(Vec::new()), |dog| self.sessions(dog, range))?;
        Ok(Some(Schedule {
            muted: self.muted(user.id)?,
            user,
            calendar,
            service: query.service.map_or(Ok(None), |service| self.service(service))?,
            dog: query.dog.map_or(Ok(None), |dog| self.dog(dog))?,
            quote: query.quote.map_or(Ok(None), |quote| self.quote(quote))?,
            lapsed: self.lapsed(agenda.bookings.iter().chain(&dog_bookings), query.now)?,
            agenda,
            dog_bookings,
            trainer,
        }))
    }

    /// Loads when a trainer works in a range, and what takes that time.
    pub(super) fn agenda(self, trainer: TrainerId, range: Interval) -> Result<Agenda> {
        Ok(Agenda {
            hours: self.hours(trainer)?,
            exceptions: self.exceptions(
                trainer,
                utc_date(range.start(), -2),
                utc_date(range.end(), 2),
            )?,
            blocks: self.blocks(trainer, range.start(), range.end())?,
            bookings: self.occupying(trainer, range)?,
        })
    }

    fn hours(self, trainer: TrainerId) -> Result<Vec<Versioned<HoursWindow>>> {
        self.rows(
            select!(HoursWindow, "WHERE trainer_id = $1 ORDER BY day_of_week, start_time, id"),
            &[trainer.into()],
        )
    }

    /// Returns the exceptions for dates from `first` to `last`, both included, by date.
    fn exceptions(
        self,
        trainer: TrainerId,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<Versioned<HoursException>>> {
        self.rows(
            select!(
                HoursException,
                "WHERE trainer_id = $1 AND local_date BETWEEN $2 AND $3 ORDER BY local_date"
            ),
            &[trainer.into(), first.into(), last.into()],
        )
    }

    /// Returns the blocks that end after an instant and start before another, by start and id.
    fn blocks(
        self,
        trainer: TrainerId,
        from: Instant,
        until: Instant,
    ) -> Result<Vec<Versioned<TimeBlock>>> {
        self.rows(
            select!(
                TimeBlock,
                "WHERE trainer_id = $1 AND end_time > $2 AND start_time < $3
                 ORDER BY start_time, id"
            ),
            &[trainer.into(), from.into(), until.into()],
        )
    }

    fn trainer_card(self, id: TrainerId) -> Result<Option<TrainerCard>> {
        let Some(trainer) = self.trainer(id)? else { return Ok(None) };
        let Some(user) = self.user(trainer.user)? else { return Ok(None) };
        let location = trainer.search_location.map_or(Ok(None), |place| self.location(place))?;
        Ok(Some(TrainerCard {
            trainer,
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            is_listed: user.is_active(),
            public_point: location.as_ref().map(|location| location.public_point()),
            city: location.map(|location| location.address.city().clone()),
            services: self.rows(
                select!(Service, "WHERE trainer_id = $1 AND is_active = 1 ORDER BY name, id"),
                &[id.into()],
            )?,
            certifications: self.rows(
                select!(Certification, "WHERE trainer_id = $1 ORDER BY issued_at, id"),
                &[id.into()],
            )?,
        }))
    }
}

#[async_trait]
impl TrainerQueries for SqliteRepository {
    async fn trainer(&self, id: TrainerId) -> Result<Option<Versioned<Trainer>>> {
        self.read(move |snapshot| snapshot.trainer(id)).await
    }

    async fn calendar(&self, trainer: TrainerId) -> Result<Option<Versioned<CalendarGuard>>> {
        self.read(move |snapshot| snapshot.calendar(trainer)).await
    }

    async fn service(&self, id: ServiceId) -> Result<Option<Versioned<Service>>> {
        self.read(move |snapshot| snapshot.service(id)).await
    }

    async fn services(&self, trainer: TrainerId) -> Result<Vec<Versioned<Service>>> {
        self.read(move |snapshot| {
            snapshot.rows(select!(Service, "WHERE trainer_id = $1 ORDER BY id"), &[trainer.into()])
        })
        .await
    }

    async fn trainer_card(&self, id: TrainerId) -> Result<Option<TrainerCard>> {
        self.read(move |snapshot| snapshot.trainer_card(id)).await
    }

    async fn schedule(&self, query: ScheduleQuery) -> Result<Option<Schedule>> {
        self.read(move |snapshot| snapshot.schedule(query)).await
    }
}
