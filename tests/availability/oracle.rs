//! The definition of open time and of slots, tick by tick and as plainly as it can be written.
//!
//! It shares no code with the library beyond value types: it asks the time-zone rules for each
//! tick, and looks each tick up in the windows as they were given.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use jiff::{Timestamp, tz::TimeZone};
use sitstay::{
    availability::{DatedHours, OpeningHours, Session, WeeklyHours, Window},
    time::{Instant, Interval, Weekday, ZoneId},
};

/// Picks cases, in every run the same.
pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.u64(..bound)
    }

    pub(crate) fn chance(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

pub(crate) fn rules(zone: ZoneId) -> TimeZone {
    jiff::tz::TimeZoneDatabase::bundled().get(zone.as_str()).unwrap()
}

pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000).unwrap()
}

pub(crate) fn between(start: i64, end: i64) -> Interval {
    Interval::new(at(start), at(end)).unwrap()
}

pub(crate) fn local_date(rules: &TimeZone, seconds: i64) -> NaiveDate {
    let date = rules.to_datetime(Timestamp::from_second(seconds).unwrap()).date();
    NaiveDate::from_ymd_opt(date.year().into(), date.month() as u32, date.day() as u32).unwrap()
}

/// A trainer's hours as they were given.
#[derive(Debug, Clone)]
pub(crate) struct Hours {
    pub(crate) zone: ZoneId,
    pub(crate) weekly: Vec<(Weekday, Window)>,
    pub(crate) dated: Vec<(NaiveDate, Vec<Window>)>,
}

impl Hours {
    pub(crate) fn opening_hours(&self) -> OpeningHours {
        let dated: Vec<_> = self
            .dated
            .iter()
            .map(|(date, windows)| DatedHours::new(*date, windows.iter().copied()).unwrap())
            .collect();
        let weekly = WeeklyHours::new(self.weekly.iter().copied()).unwrap();
        OpeningHours::new(self.zone.zone(), &weekly, &dated)
    }

    fn starting_on(&self, date: NaiveDate) -> Vec<Window> {
        let exception = self.dated.iter().find(|(excepted, _)| *excepted == date);
        match exception {
            Some((_, windows)) => windows.clone(),
            None => {
                let weekday = Weekday::of(date);
                self.weekly.iter().filter(|(day, _)| *day == weekday).map(|(_, w)| *w).collect()
            }
        }
    }

    /// For each minute of a local date, the minute at which its merged window starts.
    fn anchors_on(&self, date: NaiveDate) -> Vec<Option<i64>> {
        let today = self.starting_on(date);
        let yesterday = self.starting_on(date - Days::new(1));
        let is_overnight = |window: &Window| window.end() <= window.start();
        let is_open = |minute: u16| {
            today.iter().any(|window| {
                window.start().as_minutes() <= minute
                    && (minute < window.end().as_minutes() || is_overnight(window))
            }) || yesterday
                .iter()
                .any(|window| is_overnight(window) && minute < window.end().as_minutes())
        };
        let mut anchor = None;
        (0..24 * 60)
            .map(|minute| {
                anchor = is_open(minute).then(|| anchor.unwrap_or(i64::from(minute)));
                anchor
            })
            .collect()
    }
}

/// A stretch of time, tick by tick.
pub(crate) struct Ticks {
    pub(crate) from: i64,
    pub(crate) tick: i64,
    pub(crate) open: Vec<bool>,
    /// Seconds on the wall clock since the start of the merged window of the date.
    pub(crate) since_anchor: Vec<Option<i64>>,
}

impl Ticks {
    /// Looks at every tick in `[from, to)`; the tick is a minute where the offsets allow it.
    pub(crate) fn new(hours: &Hours, clock: &[(NaiveDate, i64)], from: i64, tick: i64) -> Self {
        let mut open = Vec::with_capacity(clock.len());
        let mut since_anchor = Vec::with_capacity(clock.len());
        let mut anchors: HashMap<NaiveDate, Vec<Option<i64>>> = HashMap::new();
        for &(date, second) in clock {
            let anchors = anchors.entry(date).or_insert_with(|| hours.anchors_on(date));
            let anchor = anchors[(second / 60) as usize];
            open.push(anchor.is_some());
            since_anchor.push(anchor.map(|minute| second - minute * 60));
        }
        Self { from, tick, open, since_anchor }
    }

    pub(crate) fn instant(&self, tick: usize) -> i64 {
        self.from + tick as i64 * self.tick
    }

    /// The maximal runs of ticks for which `wanted` holds.
    pub(crate) fn runs(&self, wanted: impl Fn(usize) -> bool) -> Vec<Interval> {
        let mut runs = Vec::new();
        let mut start = None;
        for tick in 0..=self.open.len() {
            match (start, tick < self.open.len() && wanted(tick)) {
                (None, true) => start = Some(tick),
                (Some(first), false) => {
                    runs.push(between(self.instant(first), self.instant(tick)));
                    start = None;
                }
                _ => {}
            }
        }
        runs
    }

    /// The starts at which a session fits between `busy`, by the definition.
    pub(crate) fn slots(
        &self,
        session: Session,
        step_minutes: u32,
        busy: &[Interval],
    ) -> Vec<Instant> {
        let closed_before = running_count(self.open.iter().map(|open| !open));
        let length = i64::from(session.duration_minutes()) * 60;
        (0..self.open.len())
            .filter(|&tick| {
                let end = tick + (length / self.tick) as usize;
                let Some(since_anchor) = self.since_anchor[tick] else { return false };
                end <= self.open.len()
                    && closed_before[end] == closed_before[tick]
                    && since_anchor % (i64::from(step_minutes) * 60) == 0
                    && {
                        let start = self.instant(tick);
                        let before = i64::from(session.buffer_before_minutes()) * 60;
                        let after = i64::from(session.buffer_after_minutes()) * 60;
                        let taken = between(start - before, start + length + after);
                        !busy.iter().any(|busy| busy.overlaps(taken))
                    }
            })
            .map(|tick| at(self.instant(tick)))
            .collect()
    }
}

fn running_count(flags: impl Iterator<Item = bool>) -> Vec<usize> {
    let mut counts = vec![0];
    for flag in flags {
        counts.push(counts[counts.len() - 1] + usize::from(flag));
    }
    counts
}

/// What the wall clock shows at each tick in `[from, to)`: date and second of the day.
pub(crate) fn wall_clock(rules: &TimeZone, from: i64, to: i64, tick: i64) -> Vec<(NaiveDate, i64)> {
    let epoch = NaiveDate::default();
    (from..to)
        .step_by(tick as usize)
        .map(|second| {
            let offset = rules.to_offset(Timestamp::from_second(second).unwrap()).seconds();
            let local = second + i64::from(offset);
            (epoch + Days::new(local.div_euclid(86_400) as u64), local.rem_euclid(86_400))
        })
        .collect()
}

/// The longest tick of at most a minute that no offset in `[from, to)` cuts.
pub(crate) fn tick_for(rules: &TimeZone, from: i64, to: i64) -> i64 {
    let start = Timestamp::from_second(from).unwrap();
    let changes = rules
        .following(start)
        .map(|change| (change.timestamp().as_second(), change.offset().seconds()))
        .take_while(|&(at, _)| at < to)
        .flat_map(|(at, offset)| [at, i64::from(offset)]);
    changes.chain([i64::from(rules.to_offset(start).seconds())]).fold(60, gcd)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
