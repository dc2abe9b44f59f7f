use std::{fmt, str::FromStr};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{InvalidValue, Problem, within};

/// A point in time in UTC, in whole microseconds since the Unix epoch, from 1970 to 2200.
///
/// Microseconds are what every backend can store; finer parts are cut off where an instant enters
/// the library. In JSON it is RFC 3339 text that ends in `Z`.
///
/// # Example: from and to `chrono`
///
/// ```
/// use sitstay::time::Instant;
///
/// let start: Instant = "2027-03-14T09:00:00Z".parse()?;
/// assert_eq!(start.to_utc().to_rfc3339(), "2027-03-14T09:00:00+00:00");
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "DateTime<Utc>", into = "DateTime<Utc>")]
pub struct Instant(i64);

pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
pub(crate) const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
pub(crate) const MICROS_PER_DAY: i64 = 24 * 60 * MICROS_PER_MINUTE;

impl Instant {
    /// The first instant that is accepted: 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);
    /// The last instant that is accepted: 2200-01-01T00:00:00Z.
    pub const MAX: Self = Self(7_258_118_400 * MICROS_PER_SECOND);

    /// Takes whole microseconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside 1970 to 2200.
    pub fn from_micros(micros: i64) -> Result<Self, InvalidValue> {
        within("instant", micros, Self::MIN.0, Self::MAX.0)?;
        Ok(Self(micros))
    }

    /// Takes whole seconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside 1970 to 2200.
    ///
    /// # Example: the bounds
    ///
    /// ```
    /// use sitstay::time::Instant;
    ///
    /// assert_eq!(Instant::from_seconds(1_803_891_600)?, "2027-03-01T09:00:00Z".parse()?);
    /// assert_eq!(Instant::from_seconds(Instant::MAX.as_seconds()), Ok(Instant::MAX));
    /// for outside in [-1, i64::MIN, Instant::MAX.as_seconds() + 1, i64::MAX] {
    ///     assert!(Instant::from_seconds(outside).is_err());
    /// }
    /// # Ok::<(), sitstay::error::InvalidValue>(())
    /// ```
    pub fn from_seconds(seconds: i64) -> Result<Self, InvalidValue> {
        // What does not fit into microseconds lies far outside on the same side.
        Self::from_micros(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Returns whole microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Returns whole seconds since the Unix epoch, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// Returns the same instant as a `chrono` value.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        // 1970 to 2200 lies far inside what chrono can hold.
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }

    /// Says whether the instant is a whole minute of UTC.
    #[must_use]
    pub const fn is_whole_minute(self) -> bool {
        self.0 % MICROS_PER_MINUTE == 0
    }

    /// Adds a span, or returns `None` where the result would leave 1970 to 2200.
    #[must_use]
    pub fn checked_add(self, span: TimeDelta) -> Option<Self> {
        Self::from_micros(self.0.checked_add(span.num_microseconds()?)?).ok()
    }

    /// Adds a span, or stops at [`MIN`](Self::MIN) or [`MAX`](Self::MAX).
    #[must_use]
    pub fn saturating_add(self, span: TimeDelta) -> Self {
        let micros = self.0.saturating_add(span.num_microseconds().unwrap_or(i64::MAX));
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Returns the elapsed time from `earlier` to this instant; negative if it is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> TimeDelta {
        TimeDelta::microseconds(self.0 - earlier.0)
    }

    /// Wraps microseconds that are known to lie in range, or stops at the nearest bound.
    #[inline]
    pub(crate) const fn clamped(micros: i64) -> Self {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Self(micros)
        }
    }
}

impl TryFrom<DateTime<Utc>> for Instant {
    type Error = InvalidValue;

    fn try_from(utc: DateTime<Utc>) -> Result<Self, InvalidValue> {
        Self::from_micros(utc.timestamp_micros())
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(instant: Instant) -> Self {
        instant.to_utc()
    }
}

impl FromStr for Instant {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        DateTime::parse_from_rfc3339(text)
            .map_err(|_| InvalidValue::new("instant", Problem::Malformed("RFC 3339 text")))?
            .to_utc()
            .try_into()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
