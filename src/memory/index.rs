//! Ordered indexes: how rows are found by anything but their key.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use uuid::Uuid;

use crate::{ids::Id, repository::Cursor, time::Instant};

/// What happens to a row's entries in the indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Add,
    Remove,
}

impl Edit {
    /// Adds a key to a set, or removes it.
    pub(super) fn set<K: Ord>(self, set: &mut BTreeSet<K>, key: K) {
        match self {
            Self::Add => set.insert(key),
            Self::Remove => set.remove(&key),
        };
    }

    /// Adds a key under its parent, or removes it.
    pub(super) fn index<P: Copy + Ord, K: Ord>(self, index: &mut Index<P, K>, parent: P, key: K) {
        match self {
            Self::Add => index.insert(parent, key),
            Self::Remove => index.remove(&parent, &key),
        }
    }
}

/// The keys under each parent, in order.
#[derive(Debug)]
pub(super) struct Index<P, K> {
    sets: BTreeMap<P, BTreeSet<K>>,
    none: BTreeSet<K>,
}

impl<P, K> Default for Index<P, K> {
    fn default() -> Self {
        Self { sets: BTreeMap::new(), none: BTreeSet::new() }
    }
}

impl<P: Copy + Ord, K: Ord> Index<P, K> {
    /// Returns the keys under a parent; there may be none.
    pub(super) fn of(&self, parent: P) -> &BTreeSet<K> {
        self.sets.get(&parent).unwrap_or(&self.none)
    }

    fn insert(&mut self, parent: P, key: K) {
        self.sets.entry(parent).or_default().insert(key);
    }

    fn remove(&mut self, parent: &P, key: &K) {
        if let Some(set) = self.sets.get_mut(parent) {
            set.remove(key);
            if set.is_empty() {
                self.sets.remove(parent);
            }
        }
    }
}

/// Keys that are sorted by an instant, and by id where instants are equal.
pub(super) type Timeline<K> = BTreeSet<(Instant, K)>;

/// Returns the ids from an instant on, the oldest first.
pub(super) fn since<K: Id>(
    line: &Timeline<K>,
    from: Instant,
) -> impl Iterator<Item = (Instant, K)> {
    line.range((from, lowest())..).copied()
}

/// Returns the ids up to an instant, which is included, the oldest first.
pub(super) fn up_to<K: Id>(line: &Timeline<K>, last: Instant) -> impl Iterator<Item = K> {
    line.range(..=(last, highest())).map(|&(_, id)| id)
}

/// Returns the ids after a cursor, the newest first.
pub(super) fn newest<K: Id>(line: &Timeline<K>, after: Option<Cursor>) -> impl Iterator<Item = K> {
    let end = after.map_or(Bound::Unbounded, |cursor| {
        Bound::Excluded((cursor.at(), K::from_uuid(cursor.id())))
    });
    line.range((Bound::Unbounded, end)).rev().map(|&(_, id)| id)
}

/// The id before which there is none.
pub(super) fn lowest<T: Id>() -> T {
    T::from_uuid(Uuid::nil())
}

/// The id after which there is none.
pub(super) fn highest<T: Id>() -> T {
    T::from_uuid(Uuid::max())
}
