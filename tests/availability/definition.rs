//! Open time and slots against the definition, in every zone around changes of its clock.

use chrono::{Days, NaiveDate};
use jiff::{Timestamp, tz::TimeZone};
use sitstay::{
    availability::{IntervalSet, Session, Window},
    time::{Interval, WallTime, Weekday, ZoneId},
};

use crate::{
    deep::is_deep,
    oracle::{Dice, Hours, Ticks, at, between, local_date, rules, tick_for, wall_clock},
};

const HOUR: i64 = 3_600;
const FIRST: i64 = 0; // 1970
const LAST: i64 = 2_145_916_800; // 2038

/// How many changes of its clock are looked at in each zone, and how many random trainers at each.
///
/// Set `SITSTAY_DEEP_TESTS` to look at all of them; that takes many minutes.
fn effort() -> (usize, usize) {
    if is_deep() { (usize::MAX, 3) } else { (4, 1) }
}

/// A change of the offset: when, and the offsets before and after in seconds.
#[derive(Debug, Clone, Copy)]
struct Change {
    at: i64,
    before: i64,
    after: i64,
}

impl Change {
    /// Most clocks change by an hour, on an hour of the night.
    fn is_odd(self) -> bool {
        (self.after - self.before).abs() != HOUR
            || !(HOUR..=3 * HOUR).contains(&(self.at + self.before).rem_euclid(86_400))
            || self.before % HOUR != 0
    }
}

fn changes(rules: &TimeZone) -> Vec<Change> {
    let start = Timestamp::from_second(FIRST).unwrap();
    let mut before = i64::from(rules.to_offset(start).seconds());
    let mut changes = Vec::new();
    for transition in rules.following(start) {
        let at = transition.timestamp().as_second();
        if at >= LAST {
            break;
        }
        let after = i64::from(transition.offset().seconds());
        if after != before {
            changes.push(Change { at, before, after });
        }
        before = after;
    }
    changes
}

fn sample(changes: Vec<Change>, count: usize, dice: &mut Dice) -> Vec<Change> {
    if changes.len() <= count {
        return changes;
    }
    let (odd, plain): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.is_odd());
    (0..count)
        .map(|turn| {
            let from_odd = plain.is_empty() || (turn % 2 == 0 && !odd.is_empty());
            dice.pick(if from_odd { &odd } else { &plain })
        })
        .collect()
}

/// Draws a trainer whose windows like to begin and end where the clock changes.
fn draw_hours(zone: ZoneId, rules: &TimeZone, change: Change, dice: &mut Dice) -> Hours {
    let mut weekly = Vec::new();
    for weekday in Weekday::ALL {
        for _ in 0..dice.below(4) {
            weekly.push((weekday, draw_window(change, dice)));
        }
    }
    let mut dated: Vec<(NaiveDate, Vec<Window>)> = Vec::new();
    for days in 0..4 {
        if dice.chance(3) {
            let date = local_date(rules, change.at) - Days::new(2) + Days::new(days);
            let windows = (0..dice.below(3)).map(|_| draw_window(change, dice)).collect();
            dated.push((date, windows));
        }
    }
    Hours { zone, weekly, dated }
}

fn draw_window(change: Change, dice: &mut Dice) -> Window {
    Window::new(draw_time(change, dice), draw_time(change, dice))
}

fn draw_time(change: Change, dice: &mut Dice) -> WallTime {
    let minute = match dice.below(5) {
        0 => 0,
        1 => (change.at + change.before).div_euclid(60) + dice.pick(&[-30, -1, 0, 1, 30]),
        2 => (change.at + change.after).div_euclid(60) + dice.pick(&[-30, -1, 0, 1, 30]),
        3 => dice.below(96) as i64 * 15,
        _ => dice.below(1_440) as i64,
    };
    WallTime::from_minutes(minute.rem_euclid(1_440) as u16).unwrap()
}

fn draw_busy(change: Change, tick: i64, dice: &mut Dice) -> Vec<Interval> {
    (0..dice.below(6))
        .map(|_| {
            let start = change.at + tick * (dice.below(3_600) as i64 - 1_800);
            between(start, start + 60 * (1 + dice.below(180) as i64))
        })
        .filter(|interval| interval.start() > at(HOUR))
        .collect()
}

fn draw_session(dice: &mut Dice) -> (Session, u32) {
    let buffers = [0, 0, 5, 7, 30, 90];
    let session = Session::new(
        dice.pick(&[5, 10, 30, 45, 60, 61, 90, 240, 1_440]),
        dice.pick(&buffers),
        dice.pick(&buffers),
    );
    (session.unwrap(), dice.pick(&[1, 5, 7, 10, 15, 30, 60, 120]))
}

#[test]
fn open_time_and_slots_follow_the_definition_around_every_change_of_every_zone() {
    let (changes_per_zone, trainers) = effort();
    let mut dice = Dice::new(20_261_122);
    let (mut names, mut looked_at, mut slots_seen) = (0, 0, 0);
    for zone in ZoneId::all() {
        names += 1;
        let rules = rules(zone);
        let mut changes = changes(&rules);
        if changes.is_empty() {
            let offset = i64::from(rules.to_offset(Timestamp::UNIX_EPOCH).seconds());
            changes.push(Change { at: 1_800_000_000, before: offset, after: offset });
        }
        for change in sample(changes, changes_per_zone, &mut dice) {
            let from = (change.at - 30 * HOUR - 60 * dice.below(600) as i64).max(13 * HOUR);
            let to = change.at + 30 * HOUR + 60 * dice.below(600) as i64;
            let tick = tick_for(&rules, from, to);
            let from = from - from.rem_euclid(tick);
            let clock = wall_clock(&rules, from, to, tick);
            for _ in 0..trainers {
                let hours = draw_hours(zone, &rules, change, &mut dice);
                let busy = draw_busy(change, tick, &mut dice);
                let (session, step) = draw_session(&mut dice);
                let ticks = Ticks::new(&hours, &clock, from, tick);
                let range = between(from, ticks.instant(clock.len()));
                let case = || format!("{hours:?} {change:?} {range} {session:?} {step} {busy:?}");

                let opening = hours.opening_hours();
                let open: Vec<_> = opening.open(range).collect();
                assert_eq!(open, ticks.runs(|tick| ticks.open[tick]), "{}", case());

                let busy_set: IntervalSet = busy.iter().copied().collect();
                let slots: Vec<_> =
                    opening.starts(session, step, range).unwrap().avoiding(&busy_set).collect();
                assert_eq!(slots, ticks.slots(session, step, &busy), "{}", case());

                looked_at += 1;
                slots_seen += slots.len();
            }
        }
    }
    // The comparison must not have become empty.
    assert!(names > 400 && looked_at > names && slots_seen > 100 * names);
}

#[test]
fn covering_an_interval_is_what_open_intervals_say() {
    let mut dice = Dice::new(7);
    for name in ["America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Monrovia"] {
        let zone: ZoneId = name.parse().unwrap();
        let rules = rules(zone);
        for change in sample(changes(&rules), 4, &mut dice) {
            let hours = draw_hours(zone, &rules, change, &mut dice);
            let opening = hours.opening_hours();
            let open: IntervalSet =
                opening.open(between(change.at - 40 * HOUR, change.at + 40 * HOUR)).collect();
            for _ in 0..200 {
                let start = change.at + 30 * (dice.below(4_000) as i64 - 2_000);
                let interval = between(start, start + 30 * (1 + dice.below(600) as i64));
                assert_eq!(opening.covers(interval), open.covers(interval), "{hours:?} {interval}");
                assert_eq!(opening.is_open(at(start)), open.contains(at(start)));
            }
        }
    }
}
