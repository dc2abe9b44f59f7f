use super::{
    CalendarFileError, Unread, UnreadReason,
    clock::Clocks,
    component::Component,
    dates::{Effort, Window},
    line::Line,
    occurrence::{Exclusions, Key, Occurrence, Stamp},
    rule::Rule,
    value::{Length, Moment},
};
use crate::time::Interval;

/// What is at hand while a file is read.
pub(super) struct Reading<'r> {
    pub(super) clocks: &'r Clocks,
    pub(super) range: Interval,
    pub(super) unread: &'r mut Vec<Unread>,
}

impl Reading<'_> {
    fn note(&mut self, line: u32, reason: UnreadReason) {
        self.unread.push(Unread { line, reason });
    }

    /// Hands on what was read of a line, or notes why it was not.
    fn noted<T>(&mut self, line: &Line, read: Result<T, UnreadReason>) -> Option<T> {
        read.map_err(|reason| self.note(line.number, reason)).ok()
    }

    /// Hands on what was read of each of a line's values, and notes what was not.
    fn each<T>(
        &mut self,
        line: &Line,
        read: impl Fn(&Self, &str) -> Result<T, UnreadReason>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for text in line.value.split(',') {
            let value = read(self, text);
            values.extend(self.noted(line, value));
        }
        values
    }

    fn stamp(&self, line: &Line, text: &str) -> Result<Stamp, UnreadReason> {
        let moment = Moment::parse(text).ok_or(UnreadReason::Malformed)?;
        let clock = self.clocks.of(moment, line.parameter("TZID"))?;
        Ok(Stamp { moment, clock })
    }

    /// Reads a start with its end or its length.
    fn period(&self, line: &Line, text: &str) -> Result<Occurrence, UnreadReason> {
        let (start, end) = text.split_once('/').ok_or(UnreadReason::Malformed)?;
        let start = self.stamp(line, start)?;
        let length = match Length::parse(end) {
            Some(length) => length,
            None => start.until(&self.stamp(line, end)?)?,
        };
        Ok(start.lasting(length))
    }
}

/// An event as the file has it: one that may recur, or what replaces one occurrence.
#[derive(Debug)]
pub(super) struct Entry {
    /// What is the same in all entries of one event, if there is anything.
    pub(super) identity: Option<String>,
    /// Which revision of the event it is.
    pub(super) sequence: i64,
    /// Which occurrence it replaces.
    pub(super) replaces: Option<Key>,
    pub(super) is_busy: bool,
    start: Stamp,
    length: Length,
    rules: Vec<Rule>,
    more: Vec<Occurrence>,
    exclusions: Exclusions,
}

impl Entry {
    /// Reads an event; `None` and a note if nothing is known of its time.
    pub(super) fn read(event: &Component, reading: &mut Reading<'_>) -> Option<Self> {
        let Some(line) = event.line("DTSTART") else {
            reading.note(event.number, UnreadReason::NoStart);
            return None;
        };
        let start = reading.stamp(line, &line.value);
        let start = reading.noted(line, start)?;
        let length = length(event, &start, reading)?;
        let says = |property, word| event.line(property).is_some_and(|line| line.says(word));
        let mut identity = event.line("UID").map(|line| line.value.trim().to_owned());
        identity = identity.filter(|identity| !identity.is_empty());
        let mut replaces = None;
        if let Some(line) = event.line("RECURRENCE-ID") {
            let stamp = match line.parameter("RANGE") {
                None => reading.stamp(line, &line.value),
                Some(_) => Err(UnreadReason::UnsupportedRecurrence),
            };
            replaces = reading.noted(line, stamp).map(|stamp| stamp.key());
            // What it replaces is unknown, so it counts beside.
            identity = identity.filter(|_| replaces.is_some());
        }
        Some(Self {
            identity,
            sequence: sequence(event, reading),
            replaces,
            is_busy: !says("STATUS", "CANCELLED") && !says("TRANSP", "TRANSPARENT"),
            rules: rules(event, &start, reading),
            more: more(event, &start, length, reading),
            exclusions: event
                .lines("EXDATE")
                .flat_map(|line| {
                    reading.each(line, |reading, text| Ok(reading.stamp(line, text)?.key()))
                })
                .collect(),
            start,
            length,
        })
    }

    /// Computes the times at which it takes place, as far as they may meet a range.
    pub(super) fn occurrences(
        &self,
        range: Interval,
        effort: &mut Effort,
    ) -> Result<Vec<Occurrence>, CalendarFileError> {
        let start = self.start.moment.wall();
        let window = Window::around(range, self.length.in_days());
        let mut walls = vec![start];
        for rule in &self.rules {
            let seconds = |wall| self.start.clock.seconds(wall);
            walls.extend(rule.walls(start, window, seconds, effort)?);
        }
        walls.sort_unstable();
        walls.dedup();
        let regular =
            walls.into_iter().map(|wall| Occurrence::new(wall, &self.start.clock, self.length));
        let all = regular.chain(self.more.iter().cloned());
        Ok(all.filter(|occurrence| !self.exclusions.hold(occurrence)).collect())
    }
}

/// Returns how long an event lasts; `None` and a note if that is not known.
fn length(event: &Component, start: &Stamp, reading: &mut Reading<'_>) -> Option<Length> {
    let by_default = if start.moment.is_date() { Length::DAY } else { Length::NONE };
    let (line, length) = match (event.line("DTEND"), event.line("DURATION")) {
        (Some(line), _) => {
            (line, reading.stamp(line, &line.value).and_then(|end| start.until(&end)))
        }
        (None, Some(line)) => (line, Length::parse(&line.value).ok_or(UnreadReason::Malformed)),
        (None, None) => return Some(by_default),
    };
    reading.noted(line, length)
}

fn sequence(event: &Component, reading: &mut Reading<'_>) -> i64 {
    let Some(line) = event.line("SEQUENCE") else { return 0 };
    let number = line.value.trim().parse().map_err(|_| UnreadReason::Malformed);
    reading.noted(line, number).unwrap_or(0)
}

fn rules(event: &Component, start: &Stamp, reading: &mut Reading<'_>) -> Vec<Rule> {
    for line in event.lines("EXRULE") {
        reading.note(line.number, UnreadReason::UnsupportedRecurrence);
    }
    let mut rules = Vec::new();
    for line in event.lines("RRULE") {
        let rule = Rule::parse(&line.value).and_then(|rule| {
            let fits = rule.fits(start.moment.wall());
            if fits { Ok(rule) } else { Err(UnreadReason::UnsupportedRecurrence) }
        });
        rules.extend(reading.noted(line, rule));
    }
    rules
}

/// Reads occurrences beside those of the rules.
fn more(
    event: &Component,
    start: &Stamp,
    length: Length,
    reading: &mut Reading<'_>,
) -> Vec<Occurrence> {
    let mut more = Vec::new();
    for line in event.lines("RDATE") {
        more.extend(reading.each(line, |reading, text| {
            if text.contains('/') {
                return reading.period(line, text);
            }
            let stamp = reading.stamp(line, text)?;
            if stamp.moment.is_date() != start.moment.is_date() {
                return Err(UnreadReason::Malformed);
            }
            Ok(stamp.lasting(length))
        }));
    }
    more
}

/// Reads the busy time that a component states without events (`VFREEBUSY`).
pub(super) fn busy_periods(component: &Component, reading: &mut Reading<'_>) -> Vec<Interval> {
    let mut busy = Vec::new();
    let is_busy = |line: &&Line| {
        !line.parameter("FBTYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("FREE"))
    };
    for line in component.lines("FREEBUSY").filter(is_busy) {
        let periods = reading.each(line, |reading, text| reading.period(line, text));
        busy.extend(periods.iter().filter_map(|period| period.within(reading.range)));
    }
    busy
}
