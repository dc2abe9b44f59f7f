//! Choices that are the same in every run with the same seed.

use sitstay::{ids::Id, time::Instant};
use uuid::Builder;

/// A small generator of numbers that look random (`SplitMix64`); nothing here is a secret.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Starts one of many sequences that belong to a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed);
        Self(random.next() ^ stream.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below `bound`, which is more than zero.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Draws one of some things; `None` where there are none.
    pub(crate) fn pick<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        let count = u64::try_from(things.len()).ok().filter(|&count| count > 0)?;
        things.get(usize::try_from(self.below(count)).ok()?)
    }

    /// Says yes in so many cases of a hundred.
    pub(crate) fn in_percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Draws an id as a client makes it: a UUID of version 7, so that new keys sort after old ones.
    pub(crate) fn id<T: Id>(&mut self, at: Instant) -> T {
        let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or_default();
        T::from_uuid(Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid())
    }

    /// Draws an id of the kind that only the system uses: a UUID of version 8.
    pub(crate) fn id_of_the_system<T: Id>(&mut self) -> T {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        let id = Builder::from_bytes(bytes)
            .with_variant(uuid::Variant::RFC4122)
            .with_version(uuid::Version::Custom);
        T::from_uuid(id.into_uuid())
    }

    fn bytes(&mut self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        bytes
    }
}
