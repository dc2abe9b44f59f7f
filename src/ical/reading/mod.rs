//! Busy time from an iCalendar file.

mod clock;
mod component;
mod dates;
mod entry;
mod error;
mod line;
mod observance;
mod occurrence;
mod rule;
mod unread;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use self::{
    clock::Clocks,
    component::{CalendarFile, Component},
    dates::Effort,
    entry::{Entry, Reading, busy_periods},
    occurrence::Exclusions,
};
use super::Publisher;
use crate::{
    availability::IntervalSet,
    time::{Interval, ZoneId},
};

pub use error::CalendarFileError;
pub use unread::{Unread, UnreadReason};

/// The largest file that is read, in bytes: 8 MiB.
pub const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;

/// The largest number of events and other components in a file.
const MAX_COMPONENTS: usize = 100_000;

/// When somebody is busy, by their calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyTime {
    /// The busy time in the range that was asked for.
    pub busy: IntervalSet,
    /// What could not be read, by line.
    ///
    /// Whatever could be read of an event counts as busy; what is listed here may be busy time
    /// beside. So nothing is lost unseen, and a service shows it to whoever uploaded the file.
    pub unread: Vec<Unread>,
}

/// Reads busy time from iCalendar files.
///
/// | in the file | counts |
/// |---|---|
/// | an event (`VEVENT`) with `DTEND`, `DURATION`, or neither on a date | busy from its start to its end |
/// | `STATUS:CANCELLED`, `TRANSP:TRANSPARENT`, or no length | not busy |
/// | `STATUS:TENTATIVE` | busy |
/// | a date, and a time without a zone | in the zone of the trainer |
/// | `TZID` with an IANA name, also behind a prefix such as `/example.org/` | by the library's own database |
/// | `TZID` with another name | by the file's own `VTIMEZONE` |
/// | a local time that the clocks skip | at the offset before they jump; if they show it twice, the first (RFC 5545) |
/// | `RRULE` that is yearly, monthly, weekly or daily | with `INTERVAL`, `COUNT`, `UNTIL`, `WKST`, `BYMONTH`, `BYMONTHDAY`, `BYYEARDAY`, `BYDAY` and `BYSETPOS` |
/// | any other `RRULE`, `EXRULE` | unread; the first occurrence counts |
/// | `RDATE`, `EXDATE` | more occurrences, and fewer |
/// | `RECURRENCE-ID` | replaces one occurrence; with `RANGE` unread, and counted beside |
/// | the same event twice | the one with the larger `SEQUENCE`; both, if that is the same |
/// | `FREEBUSY` in a `VFREEBUSY` | busy unless its type is `FREE` |
/// | tasks, journals, alarms | nothing |
///
/// A recurring event keeps its wall-clock time when the clocks change. Every occurrence counts on
/// its own; where one begins before the range or ends after it, the part inside does.
///
/// Reading costs what the file and the range ask for, up to bounds beyond which it is refused; a
/// file never makes it panic.
#[derive(Debug, Clone)]
pub struct BusyTimeReader {
    range: Interval,
    zone: ZoneId,
    own_suffix: Option<String>,
}

impl BusyTimeReader {
    /// Asks for the busy time in a range, for somebody in a zone.
    #[must_use]
    pub const fn new(range: Interval, zone: ZoneId) -> Self {
        Self { range, zone, own_suffix: None }
    }

    /// Leaves out the events of a service's own feeds.
    ///
    /// A trainer whose calendar subscribes to their lessons, and who has it imported, would
    /// otherwise be blocked by every lesson.
    #[must_use]
    pub fn without_events_of(self, publisher: &Publisher) -> Self {
        Self { own_suffix: Some(publisher.identity_suffix()), ..self }
    }

    /// Reads a file, UTF-8 with either form of line ends.
    ///
    /// # Errors
    ///
    /// [`CalendarFileError`] where the file as a whole cannot be relied on. What single lines lack
    /// is told in [`BusyTime::unread`].
    pub fn read(&self, file: &[u8]) -> Result<BusyTime, CalendarFileError> {
        let CalendarFile { events, free_busy, zones, mut unread } = CalendarFile::parse(file)?;
        let mut effort = Effort::new();
        let clocks = Clocks::new(self.zone.zone(), &zones, self.range, &mut effort, &mut unread)?;
        let mut reading = Reading { clocks: &clocks, range: self.range, unread: &mut unread };
        let mut busy = Vec::new();
        for component in &free_busy {
            busy.extend(busy_periods(component, &mut reading));
        }
        for same in self.by_identity(&events, &mut reading) {
            expand(&same, self.range, &mut effort, &mut busy)?;
        }
        unread.sort_unstable();
        unread.dedup();
        Ok(BusyTime { busy: busy.into(), unread })
    }

    /// Reads the events, those of one identity together.
    fn by_identity(&self, events: &[Component], reading: &mut Reading<'_>) -> Vec<Vec<Entry>> {
        let mut known: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        let mut unknown = Vec::new();
        for component in events {
            let Some(entry) = Entry::read(component, reading) else { continue };
            match &entry.identity {
                Some(identity) if self.is_own(identity) => {}
                Some(identity) => known.entry(identity.clone()).or_default().push(entry),
                None => unknown.push(vec![entry]),
            }
        }
        known.into_values().chain(unknown).collect()
    }

    fn is_own(&self, identity: &str) -> bool {
        self.own_suffix.as_ref().is_some_and(|suffix| identity.ends_with(suffix))
    }
}

/// Adds the busy time of the entries of one identity: an event, and what replaces its occurrences.
fn expand(
    entries: &[Entry],
    range: Interval,
    effort: &mut Effort,
    busy: &mut Vec<Interval>,
) -> Result<(), CalendarFileError> {
    let mut newest = BTreeMap::new();
    for entry in entries {
        let sequence = newest.entry(entry.replaces).or_insert(entry.sequence);
        *sequence = entry.sequence.max(*sequence);
    }
    let counts = |entry: &&Entry| newest.get(&entry.replaces) == Some(&entry.sequence);
    let replaced: BTreeSet<_> = entries.iter().filter_map(|entry| entry.replaces).collect();
    let replaced = Exclusions::from_iter(replaced);
    for entry in entries.iter().filter(counts).filter(|entry| entry.is_busy) {
        let is_replaced = |occurrence: &_| entry.replaces.is_none() && replaced.hold(occurrence);
        let occurrences = entry.occurrences(range, effort)?;
        let left = occurrences.iter().filter(|occurrence| !is_replaced(occurrence));
        busy.extend(left.filter_map(|occurrence| occurrence.within(range)));
    }
    Ok(())
}
