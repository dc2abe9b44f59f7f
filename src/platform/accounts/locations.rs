use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::target::myself;
use crate::{
    account::Location,
    audit::{Event, SubjectKind},
    command::CommandKind,
    contact::Address,
    geo::GeoPoint,
    ids::LocationId,
    platform::{
        Error,
        acting::Acting,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Belongings, BelongingsQuery, Caller, RepositoryError, Versioned},
    trainer::Trainer,
};

/// Adds a place of one's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddLocation {
    /// The id of the new location, made by the caller.
    pub location: LocationId,
    /// Street, city, region, postal code and country.
    pub address: Address,
    /// The exact place.
    pub point: GeoPoint,
}

#[async_trait]
impl Command for AddLocation {
    const KIND: CommandKind = CommandKind::AddLocation;
    type Outcome = ();
    type Facts = ();

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, ()), RepositoryError> {
        loading.caller_only().await
    }

    fn decide(&self, (): (), work: &mut Work<'_>) -> Result<(), Error> {
        let (user, now) = (myself(work.acting)?.id, work.now());
        work.record(Event::LocationAdded { location: self.location, user });
        work.changes.insert(Location {
            id: self.location,
            user,
            address: self.address.clone(),
            point: self.point,
            created_at: now,
            updated_at: now,
        });
        Ok(())
    }
}

/// Replaces the address and the point of a place of one's own.
///
/// # Errors
///
/// [`Error::NotFound`] if it is not one's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpdateLocation {
    /// Which location.
    pub location: LocationId,
    /// Street, city, region, postal code and country.
    pub address: Address,
    /// The exact place.
    pub point: GeoPoint,
}

#[async_trait]
impl Command for UpdateLocation {
    const KIND: CommandKind = CommandKind::UpdateLocation;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        load(loading, self.location).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let location = own(work.acting, facts)?;
        work.record(Event::LocationUpdated { location: self.location });
        let (address, point, updated_at) = (self.address.clone(), self.point, work.now());
        work.changes.update(location.map(|location| Location {
            address,
            point,
            updated_at,
            ..location
        }));
        Ok(())
    }
}

/// Removes a place of one's own.
///
/// Where search found the trainer there, it finds them at no place until they choose another.
///
/// # Errors
///
/// [`Error::NotFound`] if it is not one's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveLocation {
    /// Which location.
    pub location: LocationId,
}

#[async_trait]
impl Command for RemoveLocation {
    const KIND: CommandKind = CommandKind::RemoveLocation;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        load(loading, self.location).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let location = own(work.acting, facts)?;
        let trainer = work.acting.standing().and_then(|standing| standing.trainer.clone());
        match trainer {
            Some(trainer) if trainer.search_location == Some(self.location) => {
                let updated_at = work.now();
                work.record(Event::TrainerUpdated { trainer: trainer.id });
                work.changes.update(trainer.map(|trainer| Trainer {
                    search_location: None,
                    updated_at,
                    ..trainer
                }));
            }
            // The trainer may be about to choose this very place.
            Some(trainer) => work.changes.expect(&trainer),
            None => {}
        }
        work.record(Event::LocationRemoved { location: self.location });
        work.changes.remove(location);
        Ok(())
    }
}

async fn load(
    loading: Loading<'_>,
    location: LocationId,
) -> Result<(Caller, Belongings), RepositoryError> {
    let query = BelongingsQuery { location: Some(location), ..BelongingsQuery::default() };
    loading.repository.belongings(loading.caller, query).await
}

/// The location, if it is the acting user's.
fn own(acting: &Acting, facts: Belongings) -> Result<Versioned<Location>, Error> {
    let location = facts.location.filter(|location| acting.user_id() == Some(location.user));
    location.ok_or(Error::NotFound(SubjectKind::Location))
}
