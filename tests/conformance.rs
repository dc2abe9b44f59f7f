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

#[cfg(feature = "sqlite")]
mod sqlite {
    use sitstay::sqlite::SqliteRepository;
    use tempfile::TempDir;

    use super::*;

    async fn fresh() -> (Arc<dyn Repository>, TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let repository = SqliteRepository::open(directory.path().join("sitstay.db")).unwrap();
        (Arc::new(repository), directory)
    }

    sitstay::repository_conformance_tests!(fresh);
}
