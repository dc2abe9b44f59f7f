use serde::Serialize;

use crate::{
    audit::SubjectKind,
    command::Actor,
    dog::{Dog, DogPhoto},
    ids::{DogId, OwnerId},
    platform::{Error, Platform, acting::Acting},
    repository::{LessonFilter, PageRequest, Versioned},
};

/// A dog with its photos.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DogDetails {
    /// The dog.
    pub dog: Versioned<Dog>,
    /// Its photos, by id.
    pub photos: Vec<Versioned<DogPhoto>>,
}

impl Platform {
    /// Returns a dog with its photos: to its owner, to trainers who have or had a booking for it,
    /// to admins and the system.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such dog, and to everybody else.
    pub async fn dog(&self, actor: Actor, dog: DogId) -> Result<DogDetails, Error> {
        let missing = || Error::NotFound(SubjectKind::Dog);
        let reader = self.reader(actor).await?;
        let found = self.repository().dog(dog).await?.ok_or_else(missing)?;
        let may_see = reader.sees_all()
            || reader.owner_id() == Some(found.owner)
            || self.trains(&reader, dog).await?;
        if !may_see {
            return Err(missing());
        }
        Ok(DogDetails { photos: self.repository().photos(dog).await?, dog: found })
    }

    /// Returns the dogs that an owner keeps, by id: to the owner, to admins and the system.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] to everybody else.
    pub async fn dogs(&self, actor: Actor, owner: OwnerId) -> Result<Vec<Versioned<Dog>>, Error> {
        let reader = self.reader(actor).await?;
        if reader.sees_all() || reader.owner_id() == Some(owner) {
            return Ok(self.repository().dogs(owner).await?);
        }
        Err(Error::NotFound(SubjectKind::Owner))
    }

    /// Says whether somebody who acts as a trainer has or had a booking for a dog.
    async fn trains(&self, reader: &Acting, dog: DogId) -> Result<bool, Error> {
        let Some(trainer) = reader.trainer_id() else { return Ok(false) };
        let filter =
            LessonFilter { trainer: Some(trainer), dog: Some(dog), ..LessonFilter::default() };
        let lessons = self.repository().lessons(&filter, PageRequest::first(1)?).await?;
        Ok(!lessons.items.is_empty())
    }
}
