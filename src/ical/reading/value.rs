//! Values of properties (RFC 5545, section 3.3).

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

/// A date, or a date and a time on some clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A whole day: `20270301`.
    Date(NaiveDate),
    /// On a clock that the property names, or on everybody's own: `20270301T090000`.
    Local(NaiveDateTime),
    /// In UTC: `20270301T090000Z`.
    Utc(NaiveDateTime),
}

impl Moment {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().as_bytes();
        let date = date(text.get(..8)?)?;
        match &text[8..] {
            [] => Some(Self::Date(date)),
            [b'T' | b't', time @ ..] if time.len() == 6 => {
                Some(Self::Local(date.and_time(time_of_day(time)?)))
            }
            [b'T' | b't', time @ .., b'Z' | b'z'] if time.len() == 6 => {
                Some(Self::Utc(date.and_time(time_of_day(time)?)))
            }
            _ => None,
        }
    }

    /// Returns the wall clock at the moment: at midnight for a date.
    pub(super) fn wall(self) -> NaiveDateTime {
        match self {
            Self::Date(date) => date.and_time(NaiveTime::MIN),
            Self::Local(wall) | Self::Utc(wall) => wall,
        }
    }

    pub(super) const fn is_date(self) -> bool {
        matches!(self, Self::Date(_))
    }
}

fn date(text: &[u8]) -> Option<NaiveDate> {
    let (year, month, day) = (number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn time_of_day(text: &[u8]) -> Option<NaiveTime> {
    let (hour, minute, second) = (number(&text[..2])?, number(&text[2..4])?, number(&text[4..])?);
    // A leap second is as good as the one before it (section 3.3.12).
    let second = if second == 60 { 59 } else { second };
    NaiveTime::from_hms_opt(hour, minute, second)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// A length of time: days of the calendar, and then seconds that have elapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) days: u32,
    pub(super) seconds: u64,
}

impl Length {
    pub(super) const NONE: Self = Self { days: 0, seconds: 0 };
    pub(super) const DAY: Self = Self { days: 1, seconds: 0 };

    /// Reads a length that is not negative, as `P1DT2H30M`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix('+').unwrap_or(&text).strip_prefix('P')?;
        let (days, time) = match text.split_once('T') {
            Some((days, time)) if !time.is_empty() => (days, time),
            Some(_) => return None,
            None if text.is_empty() => return None,
            None => (text, ""),
        };
        let days = sum(days, &[(b'W', 7), (b'D', 1)])?;
        let seconds = sum(time, &[(b'H', 3_600), (b'M', 60), (b'S', 1)])?;
        Some(Self { days, seconds: seconds.into() })
    }

    /// Returns the wall clock so many days later.
    pub(super) fn days_after(self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        wall.checked_add_days(Days::new(self.days.into()))
    }

    /// Returns the number of days that are at least as long.
    pub(super) fn in_days(self) -> u64 {
        u64::from(self.days) + self.seconds / 86_400 + 1
    }
}

/// Adds up numbers that are followed by units, each unit once and in their order.
fn sum(text: &str, units: &[(u8, u32)]) -> Option<u32> {
    let mut units = units.iter();
    let (mut total, mut digits) = (0_u32, 0..0);
    for (place, byte) in text.bytes().enumerate() {
        if byte.is_ascii_digit() {
            digits.end = place + 1;
            continue;
        }
        let (_, length) = units.find(|(unit, _)| *unit == byte)?;
        let number = number(text.as_bytes().get(digits.clone())?)?;
        if digits.is_empty() {
            return None;
        }
        total = total.checked_add(number.checked_mul(*length)?)?;
        digits = place + 1..place + 1;
    }
    digits.is_empty().then_some(total)
}

/// Reads an offset from UTC, as `+0530` or `-013000`, in seconds east.
pub(super) fn offset(text: &str) -> Option<i32> {
    let text = text.trim().as_bytes();
    let (sign, digits) = text.split_first()?;
    let part = |place: usize| digits.get(place..place + 2).map_or(Some(0), number);
    if !matches!(digits.len(), 4 | 6) {
        return None;
    }
    let seconds = part(0)? * 3_600 + part(2)? * 60 + part(4)?;
    // No clock is a day away from UTC.
    let seconds = i32::try_from(seconds).ok().filter(|seconds| *seconds < 86_400)?;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// Returns the seconds from one wall clock to another, as if no clock ever changed.
pub(super) fn wall_seconds(wall: NaiveDateTime) -> i64 {
    wall.and_utc().timestamp()
}

/// Moves a date by days, and stops where the calendar ends.
pub(super) fn days_before(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}
