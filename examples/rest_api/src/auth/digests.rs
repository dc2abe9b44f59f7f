//! Where the digests of tokens are kept.
//!
//! They lie in a small SQLite file of their own, so that a restart signs nobody out. Several instances
//! of a service on one Postgres would keep them there.

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, Params};

use crate::problem::{Problem, Reply};

/// The file. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Digests(Arc<Mutex<Connection>>);

impl Digests {
    /// Opens the file, or makes it; without one they are kept in memory.
    pub(crate) fn open(path: Option<&Path>) -> rusqlite::Result<Self> {
        let database = match path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        database.execute_batch("PRAGMA journal_mode = WAL")?;
        Ok(Self(Arc::new(Mutex::new(database))))
    }

    /// Makes the tables of somebody who keeps something here.
    pub(super) fn prepare(&self, schema: &str) -> rusqlite::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).execute_batch(schema)
    }

    /// Carries one statement out.
    pub(super) async fn execute(
        &self,
        statement: &'static str,
        parameters: impl Params + Send + 'static,
    ) -> Reply<()> {
        self.with(move |database| database.execute(statement, parameters)).await.map(drop)
    }

    /// Uses the file where nobody waits for the thread.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Reply<T> {
        let database = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            work(&database.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match done.await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(Problem::internal(&error)),
            Err(error) => Err(Problem::internal(&error)),
        }
    }
}

impl fmt::Debug for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Digests").finish_non_exhaustive()
    }
}
