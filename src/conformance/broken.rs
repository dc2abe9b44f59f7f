use std::fmt;

use super::world::World;
use crate::repository::{Change, ChangeSet, Entity, Removable, RepositoryError, Versioned, Write};

/// A change that breaks one promise, and the error that must name it.
pub(super) struct Broken {
    add: Box<dyn Fn(&mut ChangeSet) + Send + Sync>,
    pub(super) error: RepositoryError,
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl Broken {
    pub(super) fn new(
        error: RepositoryError,
        add: impl Fn(&mut ChangeSet) + Send + Sync + 'static,
    ) -> Self {
        Self { add: Box::new(add), error }
    }

    pub(super) fn insert<T: Entity>(row: T, error: RepositoryError) -> Self
    where
        Change: From<Write<T>>,
    {
        Self::new(error, move |changes| changes.insert(row.clone()))
    }

    pub(super) fn update<T: Entity>(row: Versioned<T>, error: RepositoryError) -> Self
    where
        Change: From<Write<T>>,
    {
        Self::new(error, move |changes| changes.update(row.clone()))
    }

    pub(super) fn remove<T: Removable>(row: Versioned<T>, error: RepositoryError) -> Self
    where
        Change: From<Write<T>>,
    {
        Self::new(error, move |changes| changes.remove(row.clone()))
    }

    pub(super) fn append<T: Entity>(row: T, error: RepositoryError) -> Self
    where
        Change: From<T>,
    {
        Self::new(error, move |changes| changes.append(row.clone()))
    }

    pub(super) fn add_to(&self, changes: &mut ChangeSet) {
        (self.add)(changes);
    }

    /// Commits the change alone: it must be refused by name and leave no trace.
    pub(super) async fn is_refused(&self, world: &World) {
        let mut changes = ChangeSet::new();
        self.add_to(&mut changes);
        world.refuses(changes, &self.error).await;
    }
}

/// Commits every change alone.
pub(super) async fn each_is_refused(world: &World, broken: Vec<Broken>) {
    for change in broken {
        change.is_refused(world).await;
    }
}
