//! The in-memory backend: the executable specification of the storage contract.
//!
//! For tests and previews. It keeps every promise of [`Repository`], and loses everything when it
//! is dropped. One lock guards all tables; it is held for the length of one read or one commit and
//! never across an await. A commit writes in place and notes what it put away, so that dropping an
//! unfinished one puts everything back.
//!
//! What a commit costs does not grow with the tables, because it goes by how they grow. What is
//! made as time goes by is kept sorted: it goes to the end, which is at hand. What there is one of
//! per person or dog is found by its hash. What is read with its owner is kept under them, the rows
//! themselves and not only their keys, and what every booking writes of one trainer or dog in one
//! diary.

mod accounts;
mod agendas;
mod audit;
mod bookings;
mod by_id;
mod commit;
mod decisions;
mod diaries;
mod dogs;
mod due;
mod erasure;
mod index;
mod ledger;
mod listings;
mod money;
mod notifications;
mod payments;
mod payouts;
mod reviews;
mod search;
mod sorted;
mod stored;
mod tables;
#[cfg(test)]
mod tests;
mod trainers;

use std::{
    fmt,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use async_trait::async_trait;

use self::tables::Tables;
use crate::{
    repository::{Census, ChangeSet, Repository, Result},
    time::Instant,
};

/// Storage in memory, gone when it is dropped.
///
/// # Example: a user is stored whole or not at all
///
/// ```
/// use sitstay::{
///     account::{User, UserStatus},
///     ids::UserId,
///     memory::MemoryRepository,
///     repository::{AccountQueries, ChangeSet, Repository, RepositoryError, Unique},
/// };
/// # use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let repository = MemoryRepository::new();
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
/// repository.commit(ChangeSet::new().inserting(ann.clone())).await?;
/// assert!(repository.user(ann.id).await?.is_some());
///
/// let twin = User { id: UserId::from_uuid(Uuid::from_u128(2)), ..ann };
/// let refused = repository.commit(ChangeSet::new().inserting(twin)).await;
/// assert!(matches!(refused, Err(RepositoryError::Duplicate(Unique::EmailKey))));
/// # Ok(())
/// # }
/// ```
pub struct MemoryRepository {
    tables: RwLock<Tables>,
}

impl MemoryRepository {
    /// Makes a repository that holds nothing but the seeded roles.
    #[must_use]
    pub fn new() -> Self {
        Self { tables: RwLock::new(Tables::seeded()) }
    }

    // A panic poisons the lock, and by then the commit that it broke off has undone itself.
    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryRepository {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryRepository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRepository").finish_non_exhaustive()
    }
}

#[async_trait]
impl Repository for MemoryRepository {
    async fn commit(&self, changes: ChangeSet) -> Result<()> {
        let changes = changes.prepare()?;
        commit::commit(&mut self.write(), changes)
    }

    async fn census(&self) -> Result<Census> {
        Ok(self.read().census())
    }

    async fn purge_commands(&self, before: Instant) -> Result<u64> {
        Ok(self.write().purge_commands(before))
    }
}
