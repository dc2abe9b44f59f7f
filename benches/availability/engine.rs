//! The library on the queries of the workload.

use sitstay::{
    availability::{IntervalSet, OpeningHours, Session, WeeklyHours, Window},
    time::{Instant, Interval, WallTime, Weekday, ZoneId},
};

use crate::{
    measure::Case,
    workload::{LESSON_MINUTES, Query, STEP_MINUTES, ZONE, week},
};

pub(crate) fn case(name: impl Into<String>, query: Query) -> Case {
    let zone: ZoneId = ZONE.parse().unwrap();
    let weekly = WeeklyHours::new(week().map(|(day, start, end)| {
        let time = |minutes| WallTime::from_minutes(minutes).unwrap();
        (Weekday::from_number(day).unwrap(), Window::new(time(start), time(end)))
    }));
    let weekly = weekly.unwrap();
    let session = Session::of_minutes(LESSON_MINUTES).unwrap();
    let range = interval((query.start, query.end));
    let booked: Vec<Interval> = query.booked().map(interval).collect();
    let starts = move || -> Vec<Instant> {
        let hours = OpeningHours::new(zone.zone(), &weekly, &[]);
        let busy: IntervalSet = booked.iter().copied().collect();
        hours.starts(session, STEP_MINUTES, range).unwrap().avoiding(&busy).collect()
    };
    Case::new(name, starts, move |starts| query.check(starts.into_iter().map(Instant::as_seconds)))
}

fn interval((start, end): (i64, i64)) -> Interval {
    let at = |seconds| Instant::from_seconds(seconds).unwrap();
    Interval::new(at(start), at(end)).unwrap()
}
