//! Dogs and their photos, as their owner keeps them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Error,
    execute::{Command, Loading},
    work::Work,
};
use crate::{
    audit::{Event, SubjectKind},
    command::CommandKind,
    dog::{Dog, DogError, DogFacts, DogPhoto},
    ids::{DogId, PhotoId},
    repository::{Belongings, BelongingsQuery, Caller, RepositoryError, Versioned},
    text::HttpsUrl,
};

/// Adds a dog, as its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddDog {
    /// The id of the new dog, made by the caller.
    pub dog: DogId,
    /// What is known of it.
    pub facts: DogFacts,
}

/// Replaces what is known of a dog, as its owner.
///
/// # Errors
///
/// [`Error::NotFound`] for another owner's dog and for one that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateDog {
    /// Which dog.
    pub dog: DogId,
    /// What is known of it from now on.
    pub facts: DogFacts,
}

/// Removes a dog, as its owner.
///
/// # Errors
///
/// [`DogError::HasActiveBooking`] while a booking of it is pending or accepted;
/// [`Error::NotFound`] as for [`UpdateDog`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveDog {
    /// Which dog.
    pub dog: DogId,
}

/// Adds a photo of a dog, as its owner.
///
/// # Errors
///
/// [`Error::NotFound`] as for [`UpdateDog`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddPhoto {
    /// Which dog.
    pub dog: DogId,
    /// The id of the new photo, made by the caller.
    pub photo: PhotoId,
    /// Where the picture is.
    pub url: HttpsUrl,
}

/// Removes a photo of a dog, as its owner.
///
/// # Errors
///
/// [`DogError::NoPhoto`] if it is none of this dog; [`Error::NotFound`] as for [`UpdateDog`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovePhoto {
    /// Which dog.
    pub dog: DogId,
    /// Which photo.
    pub photo: PhotoId,
}

async fn load_dog(
    dog: DogId,
    photo: Option<PhotoId>,
    loading: Loading<'_>,
) -> Result<(Caller, Belongings), RepositoryError> {
    let query = BelongingsQuery { dog: Some(dog), photo, ..Default::default() };
    loading.repository.belongings(loading.caller, query).await
}

/// The dog, if it is the acting owner's and was not removed.
fn own(dog: Option<Versioned<Dog>>, work: &Work<'_>) -> Result<Versioned<Dog>, Error> {
    let owner = work.acting.owner()?.id;
    let found = dog.filter(|dog| dog.owner == owner && dog.is_kept());
    found.ok_or(Error::NotFound(SubjectKind::Dog))
}

#[async_trait]
impl Command for AddDog {
    const KIND: CommandKind = CommandKind::AddDog;
    type Outcome = ();
    type Facts = ();

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, ()), RepositoryError> {
        Ok((loading.repository.caller(loading.caller).await?, ()))
    }

    fn decide(&self, (): (), work: &mut Work<'_>) -> Result<(), Error> {
        let (dog, owner) = (self.dog, work.acting.owner()?.id);
        work.changes.insert(Dog::new(dog, owner, self.facts.clone(), work.now()));
        work.record(Event::DogAdded { dog, owner });
        Ok(())
    }
}

#[async_trait]
impl Command for UpdateDog {
    const KIND: CommandKind = CommandKind::UpdateDog;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        load_dog(self.dog, None, loading).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let dog = own(facts.dog, work)?;
        let revised = dog.clone().into_value().revise(self.facts.clone(), work.now());
        work.changes.update(dog.with(revised));
        work.record(Event::DogUpdated { dog: self.dog });
        Ok(())
    }
}

#[async_trait]
impl Command for RemoveDog {
    const KIND: CommandKind = CommandKind::RemoveDog;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        load_dog(self.dog, None, loading).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let dog = own(facts.dog, work)?;
        // That there is no booking holds until the commit: every request bumps the dog's row.
        let is_booked = facts.dog_has_active_booking;
        let removed = dog.clone().into_value().remove(is_booked, work.now())?;
        work.changes.update(dog.with(removed));
        work.record(Event::DogRemoved { dog: self.dog });
        Ok(())
    }
}

#[async_trait]
impl Command for AddPhoto {
    const KIND: CommandKind = CommandKind::AddPhoto;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        load_dog(self.dog, None, loading).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let dog = own(facts.dog, work)?;
        work.changes.expect(&dog);
        let (photo, now) = (self.photo, work.now());
        work.changes.insert(DogPhoto {
            id: photo,
            dog: dog.id,
            url: self.url.clone(),
            created_at: now,
            updated_at: now,
        });
        work.record(Event::PhotoAdded { dog: dog.id, photo });
        Ok(())
    }
}

#[async_trait]
impl Command for RemovePhoto {
    const KIND: CommandKind = CommandKind::RemovePhoto;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        load_dog(self.dog, Some(self.photo), loading).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let dog = own(facts.dog, work)?;
        let photo = facts.photo.filter(|photo| photo.dog == dog.id).ok_or(DogError::NoPhoto)?;
        work.changes.expect(&dog);
        work.record(Event::PhotoRemoved { dog: dog.id, photo: photo.id });
        work.changes.remove(photo);
        Ok(())
    }
}
