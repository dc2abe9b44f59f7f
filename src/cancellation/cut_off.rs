use chrono::{Days, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::{
    error::{InvalidValue, within},
    time::{Instant, MINUTES_PER_DAY, WallTime, Zone},
};

const MAX_DAYS: u16 = 365;

/// Until when a tier of a cancellation policy applies.
///
/// # Example: noon of the day before, whatever the clocks do
///
/// ```
/// use sitstay::{cancellation::CutOff, time::ZoneId};
///
/// let zone = "Europe/Berlin".parse::<ZoneId>()?.zone();
/// let noon = CutOff::LocalTime { days_before: 1, time: "12:00".parse()? };
/// // The clocks change in the night between the two.
/// let sunday = "2027-03-28T08:00:00Z".parse()?;
/// assert_eq!(noon.instant(sunday, &zone), "2027-03-27T11:00:00Z".parse()?);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutOff {
    /// Until this many minutes of elapsed time before the start, at most 365 times 24 hours.
    ///
    /// 0 is until the start itself.
    MinutesBefore(u32),
    /// Until a wall-clock time some local days before the date of the start.
    LocalTime {
        /// How many local days before, at most 365; 0 is the day of the start.
        days_before: u16,
        /// What the wall clock shows in the zone of the booking.
        time: WallTime,
    },
}

impl CutOff {
    /// Returns the first instant at which the tier no longer applies; at the latest the start.
    ///
    /// Where clocks jump over the wall-clock time, that is the first instant after the gap; where
    /// they show it twice, the later one. Both favour whoever cancels.
    #[must_use]
    pub fn instant(self, start: Instant, zone: &Zone) -> Instant {
        match self {
            Self::MinutesBefore(minutes) => {
                start.saturating_add(-TimeDelta::minutes(minutes.into()))
            }
            Self::LocalTime { days_before, time } => zone
                .date(start)
                .checked_sub_days(Days::new(days_before.into()))
                .and_then(|date| zone.resolve(date, time).ok())
                // Only at the bounds of what an instant can be.
                .map_or_else(
                    || start.saturating_add(-TimeDelta::days(days_before.into())),
                    |local| local.latest().min(start),
                ),
        }
    }

    /// Says whether, for some start, this cut-off comes before another one, by days of 24 hours.
    pub(super) fn can_precede(self, later: Self) -> bool {
        match (self, later) {
            (Self::LocalTime { .. }, Self::MinutesBefore(_)) => {
                self.minutes_before_midnight_start() + i64::from(MINUTES_PER_DAY) - 1
                    > later.minutes_before_midnight_start()
            }
            _ => self.minutes_before_midnight_start() > later.minutes_before_midnight_start(),
        }
    }

    /// Checks the bounds of days and minutes.
    pub(super) fn require_sound(self) -> Result<(), InvalidValue> {
        let max = i64::from(MAX_DAYS);
        match self {
            Self::MinutesBefore(minutes) => {
                within("minutes_before", minutes, 0, max * i64::from(MINUTES_PER_DAY))
            }
            Self::LocalTime { days_before, .. } => within("days_before", days_before, 0, max),
        }
    }

    /// Counts the minutes to a start at 00:00; a later start is further from a wall-clock time.
    fn minutes_before_midnight_start(self) -> i64 {
        match self {
            Self::MinutesBefore(minutes) => minutes.into(),
            Self::LocalTime { days_before, time } => {
                i64::from(days_before) * i64::from(MINUTES_PER_DAY) - i64::from(time.as_minutes())
            }
        }
    }
}
