//! When an event takes place, and which of its occurrences is meant.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};

use super::{
    UnreadReason,
    clock::Clock,
    value::{Length, Moment},
};
use crate::time::Interval;

/// A moment on its clock.
#[derive(Debug, Clone)]
pub(super) struct Stamp {
    pub(super) moment: Moment,
    pub(super) clock: Clock,
}

impl Stamp {
    pub(super) fn seconds(&self) -> i64 {
        self.clock.seconds(self.moment.wall())
    }

    /// Returns the length of time until an end: in days between dates, and else as it elapses.
    pub(super) fn until(&self, end: &Self) -> Result<Length, UnreadReason> {
        match (self.moment, end.moment) {
            (Moment::Date(first), Moment::Date(after)) => {
                let days = after.signed_duration_since(first).num_days();
                let days = u32::try_from(days).map_err(|_| UnreadReason::Malformed)?;
                // Some calendars end a day on itself.
                Ok(Length { days: days.max(1), seconds: 0 })
            }
            (Moment::Date(_), _) | (_, Moment::Date(_)) => Err(UnreadReason::Malformed),
            _ => {
                let seconds = u64::try_from(end.seconds() - self.seconds());
                Ok(Length { days: 0, seconds: seconds.map_err(|_| UnreadReason::Malformed)? })
            }
        }
    }

    pub(super) fn lasting(&self, length: Length) -> Occurrence {
        Occurrence::new(self.moment.wall(), &self.clock, length)
    }

    /// Returns what names an occurrence that begins here.
    pub(super) fn key(&self) -> Key {
        match self.moment {
            Moment::Date(date) => Key::On(date),
            _ => Key::At(self.seconds()),
        }
    }
}

/// Which occurrence of an event is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// The one that begins at this second since the Unix epoch.
    At(i64),
    /// The one that begins on this date.
    On(NaiveDate),
}

/// Occurrences that do not count.
#[derive(Debug, Clone, Default)]
pub(super) struct Exclusions(BTreeSet<Key>);

impl Exclusions {
    pub(super) fn hold(&self, occurrence: &Occurrence) -> bool {
        let keys = [Key::At(occurrence.start), Key::On(occurrence.wall.date())];
        keys.iter().any(|key| self.0.contains(key))
    }
}

impl FromIterator<Key> for Exclusions {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

/// One time at which an event takes place.
#[derive(Debug, Clone)]
pub(super) struct Occurrence {
    /// What its clock shows at the start.
    wall: NaiveDateTime,
    /// In seconds since the Unix epoch.
    start: i64,
    end: i64,
}

impl Occurrence {
    pub(super) fn new(wall: NaiveDateTime, clock: &Clock, length: Length) -> Self {
        let start = clock.seconds(wall);
        let days_after = match length.days {
            0 => start,
            // Far beyond the last instant, it does not matter how far.
            _ => length.days_after(wall).map_or(i64::MAX, |wall| clock.seconds(wall)),
        };
        Self { wall, start, end: days_after.saturating_add_unsigned(length.seconds) }
    }

    /// Returns the part of it that lies in a range.
    pub(super) fn within(&self, range: Interval) -> Option<Interval> {
        let micros = |seconds: i64| seconds.saturating_mul(1_000_000);
        Interval::clamped(micros(self.start), micros(self.end))?.intersection(range)
    }
}
