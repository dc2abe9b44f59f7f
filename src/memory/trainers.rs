//! Trainers, what they offer and when they work.

use async_trait::async_trait;
use chrono::NaiveDate;

use super::{
    MemoryRepository,
    agendas::utc_date,
    by_id::ById,
    diaries::LONGEST_LESSON,
    index::{Edit, Index, Shelf},
    stored::{Shared, Stored, copies_of},
    tables::{Row, Tables},
};
use crate::{
    ids::{CertificationId, LocationId, ServiceId, TrainerId, UserId},
    repository::{
        Desk, Result, Schedule, ScheduleQuery, TrainerCard, TrainerQueries, UniqueKey, Versioned,
    },
    time::Instant,
    trainer::{CalendarGuard, Certification, Service, Trainer},
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

    fn file(row: &Shared<Self>, by: &mut TrainerIndexes, edit: Edit) {
        if let Some(location) = row.search_location {
            edit.index(&mut by.search_location, location, row.id);
        }
    }

    fn is_referred_to(tables: &Tables, trainer: TrainerId) -> bool {
        !tables.bookings.by.diaries.of_trainer(trainer).lessons.is_empty()
    }
}

impl Row for CalendarGuard {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(_: &Shared<Self>, (): &mut (), _: Edit) {}
}

/// How services are found.
#[derive(Debug, Default)]
pub(super) struct ServiceIndexes {
    pub(super) trainer: Shelf<TrainerId, ServiceId, Service>,
}

impl Row for Service {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ServiceIndexes;

    fn file(row: &Shared<Self>, by: &mut ServiceIndexes, edit: Edit) {
        edit.shelve(&mut by.trainer, row.trainer, row.id, row);
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
    trainer: Shelf<TrainerId, (NaiveDate, CertificationId), Certification>,
}

impl Row for Certification {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = CertificationIndexes;

    fn file(row: &Shared<Self>, by: &mut CertificationIndexes, edit: Edit) {
        edit.shelve(&mut by.trainer, row.trainer, (row.issued_at, row.id), row);
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

    /// Returns a trainer's services, active or not, by id.
    pub(super) fn services_of(&self, trainer: TrainerId) -> Vec<Versioned<Service>> {
        copies_of(self.services.by.trainer.of(trainer).values())
    }

    /// Returns a trainer's certifications, by day of issue and id.
    pub(super) fn certifications_of(&self, trainer: TrainerId) -> Vec<Versioned<Certification>> {
        copies_of(self.certifications.by.trainer.of(trainer).values())
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
