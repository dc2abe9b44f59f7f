use std::{cmp::Reverse, collections::BinaryHeap};

use crate::time::Instant;

/// Merges several rising sequences of starts into one, lazily.
///
/// Each start comes with the number of the sequence that it is of; of equal starts the one of the
/// lower number comes first. Drawing one start costs the logarithm of the number of sequences, and
/// of each sequence only what is drawn is ever computed, and one more.
///
/// # Example: who is free first
///
/// ```
/// use sitstay::{search::Earliest, time::Instant};
///
/// let at = |text: &str| text.parse::<Instant>().unwrap();
/// let anna = [at("2027-03-01T09:00:00Z"), at("2027-03-01T11:00:00Z")];
/// let ben = [at("2027-03-01T09:00:00Z"), at("2027-03-01T10:00:00Z")];
/// let first = Earliest::of([anna.into_iter(), ben.into_iter()]).take(3);
/// let who: Vec<_> = first.map(|(_, number)| number).collect();
/// assert_eq!(who, [0, 1, 1]);
/// ```
#[derive(Debug, Clone)]
pub struct Earliest<I> {
    heads: BinaryHeap<Reverse<(Instant, usize)>>,
    sequences: Vec<I>,
}

impl<I: Iterator<Item = Instant>> Earliest<I> {
    /// Takes the sequences, each of them rising.
    pub fn of(sequences: impl IntoIterator<Item = I>) -> Self {
        let mut sequences: Vec<I> = sequences.into_iter().collect();
        let heads = sequences.iter_mut().enumerate();
        let heads = heads.filter_map(|(number, starts)| Some(Reverse((starts.next()?, number))));
        Self { heads: heads.collect(), sequences }
    }
}

impl<I: Iterator<Item = Instant>> Iterator for Earliest<I> {
    type Item = (Instant, usize);

    fn next(&mut self) -> Option<(Instant, usize)> {
        let mut head = self.heads.peek_mut()?;
        let Reverse((start, number)) = *head;
        match self.sequences[number].next() {
            // In place, so that the heap is put right once.
            Some(next) => *head = Reverse((next, number)),
            None => drop(std::collections::binary_heap::PeekMut::pop(head)),
        }
        Some((start, number))
    }
}
