//! A repository that fails at a commit of the test's choice.

use std::sync::atomic::{AtomicUsize, Ordering};

use sitstay::repository::{ChangeSet, Forward, Repository, RepositoryError, Result};

/// How a commit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is not carried out, and never will be again.
    Down,
    /// It is carried out, and nobody hears of it.
    Unheard,
    /// It is not carried out, and nobody hears of it.
    Lost,
}

/// A repository whose commit number `at` fails, and every later one if it is down then.
#[derive(Debug)]
pub(super) struct Failing<R> {
    pub(super) inner: R,
    failure: Failure,
    at: usize,
    commits: AtomicUsize,
}

impl<R> Failing<R> {
    pub(super) fn new(inner: R, failure: Failure, at: usize) -> Self {
        Self { inner, failure, at, commits: AtomicUsize::new(0) }
    }

    pub(super) fn commits(&self) -> usize {
        self.commits.load(Ordering::Relaxed)
    }
}

impl<R: Repository> Forward for Failing<R> {
    fn target(&self) -> &dyn Repository {
        &self.inner
    }

    async fn commits(&self, changes: ChangeSet) -> Result<()> {
        let number = self.commits.fetch_add(1, Ordering::Relaxed);
        match self.failure {
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
            _ => self.inner.commit(changes).await,
        }
    }
}
