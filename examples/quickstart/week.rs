//! A trainer's week, drawn for a terminal: a column for each local date, a row for each hour.
//!
//! An hour is four quarters of two characters each. Rows are hours of the wall clock: what the
//! clocks skip on a date stays blank, and what they repeat has a second row.

use std::{collections::BTreeMap, fmt};

use chrono::{Days, NaiveDate, TimeDelta};
use sitstay::{
    availability::{IntervalSet, OpeningHours},
    time::{Instant, Interval, Segment, WallTime, Zone},
};

use super::words::short_date;

const DAYS: usize = 7;
const QUARTERS: usize = 4;
const MINUTES_PER_DAY: usize = 24 * 60;
const MARGIN: usize = 8;
const COLUMN: usize = 12;

/// What a quarter of an hour is, from what matters least to what matters most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Quarter {
    /// The wall clock does not show it on this date.
    #[default]
    Absent,
    Closed,
    /// Open, but no lesson of the length fits, or not any more.
    Open,
    /// Inside a lesson that can be booked.
    Free,
    Booked,
    /// A lesson can start here.
    Start,
}

impl Quarter {
    const fn glyphs(self) -> &'static str {
        match self {
            Self::Absent => "  ",
            Self::Closed => "· ",
            Self::Open => "░░",
            Self::Free => "──",
            Self::Booked => "██",
            Self::Start => "○─",
        }
    }
}

/// What the glyphs mean.
pub(crate) const LEGEND: &str =
    "○─ a lesson can start   ── free   ██ booked   ░░ open, but none fits   ·  closed";

/// An hour of the wall clock, and whether it is the second time that it comes that day.
type Hour = (u16, bool);
type Row = [[Quarter; QUARTERS]; DAYS];

/// Seven local dates of a trainer.
#[derive(Debug)]
pub(crate) struct Week {
    first: NaiveDate,
    rows: BTreeMap<Hour, Row>,
    clock_changes: Vec<String>,
}

impl Week {
    /// Draws the seven dates from `first` on: when the trainer is open, what is booked, and at
    /// which instants, in order, one more lesson of `length` can start.
    pub(crate) fn new(
        hours: &OpeningHours,
        first: NaiveDate,
        booked: &IntervalSet,
        starts: &[Instant],
        length: TimeDelta,
    ) -> Self {
        let zone = hours.zone();
        let around = around(zone, first);
        let open: IntervalSet = hours.open(around).collect();
        let free: IntervalSet = starts
            .iter()
            .filter_map(|&start| Interval::new(start, start.saturating_add(length)).ok())
            .collect();
        let quarter = |at: Instant| match at {
            _ if starts.binary_search(&at).is_ok() => Quarter::Start,
            _ if booked.contains(at) => Quarter::Booked,
            _ if free.contains(at) => Quarter::Free,
            _ if open.contains(at) => Quarter::Open,
            _ => Quarter::Closed,
        };

        let mut rows: BTreeMap<Hour, Row> = BTreeMap::new();
        let mut shown = [[false; MINUTES_PER_DAY]; DAYS];
        for at in minutes(around) {
            let local = zone.local(at);
            let column = usize::try_from((local.date - first).num_days()).unwrap_or(DAYS);
            let Some(shown) = shown.get_mut(column) else { continue };
            let shown = &mut shown[usize::from(local.time.as_minutes())];
            let row = rows.entry((local.time.hour(), *shown)).or_default();
            let cell = &mut row[column][usize::from(local.time.minute()) / 15];
            *cell = quarter(at).max(*cell);
            *shown = true;
        }
        Self { first, rows, clock_changes: clock_changes(zone, first) }
    }

    /// Says whether a row has something to show: open or booked time, or a gap beside it.
    fn is_shown(&self, (hour, again): Hour) -> bool {
        let has = |hour, again, test: fn(Quarter) -> bool| {
            self.rows
                .get(&(hour, again))
                .is_some_and(|row| row.iter().flatten().any(|&it| test(it)))
        };
        let is_used = |hour, again| has(hour, again, |quarter| quarter > Quarter::Closed);
        let is_gap = || !again && has(hour, again, |quarter| quarter == Quarter::Absent);
        let is_beside_used = || is_used(hour.wrapping_sub(1), false) || is_used(hour + 1, false);
        is_used(hour, again) || is_gap() && is_beside_used()
    }

    fn header(&self) -> String {
        let dates = self.first.iter_days().take(DAYS);
        let dates = dates.map(|date| format!("{:COLUMN$}", short_date(date)));
        format!("{:MARGIN$}{}", "", dates.collect::<String>())
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.header().trim_end())?;
        let mut last = None;
        for (&(hour, again), row) in self.rows.iter().filter(|(hour, _)| self.is_shown(**hour)) {
            if last.is_some_and(|last| last + 1 < hour) {
                writeln!(f, "   ⋮")?;
            }
            last = Some(hour);
            let label = if again { format!("{hour:02}:00 ↺") } else { format!("{hour:02}:00") };
            let cells = row.iter().map(|quarters| format!("{:COLUMN$}", glyphs(quarters)));
            writeln!(f, "{}", format!("{label:MARGIN$}{}", cells.collect::<String>()).trim_end())?;
        }
        if last.is_none() {
            writeln!(f, "   closed all week")?;
        }
        for change in &self.clock_changes {
            writeln!(f, "\n{change}")?;
        }
        write!(f, "\n{LEGEND}")
    }
}

/// One dot for an hour that is closed is calmer than four.
fn glyphs(quarters: &[Quarter; QUARTERS]) -> String {
    if quarters.iter().all(|&quarter| quarter == Quarter::Closed) {
        return Quarter::Closed.glyphs().to_owned();
    }
    quarters.iter().map(|quarter| quarter.glyphs()).collect()
}

/// More than the week, for zones in which a date begins twice or not at midnight.
fn around(zone: &Zone, first: NaiveDate) -> Interval {
    let midnight = |date| zone.resolve(date, WallTime::MIDNIGHT).map(|local| local.earliest());
    let day = TimeDelta::days(1);
    let start = midnight(first).unwrap_or(Instant::MIN).saturating_add(-day);
    let end = midnight(first + Days::new(DAYS as u64)).unwrap_or(Instant::MAX).saturating_add(day);
    Interval::new(start, end).unwrap_or(Interval::ALL)
}

fn minutes(interval: Interval) -> impl Iterator<Item = Instant> {
    let next = |at: &Instant| at.checked_add(TimeDelta::minutes(1));
    std::iter::successors(Some(interval.start()), next).take_while(move |&at| at < interval.end())
}

/// The changes of the clock on the seven dates, in words.
fn clock_changes(zone: &Zone, first: NaiveDate) -> Vec<String> {
    let segments: Vec<_> = zone.segments(around(zone, first)).collect();
    let changes = segments.iter().zip(segments.iter().skip(1));
    let in_week = |at| (0..DAYS as i64).contains(&(zone.date(at) - first).num_days());
    changes
        .filter(|(_, after)| in_week(after.interval.start()))
        .filter_map(|(before, after)| clock_change(zone, before, after))
        .collect()
}

fn clock_change(zone: &Zone, before: &Segment, after: &Segment) -> Option<String> {
    let at = after.interval.start();
    let second_of_day = (at.as_seconds() + i64::from(before.offset_seconds)).rem_euclid(86_400);
    let from = WallTime::from_minutes(u16::try_from(second_of_day / 60).ok()?).ok()?;
    let to = zone.local(at);
    let date = short_date(to.date);
    Some(if before.offset_seconds < after.offset_seconds {
        format!("{date}: the clocks jump from {from} to {}; there is nothing in between.", to.time)
    } else {
        format!("{date}: the clocks go back from {from} to {}; that time comes twice (↺).", to.time)
    })
}

#[cfg(test)]
mod tests {
    use sitstay::{
        availability::{WeeklyHours, Window},
        time::{Weekday, ZoneId},
    };

    use super::*;

    fn drawn(zone: &str, window: (&str, &str), first: &str, booked: &[&str]) -> String {
        let zone = zone.parse::<ZoneId>().unwrap().zone();
        let window = Window::parse(window.0, window.1).unwrap();
        let weekly = WeeklyHours::new([(Weekday::Sunday, window)]).unwrap();
        let hours = OpeningHours::new(zone.clone(), &weekly, &[]);
        let first = first.parse().unwrap();
        let hour = TimeDelta::hours(1);
        let booked: IntervalSet = booked
            .iter()
            .map(|start| start.parse::<Instant>().unwrap())
            .map(|start| Interval::new(start, start.saturating_add(hour)).unwrap())
            .collect();
        let session = sitstay::availability::Session::of_minutes(60).unwrap();
        let starts = hours.starts(session, 30, around(&zone, first)).unwrap().avoiding(&booked);
        let starts: Vec<_> = starts.collect();
        Week::new(&hours, first, &booked, &starts, hour).to_string()
    }

    /// The rows without the columns of days on which nothing is open.
    fn sundays(week: &str) -> Vec<String> {
        let row = |line: &str| {
            let label: String = line.chars().take(MARGIN).collect();
            let cell: String = line.chars().skip(MARGIN + 2 * COLUMN).take(2 * QUARTERS).collect();
            format!("{} {}", label.trim_end(), cell).trim_end().to_owned()
        };
        week.lines().skip(1).take_while(|line| !line.is_empty()).map(row).collect()
    }

    #[test]
    fn a_booking_leaves_the_starts_that_still_fit() {
        let week =
            drawn("Europe/London", ("09:00", "12:00"), "2027-06-04", &["2027-06-06T09:30:00Z"]);
        assert_eq!(sundays(&week), ["09:00 ○───○───", "10:00 ────████", "11:00 ████░░░░"]);
    }

    #[test]
    fn a_half_hour_that_comes_twice_has_a_second_row() {
        let week = drawn("Australia/Lord_Howe", ("01:00", "03:00"), "2027-04-02", &[]);
        assert_eq!(sundays(&week), ["01:00 ○───○───", "01:00 ↺     ○───", "02:00 ○───────"]);
        let told = "Sun 4 Apr: the clocks go back from 02:00 to 01:30; that time comes twice (↺).";
        assert!(week.contains(told), "{week}");
    }

    #[test]
    fn an_hour_that_does_not_exist_is_blank() {
        let week = drawn("America/New_York", ("01:00", "04:00"), "2027-03-12", &[]);
        assert_eq!(sundays(&week), ["01:00 ○───○───", "02:00", "03:00 ○───────"]);
        let told = "Sun 14 Mar: the clocks jump from 02:00 to 03:00; there is nothing in between.";
        assert!(week.contains(told), "{week}");
    }

    #[test]
    fn a_week_without_hours_says_so() {
        let hours = OpeningHours::new(ZoneId::UTC.zone(), &WeeklyHours::default(), &[]);
        let first = "2027-06-04".parse().unwrap();
        let week = Week::new(&hours, first, &IntervalSet::EMPTY, &[], TimeDelta::hours(1));
        assert!(week.to_string().contains("closed all week"));
    }
}
