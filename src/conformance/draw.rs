use fastrand::Rng;

use super::fixtures::minute;
use crate::time::Instant;

/// Draws what tests are tried with: the same in every run.
#[derive(Debug)]
pub(super) struct Draw(Rng);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// Draws a number from 0 to `end`, itself left out.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }

    /// Draws a number from 0 to `end`, itself left out, to count with.
    pub(super) fn number(&mut self, end: i64) -> i64 {
        self.0.i64(0..end)
    }

    /// Says yes once in so many times.
    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn is_so(&mut self) -> bool {
        self.0.bool()
    }

    pub(super) fn maybe<T>(&mut self, thing: T) -> Option<T> {
        self.is_so().then_some(thing)
    }

    pub(super) fn one_of<T: Clone>(&mut self, things: &[T]) -> T {
        things[self.below(things.len())].clone()
    }

    /// Draws some of a few things, often none.
    pub(super) fn some_of<T: Clone>(&mut self, things: &[T]) -> Vec<T> {
        let is_any = self.is_so();
        things.iter().filter(|_| !is_any && self.below(3) == 0).cloned().collect()
    }

    /// Draws one of a few instants, so that ids must break ties.
    pub(super) fn instant(&mut self) -> Instant {
        minute(self.below(6) as i64)
    }

    pub(super) fn range(&mut self) -> (Option<Instant>, Option<Instant>) {
        let (from, until) = (self.instant(), self.instant());
        (self.maybe(from), self.maybe(until))
    }

    pub(super) fn limit(&mut self) -> u16 {
        self.one_of(&[1, 2, 3, 5, 8, 13, 200])
    }
}
