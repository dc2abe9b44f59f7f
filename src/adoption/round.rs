//! The next batch, as it is put together.

use std::collections::HashMap;

use super::{lessons::booking_of, piece::Piece};
use crate::{booking::BookingStatus, ids::TrainerId, time::Interval};

/// The batch that is being put together: at most so many rows, whatever waits.
///
/// Lessons that are over may overlap, and still not claim one trainer's time at the same moment:
/// one that overlaps another of the batch waits for the next, before which this one's time is
/// released.
#[derive(Debug)]
pub(super) struct Round {
    limit: usize,
    pieces: Vec<Piece>,
    taken: HashMap<TrainerId, Vec<Interval>>,
    waiting: Vec<Piece>,
}

impl Round {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, pieces: Vec::new(), taken: HashMap::new(), waiting: Vec::new() }
    }

    pub(super) fn offer(&mut self, piece: Piece) {
        if self.is_full() {
            self.waiting.push(piece);
            return;
        }
        let claim = booking_of(&piece)
            .filter(|booking| booking.status == BookingStatus::Completed)
            .map(|booking| (booking.trainer, booking.occupied()));
        if let Some((trainer, during)) = claim {
            let taken = self.taken.entry(trainer).or_default();
            if taken.iter().any(|other| other.overlaps(during)) {
                self.waiting.push(piece);
                return;
            }
            taken.push(during);
        }
        self.pieces.push(piece);
    }

    pub(super) fn is_full(&self) -> bool {
        self.pieces.len() >= self.limit
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Takes the batch out, and begins the next one with what waited.
    pub(super) fn next(&mut self) -> Vec<Piece> {
        self.taken.clear();
        let pieces = std::mem::take(&mut self.pieces);
        for piece in std::mem::take(&mut self.waiting) {
            self.offer(piece);
        }
        pieces
    }
}
