use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::{InvalidValue, Problem, within};

/// A time of day on a wall clock, in whole minutes from `00:00` to `23:59`.
///
/// It names no date and no zone, so it is no instant: on some dates it does not exist and on some
/// it occurs twice. As text and in JSON it is `HH:MM`.
///
/// # Example: from text
///
/// ```
/// use sitstay::time::WallTime;
///
/// let opening: WallTime = "09:30".parse()?;
/// assert_eq!((opening.hour(), opening.minute()), (9, 30));
/// assert!("24:00".parse::<WallTime>().is_err());
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WallTime(u16);

pub(crate) const MINUTES_PER_DAY: u16 = 24 * 60;

impl WallTime {
    /// The first minute of the day, `00:00`.
    pub const MIDNIGHT: Self = Self(0);
    /// The middle of the day, `12:00`.
    pub const NOON: Self = Self(12 * 60);

    /// Takes an hour from 0 to 23 and a minute from 0 to 59.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if either lies outside.
    pub fn new(hour: u8, minute: u8) -> Result<Self, InvalidValue> {
        within("hour", hour, 0, 23)?;
        within("minute", minute, 0, 59)?;
        Ok(Self(u16::from(hour) * 60 + u16::from(minute)))
    }

    /// Takes whole minutes since `00:00`, from 0 to 1,439.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if there are more.
    pub fn from_minutes(minutes: u16) -> Result<Self, InvalidValue> {
        within("wall_time", minutes, 0, i64::from(MINUTES_PER_DAY) - 1)?;
        Ok(Self(minutes))
    }

    /// Returns whole minutes since `00:00`.
    #[must_use]
    pub const fn as_minutes(self) -> u16 {
        self.0
    }

    /// Returns the hour, from 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u16 {
        self.0 / 60
    }

    /// Returns the minute of the hour, from 0 to 59.
    #[must_use]
    pub const fn minute(self) -> u16 {
        self.0 % 60
    }

    /// Takes seconds since local midnight and cuts them to the minute that has begun.
    pub(super) fn of_second(second_of_day: i64) -> Self {
        let minute = (second_of_day / 60).clamp(0, i64::from(MINUTES_PER_DAY) - 1);
        Self(u16::try_from(minute).unwrap_or(0))
    }
}

impl FromStr for WallTime {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let malformed = InvalidValue::new("wall_time", Problem::Malformed("a time of day HH:MM"));
        let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0').ok_or(malformed);
        let &[h1, h2, b':', m1, m2] = text.as_bytes() else { return Err(malformed) };
        Self::new(digit(h1)? * 10 + digit(h2)?, digit(m1)? * 10 + digit(m2)?).map_err(|_| malformed)
    }
}

impl TryFrom<String> for WallTime {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<WallTime> for String {
    fn from(time: WallTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

impl fmt::Debug for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
