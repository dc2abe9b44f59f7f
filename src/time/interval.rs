use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Instant;
use crate::error::{InvalidValue, Problem};

/// A stretch of time `[start, end)` that is never empty.
///
/// The end does not belong to it: intervals that only touch do not overlap.
///
/// # Example: neighbours are not rivals
///
/// ```
/// use sitstay::time::Interval;
///
/// let first = Interval::parse("2027-03-01T09:00:00Z", "2027-03-01T10:00:00Z")?;
/// let second = Interval::parse("2027-03-01T10:00:00Z", "2027-03-01T11:00:00Z")?;
/// assert!(!first.overlaps(second));
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Bounds", into = "Bounds")]
pub struct Interval {
    start: Instant,
    end: Instant,
}

#[derive(Serialize, Deserialize)]
struct Bounds {
    start: Instant,
    end: Instant,
}

impl Interval {
    /// All the time that there is: from [`Instant::MIN`] to [`Instant::MAX`].
    pub const ALL: Self = Self { start: Instant::MIN, end: Instant::MAX };

    /// Takes the first instant inside and the first one after.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless `start` is before `end`.
    pub fn new(start: Instant, end: Instant) -> Result<Self, InvalidValue> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(InvalidValue::new("interval", Problem::Malformed("a start before its end")))
        }
    }

    /// Parses both bounds from RFC 3339 text.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if a bound is no instant or the interval would be empty.
    pub fn parse(start: &str, end: &str) -> Result<Self, InvalidValue> {
        Self::new(start.parse()?, end.parse()?)
    }

    /// Returns the first instant inside.
    #[must_use]
    pub const fn start(self) -> Instant {
        self.start
    }

    /// Returns the first instant after.
    #[must_use]
    pub const fn end(self) -> Instant {
        self.end
    }

    /// Returns the elapsed time from start to end.
    #[must_use]
    pub fn duration(self) -> TimeDelta {
        self.end.since(self.start)
    }

    /// Says whether the two share at least one instant.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Says whether `instant` lies inside.
    #[must_use]
    pub fn contains(self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    /// Says whether all of `other` lies inside.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Returns the part that both share.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    /// Returns the smallest interval that covers both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Wraps microseconds, stopping at the bounds of [`Instant`]; `None` if nothing is left.
    pub(crate) fn clamped(start_micros: i64, end_micros: i64) -> Option<Self> {
        Self::new(Instant::clamped(start_micros), Instant::clamped(end_micros)).ok()
    }

    /// Moves the start back and the end on, stopping at the bounds of [`Instant`].
    #[must_use]
    pub fn padded(self, before: TimeDelta, after: TimeDelta) -> Self {
        Self { start: self.start.saturating_add(-before), end: self.end.saturating_add(after) }
    }
}

impl TryFrom<Bounds> for Interval {
    type Error = InvalidValue;

    fn try_from(bounds: Bounds) -> Result<Self, InvalidValue> {
        Self::new(bounds.start, bounds.end)
    }
}

impl From<Interval> for Bounds {
    fn from(interval: Interval) -> Self {
        Self { start: interval.start, end: interval.end }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.start, self.end)
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
