//! The events, and how they are handed out.

use crate::provider::ProviderEvent;
use fastrand::Rng;

/// Every event that happened, and which of them nobody was told of yet.
#[derive(Debug, Default)]
pub(super) struct Deck {
    history: Vec<ProviderEvent>,
    waiting: Vec<usize>,
    told: Vec<usize>,
}

impl Deck {
    pub(super) fn history(&self) -> &[ProviderEvent] {
        &self.history
    }

    pub(super) fn add(&mut self, event: ProviderEvent) {
        self.waiting.push(self.history.len());
        self.history.push(event);
    }

    /// Hands out what waits, or some of it, each event one to three times, in any order, together
    /// with one that was handed out before.
    pub(super) fn deliver(&mut self, is_whole: bool, random: &mut Rng) -> Vec<ProviderEvent> {
        let mut hand = Vec::new();
        if !self.told.is_empty() {
            hand.push(self.told[random.usize(..self.told.len())]);
        }
        for place in std::mem::take(&mut self.waiting) {
            if is_whole || random.bool() {
                hand.extend(std::iter::repeat_n(place, random.usize(1..=3)));
                self.told.push(place);
            } else {
                self.waiting.push(place);
            }
        }
        random.shuffle(&mut hand);
        hand.into_iter().map(|place| self.history[place].clone()).collect()
    }
}
