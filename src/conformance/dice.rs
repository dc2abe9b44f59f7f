/// A sequence of numbers that is the same in every run (Knuth's linear congruential generator).
#[derive(Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, sides: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % sides
    }

    pub(super) fn choice<T: Clone>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(i64::try_from(of.len()).unwrap())).unwrap()].clone()
    }

    /// Says yes once in so many times.
    pub(super) fn one_in(&mut self, times: i64) -> bool {
        self.below(times) == 0
    }
}
