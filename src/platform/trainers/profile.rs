use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::desk::{Timetable, TimetableChange, bump, found, load_desk};
use crate::{
    audit::{Event, SubjectKind},
    command::CommandKind,
    ids::LocationId,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Belongings, BelongingsQuery, Caller, Desk, RepositoryError},
    text::Text,
    time::ZoneId,
    trainer::{BookingPolicy, Trainer},
    years::Experience,
};

/// Replaces what a trainer says of themselves, as the trainer.
///
/// # Errors
///
/// [`Error::NotFound`] if the location is not the trainer's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateTrainer {
    /// Whole years of experience.
    pub years_of_experience: Experience,
    /// What the trainer says of themselves.
    pub bio: Text,
    /// Which of the trainer's locations search finds them at; `None`: at none.
    pub search_location: Option<LocationId>,
}

/// Changes the zone in which a trainer's hours are wall clock, as the trainer.
///
/// Opening hours move; bookings keep their instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeZone {
    /// The new zone.
    pub zone: ZoneId,
}

/// Replaces the terms on which a trainer's lessons can be booked, as the trainer.
///
/// What is booked keeps the terms that it was booked on.
///
/// # Errors
///
/// [`TrainerError`](crate::trainer::TrainerError) where a bound is broken, or custom requests are
/// bounded by a price that cannot be charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPolicy {
    /// The new terms.
    pub policy: BookingPolicy,
}

#[async_trait]
impl Command for UpdateTrainer {
    const KIND: CommandKind = CommandKind::UpdateTrainer;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        let query = BelongingsQuery { location: self.search_location, ..Default::default() };
        loading.repository.belongings(loading.caller, query).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let trainer = work.acting.trainer()?.clone();
        if self.search_location.is_some() {
            let own = facts.location.filter(|location| location.user == trainer.user);
            work.changes.expect(&own.ok_or(Error::NotFound(SubjectKind::Location))?);
        }
        let updated = Trainer {
            years_of_experience: self.years_of_experience,
            bio: self.bio.clone(),
            search_location: self.search_location,
            updated_at: work.now(),
            ..trainer.clone().into_value()
        };
        work.record(Event::TrainerUpdated { trainer: trainer.id });
        work.changes.update(trainer.with(updated));
        Ok(())
    }
}

impl TimetableChange for ChangeZone {
    const KIND: CommandKind = CommandKind::ChangeZone;

    fn change(
        &self,
        desk: &Desk,
        timetable: &mut Timetable,
        work: &mut Work<'_>,
    ) -> Result<(), Error> {
        let (zone, now) = (self.zone, work.now());
        let moved =
            Trainer { time_zone: zone, updated_at: now, ..desk.trainer.clone().into_value() };
        work.changes.update(desk.trainer.with(moved));
        work.record(Event::ZoneChanged { trainer: desk.trainer.id, zone });
        timetable.zone = zone;
        Ok(())
    }
}

#[async_trait]
impl Command for SetPolicy {
    const KIND: CommandKind = CommandKind::SetPolicy;
    type Outcome = ();
    type Facts = Option<Desk>;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Option<Desk>), RepositoryError> {
        load_desk(loading).await
    }

    fn decide(&self, facts: Option<Desk>, work: &mut Work<'_>) -> Result<(), Error> {
        let desk = found(facts, work)?;
        let trainer = desk.trainer.clone().into_value();
        let next = trainer.with_policy(self.policy.clone(), &work.policy.money, work.now())?;
        work.changes.update(desk.trainer.with(next));
        work.record(Event::PolicySet { trainer: desk.trainer.id });
        bump(&desk.calendar, work);
        Ok(())
    }
}
