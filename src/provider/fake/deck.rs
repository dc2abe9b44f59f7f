//! The events, and how they are shuffled.

use crate::provider::ProviderEvent;

/// The events that happened, of which the first ones were handed out.
#[derive(Debug)]
pub(super) struct Deck {
    pub(super) history: Vec<ProviderEvent>,
    delivered: usize,
    random: u64,
}

impl Deck {
    pub(super) const fn new(seed: u64) -> Self {
        Self { history: Vec::new(), delivered: 0, random: seed }
    }

    /// Draws the next number: `SplitMix64`, by Steele, Lea and Flood (2014).
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.draw() % end).unwrap_or_default()
    }

    pub(super) fn deliver(&mut self) -> Vec<ProviderEvent> {
        let mut hand = Vec::new();
        for place in self.delivered..self.history.len() {
            for _ in 0..=self.below(3) {
                hand.push(self.history[place].clone());
            }
        }
        if self.delivered > 0 {
            let old = self.below(self.delivered);
            hand.push(self.history[old].clone());
        }
        self.delivered = self.history.len();
        // Fisher and Yates's shuffle.
        for last in (1..hand.len()).rev() {
            let other = self.below(last + 1);
            hand.swap(last, other);
        }
        hand
    }
}
