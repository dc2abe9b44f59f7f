//! What the SQLite backend promises beside the storage contract: its file, its schema, and how it
//! stands up to other programs, processes and threads.
#![cfg(all(feature = "sqlite", feature = "testing"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod catalogue;
#[cfg(unix)]
#[path = "../support/deep.rs"]
mod deep;
#[cfg(unix)]
mod faults;
mod file;
mod foreign_writer;
mod sharing;
#[path = "../support/tables.rs"]
mod tables;
#[cfg(unix)]
mod writing_child;

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sitstay::{
    booking::Booking,
    conformance::fixtures::{Cast, Everything, Fixtures},
    repository::{ChangeSet, Repository as _},
    sqlite::SqliteRepository,
};
use tempfile::TempDir;

/// A folder for one database, which goes with the test.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("sitstay.db")
    }

    fn open(&self) -> SqliteRepository {
        SqliteRepository::open(self.path()).unwrap()
    }

    /// Opens the file as a program would that knows nothing of the library.
    fn foreign(&self) -> Connection {
        foreign(&self.path())
    }
}

fn foreign(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection
}

async fn with_everything(repository: &SqliteRepository, make: &Fixtures) -> Everything {
    let everything = make.everything();
    let mut changes = ChangeSet::new();
    everything.insert_into(&mut changes);
    repository.commit(changes).await.unwrap();
    everything
}

async fn with_cast(repository: &SqliteRepository, make: &Fixtures) -> Cast {
    let cast = make.cast();
    let mut changes = ChangeSet::new();
    cast.insert_into(&mut changes);
    repository.commit(changes).await.unwrap();
    cast
}

async fn book(repository: &SqliteRepository, booking: &Booking) {
    repository.commit(ChangeSet::new().inserting(booking.clone())).await.unwrap();
}
