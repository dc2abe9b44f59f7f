//! Entries in the order of their keys, which mostly come in that order.

use std::{
    collections::BTreeMap,
    fmt::{self, Debug},
    iter, mem,
    ops::Bound,
};

/// How many entries stand side by side at most. Long enough that a list of one person's things is
/// one piece of memory, short enough that making room in the middle moves few kilobytes.
const LONGEST_RUN: usize = 256;

/// A run of entries, in the order of their keys.
type Run<K, V> = Vec<(K, V)>;

/// An ordered map whose end is at hand.
///
/// Ids of version 7 and instants of writing grow, and people book ahead: most entries belong at the
/// end. There the entry is pushed to a vector, however many there are already. Any other place is
/// found by a search in a tree of runs, and then in the run.
pub(super) struct Sorted<K, V = ()> {
    /// The run with the greatest keys; empty only where there is no entry at all.
    last: Run<K, V>,
    /// The greatest key of all: beside the run, so that an entry is put behind it without a look at
    /// memory that is mostly far away.
    greatest: Option<K>,
    /// The runs before it, none of them empty, each by a bound: its keys are at or above its own
    /// bound, and below the next one.
    older: BTreeMap<K, Run<K, V>>,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self::NEW
    }
}

impl<K, V> Sorted<K, V> {
    /// No entries.
    pub(super) const NEW: Self = Self { last: Vec::new(), greatest: None, older: BTreeMap::new() };

    /// Says whether there is no entry.
    pub(super) fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    /// Counts the entries, run by run.
    pub(super) fn count(&self) -> u64 {
        let older: usize = self.older.values().map(Vec::len).sum();
        (older + self.last.len()) as u64
    }
}

impl<K: Copy + Ord, V> Sorted<K, V> {
    /// Returns the value of a key.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        if self.is_behind_all(key) {
            return None;
        }
        let run = if self.belongs_in_last(key) {
            &self.last
        } else {
            self.older.range(..=key).next_back()?.1
        };
        place(run, key).ok().map(|at| &run[at].1)
    }

    /// Gives a key a value, and returns the one that it had.
    pub(super) fn insert(&mut self, key: K, value: V) -> Option<V> {
        if self.is_behind_all(&key) {
            self.push(key, value);
            return None;
        }
        loop {
            let run = self.run_for(&key);
            match place(run, &key) {
                Ok(at) => return Some(mem::replace(&mut run[at].1, value)),
                Err(at) if run.len() < LONGEST_RUN => {
                    run.insert(at, (key, value));
                    return None;
                }
                Err(_) => self.make_room(&key),
            }
        }
    }

    fn push(&mut self, key: K, value: V) {
        if self.last.len() >= LONGEST_RUN {
            // Behind the end nothing will be put between, so that the run can stay full.
            let full = mem::replace(&mut self.last, Vec::with_capacity(LONGEST_RUN));
            self.older.insert(full[0].0, full);
        }
        self.last.push((key, value));
        self.greatest = Some(key);
    }

    /// Takes a key and its value out.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        if self.belongs_in_last(key) {
            let at = place(&self.last, key).ok()?;
            let (_, value) = self.last.remove(at);
            if self.last.is_empty() {
                self.last = self.older.pop_last().map_or_else(Vec::new, |(_, run)| run);
            }
            self.greatest = self.last.last().map(|(key, _)| *key);
            return Some(value);
        }
        let (&bound, run) = self.older.range_mut(..=key).next_back()?;
        let at = place(run, key).ok()?;
        let (_, value) = run.remove(at);
        if run.is_empty() {
            self.older.remove(&bound);
        } else if run.len() <= run.capacity() / 4 {
            run.shrink_to(2 * run.len());
        }
        Some(value)
    }

    /// Returns all entries, in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &(K, V)> {
        self.older.values().chain(iter::once(&self.last)).flatten()
    }

    /// Returns the least key.
    pub(super) fn least(&self) -> Option<K> {
        self.iter().next().map(|(key, _)| *key)
    }

    /// Returns the greatest key.
    pub(super) fn greatest(&self) -> Option<K> {
        self.greatest
    }

    /// Returns all keys, in order.
    pub(super) fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// Returns all values, in the order of their keys.
    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Returns the entries whose keys are at or above one, in order.
    pub(super) fn from(&self, key: K) -> impl Iterator<Item = &(K, V)> {
        let bound = self.older.range(..=key).next_back().map_or(key, |(bound, _)| *bound);
        let runs = self.older.range(bound..).map(|(_, run)| run).chain(iter::once(&self.last));
        runs.flat_map(move |run| &run[run.partition_point(|(other, _)| *other < key)..])
    }

    /// Returns the entries up to an end, in reverse.
    pub(super) fn up_to(&self, end: Bound<K>) -> impl Iterator<Item = &(K, V)> {
        // Mostly what is looked for is in the last run, and the others are not looked at.
        let older = iter::once_with(move || self.older.range((Bound::Unbounded, end)).rev());
        let runs = iter::once(&self.last).chain(older.flatten().map(|(_, run)| run));
        runs.flat_map(move |run| run[..count_up_to(run, &end)].iter().rev())
    }

    fn is_behind_all(&self, key: &K) -> bool {
        self.greatest.is_none_or(|greatest| greatest < *key)
    }

    fn belongs_in_last(&self, key: &K) -> bool {
        self.older.is_empty() || self.last.first().is_some_and(|(first, _)| first <= key)
    }

    /// Returns the run in which a key belongs.
    fn run_for(&mut self, key: &K) -> &mut Run<K, V> {
        if self.belongs_in_last(key) {
            return &mut self.last;
        }
        if self.older.first_key_value().is_some_and(|(bound, _)| key < bound)
            && let Some((_, first)) = self.older.pop_first()
        {
            self.older.insert(*key, first);
        }
        self.older.range_mut(..=key).next_back().map_or(&mut self.last, |(_, run)| run)
    }

    /// Cuts the full run in which a key belongs.
    fn make_room(&mut self, key: &K) {
        let run = self.run_for(key);
        let mut upper = Vec::with_capacity(LONGEST_RUN);
        upper.extend(run.drain(run.len() / 2..));
        let bound = upper[0].0;
        if self.belongs_in_last(key) {
            let lower = mem::replace(&mut self.last, upper);
            self.older.insert(lower[0].0, lower);
        } else {
            self.older.insert(bound, upper);
        }
    }
}

/// Shows the entries and not the runs: these depend on the order of writes.
impl<K: Copy + Ord + Debug, V: Debug> Debug for Sorted<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(key, value)| (key, value))).finish()
    }
}

/// Returns where a key stands in a run, or where it would.
fn place<K: Ord, V>(run: &[(K, V)], key: &K) -> Result<usize, usize> {
    run.binary_search_by(|(other, _)| other.cmp(key))
}

/// Counts the entries of a run up to an end. The last entry is looked at first: mostly it counts, and
/// searching the run from its middle would bring it all into the cache.
fn count_up_to<K: Ord, V>(run: &[(K, V)], end: &Bound<K>) -> usize {
    let is_up_to_end = |(key, _): &(K, V)| match end {
        Bound::Unbounded => true,
        Bound::Included(end) => key <= end,
        Bound::Excluded(end) => key < end,
    };
    match run.last() {
        Some(last) if is_up_to_end(last) => run.len(),
        _ => run.partition_point(is_up_to_end),
    }
}
