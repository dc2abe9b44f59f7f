//! The SQLite backend: one service, one file.
//!
//! One thread writes; what is queued for it shares a transaction, and with it the wait for the
//! disk. A few threads read, on connections of their own, and never wait for the writer. No async
//! runtime is needed. Several processes may use one file.
//!
//! The schema guards itself, also against programs that write past the library: triggers derive
//! the table `occupied` from the bookings and refuse an overlap, and what is append-only refuses
//! updates and deletes.

mod accounts;
mod audit;
mod bookings;
mod builder;
mod commit;
mod decisions;
mod dogs;
mod due;
mod erasure;
mod error;
mod ledger;
mod migrations;
mod money;
mod notifications;
mod payments;
mod payouts;
mod readers;
mod reviews;
mod rows;
mod search;
#[cfg(all(test, feature = "testing"))]
mod tests;
mod trainers;
mod writer;

use std::path::Path;

use async_trait::async_trait;

pub use self::builder::{SqliteBuilder, Synchronous};
use self::{
    readers::Readers,
    rows::Snapshot,
    writer::{Task, Writer},
};
use crate::{
    repository::{Census, ChangeSet, Repository, RepositoryError, Result, Table, TableCount},
    sql::statements_of,
    time::Instant,
};

/// Storage in one SQLite file.
///
/// An acknowledged commit is on disk. Dropping the repository finishes what is queued, and ends its
/// threads.
///
/// # Example: what is committed is there when the file is opened again
///
/// ```
/// use sitstay::{
///     account::{User, UserStatus},
///     ids::UserId,
///     repository::{AccountQueries, ChangeSet, Repository},
///     sqlite::SqliteRepository,
/// };
/// # use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// let path = directory.path().join("sitstay.db");
/// let at = "2027-03-01T09:00:00Z".parse()?;
/// let ann = User {
///     id: UserId::from_uuid(Uuid::from_u128(1)),
///     email: "ann@example.com".parse()?,
///     password: None,
///     first_name: "Ann".parse()?,
///     last_name: "Lee".parse()?,
///     phone: None,
///     status: UserStatus::Active,
///     created_at: at,
///     updated_at: at,
/// };
/// let repository = SqliteRepository::open(&path)?;
/// repository.commit(ChangeSet::new().inserting(ann.clone())).await?;
/// drop(repository);
///
/// let repository = SqliteRepository::open(&path)?;
/// assert_eq!(repository.user(ann.id).await?.map(|ann| ann.into_value()), Some(ann));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SqliteRepository {
    writer: Writer,
    readers: Readers,
}

impl SqliteRepository {
    /// Opens the file at `path`, or makes it, with the defaults of [`builder`](Self::builder).
    ///
    /// # Errors
    ///
    /// See [`SqliteBuilder::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::builder(path).open()
    }

    /// Says how the file at `path` is to be opened.
    pub fn builder(path: impl AsRef<Path>) -> SqliteBuilder {
        SqliteBuilder::new(path.as_ref())
    }

    /// Moves the write-ahead log into the database and empties it.
    ///
    /// SQLite does so by itself every now and then. An erasure does it at once, or as soon as nobody
    /// reads from the log any more.
    ///
    /// # Errors
    ///
    /// [`RepositoryError::Contention`] if another process reads for too long.
    pub async fn checkpoint(&self) -> Result<()> {
        self.writer.write(Task::Checkpoint).await.map(|_| ())
    }

    /// Writes the file anew, without the room that rows have left behind, and empties the log.
    ///
    /// An erasure overwrites what it takes away. Where SQLite has split a page before, a copy of a row
    /// may lie in the room between others, which nothing overwrites until the room is used; such
    /// copies go with this. A service that erases people calls it every now and then, at a quiet hour:
    /// it takes as long as writing the file twice, commits wait meanwhile and reads go on. The disk
    /// needs room for two more copies, one of them in the folder for temporary files.
    ///
    /// # Errors
    ///
    /// [`RepositoryError::Contention`] if another process writes or reads for too long, and
    /// [`RepositoryError::Unavailable`] if the disk is full; it is called again then.
    pub async fn compact(&self) -> Result<()> {
        self.writer.write(Task::Compact).await.map(|_| ())
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(Snapshot<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.readers.read(work).await
    }
}

#[async_trait]
impl Repository for SqliteRepository {
    async fn commit(&self, changes: ChangeSet) -> Result<()> {
        let changes = changes.prepare()?;
        self.writer.write(Task::Commit(changes)).await.map(|_| ())
    }

    async fn census(&self) -> Result<Census> {
        self.read(census).await
    }

    async fn purge_commands(&self, before: Instant) -> Result<u64> {
        self.writer.write(Task::PurgeCommands(before)).await
    }
}

fn census(snapshot: Snapshot<'_>) -> Result<Census> {
    let count = |table: Table| {
        let counts = format!("SELECT {}", statements_of(table).counts_from(""));
        let count = snapshot.first(&counts, &[], |fields| {
            let mut number = || {
                let number: i64 = fields.take_of(table)?;
                Ok::<_, RepositoryError>(u64::try_from(number).unwrap_or_default())
            };
            Ok(TableCount { rows: number()?, writes: number()? })
        })?;
        Ok((table, count.unwrap_or(TableCount { rows: 0, writes: 0 })))
    };
    Ok(Census {
        tables: Table::ALL.iter().copied().map(count).collect::<Result<_>>()?,
        claims: snapshot.count("SELECT count(*) FROM occupied", &[])?,
    })
}
