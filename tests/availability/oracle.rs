//! The definition of open time and of slots, tick by tick and as plainly as it can be written.
//!
//! It shares no code with the library beyond value types: it asks the time-zone rules for each
//! tick, and looks each tick up in the windows as they were given.

use chrono::{Days, NaiveDate};
use jiff::{Timestamp, tz::TimeZone};
use sitstay::{
    availability::{DatedHours, OpeningHours, Session, WeeklyHours, Window},
    time::{Instant, Interval, Weekday, ZoneId},
};

/// Small, seeded and good enough to pick cases.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % bound
    }

    pub fn chance(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

pub fn rules(zone: ZoneId) -> TimeZone {
    jiff::tz::TimeZoneDatabase::bundled().get(zone.as_str()).unwrap()
}

pub fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000).unwrap()
}

pub fn between(start: i64, end: i64) -> Interval {
    Interval::new(at(start), at(end)).unwrap()
}

pub fn local_date(rules: &TimeZone, seconds: i64) -> NaiveDate {
    let date = rules.to_datetime(Timestamp::from_second(seconds).unwrap()).date();
    NaiveDate::from_ymd_opt(date.year().into(), date.month() as u32, date.day() as u32).unwrap()
}

/// A trainer's hours as they were given.
#[derive(Debug, Clone)]
pub struct Hours {
    pub zone: ZoneId,
    pub weekly: Vec<(Weekday, Window)>,
    pub dated: Vec<(NaiveDate, Vec<Window>)>,
}

impl Hours {
    pub fn opening_hours(&self) -> OpeningHours {
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

    /// Which minutes of a local date are open.
    fn minutes_of(&self, date: NaiveDate) -> Vec<bool> {
        let today = self.starting_on(date);
        let yesterday = self.starting_on(date - Days::new(1));
        let is_overnight = |window: &Window| window.end() <= window.start();
        (0..24 * 60)
            .map(|minute| {
                today.iter().any(|window| {
                    window.start().as_minutes() <= minute
                        && (minute < window.end().as_minutes() || is_overnight(window))
                }) || yesterday
                    .iter()
                    .any(|window| is_overnight(window) && minute < window.end().as_minutes())
            })
            .collect()
    }
}

/// A stretch of time, tick by tick.
pub struct Ticks {
    pub from: i64,
    pub tick: i64,
    pub open: Vec<bool>,
    /// Seconds on the wall clock since the start of the merged window of the date.
    pub since_anchor: Vec<Option<i64>>,
}

impl Ticks {
    /// Looks at every tick in `[from, to)`; the tick is a minute where the offsets allow it.
    pub fn new(hours: &Hours, clock: &[(NaiveDate, i64)], from: i64, tick: i64) -> Self {
        let mut open = Vec::with_capacity(clock.len());
        let mut since_anchor = Vec::with_capacity(clock.len());
        let mut dates: Vec<(NaiveDate, Vec<bool>)> = Vec::new();
        for &(date, second) in clock {
            if !dates.iter().any(|(known, _)| *known == date) {
                dates.push((date, hours.minutes_of(date)));
            }
            let minutes = &dates.iter().find(|(known, _)| *known == date).unwrap().1;
            let minute = (second / 60) as usize;
            open.push(minutes[minute]);
            since_anchor.push(minutes[minute].then(|| {
                let anchor = (0..minute).rev().find(|&m| !minutes[m]).map_or(0, |m| m + 1);
                second - anchor as i64 * 60
            }));
        }
        Self { from, tick, open, since_anchor }
    }

    pub fn instant(&self, tick: usize) -> i64 {
        self.from + tick as i64 * self.tick
    }

    /// The maximal runs of ticks for which `wanted` holds.
    pub fn runs(&self, wanted: impl Fn(usize) -> bool) -> Vec<Interval> {
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
    pub fn slots(&self, session: Session, step_minutes: u32, busy: &[Interval]) -> Vec<Instant> {
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
pub fn wall_clock(rules: &TimeZone, from: i64, to: i64, tick: i64) -> Vec<(NaiveDate, i64)> {
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
pub fn tick_for(rules: &TimeZone, from: i64, to: i64) -> i64 {
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
