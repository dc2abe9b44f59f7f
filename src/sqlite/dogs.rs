//! Dogs and their photos.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, select},
};
use crate::{
    dog::{Dog, DogPhoto},
    ids::{DogId, OwnerId},
    repository::{DogQueries, Result, Versioned},
};

impl Snapshot<'_> {
    pub(super) fn dog(self, id: DogId) -> Result<Option<Versioned<Dog>>> {
        self.row(select!(Dog, "WHERE id = $1"), &[id.into()])
    }
}

#[async_trait]
impl DogQueries for SqliteRepository {
    async fn dog(&self, id: DogId) -> Result<Option<Versioned<Dog>>> {
        self.read(move |snapshot| snapshot.dog(id)).await
    }

    async fn dogs(&self, owner: OwnerId) -> Result<Vec<Versioned<Dog>>> {
        self.read(move |snapshot| {
            snapshot.rows(
                select!(Dog, "WHERE owner_id = $1 AND removed_at IS NULL ORDER BY id"),
                &[owner.into()],
            )
        })
        .await
    }

    async fn photos(&self, dog: DogId) -> Result<Vec<Versioned<DogPhoto>>> {
        self.read(move |snapshot| {
            snapshot.rows(select!(DogPhoto, "WHERE dog_id = $1 ORDER BY id"), &[dog.into()])
        })
        .await
    }
}
