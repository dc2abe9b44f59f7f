use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Instant, WallTime};
use crate::error::{ErrorKind, InvalidValue};

/// What the wall clock of a zone shows at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LocalDateTime {
    /// The local date.
    pub date: NaiveDate,
    /// The minute that has begun; seconds are cut off.
    pub time: WallTime,
    /// The offset from UTC, in seconds; east of Greenwich is positive.
    pub offset_seconds: i32,
}

impl fmt::Display for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date, self.time)
    }
}

/// The instants at which a wall clock shows a given date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalTime {
    /// It shows it once.
    One(Instant),
    /// The clocks go back and it shows it twice, earlier and later.
    Twice(Instant, Instant),
    /// The clocks jump forward past it and it never shows it.
    Skipped {
        /// When they jump: the first instant after the gap.
        jump: Instant,
    },
}

impl LocalTime {
    /// Returns the earlier of two instants, and the first one after a gap.
    #[must_use]
    pub const fn earliest(self) -> Instant {
        match self {
            Self::One(at) | Self::Twice(at, _) | Self::Skipped { jump: at } => at,
        }
    }

    /// Returns the later of two instants, and the first one after a gap.
    #[must_use]
    pub const fn latest(self) -> Instant {
        match self {
            Self::One(at) | Self::Twice(_, at) | Self::Skipped { jump: at } => at,
        }
    }
}

/// A local date and time does not name one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocalTimeError {
    /// The clocks jump forward past it. Answer 422 and offer the jump.
    #[error("the clocks skip this local time at {jump}")]
    Skipped {
        /// When they jump: the first instant after the gap.
        jump: Instant,
    },
    /// The clocks go back and show it twice. Answer 422 and ask for an offset.
    #[error("this local time occurs twice, at {earlier} and {later}, and needs an offset")]
    Ambiguous {
        /// The first time that the clock shows it.
        earlier: Instant,
        /// The second time.
        later: Instant,
    },
    /// The zone does not have the given offset at that local time. Answer 422.
    #[error("the offset does not fit this local time in its zone")]
    WrongOffset,
    /// It lies outside the instants that are accepted. Answer 422.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

impl LocalTimeError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Skipped { .. } => "local_time.skipped",
            Self::Ambiguous { .. } => "local_time.ambiguous",
            Self::WrongOffset => "local_time.wrong_offset",
            Self::Invalid(error) => error.code(),
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}

/// An ISO 8601 week: from Monday to Sunday, of the year that holds its Thursday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LocalWeek {
    /// The week's year, which near New Year may differ from the date's.
    pub year: i32,
    /// The number of the week, from 1 to 53.
    pub week: u32,
}

impl LocalWeek {
    /// Returns the week of a date.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        let week = date.iso_week();
        Self { year: week.year(), week: week.week() }
    }
}

/// Returns the number of a date, counted from 1970-01-01.
pub(crate) fn day_of_date(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// Returns the date of a number that is counted from 1970-01-01.
pub(crate) fn date_of_day(day: i64) -> NaiveDate {
    let epoch = NaiveDate::default();
    let days = Days::new(day.unsigned_abs());
    // Instants lie in 1970 to 2200, far inside what chrono can hold.
    if day < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) }
        .unwrap_or(epoch)
}
