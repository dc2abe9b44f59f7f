use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::{MINUTES_PER_DAY, WallTime};

/// A stretch of wall-clock time that belongs to the local date on which it starts.
///
/// An end that is not after the start lies on the next calendar date: `20:00–03:00` ends in the
/// night, `22:00–00:00` at midnight, and `00:00–00:00` is the whole day. Every pair of times is
/// therefore a window, and none is empty or longer than 24 hours.
///
/// # Example: past midnight
///
/// ```
/// use sitstay::availability::Window;
///
/// let evening = Window::parse("20:00", "03:00")?;
/// assert!(evening.ends_next_day());
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    start: WallTime,
    end: WallTime,
}

impl Window {
    /// Takes the first minute inside and the first one after.
    #[must_use]
    pub const fn new(start: WallTime, end: WallTime) -> Self {
        Self { start, end }
    }

    /// Parses both times from `HH:MM`.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`](crate::error::InvalidValue) if one is no time of day.
    pub fn parse(start: &str, end: &str) -> Result<Self, crate::error::InvalidValue> {
        Ok(Self::new(start.parse()?, end.parse()?))
    }

    /// Returns the first minute inside.
    #[must_use]
    pub const fn start(self) -> WallTime {
        self.start
    }

    /// Returns the first minute after, which may lie on the next date.
    #[must_use]
    pub const fn end(self) -> WallTime {
        self.end
    }

    /// Says whether some of the window lies on the date after the one it starts on.
    #[must_use]
    pub fn ends_next_day(self) -> bool {
        self.end <= self.start && self.end != WallTime::MIDNIGHT
    }

    /// The part on the date on which the window starts.
    pub(super) fn evening(self) -> Span {
        let end = if self.end <= self.start { MINUTES_PER_DAY } else { self.end.as_minutes() };
        Span { start: self.start.as_minutes(), end }
    }

    /// The part on the next date, from its midnight.
    pub(super) fn morning(self) -> Option<Span> {
        self.ends_next_day().then_some(Span { start: 0, end: self.end.as_minutes() })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.start, self.end)
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Minutes `[start, end)` of one local date; the end may be 1,440.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: u16,
    pub(super) end: u16,
}
