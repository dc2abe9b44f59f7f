//! What one command or read asked of storage, kept beside the task that carries it out.

use std::{cell::RefCell, future::Future};

use sitstay::ids::CommandId;

/// How often storage was asked, and for what.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) reads: u64,
    /// Commits that storage carried out.
    pub(crate) commits: u64,
    /// Commits that lost a race, after which the platform decides again.
    pub(crate) lost: u64,
    /// Commits that failed otherwise.
    pub(crate) failed: u64,
    /// The commands that were loaded, in order; each as often as it was.
    pub(crate) given: Vec<CommandId>,
    /// The commands that were acknowledged by storage.
    pub(crate) committed: Vec<CommandId>,
}

impl Tally {
    /// How often storage was called. A backend may take several round trips for one call, as where it
    /// tries a commit again.
    pub(crate) const fn calls(&self) -> u64 {
        self.reads + self.commits + self.lost + self.failed
    }
}

tokio::task_local! {
    static TALLY: RefCell<Tally>;
}

/// Runs something, and returns what it asked of storage.
pub(crate) async fn tallied<F: Future>(work: F) -> (F::Output, Tally) {
    let work = async {
        let output = work.await;
        (output, TALLY.with(RefCell::take))
    };
    TALLY.scope(RefCell::default(), work).await
}

/// Notes something on the tally of the running task, if one is kept.
pub(crate) fn note(change: impl FnOnce(&mut Tally)) {
    let _ = TALLY.try_with(|tally| change(&mut tally.borrow_mut()));
}
