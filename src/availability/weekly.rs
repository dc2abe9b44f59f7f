use serde::{Deserialize, Serialize};

use super::{AvailabilityError, Window};
use crate::{
    error::{InvalidValue, Problem},
    time::{MINUTES_PER_DAY, Weekday},
};

/// The windows that repeat every week, in a trainer's wall-clock time.
///
/// # Example: a week as a trainer writes it
///
/// ```
/// use sitstay::{availability::{WeeklyHours, Window}, time::Weekday};
///
/// let week = WeeklyHours::disjoint([
///     (Weekday::Monday, Window::parse("09:00", "12:00")?),
///     (Weekday::Monday, Window::parse("13:00", "17:00")?),
///     (Weekday::Friday, Window::parse("20:00", "03:00")?),
/// ])?;
/// assert_eq!(week.on(Weekday::Monday).len(), 2);
///
/// // 03:00 on Saturday still belongs to Friday's window.
/// let clash = WeeklyHours::disjoint([
///     (Weekday::Friday, Window::parse("20:00", "03:00")?),
///     (Weekday::Saturday, Window::parse("02:00", "04:00")?),
/// ]);
/// assert_eq!(clash.unwrap_err().code(), "availability.windows_overlap");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[Vec<Window>; 7]", into = "[Vec<Window>; 7]")]
pub struct WeeklyHours {
    /// From Sunday on, and on each weekday by their start.
    windows: Vec<Window>,
    /// Where the windows of each weekday end.
    ends: [usize; 7],
}

/// The largest number of windows that may start on one date.
pub const MAX_WINDOWS_PER_DATE: usize = 24;

impl WeeklyHours {
    /// Takes windows in any order, also such that overlap; the engine merges them.
    ///
    /// This is for what is already stored. A command that writes a week uses
    /// [`disjoint`](Self::disjoint).
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if more than [`MAX_WINDOWS_PER_DATE`] start on one weekday.
    pub fn new(windows: impl IntoIterator<Item = (Weekday, Window)>) -> Result<Self, InvalidValue> {
        let mut windows: Vec<_> = windows.into_iter().collect();
        windows.sort_unstable();
        let ends = Weekday::ALL
            .map(|weekday| windows.partition_point(|(starts_on, _)| *starts_on <= weekday));
        let windows = windows.into_iter().map(|(_, window)| window).collect();
        let week = Self { windows, ends };
        for weekday in Weekday::ALL {
            check_number("weekly_hours", week.on(weekday))?;
        }
        Ok(week)
    }

    /// Takes windows in any order and refuses those that overlap.
    ///
    /// Windows that only touch are fine. A window past midnight meets those of the next weekday,
    /// Saturday's those of Sunday.
    ///
    /// # Errors
    ///
    /// [`AvailabilityError::WindowsOverlap`] with the first two that do;
    /// [`AvailabilityError::Invalid`] if more than [`MAX_WINDOWS_PER_DATE`] start on one weekday.
    pub fn disjoint(
        windows: impl IntoIterator<Item = (Weekday, Window)>,
    ) -> Result<Self, AvailabilityError> {
        let week = Self::new(windows)?;
        let in_week = |weekday: Weekday, window: Window| {
            let midnight = u32::from(weekday.number()) * u32::from(MINUTES_PER_DAY);
            let evening = window.evening();
            let start = midnight + u32::from(evening.start);
            let length = evening.end - evening.start + window.morning().map_or(0, |span| span.end);
            (start, start + u32::from(length))
        };
        let mut last: Option<(Weekday, Window)> = None;
        for next in week.iter() {
            if let Some(earlier) = last
                && in_week(next.0, next.1).0 < in_week(earlier.0, earlier.1).1
            {
                return Err(AvailabilityError::WindowsOverlap { first: earlier, second: next });
            }
            last = Some(next);
        }
        let week_length = 7 * u32::from(MINUTES_PER_DAY);
        if let (Some(saturday), Some(sunday)) = (last, week.iter().next())
            && in_week(sunday.0, sunday.1).0 + week_length < in_week(saturday.0, saturday.1).1
        {
            return Err(AvailabilityError::WindowsOverlap { first: saturday, second: sunday });
        }
        Ok(week)
    }

    /// Returns the windows that start on a weekday, in order of their start.
    #[must_use]
    pub fn on(&self, weekday: Weekday) -> &[Window] {
        let number = usize::from(weekday.number());
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.windows[start..self.ends[number]]
    }

    /// Returns all windows in order, from Sunday on.
    pub fn iter(&self) -> impl Iterator<Item = (Weekday, Window)> {
        Weekday::ALL
            .into_iter()
            .flat_map(|weekday| self.on(weekday).iter().map(move |&window| (weekday, window)))
    }

    /// Counts the windows.
    pub(super) fn len(&self) -> usize {
        self.windows.len()
    }

    /// Says whether there is no window at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }
}

impl TryFrom<[Vec<Window>; 7]> for WeeklyHours {
    type Error = InvalidValue;

    fn try_from(days: [Vec<Window>; 7]) -> Result<Self, InvalidValue> {
        let windows = Weekday::ALL.into_iter().zip(days);
        Self::new(windows.flat_map(|(weekday, windows)| {
            windows.into_iter().map(move |window| (weekday, window))
        }))
    }
}

impl From<WeeklyHours> for [Vec<Window>; 7] {
    fn from(week: WeeklyHours) -> Self {
        Weekday::ALL.map(|weekday| week.on(weekday).to_vec())
    }
}

/// Bounds the number of windows that start on one date.
pub(super) fn check_number(what: &'static str, windows: &[Window]) -> Result<(), InvalidValue> {
    if windows.len() > MAX_WINDOWS_PER_DATE {
        let max = MAX_WINDOWS_PER_DATE as u64;
        return Err(InvalidValue::new(what, Problem::TooLong { max }));
    }
    Ok(())
}
