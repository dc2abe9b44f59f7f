//! Entries by ids, in no order.

use std::{
    collections::{HashMap, hash_map::RandomState},
    fmt::{self, Debug},
    hash::{BuildHasher, Hash, Hasher},
};

/// A hash map from ids: for what there is one of per person, dog and the like, which a commit looks
/// up all over the table.
///
/// It grows by moving its entries, which are small, to a place of twice the size: one commit in as
/// many as there are people takes longer.
pub(super) struct ById<K, V> {
    entries: HashMap<K, V, Seeds>,
}

impl<K, V> Default for ById<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::default() }
    }
}

impl<K: Copy + Eq + Hash, V> ById<K, V> {
    /// Returns the value of an id.
    pub(super) fn get(&self, id: &K) -> Option<&V> {
        self.entries.get(id)
    }

    /// Returns the value of an id, made now if there was none.
    pub(super) fn get_or_default(&mut self, id: K) -> &mut V
    where
        V: Default,
    {
        self.entries.entry(id).or_default()
    }

    /// Gives an id a value, and returns the one that it had.
    pub(super) fn insert(&mut self, id: K, value: V) -> Option<V> {
        self.entries.insert(id, value)
    }

    /// Takes an id and its value out.
    pub(super) fn remove(&mut self, id: &K) -> Option<V> {
        self.entries.remove(id)
    }

    /// Returns the hash of an id in this map.
    #[cfg(test)]
    pub(super) fn hash(&self, id: &K) -> u64 {
        self.entries.hasher().hash_one(id)
    }

    /// Counts the entries.
    pub(super) fn count(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Returns all entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter()
    }
}

/// Shows the entries by id, so that equal maps look the same.
impl<K: Copy + Ord + Debug, V: Debug> Debug for ById<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_unstable_by_key(|(id, _)| **id);
        f.debug_map().entries(entries).finish()
    }
}

/// What the hashes of one map begin with. Callers choose ids, but cannot choose ids that collide:
/// every map has other seeds.
#[derive(Clone)]
struct Seeds(u64, u64);

impl Default for Seeds {
    fn default() -> Self {
        let random = RandomState::new();
        Self(random.hash_one(1), random.hash_one(2))
    }
}

impl BuildHasher for Seeds {
    type Hasher = IdHasher;

    fn build_hasher(&self) -> IdHasher {
        IdHasher { hash: self.0, seed: self.1 }
    }
}

/// Hashes ids by one multiplication each. A commit looks up a dozen of them; the standard hasher,
/// which is made for text of any length, would take a good part of its time.
struct IdHasher {
    hash: u64,
    seed: u64,
}

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for uuid in bytes.chunks(16) {
            let (head, tail) = uuid.split_at(uuid.len().min(8));
            let (low, high) = (self.hash ^ word(head)).carrying_mul(self.seed ^ word(tail), 0);
            self.hash = low ^ high;
        }
    }

    /// Lengths say nothing, because all ids of a map are of one length; variants say little.
    fn write_usize(&mut self, number: usize) {
        self.hash = self.hash.rotate_left(8) ^ number as u64;
    }

    fn finish(&self) -> u64 {
        self.hash
    }
}

fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}
