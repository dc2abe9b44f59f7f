use std::{ops::Deref, sync::Arc};

use super::{
    dated::Dated,
    fixtures::{Cast, Everything, Fixtures, at},
    settled,
};
use crate::{
    audit::FeedEntry,
    booking::{Booking, Claim},
    command::CommandRecord,
    ids::{BookingId, CommandId},
    repository::{
        BookingFile, CallerQuery, Census, Change, ChangeSet, Entity, PageRequest, Repository,
        RepositoryError, ScheduleQuery, Table, TableCount, Version, Versioned, Write,
    },
    time::Interval,
};

/// A repository under test, and the rows to try it with.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) repository: Arc<dyn Repository>,
    pub(super) make: Fixtures,
}

impl Deref for World {
    type Target = dyn Repository;

    fn deref(&self) -> &Self::Target {
        &*self.repository
    }
}

impl World {
    pub(super) fn new(repository: Arc<dyn Repository>) -> Self {
        Self { repository: Arc::new(Dated::new(repository)), make: Fixtures::new() }
    }

    /// Commits what must be accepted.
    pub(super) async fn commits(&self, changes: ChangeSet) {
        self.commit(changes).await.unwrap();
    }

    /// Commits what must be refused with an error that says `expected`, and leave no trace.
    #[track_caller]
    pub(super) fn refuses(
        &self,
        changes: ChangeSet,
        expected: &RepositoryError,
    ) -> impl Future<Output = ()> + Send {
        let caller = std::panic::Location::caller();
        let expected = told(expected);
        async move {
            let before = self.census().await.unwrap();
            match self.commit(changes).await {
                Ok(()) => panic!("{caller}: committed instead of: {expected}"),
                Err(error) => assert_eq!(told(&error), expected, "at {caller}: {error:?}"),
            }
            assert_eq!(self.census().await.unwrap(), before, "{caller}: {expected} left a trace");
        }
    }

    /// Reads the whole feed, once all that is committed is in it.
    pub(super) async fn whole_feed(&self) -> Vec<FeedEntry> {
        settled(&*self.repository).await
    }

    /// Stores a new row.
    pub(super) async fn insert<T: Entity>(&self, row: T) -> Versioned<T>
    where
        Change: From<Write<T>>,
    {
        self.commits(ChangeSet::new().inserting(row.clone())).await;
        Versioned::new(row, Version::FIRST)
    }

    /// Stores a new row of an append-only table.
    pub(super) async fn append<T: Entity>(&self, row: T) -> T
    where
        Change: From<T>,
    {
        self.commits(ChangeSet::new().appending(row.clone())).await;
        row
    }

    /// Stores the next value of a row, and returns it as it must be read now.
    pub(super) async fn update<T: Entity>(&self, row: Versioned<T>) -> Versioned<T>
    where
        Change: From<Write<T>>,
    {
        self.commits(ChangeSet::new().updating(row.clone())).await;
        next(row)
    }

    /// Stores a new row, or the next value of one that is stored.
    pub(super) async fn write<T: Entity>(
        &self,
        stored: Option<Versioned<T>>,
        row: T,
    ) -> Versioned<T>
    where
        Change: From<Write<T>>,
    {
        match stored {
            None => self.insert(row).await,
            Some(stored) => self.update(stored.with(row)).await,
        }
    }

    /// Stores everybody that a lesson needs.
    pub(super) async fn cast(&self) -> Cast {
        let cast = self.make.cast();
        let mut changes = ChangeSet::new();
        cast.insert_into(&mut changes);
        self.commits(changes).await;
        cast
    }

    /// Stores at least one row of every table.
    pub(super) async fn everything(&self) -> Everything {
        let everything = self.make.everything();
        let mut changes = ChangeSet::new();
        everything.insert_into(&mut changes);
        self.commits(changes).await;
        everything
    }

    /// Stores a pending booking without buffers.
    pub(super) async fn book(&self, cast: &Cast, session: Interval) -> Versioned<Booking> {
        self.insert(self.make.booking(cast, session)).await
    }

    /// Returns the claims of a booking after making sure that all claims fit their bookings.
    pub(super) async fn claimed(&self, booking: &Booking) -> Vec<Claim> {
        assert_eq!(self.mismatched_claims(200).await.unwrap(), []);
        self.claims(booking.id).await.unwrap()
    }

    pub(super) async fn count(&self, table: Table) -> TableCount {
        count(&self.census().await.unwrap(), table)
    }

    pub(super) async fn file(&self, booking: BookingId) -> Option<BookingFile> {
        self.booking_file(nobody(), booking).await.unwrap().1
    }

    /// Returns the stored record of a command.
    pub(super) async fn replay(&self, command: CommandId) -> Option<CommandRecord> {
        self.caller(CallerQuery { command, user: None }).await.unwrap().replay
    }
}

/// Returns a row as it is read after one more update.
pub(super) fn next<T>(row: Versioned<T>) -> Versioned<T> {
    let version = row.version().next();
    Versioned::new(row.into_value(), version)
}

/// Pairs a row with the version of a row that was just inserted.
pub(super) fn first<T: Clone>(row: &T) -> Versioned<T> {
    Versioned::new(row.clone(), Version::FIRST)
}

/// Asks as nobody, for a command that was never given.
pub(super) fn nobody() -> CallerQuery {
    CallerQuery { command: CommandId::from_uuid(uuid::Uuid::nil()), user: None }
}

/// Asks for the schedule of a cast's trainer at 06:00, for no service and no dog.
pub(super) fn schedule_of(cast: &Cast, range: Interval) -> ScheduleQuery {
    let (service, dog, quote) = (None, None, None);
    ScheduleQuery { trainer: cast.trainer.id, service, dog, quote, range, now: at("06:00") }
}

/// Asks for a first page.
pub(super) fn page(limit: u16) -> PageRequest {
    PageRequest::first(limit).unwrap()
}

pub(super) fn count(census: &Census, table: Table) -> TableCount {
    let counted = census.tables.iter().find(|(counted, _)| *counted == table);
    counted.unwrap_or_else(|| panic!("{table} is missing in the census")).1
}

/// Returns what an error says: two that say the same are the same promise about the same row.
fn told(error: &RepositoryError) -> String {
    match error {
        RepositoryError::Invalid { source, .. } => format!("{} ({error}: {source})", error.code()),
        _ => format!("{} ({error})", error.code()),
    }
}

pub(super) fn conflict<T: Entity>(row: &T) -> RepositoryError {
    RepositoryError::Conflict(row.reference())
}

pub(super) fn exists<T: Entity>(row: &T) -> RepositoryError {
    RepositoryError::AlreadyExists(row.reference())
}

pub(super) fn taken(claim: Claim) -> RepositoryError {
    RepositoryError::TimeTaken { resource: claim.resource, during: claim.during }
}

/// Runs tasks at the same time and returns what came out of each, in their order.
pub(super) async fn race<T, F>(tasks: impl IntoIterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<F> = tasks.into_iter().collect();
    let start = Arc::new(tokio::sync::Barrier::new(tasks.len()));
    let running: Vec<_> = tasks
        .into_iter()
        .map(|task| {
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                task.await
            })
        })
        .collect();
    let mut outcomes = Vec::with_capacity(running.len());
    for task in running {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}
