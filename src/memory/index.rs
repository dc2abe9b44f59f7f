//! Indexes: how rows are found by anything but their key.

use std::{fmt::Debug, hash::Hash, ops::Bound, sync::Arc};

use uuid::Uuid;

use super::{by_id::ById, sorted::Sorted, stored::Shared};
use crate::{ids::Id, repository::Cursor, time::Instant};

/// A key in an index.
pub(super) trait Key: Copy + Ord + Hash + Debug {}

impl<K: Copy + Ord + Hash + Debug> Key for K {}

/// What happens to a row's entries in the indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Add,
    Remove,
}

impl Edit {
    /// Adds a key to a set, or removes it.
    pub(super) fn set<K: Key>(self, set: &mut Sorted<K>, key: K) {
        match self {
            Self::Add => set.insert(key, ()),
            Self::Remove => set.remove(&key),
        };
    }

    /// Counts one more, or one less.
    pub(super) fn count(self, count: &mut u64) {
        *count = match self {
            Self::Add => count.saturating_add(1),
            Self::Remove => count.saturating_sub(1),
        };
    }

    /// Adds a key under its parent, or removes it.
    pub(super) fn index<P: Key, K: Key>(self, index: &mut Index<P, K>, parent: P, key: K) {
        index.edit(parent, |keys| self.set(keys, key));
    }

    /// Adds a row under its parent, or removes it.
    pub(super) fn shelve<P: Key, K: Key, T: Debug>(
        self,
        shelf: &mut Shelf<P, K, T>,
        parent: P,
        key: K,
        row: &Shared<T>,
    ) {
        shelf.edit(parent, |rows| self.put(rows, key, row));
    }

    /// Adds a row under a key, or removes it.
    pub(super) fn put<K: Key, T>(self, rows: &mut Sorted<K, Shared<T>>, key: K, row: &Shared<T>) {
        match self {
            Self::Add => rows.insert(key, Arc::clone(row)),
            Self::Remove => rows.remove(&key),
        };
    }

    /// Adds a key beside its parent, or removes it.
    pub(super) fn pair<P: Key, K: Key>(self, pairs: &mut Pairs<P, K>, parent: P, key: K) {
        self.set(&mut pairs.0, (parent, key));
    }
}

/// What is kept under one parent.
pub(super) trait Kept: Default + Debug {
    /// Nothing.
    const NOTHING: Self;

    /// Says whether nothing is kept, so that the parent can be forgotten.
    fn is_nothing(&self) -> bool;
}

impl<K: Key, V: Debug> Kept for Sorted<K, V> {
    const NOTHING: Self = Self::NEW;

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// What is kept under each parent; for parents that get ever more.
#[derive(Debug)]
pub(super) struct Under<P: Key, T: Kept> {
    parents: ById<P, T>,
    nothing: T,
}

/// The keys under each parent, in order.
pub(super) type Index<P, K> = Under<P, Sorted<K>>;

/// The rows under each parent, in the order of keys: for what is read with its parent. They are
/// looked up nowhere else then, which is what a read of many parents would mostly wait for.
pub(super) type Shelf<P, K, T> = Under<P, Sorted<K, Shared<T>>>;

impl<P: Key, T: Kept> Default for Under<P, T> {
    fn default() -> Self {
        Self { parents: ById::default(), nothing: T::NOTHING }
    }
}

impl<P: Key, T: Kept> Under<P, T> {
    /// Returns what is kept under a parent; there may be nothing.
    pub(super) fn of(&self, parent: P) -> &T {
        self.parents.get(&parent).unwrap_or(&self.nothing)
    }

    /// Returns every parent with what is kept under it, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&P, &T)> {
        self.parents.iter()
    }

    /// Edits what is kept under a parent.
    pub(super) fn edit<R>(&mut self, parent: P, edit: impl FnOnce(&mut T) -> R) -> R {
        let kept = self.parents.get_or_default(parent);
        let result = edit(kept);
        if kept.is_nothing() {
            self.parents.remove(&parent);
        }
        result
    }
}

/// Keys, each beside its parent: for parents that are many and have few.
#[derive(Debug)]
pub(super) struct Pairs<P: Key, K: Key>(Sorted<(P, K)>);

impl<P: Key, K: Key> Default for Pairs<P, K> {
    fn default() -> Self {
        Self(Sorted::NEW)
    }
}

impl<P: Key, K: Key + Least> Pairs<P, K> {
    /// Returns the keys of a parent, in order.
    pub(super) fn of(&self, parent: P) -> impl Iterator<Item = &K> {
        self.of_since(parent, K::least())
    }

    /// Returns the keys of a parent that are at or above one, in order.
    pub(super) fn of_since(&self, parent: P, key: K) -> impl Iterator<Item = &K> {
        let pairs = self.0.from((parent, key)).map(|(pair, ())| pair);
        pairs.take_while(move |(other, _)| *other == parent).map(|(_, key)| key)
    }
}

/// Keys that are sorted by an instant, and by id where instants are equal.
pub(super) type Timeline<K> = Sorted<(Instant, K)>;

/// Returns the ids from an instant on, the oldest first.
pub(super) fn since<K: Id>(
    line: &Timeline<K>,
    from: Instant,
) -> impl Iterator<Item = (Instant, K)> {
    line.from((from, K::least())).map(|(key, ())| *key)
}

/// Returns the ids up to an instant, which is included, the oldest first.
pub(super) fn up_to<K: Id>(line: &Timeline<K>, last: Instant) -> impl Iterator<Item = K> {
    line.keys().take_while(move |(at, _)| *at <= last).map(|(_, id)| *id)
}

/// Returns the ids after a cursor, the newest first.
pub(super) fn newest<K: Id>(line: &Timeline<K>, after: Option<Cursor>) -> impl Iterator<Item = K> {
    newest_since(line, None, after)
}

/// Returns the ids after a cursor, the newest first, and none from before an instant.
pub(super) fn newest_since<K: Id>(
    line: &Timeline<K>,
    from: Option<Instant>,
    after: Option<Cursor>,
) -> impl Iterator<Item = K> {
    let end = after.map_or(Bound::Unbounded, |cursor| {
        Bound::Excluded((cursor.at(), K::from_uuid(cursor.id())))
    });
    line.up_to(end)
        .map(|(key, ())| *key)
        .take_while(move |(at, _)| from.is_none_or(|from| *at >= from))
        .map(|(_, id)| id)
}

/// A kind of key of which one sorts before all others.
pub(super) trait Least {
    /// Returns the key that is not above any other.
    fn least() -> Self;
}

impl<T: Id> Least for T {
    fn least() -> Self {
        Self::from_uuid(Uuid::nil())
    }
}

impl<T: Id> Least for (Instant, T) {
    fn least() -> Self {
        (Instant::MIN, T::least())
    }
}
