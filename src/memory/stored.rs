//! Rows as they are kept: in a table, and on the shelves on which they stand as well.

use std::sync::Arc;

use crate::repository::{Version, Versioned};

/// A row that a table and the shelves on which it stands have in common.
pub(super) type Shared<T> = Arc<Versioned<T>>;

/// A row as a table keeps it.
#[derive(Debug)]
pub(super) struct Stored<T> {
    /// Beside the row, so that a guard is checked without a look at it.
    pub(super) version: Version,
    /// Not in place, so that keys stand close together and undoing moves a pointer.
    pub(super) row: Shared<T>,
}

impl<T> Stored<T> {
    /// Makes a row ready to be stored.
    pub(super) fn new(row: T, version: Version) -> Self {
        Self { version, row: Arc::new(Versioned::new(row, version)) }
    }
}

/// Returns rows where they are.
pub(super) fn rows_of<'r, T: 'r>(
    rows: impl IntoIterator<Item = &'r Shared<T>>,
) -> Vec<&'r Versioned<T>> {
    rows.into_iter().map(|row| &**row).collect()
}

/// Returns copies of rows.
pub(super) fn copies_of<'r, T: Clone + 'r>(
    rows: impl IntoIterator<Item = &'r Shared<T>>,
) -> Vec<Versioned<T>> {
    rows.into_iter().map(|row| Versioned::clone(row)).collect()
}
