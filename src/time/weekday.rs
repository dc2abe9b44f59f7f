use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::error::{InvalidValue, within};

/// A day of the week; in JSON and in storage a number from 0 (Sunday) to 6 (Saturday).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Weekday {
    /// Stored as 0.
    Sunday,
    /// Stored as 1.
    Monday,
    /// Stored as 2.
    Tuesday,
    /// Stored as 3.
    Wednesday,
    /// Stored as 4.
    Thursday,
    /// Stored as 5.
    Friday,
    /// Stored as 6.
    Saturday,
}

impl Weekday {
    /// All seven, in their stored order.
    pub const ALL: [Self; 7] = [
        Self::Sunday,
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
    ];

    /// Takes the stored number, 0 for Sunday to 6 for Saturday.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if it is larger.
    pub fn from_number(number: u8) -> Result<Self, InvalidValue> {
        within("day_of_week", number, 0, 6)?;
        Ok(Self::ALL[usize::from(number % 7)])
    }

    /// Returns the weekday of a date.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        date.weekday().into()
    }

    /// Returns the stored number, 0 for Sunday to 6 for Saturday.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the day after, Sunday after Saturday.
    #[must_use]
    pub const fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % 7]
    }
}

impl From<chrono::Weekday> for Weekday {
    fn from(weekday: chrono::Weekday) -> Self {
        Self::ALL[weekday.num_days_from_sunday() as usize % 7]
    }
}

impl From<Weekday> for chrono::Weekday {
    fn from(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Sunday => Self::Sun,
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
        }
    }
}

impl TryFrom<u8> for Weekday {
    type Error = InvalidValue;

    fn try_from(number: u8) -> Result<Self, InvalidValue> {
        Self::from_number(number)
    }
}

impl From<Weekday> for u8 {
    fn from(weekday: Weekday) -> Self {
        weekday.number()
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
