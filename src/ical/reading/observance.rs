use chrono::{NaiveDate, NaiveDateTime};

use super::{
    CalendarFileError, Unread, UnreadReason,
    clock::first_after,
    component::{Component, ZoneComponent},
    dates::{Effort, Window},
    rule::Rule,
    value::{Moment, offset, wall_seconds},
};
use crate::time::Interval;

/// The offsets of a zone as a file defines it (`VTIMEZONE`).
#[derive(Debug)]
pub(super) struct Observances {
    /// The offset before the first change, in seconds east.
    first: i32,
    /// From which wall-clock time on which offset holds, in order.
    changes: Vec<(i64, i32)>,
}

impl Observances {
    /// Reads a definition, up to the end of a range; `None` and a note if it cannot be relied on.
    pub(super) fn read(
        zone: &ZoneComponent,
        range: Interval,
        effort: &mut Effort,
        unread: &mut Vec<Unread>,
    ) -> Result<Option<Self>, CalendarFileError> {
        let window = Window::until(range);
        let mut onsets = Vec::new();
        for component in &zone.observances {
            match Observance::read(component) {
                Ok(observance) => observance.add_onsets(window, effort, &mut onsets)?,
                Err(note) => {
                    unread.push(note);
                    return Ok(None);
                }
            }
        }
        onsets.sort_unstable();
        let Some(&(_, first, _)) = onsets.first() else { return Ok(None) };
        let change = |(at, from, to)| (first_after(at, from, to), to);
        Ok(Some(Self { first, changes: onsets.into_iter().map(change).collect() }))
    }

    /// Returns the offset at a wall-clock time, in seconds east.
    pub(super) fn offset(&self, wall: i64) -> i32 {
        let begun = self.changes.partition_point(|(from, _)| *from <= wall);
        begun.checked_sub(1).map_or(self.first, |last| self.changes[last].1)
    }
}

/// When a zone has one of its offsets (`STANDARD` and `DAYLIGHT`).
struct Observance {
    start: NaiveDateTime,
    from: i32,
    to: i32,
    rules: Vec<Rule>,
    dates: Vec<NaiveDateTime>,
}

impl Observance {
    fn read(component: &Component) -> Result<Self, Unread> {
        let malformed = |line| Unread { line, reason: UnreadReason::Malformed };
        let property = |name| component.line(name).ok_or(malformed(component.number));
        let read_offset = |name| {
            let line = property(name)?;
            offset(&line.value).ok_or(malformed(line.number))
        };
        let wall = |text: &str, number| match Moment::parse(text) {
            Some(Moment::Local(wall)) => Ok(wall),
            _ => Err(malformed(number)),
        };
        let start = property("DTSTART")?;
        let rules = component.lines("RRULE").map(|line| {
            Rule::parse(&line.value).map_err(|reason| Unread { line: line.number, reason })
        });
        let dates = component
            .lines("RDATE")
            .flat_map(|line| line.value.split(',').map(move |text| wall(text, line.number)));
        Ok(Self {
            start: wall(&start.value, start.number)?,
            from: read_offset("TZOFFSETFROM")?,
            to: read_offset("TZOFFSETTO")?,
            rules: rules.collect::<Result<_, _>>()?,
            dates: dates.collect::<Result<_, _>>()?,
        })
    }

    /// Adds when the observance begins, in seconds since the epoch, with the offsets before and in it.
    fn add_onsets(
        &self,
        window: Window,
        effort: &mut Effort,
        onsets: &mut Vec<(i64, i32, i32)>,
    ) -> Result<(), CalendarFileError> {
        // The onset is local time by the offset that ends.
        let seconds = |wall| wall_seconds(wall) - i64::from(self.from);
        let mut walls = vec![self.start];
        walls.extend(&self.dates);
        for rule in &self.rules {
            walls.extend(rule.walls(self.start, window, seconds, effort)?);
        }
        walls.retain(|wall| wall.date() <= window.last && wall.date() > NaiveDate::MIN);
        onsets.extend(walls.into_iter().map(|wall| (seconds(wall), self.from, self.to)));
        Ok(())
    }
}
