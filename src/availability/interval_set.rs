use serde::{Deserialize, Serialize};

use crate::time::{Instant, Interval};

/// Any number of intervals as sorted, disjoint ones that do not touch.
///
/// It is built from intervals in any order, also such that overlap. Two sets are equal when they
/// hold the same instants.
///
/// # Example: free time
///
/// ```
/// use sitstay::{availability::IntervalSet, time::Interval};
///
/// let open: IntervalSet =
///     [Interval::parse("2027-03-01T09:00:00Z", "2027-03-01T17:00:00Z")?].into_iter().collect();
/// let busy: IntervalSet =
///     [Interval::parse("2027-03-01T10:00:00Z", "2027-03-01T11:00:00Z")?].into_iter().collect();
/// let free = open.subtract(&busy);
/// assert_eq!(free.len(), 2);
/// assert!(busy.is_free(Interval::parse("2027-03-01T11:00:00Z", "2027-03-01T12:00:00Z")?));
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Interval>", into = "Vec<Interval>")]
pub struct IntervalSet(Vec<Interval>);

impl IntervalSet {
    /// The set without any interval.
    pub const EMPTY: Self = Self(Vec::new());

    /// Returns the maximal intervals in order.
    pub fn iter(&self) -> std::iter::Copied<std::slice::Iter<'_, Interval>> {
        self.0.iter().copied()
    }

    /// Returns the maximal intervals in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Interval] {
        &self.0
    }

    /// Counts the maximal intervals.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is no interval.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Says whether `instant` lies in one of the intervals.
    #[must_use]
    pub fn contains(&self, instant: Instant) -> bool {
        self.0[self.ending_after(instant)..]
            .first()
            .is_some_and(|interval| interval.contains(instant))
    }

    /// Says whether all of `interval` lies in the set.
    #[must_use]
    pub fn covers(&self, interval: Interval) -> bool {
        self.overlapping(interval).next().is_some_and(|found| found.covers(interval))
    }

    /// Says whether no instant of `interval` lies in the set.
    #[must_use]
    pub fn is_free(&self, interval: Interval) -> bool {
        self.overlapping(interval).next().is_none()
    }

    /// Returns the maximal intervals that share time with `interval`, uncut.
    pub fn overlapping(&self, interval: Interval) -> impl Iterator<Item = Interval> + '_ {
        self.0[self.ending_after(interval.start())..]
            .iter()
            .copied()
            .take_while(move |found| found.start() < interval.end())
    }

    /// Returns what lies in this set, in the other or in both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.iter().peekable(), other.iter().peekable());
        let mut united = Self(Vec::with_capacity(self.len() + other.len()));
        loop {
            let from_left = match (left.peek(), right.peek()) {
                (Some(left), Some(right)) => left.start() <= right.start(),
                (left, _) => left.is_some(),
            };
            match if from_left { left.next() } else { right.next() } {
                Some(next) => united.append(next),
                None => return united,
            }
        }
    }

    /// Returns what lies in this set and not in the other.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        let mut left_over = Vec::with_capacity(self.len());
        let mut taken = other.0.as_slice();
        for interval in self {
            let mut start = interval.start();
            while let Some((&next, later)) = taken.split_first() {
                if next.start() >= interval.end() {
                    break;
                }
                left_over.extend(Interval::new(start, next.start().max(start)).ok());
                start = start.max(next.end());
                if next.end() > interval.end() {
                    break;
                }
                taken = later;
            }
            left_over.extend(Interval::new(start, interval.end()).ok());
        }
        Self(left_over)
    }

    /// Returns what lies in this set and in `interval`.
    #[must_use]
    pub fn clip(&self, interval: Interval) -> Self {
        Self(self.overlapping(interval).filter_map(|found| found.intersection(interval)).collect())
    }

    /// The position of the first interval that ends after `instant`.
    pub(super) fn ending_after(&self, instant: Instant) -> usize {
        self.0.partition_point(|interval| interval.end() <= instant)
    }

    /// Adds an interval that starts no earlier than the last one.
    fn append(&mut self, next: Interval) {
        match self.0.last_mut() {
            Some(last) if next.start() <= last.end() => {
                *last = last.hull(next);
            }
            _ => self.0.push(next),
        }
    }
}

impl From<Vec<Interval>> for IntervalSet {
    fn from(mut intervals: Vec<Interval>) -> Self {
        // Merging asks for the order of starts only, and one key sorts faster than two.
        intervals.sort_unstable_by_key(|interval| interval.start());
        intervals.dedup_by(|next, kept| {
            let joined = next.start() <= kept.end();
            if joined {
                *kept = kept.hull(*next);
            }
            joined
        });
        Self(intervals)
    }
}

impl From<IntervalSet> for Vec<Interval> {
    fn from(set: IntervalSet) -> Self {
        set.0
    }
}

impl From<Interval> for IntervalSet {
    fn from(interval: Interval) -> Self {
        Self(vec![interval])
    }
}

impl FromIterator<Interval> for IntervalSet {
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        intervals.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a> IntoIterator for &'a IntervalSet {
    type Item = Interval;
    type IntoIter = std::iter::Copied<std::slice::Iter<'a, Interval>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for IntervalSet {
    type Item = Interval;
    type IntoIter = std::vec::IntoIter<Interval>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
