//! A repository that fails at a commit of the test's choice.

use std::sync::atomic::{AtomicUsize, Ordering};

use sitstay::{
    ids::BookingId,
    repository::{Change, ChangeSet, Forward, Repository, RepositoryError, Result, Write},
};

/// How a commit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is not carried out, and never will be again.
    Down,
    /// It is carried out, and nobody hears of it.
    Unheard,
    /// It is not carried out, and nobody hears of it.
    Lost,
    /// It is refused whenever it adds this booking, for a reason that nobody foresaw.
    Refused(BookingId),
}

/// A repository whose commit number `at` fails, and every later one if it is down then.
#[derive(Debug)]
pub(super) struct Failing<R> {
    pub(super) inner: R,
    failure: Failure,
    at: usize,
    commits: AtomicUsize,
    largest: AtomicUsize,
    tell: fn(),
}

impl<R> Failing<R> {
    pub(super) fn new(inner: R, failure: Failure, at: usize) -> Self {
        let (commits, largest) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { inner, failure, at, commits, largest, tell: || {} }
    }

    /// A repository at which nothing fails.
    pub(super) fn never(inner: R) -> Self {
        Self::new(inner, Failure::Down, usize::MAX)
    }

    /// A repository that tells of each commit before and after it.
    pub(super) fn telling(inner: R, tell: fn()) -> Self {
        Self { tell, ..Self::never(inner) }
    }

    pub(super) fn commits(&self) -> usize {
        self.commits.load(Ordering::Relaxed)
    }

    /// How many bookings the largest commit added.
    pub(super) fn most_bookings(&self) -> usize {
        self.largest.load(Ordering::Relaxed)
    }
}

/// The bookings that a commit adds.
fn bookings(changes: &ChangeSet) -> Vec<BookingId> {
    let prepared = changes.clone().prepare().unwrap();
    let added = prepared.changes.iter().filter_map(|change| match change {
        Change::Booking(Write::Insert(booking)) => Some(booking.id),
        _ => None,
    });
    added.collect()
}

impl<R: Repository> Forward for Failing<R> {
    fn target(&self) -> &dyn Repository {
        &self.inner
    }

    async fn commits(&self, changes: ChangeSet) -> Result<()> {
        // Commits in memory are done at once: others come to their turn in between.
        tokio::task::yield_now().await;
        let number = self.commits.fetch_add(1, Ordering::Relaxed);
        let added = bookings(&changes);
        self.largest.fetch_max(added.len(), Ordering::Relaxed);
        match self.failure {
            Failure::Refused(booking) if added.contains(&booking) => {
                Err(RepositoryError::Backend { backend: "test", source: "a check failed".into() })
            }
            Failure::Down if number >= self.at => {
                Err(RepositoryError::Unavailable("the database is down".into()))
            }
            Failure::Unheard if number == self.at => {
                self.inner.commit(changes).await?;
                Err(RepositoryError::Uncertain("the connection broke".into()))
            }
            Failure::Lost if number == self.at => {
                Err(RepositoryError::Uncertain("the connection broke".into()))
            }
            _ => {
                (self.tell)();
                let done = self.inner.commit(changes).await;
                (self.tell)();
                done
            }
        }
    }
}
