use chrono::Days;
use serde::Serialize;

use super::OccurrenceRefusal;
use crate::{
    availability::Reasons,
    error::{InvalidValue, within},
    ids::{OwnerId, SeriesId, TrainerId},
    time::{Instant, LocalTime, Zone},
};

/// A series of lessons at one wall-clock time (table `booking_series`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Series {
    /// The key.
    pub id: SeriesId,
    /// Who gives the lessons.
    pub trainer: TrainerId,
    /// Who asked for them.
    pub owner: OwnerId,
    /// How many lessons: 2 to 52.
    pub lessons: u16,
    /// How many weeks lie between two lessons: 1 to 52.
    pub every_weeks: u16,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Series {
    /// Checks every bound.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first bound that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("lessons", self.lessons, 2, 52)?;
        within("every_weeks", self.every_weeks, 1, 52)
    }
}

/// One lesson of a series: its date, and its start where the clock shows the time on that date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Which lesson, from 0.
    pub index: u16,
    /// The local date.
    pub date: chrono::NaiveDate,
    /// The start; `None` where the clocks skip the time on that date.
    pub start: Option<Instant>,
}

impl Occurrence {
    /// Repeats a start at its wall-clock time, every so many weeks.
    ///
    /// Where the clock shows the time twice, the earlier instant is meant; the first lesson keeps
    /// the instant that was given.
    #[must_use]
    pub fn series(start: Instant, zone: &Zone, lessons: u16, every_weeks: u16) -> Vec<Self> {
        let first = zone.local(start);
        (0..lessons)
            .filter_map(|index| {
                let weeks = u64::from(index) * u64::from(every_weeks);
                let date = first.date.checked_add_days(Days::new(7 * weeks))?;
                let start = if index == 0 {
                    Some(start)
                } else {
                    match zone.resolve(date, first.time).ok()? {
                        LocalTime::One(at) | LocalTime::Twice(at, _) => Some(at),
                        LocalTime::Skipped { .. } => None,
                    }
                };
                Some(Self { index, date, start })
            })
            .collect()
    }

    /// Says why this lesson cannot be booked.
    #[must_use]
    pub const fn refused(self, reasons: Reasons) -> OccurrenceRefusal {
        OccurrenceRefusal { index: self.index, local_date: self.date, start: self.start, reasons }
    }
}
