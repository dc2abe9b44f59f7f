//! Slots and decisions take no memory of their own, however many there are.

use allocation_counter::measure;
use sitstay::{
    availability::{Calendar, Grid, SchedulingPolicy, Session, Window},
    time::{Interval, Weekday},
};

use crate::oracle::{Hours, at, between};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const NOW: i64 = 1_800_000_000;

/// A year with everything that a calendar looks at, in a zone whose clocks change.
fn busy_year() -> Calendar {
    let window = |start, end| Window::parse(start, end).unwrap();
    let weekly = Weekday::ALL
        .iter()
        .flat_map(|&weekday| {
            [(weekday, window("08:00", "12:00")), (weekday, window("13:00", "02:00"))]
        })
        .collect();
    let hours = Hours { zone: "Europe/Berlin".parse().unwrap(), weekly, dated: Vec::new() };
    let policy = SchedulingPolicy::default()
        .with_days_ahead(365)
        .and_then(|policy| policy.with_daily_limit(Some(2)))
        .and_then(|policy| policy.with_weekly_limit(Some(9)))
        .unwrap();
    let every = |days: usize, length: i64| -> Vec<Interval> {
        (0..365)
            .step_by(days)
            .map(|day| between(NOW + day * DAY, NOW + day * DAY + length))
            .collect()
    };
    let lessons = every(1, HOUR);
    Calendar::new(hours.opening_hours(), policy, at(NOW))
        .with_counted_starts(lessons.iter().map(|lesson| lesson.start()))
        .with_occupied(lessons.into())
        .with_blocks(every(30, 2 * DAY).into())
        .with_dog_lessons(every(7, 3 * HOUR).into())
}

#[test]
fn slots_and_decisions_allocate_nothing() {
    let calendar = busy_year();
    let session = Session::new(60, 10, 20).unwrap();
    let year = between(NOW, NOW + 365 * DAY);
    let mut slots = 0;
    let listing = measure(|| slots = calendar.slots(session, year).unwrap().count());
    assert!(slots > 10_000, "{slots}");
    assert_eq!(listing.count_total, 0);

    let mut refused = 0;
    let decisions = measure(|| {
        for hour in 0..1_000 {
            let reasons = calendar.reasons(session, at(NOW + hour * HOUR), Grid::Kept);
            refused += u32::from(!reasons.is_empty());
        }
    });
    assert!((1..1_000).contains(&refused), "{refused}");
    assert_eq!(decisions.count_total, 0);
}
