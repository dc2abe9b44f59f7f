//! Trainers, what they offer and when they work.

use async_trait::async_trait;
use chrono::{NaiveDate, TimeDelta};

use super::{
    MemoryRepository,
    by_id::ById,
    diaries::{LONGEST_LESSON, TrainerDiary},
    index::{Edit, Index, Kept, Least, Timeline, since},
    sorted::Sorted,
    tables::{Row, Stored, Tables},
};
use crate::{
    ids::{
        CertificationId, ExceptionId, LocationId, ServiceId, TimeBlockId, TrainerId, UserId,
        WindowId,
    },
    repository::{
        Agenda, Desk, Result, Schedule, ScheduleQuery, TrainerCard, TrainerQueries, UniqueKey,
        Versioned,
    },
    time::{Instant, Interval},
    trainer::{
        CalendarGuard, Certification, HoursException, HoursWindow, Service, TimeBlock, Trainer,
    },
};

/// How trainers are found.
#[derive(Debug, Default)]
pub(super) struct TrainerIndexes {
    pub(super) search_location: Index<LocationId, TrainerId>,
}

impl Row for Trainer {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = TrainerIndexes;

    fn derive(tables: &mut Tables, trainer: TrainerId) {
        tables.keep_listed(trainer);
    }

    fn file(&self, by: &mut TrainerIndexes, edit: Edit) {
        if let Some(location) = self.search_location {
            edit.index(&mut by.search_location, location, self.id);
        }
    }

    fn is_referred_to(tables: &Tables, trainer: TrainerId) -> bool {
        !tables.bookings.by.diaries.of_trainer(trainer).is_nothing()
    }
}

impl Row for CalendarGuard {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(&self, (): &mut (), _: Edit) {}
}

/// How services are found.
#[derive(Debug, Default)]
pub(super) struct ServiceIndexes {
    pub(super) trainer: Index<TrainerId, ServiceId>,
}

impl Row for Service {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ServiceIndexes;

    fn file(&self, by: &mut ServiceIndexes, edit: Edit) {
        edit.index(&mut by.trainer, self.trainer, self.id);
    }

    fn derive(tables: &mut Tables, service: ServiceId) {
        if let Some(trainer) = tables.services.get(service).map(|service| service.trainer) {
            tables.keep_listed(trainer);
        }
    }

    fn gave_way(&self, tables: &mut Tables) {
        tables.keep_listed(self.trainer);
    }
}

/// How certifications are found.
#[derive(Debug, Default)]
pub(super) struct CertificationIndexes {
    trainer: Index<TrainerId, (NaiveDate, CertificationId)>,
}

impl Row for Certification {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = CertificationIndexes;

    fn file(&self, by: &mut CertificationIndexes, edit: Edit) {
        edit.index(&mut by.trainer, self.trainer, (self.issued_at, self.id));
    }
}

/// How weekly hours are found.
#[derive(Debug, Default)]
pub(super) struct HoursIndexes {
    trainer: Index<TrainerId, WindowId>,
}

impl Row for HoursWindow {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = HoursIndexes;

    fn file(&self, by: &mut HoursIndexes, edit: Edit) {
        edit.index(&mut by.trainer, self.trainer, self.id);
    }
}

/// How exceptions are found.
#[derive(Debug, Default)]
pub(super) struct ExceptionIndexes {
    trainer: Index<TrainerId, (NaiveDate, ExceptionId)>,
}

impl Row for HoursException {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ExceptionIndexes;

    fn file(&self, by: &mut ExceptionIndexes, edit: Edit) {
        edit.index(&mut by.trainer, self.trainer, (self.local_date, self.id));
    }
}

/// How time blocks are found: by their ends, because a block may be of any length.
#[derive(Debug, Default)]
pub(super) struct TimeBlockIndexes {
    trainer: Index<TrainerId, (Instant, TimeBlockId)>,
}

impl Row for TimeBlock {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = TimeBlockIndexes;

    fn file(&self, by: &mut TimeBlockIndexes, edit: Edit) {
        edit.index(&mut by.trainer, self.trainer, (self.during.end(), self.id));
    }
}

impl Tables {
    /// Loads a trainer's whole calendar, from an instant on.
    pub(super) fn desk(&self, trainer_user: UserId, from: Instant) -> Option<Desk> {
        let trainer: &Versioned<Trainer> = self.unique(&UniqueKey::TrainerProfile(trainer_user))?;
        let recent = self.bookings_of(trainer.id, from.saturating_add(-LONGEST_LESSON));
        Some(Desk {
            trainer: trainer.clone(),
            calendar: self.calendars.cloned(trainer.id)?,
            hours: self.hours_of(trainer.id),
            exceptions: self.exceptions_of(trainer.id, utc_date(from, -1), NaiveDate::MAX),
            blocks: self.blocks_of(trainer.id, from),
            upcoming: recent
                .filter(|booking| booking.status.is_active() && booking.session.end() > from)
                .cloned()
                .collect(),
        })
    }

    /// Loads what says which times of a trainer are free.
    pub(super) fn schedule(&self, query: ScheduleQuery) -> Option<Schedule> {
        let range = query.range;
        let trainer = self.trainers.cloned(query.trainer)?;
        let agenda = self.agenda(trainer.id, range);
        let dog_bookings = query.dog.map_or_else(Vec::new, |dog| self.sessions_of(dog, range));
        Some(Schedule {
            user: self.users.cloned(trainer.user)?,
            muted: self.muted(trainer.user),
            calendar: self.calendars.cloned(trainer.id)?,
            service: query.service.and_then(|service| self.services.cloned(service)),
            dog: query.dog.and_then(|dog| self.dogs.cloned(dog)),
            quote: query.quote.and_then(|quote| self.quotes.cloned(quote)),
            lapsed: self.lapsed(agenda.bookings.iter().chain(&dog_bookings), query.now),
            agenda,
            dog_bookings,
            trainer,
        })
    }

    /// Returns when a trainer works in a range, and the time that bookings take of it.
    pub(super) fn agenda(&self, trainer: TrainerId, range: Interval) -> Agenda {
        self.agenda_rows(trainer, range).copied(range)
    }

    /// Looks up when a trainer works in a range, and the bookings that may take of it.
    pub(super) fn agenda_rows(&self, trainer: TrainerId, range: Interval) -> AgendaRows<'_> {
        let hours = self.hours.by.trainer.of(trainer);
        let exceptions = self.exceptions.by.trainer.of(trainer);
        let blocks = self.time_blocks.by.trainer.of(trainer);
        let diary = self.bookings.by.diaries.of_trainer(trainer);
        let dates = (utc_date(range.start(), -2), utc_date(range.end(), 2));
        AgendaRows {
            hours: self.hours.each(hours.keys()),
            exceptions: self.exceptions.each(on_dates(exceptions, dates.0, dates.1)),
            blocks: self.blocks_after(blocks, range.start()),
            diary,
        }
    }

    /// Returns the weekly hours, by weekday, start and id.
    fn hours_of(&self, trainer: TrainerId) -> Vec<Versioned<HoursWindow>> {
        in_week_order(self.hours.each(self.hours.by.trainer.of(trainer).keys()))
    }

    /// Returns the exceptions for dates from `first` to `last`, both included, by date.
    fn exceptions_of(
        &self,
        trainer: TrainerId,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Vec<Versioned<HoursException>> {
        self.exceptions.all(on_dates(self.exceptions.by.trainer.of(trainer), first, last))
    }

    /// Returns the blocks that end after an instant, by start and id.
    fn blocks_of(&self, trainer: TrainerId, from: Instant) -> Vec<Versioned<TimeBlock>> {
        by_start(self.blocks_after(self.time_blocks.by.trainer.of(trainer), from))
    }

    fn blocks_after(
        &self,
        ends: &Timeline<TimeBlockId>,
        from: Instant,
    ) -> Vec<&Versioned<TimeBlock>> {
        let later = since(ends, from).filter(|(end, _)| *end > from);
        later.filter_map(|(_, id)| self.time_blocks.get(id)).collect()
    }

    /// Returns a trainer's services, active or not, by id.
    pub(super) fn services_of(&self, trainer: TrainerId) -> Vec<Versioned<Service>> {
        self.services.all(self.services.by.trainer.of(trainer).keys())
    }

    /// Returns a trainer's certifications, by day of issue and id.
    pub(super) fn certifications_of(&self, trainer: TrainerId) -> Vec<Versioned<Certification>> {
        let certifications = self.certifications.by.trainer.of(trainer);
        self.certifications.all(certifications.keys().map(|(_, id)| id))
    }

    fn trainer_card(&self, id: TrainerId) -> Option<TrainerCard> {
        let trainer = self.trainers.cloned(id)?;
        let user = self.users.get(trainer.user)?;
        let location = trainer.search_location.and_then(|location| self.locations.get(location));
        let mut services = self.services_of(id);
        services.retain(|service| service.is_active);
        services.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Some(TrainerCard {
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            is_listed: user.is_active(),
            public_point: location.map(|location| location.public_point()),
            city: location.map(|location| location.address.city().clone()),
            services,
            certifications: self.certifications_of(id),
            trainer,
        })
    }
}

/// Where it stands when a trainer works, and what may take of it.
///
/// All of it is looked up before any is copied: the processor then waits for many far-away rows at
/// once, and not for one after the other.
#[derive(Debug)]
pub(super) struct AgendaRows<'t> {
    hours: Vec<&'t Versioned<HoursWindow>>,
    exceptions: Vec<&'t Versioned<HoursException>>,
    blocks: Vec<&'t Versioned<TimeBlock>>,
    diary: &'t TrainerDiary,
}

impl AgendaRows<'_> {
    /// Copies what meets a range.
    pub(super) fn copied(self, range: Interval) -> Agenda {
        let mut blocks = self.blocks;
        blocks.retain(|block| block.during.overlaps(range));
        Agenda {
            hours: in_week_order(self.hours),
            exceptions: self.exceptions.into_iter().cloned().collect(),
            blocks: by_start(blocks),
            bookings: self.diary.occupying(range),
        }
    }
}

fn in_week_order(mut hours: Vec<&Versioned<HoursWindow>>) -> Vec<Versioned<HoursWindow>> {
    hours.sort_by_key(|hours| (hours.weekday, hours.window.start(), hours.id));
    hours.into_iter().cloned().collect()
}

fn by_start(mut blocks: Vec<&Versioned<TimeBlock>>) -> Vec<Versioned<TimeBlock>> {
    blocks.sort_by_key(|block| (block.during.start(), block.id));
    blocks.into_iter().cloned().collect()
}

/// Returns the exceptions for dates from `first` to `last`, both included, by date.
fn on_dates(
    dates: &Sorted<(NaiveDate, ExceptionId)>,
    first: NaiveDate,
    last: NaiveDate,
) -> impl Iterator<Item = &ExceptionId> {
    let dates = dates.from((first, ExceptionId::least())).map(|(key, ())| key);
    dates.take_while(move |(date, _)| *date <= last).map(|(_, id)| id)
}

/// Returns the date in UTC some days before or after that of an instant.
fn utc_date(at: Instant, days: i64) -> NaiveDate {
    at.to_utc().date_naive() + TimeDelta::days(days)
}

#[async_trait]
impl TrainerQueries for MemoryRepository {
    async fn trainer(&self, id: TrainerId) -> Result<Option<Versioned<Trainer>>> {
        Ok(self.read().trainers.cloned(id))
    }

    async fn calendar(&self, trainer: TrainerId) -> Result<Option<Versioned<CalendarGuard>>> {
        Ok(self.read().calendars.cloned(trainer))
    }

    async fn service(&self, id: ServiceId) -> Result<Option<Versioned<Service>>> {
        Ok(self.read().services.cloned(id))
    }

    async fn services(&self, trainer: TrainerId) -> Result<Vec<Versioned<Service>>> {
        Ok(self.read().services_of(trainer))
    }

    async fn trainer_card(&self, id: TrainerId) -> Result<Option<TrainerCard>> {
        Ok(self.read().trainer_card(id))
    }

    async fn schedule(&self, query: ScheduleQuery) -> Result<Option<Schedule>> {
        Ok(self.read().schedule(query))
    }
}
