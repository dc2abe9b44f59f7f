use std::ops::Deref;

use serde::Serialize;

/// Counts the writes to one row; the first write is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Version(i64);

impl Version {
    /// The version of a row that was just inserted.
    pub const FIRST: Self = Self(1);

    /// Wraps a stored version.
    #[must_use]
    pub const fn from_i64(count: i64) -> Self {
        Self(count)
    }

    /// Returns the number of writes.
    #[must_use]
    pub const fn as_i64(self) -> i64 {
        self.0
    }

    /// Returns the version after one more write.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A row together with the version it was read at.
///
/// Reads go through it as if it were the row. To change the row, map it to its next value and hand
/// it to [`ChangeSet::update`](super::ChangeSet::update).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Versioned<T> {
    #[serde(flatten)]
    value: T,
    version: Version,
}

impl<T> Versioned<T> {
    /// Pairs a row with its version.
    #[must_use]
    pub const fn new(value: T, version: Version) -> Self {
        Self { value, version }
    }

    /// Returns the version that the row was read at.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Returns the row alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// Replaces the row, keeping the version that it must still have at the commit.
    #[must_use]
    pub fn with(&self, value: T) -> Self {
        Self { value, version: self.version }
    }

    /// Changes the row, keeping the version that it must still have at the commit.
    #[must_use]
    pub fn map(self, change: impl FnOnce(T) -> T) -> Self {
        Self { value: change(self.value), version: self.version }
    }
}

impl<T> Deref for Versioned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
