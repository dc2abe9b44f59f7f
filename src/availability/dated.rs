use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Window, weekly::check_number};
use crate::error::InvalidValue;

/// The windows that start on one local date instead of its weekly ones; none of them closes it.
///
/// A window of the date before that runs past midnight keeps its end: it belongs to that date.
///
/// # Example: a short day
///
/// ```
/// use sitstay::availability::{DatedHours, Window};
///
/// let date = chrono::NaiveDate::from_ymd_opt(2027, 12, 24).unwrap();
/// let hours = DatedHours::new(date, [Window::parse("09:00", "12:00")?])?;
/// assert_eq!(hours.windows().len(), 1);
/// assert!(DatedHours::closed(date).windows().is_empty());
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct DatedHours {
    date: NaiveDate,
    windows: Vec<Window>,
}

#[derive(Serialize, Deserialize)]
struct Parts {
    date: NaiveDate,
    windows: Vec<Window>,
}

impl DatedHours {
    /// Takes a date and its windows, in any order; those that overlap count as one.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if there are more than
    /// [`MAX_WINDOWS_PER_DATE`](super::MAX_WINDOWS_PER_DATE).
    pub fn new(
        date: NaiveDate,
        windows: impl IntoIterator<Item = Window>,
    ) -> Result<Self, InvalidValue> {
        let mut windows: Vec<_> = windows.into_iter().collect();
        check_number("dated_hours", &windows)?;
        windows.sort_unstable();
        Ok(Self { date, windows })
    }

    /// Closes a date.
    #[must_use]
    pub const fn closed(date: NaiveDate) -> Self {
        Self { date, windows: Vec::new() }
    }

    /// Returns the local date.
    #[must_use]
    pub const fn date(&self) -> NaiveDate {
        self.date
    }

    /// Returns the windows that start on the date, in order of their start.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }
}

impl TryFrom<Parts> for DatedHours {
    type Error = InvalidValue;

    fn try_from(parts: Parts) -> Result<Self, InvalidValue> {
        Self::new(parts.date, parts.windows)
    }
}

impl From<DatedHours> for Parts {
    fn from(hours: DatedHours) -> Self {
        Self { date: hours.date, windows: hours.windows }
    }
}
