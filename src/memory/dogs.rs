//! Dogs and their photos.

use async_trait::async_trait;

use super::{
    MemoryRepository,
    by_id::ById,
    index::{Edit, Index, Kept},
    tables::{Row, Stored, Tables},
};
use crate::{
    dog::{Dog, DogPhoto},
    ids::{DogId, OwnerId, PhotoId},
    repository::{DogQueries, Result, Versioned},
};

/// How dogs are found.
#[derive(Debug, Default)]
pub(super) struct DogIndexes {
    owner: Index<OwnerId, DogId>,
}

impl Row for Dog {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = DogIndexes;

    fn file(&self, by: &mut DogIndexes, edit: Edit) {
        edit.index(&mut by.owner, self.owner, self.id);
    }

    fn is_referred_to(tables: &Tables, dog: DogId) -> bool {
        !tables.bookings.by.diaries.of_dog(dog).is_nothing()
    }
}

/// How photos are found.
#[derive(Debug, Default)]
pub(super) struct PhotoIndexes {
    dog: Index<DogId, PhotoId>,
}

impl Row for DogPhoto {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = PhotoIndexes;

    fn file(&self, by: &mut PhotoIndexes, edit: Edit) {
        edit.index(&mut by.dog, self.dog, self.id);
    }
}

impl Tables {
    /// Returns an owner's dogs, removed or not, by id.
    pub(super) fn all_dogs_of(&self, owner: OwnerId) -> Vec<Versioned<Dog>> {
        self.dogs.all(self.dogs.by.owner.of(owner).keys())
    }

    /// Returns the photos of a dog, by id.
    pub(super) fn photos_of(&self, dog: DogId) -> Vec<Versioned<DogPhoto>> {
        self.photos.all(self.photos.by.dog.of(dog).keys())
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
