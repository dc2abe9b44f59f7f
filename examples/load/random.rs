//! Choices that are the same in every run with the same seed.

use sitstay::{ids::Id, time::Instant};
use uuid::Builder;

/// Draws what a run is made of; nothing here is a secret.
#[derive(Debug, Clone)]
pub(crate) struct Random(fastrand::Rng);

impl Random {
    /// Starts one of many sequences that belong to a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed ^ stream.rotate_left(32)))
    }

    /// Draws a number below `bound`, which is more than zero.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.u64(..bound)
    }

    /// Draws one of some things; `None` where there are none.
    pub(crate) fn pick<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        self.0.choice(things)
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
        let id = Builder::from_bytes(self.bytes())
            .with_variant(uuid::Variant::RFC4122)
            .with_version(uuid::Version::Custom);
        T::from_uuid(id.into_uuid())
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}
