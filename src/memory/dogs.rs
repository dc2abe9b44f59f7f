//! Dogs and their photos.

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{Edit, Index},
    tables::Row,
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
    type Indexes = DogIndexes;

    fn file(&self, by: &mut DogIndexes, edit: Edit) {
        edit.index(&mut by.owner, self.owner, self.id);
    }
}

/// How photos are found.
#[derive(Debug, Default)]
pub(super) struct PhotoIndexes {
    dog: Index<DogId, PhotoId>,
}

impl Row for DogPhoto {
    type Indexes = PhotoIndexes;

    fn file(&self, by: &mut PhotoIndexes, edit: Edit) {
        edit.index(&mut by.dog, self.dog, self.id);
    }
}

#[async_trait]
impl DogQueries for MemoryRepository {
    async fn dog(&self, id: DogId) -> Result<Option<Versioned<Dog>>> {
        Ok(self.read().dogs.cloned(id))
    }

    async fn dogs(&self, owner: OwnerId) -> Result<Vec<Versioned<Dog>>> {
        let tables = self.read();
        let mut dogs = tables.dogs.all(tables.dogs.by.owner.of(owner));
        dogs.retain(|dog| dog.is_kept());
        Ok(dogs)
    }

    async fn photos(&self, dog: DogId) -> Result<Vec<Versioned<DogPhoto>>> {
        let tables = self.read();
        Ok(tables.photos.all(tables.photos.by.dog.of(dog)))
    }
}
