//! iCalendar: the feed of lessons, and busy time from files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod events;
mod feed;
mod files;
mod hostile;
mod recurrence;
#[path = "../support/town.rs"]
mod town;
mod writing;
mod zones;

use sitstay::{
    ical::{BusyTime, BusyTimeReader, CalendarFileError},
    time::{Interval, ZoneId},
};

/// Two months around the Sunday, 28 March, on which the clocks of Berlin jump.
const SPRING: (&str, &str) = ("2027-03-01T00:00:00Z", "2027-05-01T00:00:00Z");

fn span((start, end): (&str, &str)) -> Interval {
    Interval::parse(start, end).unwrap()
}

fn berlin() -> ZoneId {
    "Europe/Berlin".parse().unwrap()
}

fn read_file(file: &str) -> Result<BusyTime, CalendarFileError> {
    BusyTimeReader::new(span(SPRING), berlin()).read(file.as_bytes())
}

/// Reads a calendar of these lines, the first of which is the file's second.
fn read(lines: &str) -> BusyTime {
    let lines: Vec<_> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let lines = lines.join("\r\n");
    read_file(&format!("BEGIN:VCALENDAR\r\n{lines}\r\nEND:VCALENDAR\r\n")).unwrap()
}

/// Busy time as text: a stretch a line, as `2027-03-01T09:00:00Z/2027-03-01T10:00:00Z`.
fn stretches(busy: &BusyTime) -> Vec<String> {
    busy.busy.iter().map(|stretch| stretch.to_string()).collect()
}

/// What was not read as text: `line 3: malformed`.
fn unread(busy: &BusyTime) -> Vec<String> {
    busy.unread.iter().map(ToString::to_string).collect()
}
