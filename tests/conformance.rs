//! The one suite, on every backend whose feature is on.
#![cfg(feature = "testing")]

use std::sync::Arc;

use sitstay::repository::Repository;

#[cfg(feature = "memory")]
mod memory {
    use sitstay::memory::MemoryRepository;

    use super::*;

    async fn fresh() -> (Arc<dyn Repository>, ()) {
        (Arc::new(MemoryRepository::new()), ())
    }

    sitstay::repository_conformance_tests!(fresh);
}

#[cfg(feature = "postgres")]
#[path = "support/postgres_server.rs"]
mod postgres_server;

#[cfg(feature = "postgres")]
mod postgres {
    use sitstay::postgres::PostgresRepository;

    use super::{postgres_server::Database, *};

    #[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    async fn fresh() -> (Arc<dyn Repository>, Database) {
        let database = Database::migrated().await;
        let builder = PostgresRepository::builder(database.options()).connections(20);
        (Arc::new(builder.connect().await.unwrap()), database)
    }

    sitstay::repository_conformance_tests!(fresh);
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use sitstay::sqlite::SqliteRepository;
    use tempfile::TempDir;

    use super::*;

    #[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    async fn fresh() -> (Arc<dyn Repository>, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let repository = SqliteRepository::open(folder.path().join("sitstay.sqlite3")).unwrap();
        (Arc::new(repository), folder)
    }

    sitstay::repository_conformance_tests!(fresh);
}
