//! The rows that are there already, and the order in which a commit locks them.

use std::collections::BTreeMap;

use super::{
    refusal::Refusal,
    row::{RowWrite, columns_of, write_of},
    row_by_row, rows_together,
    text::Text,
};
use crate::{
    repository::{
        BoxError, Change, EntityRef, Prepared, RatingDelta, RepositoryError, RowKey, Table, Version,
    },
    sql::{Column, Part},
};

/// Up to as many rows of a table are locked by a step each. More are locked by one step, so that
/// their number makes no new text.
const FEW: usize = 3;

/// A row that is there already, and what a commit does with it.
pub(super) struct Lock<'c> {
    pub(super) entity: EntityRef,
    /// The version that it must be at.
    pub(super) version: Option<Version>,
    /// Whether its claims are released, so that it must not be active.
    pub(super) is_released: bool,
    pub(super) rating: Option<RatingDelta>,
    pub(super) write: Option<RowWrite<'c>>,
}

impl<'c> Lock<'c> {
    const fn new(entity: EntityRef) -> Self {
        Self { entity, version: None, is_released: false, rating: None, write: None }
    }

    /// Says whether the row is only to stay as it is.
    pub(super) const fn is_shared(&self) -> bool {
        self.write.is_none() && self.rating.is_none() && !self.is_released
    }

    pub(super) const fn update(&self) -> Option<&RowWrite<'c>> {
        match &self.write {
            Some(write @ RowWrite::Update(_)) => Some(write),
            _ => None,
        }
    }

    const fn is_deleted(&self) -> bool {
        matches!(self.write, Some(RowWrite::Delete(_)))
    }

    /// Returns what it means that the row is there and was not locked.
    pub(super) fn unfit(&self) -> Refusal {
        let conflict = RepositoryError::Conflict(self.entity);
        if self.version.is_some() && !self.is_released {
            Refusal::checked(conflict)
        } else {
            Refusal::unchecked(conflict)
        }
    }

    /// Returns what it means that the row is not there.
    pub(super) fn missing(&self) -> Refusal {
        match self.version {
            Some(_) => self.unfit(),
            None => Refusal::unchecked(RepositoryError::MissingReference(self.entity)),
        }
    }
}

/// Locks and writes all rows that are there already, by table and key, as every commit does: so no
/// two commits wait for each other in a circle.
///
/// For the same reason a row that is written later is locked as strongly from the start.
pub(super) fn lock(text: &mut Text, changes: &Prepared) -> Result<(), BoxError> {
    let locks = locks_of(changes);
    let mut together = Vec::new();
    for locks in locks.chunk_by(|one, other| one.entity.table() == other.entity.table()) {
        if is_together(locks) {
            rows_together::lock(text, locks)?;
            together.push(locks[0].entity.table());
        } else {
            for lock in locks {
                row_by_row::lock(text, lock)?;
            }
        }
    }
    // What was locked together is written together, what frees before what takes.
    rows_together::write(text, &together, changes)
}

/// Returns every row once, by table and key.
fn locks_of(changes: &Prepared) -> Vec<Lock<'_>> {
    let mut locks: BTreeMap<EntityRef, Lock<'_>> = BTreeMap::new();
    let mut lock = |entity, note: &mut dyn FnMut(&mut Lock<'_>)| {
        note(locks.entry(entity).or_insert_with(|| Lock::new(entity)));
    };
    for guard in &changes.guards {
        lock(guard.entity, &mut |lock| lock.version = Some(guard.version));
    }
    for change in &changes.changes {
        match change {
            Change::Release(booking) => {
                let booking = EntityRef::new(Table::Booking, *booking);
                lock(booking, &mut |lock| lock.is_released = true);
            }
            Change::Rating(delta) => {
                let trainer = EntityRef::new(Table::Trainer, delta.trainer);
                lock(trainer, &mut |lock| lock.rating = Some(*delta));
            }
            _ => {}
        }
    }
    for change in &changes.changes {
        if let Some(write @ (RowWrite::Update(_) | RowWrite::Delete(_))) = write_of(change)
            && let Some(lock) = change.target().and_then(|entity| locks.get_mut(&entity))
        {
            lock.write = Some(write);
        }
    }
    locks.into_values().collect()
}

/// Says whether the rows of one table are locked by one step: where they are many, and where one
/// that goes may make way for one that is updated, whichever key comes first.
fn is_together(locks: &[Lock<'_>]) -> bool {
    let updates = locks.iter().filter(|lock| lock.update().is_some()).count();
    let deletes = locks.iter().any(Lock::is_deleted);
    let is_users = locks[0].entity.table() == Table::User;
    locks.len() > FEW || (deletes && updates > 0) || (is_users && updates > 1)
}

/// Returns the columns of a table's key.
pub(super) fn key_columns(table: Table) -> impl Iterator<Item = &'static Column> {
    columns_of(crate::sql::columns_of(table), Part::Key)
}

/// Returns the values of a key, in the order of its columns.
pub(super) fn key_values(key: RowKey) -> impl Iterator<Item = uuid::Uuid> {
    std::iter::once(key.first()).chain(key.second())
}
