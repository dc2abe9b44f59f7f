use std::{collections::BTreeMap, rc::Rc};

use chrono::NaiveDateTime;

use super::{
    CalendarFileError, Unread, UnreadReason,
    component::ZoneComponent,
    dates::Effort,
    observance::Observances,
    value::{Moment, wall_seconds},
};
use crate::time::{Instant, Interval, Zone, ZoneId};

const DAY: i64 = 86_400;

/// A wall clock, and which instants it shows.
#[derive(Debug, Clone)]
pub(super) enum Clock {
    Utc,
    Zone(Zone),
    /// As the file defines it.
    Defined(Rc<Observances>),
}

impl Clock {
    /// Returns when the clock shows a time, in seconds since the Unix epoch.
    ///
    /// Where it shows it twice, that is the first time; a time that it skips is read by the offset
    /// before it jumps (RFC 5545, section 3.3.5).
    pub(super) fn seconds(&self, wall: NaiveDateTime) -> i64 {
        let wall = wall_seconds(wall);
        let offset = match self {
            Self::Utc => 0,
            Self::Zone(zone) => zone_offset(zone, wall),
            Self::Defined(observances) => observances.offset(wall),
        };
        wall - i64::from(offset)
    }
}

/// Returns from which wall-clock time on a change of the offset holds, in seconds since the epoch.
///
/// A jump forward skips what it jumps over; going back, the clock shows first what it shows twice.
pub(super) fn first_after(change_at: i64, from: i32, to: i32) -> i64 {
    change_at.saturating_add(i64::from(from.max(to)))
}

fn zone_offset(zone: &Zone, wall: i64) -> i32 {
    // No offset is as large as two days, so all that matters lies within.
    let (from, to) = (instant(wall - 2 * DAY), instant(wall + 2 * DAY));
    let Ok(around) = Interval::new(from, to) else { return zone.offset_seconds(from) };
    let mut offset = zone.offset_seconds(from);
    for segment in zone.segments(around).skip(1) {
        let change_at = segment.interval.start().as_seconds();
        if wall < first_after(change_at, offset, segment.offset_seconds) {
            break;
        }
        offset = segment.offset_seconds;
    }
    offset
}

fn instant(seconds: i64) -> Instant {
    Instant::clamped(seconds.saturating_mul(1_000_000))
}

/// The clocks that a file goes by.
#[derive(Debug)]
pub(super) struct Clocks {
    /// Of dates, and of times without a zone.
    own: Clock,
    /// Those that the file defines, by its own names.
    defined: BTreeMap<String, Clock>,
}

impl Clocks {
    /// Reads the zones that a file defines, as far as they have no name that is known.
    pub(super) fn new(
        own: Zone,
        zones: &[ZoneComponent],
        range: Interval,
        effort: &mut Effort,
        unread: &mut Vec<Unread>,
    ) -> Result<Self, CalendarFileError> {
        let mut defined = BTreeMap::new();
        for zone in zones {
            let property = |name| zone.properties.line(name).map(|line| line.value.trim());
            let Some(name) = property("TZID") else { continue };
            if iana(name).is_some() || defined.contains_key(name) {
                continue;
            }
            let clock = match property("X-LIC-LOCATION").and_then(iana) {
                Some(zone) => Some(Clock::Zone(zone.zone())),
                None => Observances::read(zone, range, effort, unread)?
                    .map(|observances| Clock::Defined(Rc::new(observances))),
            };
            defined.extend(clock.map(|clock| (name.to_owned(), clock)));
        }
        Ok(Self { own: Clock::Zone(own), defined })
    }

    /// Finds the clock of a moment, by the name of a zone if there is one.
    pub(super) fn of(&self, moment: Moment, zone: Option<&str>) -> Result<Clock, UnreadReason> {
        match (moment, zone) {
            (Moment::Utc(_), _) => Ok(Clock::Utc),
            (Moment::Date(_), _) | (Moment::Local(_), None) => Ok(self.own.clone()),
            (Moment::Local(_), Some(name)) => {
                let known = iana(name).map(|zone| Clock::Zone(zone.zone()));
                let clock = known.or_else(|| self.defined.get(name.trim()).cloned());
                clock.ok_or(UnreadReason::UnknownZone)
            }
        }
    }
}

/// Finds a zone of the database, also behind a prefix as in `/example.org/2027/Europe/Berlin`.
fn iana(name: &str) -> Option<ZoneId> {
    let name = name.trim();
    if let Ok(zone) = name.parse() {
        return Some(zone);
    }
    let unique = name.strip_prefix('/')?;
    unique.match_indices('/').find_map(|(place, _)| unique[place + 1..].parse().ok())
}
