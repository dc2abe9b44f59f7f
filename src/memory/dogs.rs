//! Dogs and their photos.

use async_trait::async_trait;

use super::{
    MemoryRepository,
    by_id::ById,
    index::{Edit, Shelf},
    stored::{Shared, Stored, copies_of},
    tables::{Row, Tables},
};
use crate::{
    dog::{Dog, DogPhoto},
    ids::{DogId, OwnerId, PhotoId},
    repository::{DogQueries, Result, Versioned},
};

/// How dogs are found.
#[derive(Debug, Default)]
pub(super) struct DogIndexes {
    owner: Shelf<OwnerId, DogId, Dog>,
}

impl Row for Dog {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = DogIndexes;

    fn file(row: &Shared<Self>, by: &mut DogIndexes, edit: Edit) {
        edit.shelve(&mut by.owner, row.owner, row.id, row);
    }

    fn is_referred_to(tables: &Tables, dog: DogId) -> bool {
        !tables.bookings.by.diaries.of_dog(dog).lessons.is_empty()
    }
}

/// How photos are found.
#[derive(Debug, Default)]
pub(super) struct PhotoIndexes {
    dog: Shelf<DogId, PhotoId, DogPhoto>,
}

impl Row for DogPhoto {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = PhotoIndexes;

    fn file(row: &Shared<Self>, by: &mut PhotoIndexes, edit: Edit) {
        edit.shelve(&mut by.dog, row.dog, row.id, row);
    }
}

impl Tables {
    /// Returns an owner's dogs, removed or not, by id.
    pub(super) fn all_dogs_of(&self, owner: OwnerId) -> Vec<Versioned<Dog>> {
        copies_of(self.dogs.by.owner.of(owner).values())
    }

    /// Returns the photos of a dog, by id.
    pub(super) fn photos_of(&self, dog: DogId) -> Vec<Versioned<DogPhoto>> {
        copies_of(self.photos.by.dog.of(dog).values())
    }
}

#[async_trait]
impl DogQueries for MemoryRepository {
    async fn dog(&self, id: DogId) -> Result<Option<Versioned<Dog>>> {
        Ok(self.read().dogs.cloned(id))
    }

    async fn dogs(&self, owner: OwnerId) -> Result<Vec<Versioned<Dog>>> {
        let mut dogs = self.read().all_dogs_of(owner);
        dogs.retain(|dog| dog.is_kept());
        Ok(dogs)
    }

    async fn photos(&self, dog: DogId) -> Result<Vec<Versioned<DogPhoto>>> {
        Ok(self.read().photos_of(dog))
    }
}
