//! Dogs and their photos.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    parameters::Parameters,
    part::{Statement, row, rows},
};
use crate::{
    dog::{Dog, DogPhoto},
    ids::{DogId, OwnerId},
    repository::{DogQueries, Result, Versioned},
};

#[async_trait]
impl DogQueries for PostgresRepository {
    async fn dog(&self, id: DogId) -> Result<Option<Versioned<Dog>>> {
        static DOG: LazyLock<Statement<Option<Versioned<Dog>>>> =
            LazyLock::new(|| row::<Dog>("WHERE t.id = $1").into());
        self.ask(&DOG, Parameters::new().and(id)?).await
    }

    async fn dogs(&self, owner: OwnerId) -> Result<Vec<Versioned<Dog>>> {
        static DOGS: LazyLock<Statement<Vec<Versioned<Dog>>>> = LazyLock::new(|| {
            rows::<Dog>("WHERE t.owner_id = $1 AND t.removed_at IS NULL ORDER BY t.id").into()
        });
        self.ask_replica(&DOGS, Parameters::new().and(owner)?).await
    }

    async fn photos(&self, dog: DogId) -> Result<Vec<Versioned<DogPhoto>>> {
        static PHOTOS: LazyLock<Statement<Vec<Versioned<DogPhoto>>>> =
            LazyLock::new(|| rows::<DogPhoto>("WHERE t.dog_id = $1 ORDER BY t.id").into());
        self.ask_replica(&PHOTOS, Parameters::new().and(dog)?).await
    }
}
