//! What only the backend itself can see: every statement's plan, every column's way there and back,
//! and panics on its threads.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod no_room;
mod panics;
mod plans;
mod readers;
mod round_trip;

use tempfile::TempDir;

use super::SqliteRepository;

pub(super) use plans::note;

fn fresh() -> (SqliteRepository, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (SqliteRepository::open(folder.path().join("sitstay.db")).unwrap(), folder)
}
