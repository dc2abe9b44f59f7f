//! What one would write by hand in an hour: not an engine, but a time to beat.
//!
//! Right on this workload; wrong where a window meets a change of the clock.

use chrono::{DateTime, Datelike, NaiveDate, TimeZone};

use crate::workload::{LESSON_MINUTES, Query, STEP_MINUTES, week};

const LESSON: i64 = LESSON_MINUTES as i64 * 60;
const STEP: i64 = STEP_MINUTES as i64 * 60;

/// The windows of a week, by weekday from Sunday on.
pub(crate) type Week = [Vec<(u16, u16)>; 7];

pub(crate) fn starts(
    zone: &impl TimeZone,
    week: &Week,
    query: Query,
    booked: &[(i64, i64)],
) -> Vec<i64> {
    let open = open_times(zone, week, query)
        .map(|(opens, closes)| (opens.timestamp(), closes.timestamp()));
    free_starts(open, booked)
}

/// The windows of every date from a query's start to its end, by two look-ups each.
pub(crate) fn open_times<Z: TimeZone>(
    zone: &Z,
    week: &Week,
    query: Query,
) -> impl Iterator<Item = (DateTime<Z>, DateTime<Z>)> {
    let date = |at: i64| zone.timestamp_opt(at, 0).unwrap().date_naive();
    let dates = date(query.start).iter_days().take_while(move |day| *day < date(query.end));
    let at = |date: NaiveDate, minutes: u16| {
        let time = date.and_hms_opt(u32::from(minutes / 60), u32::from(minutes % 60), 0).unwrap();
        zone.from_local_datetime(&time).earliest()
    };
    dates.flat_map(move |date| {
        let windows = &week[date.weekday().num_days_from_sunday() as usize];
        windows
            .iter()
            .filter_map(move |&(opens, closes)| Some((at(date, opens)?, at(date, closes)?)))
    })
}

/// The starts on the grid of each open time that meet no booking.
pub(crate) fn free_starts(
    open: impl Iterator<Item = (i64, i64)>,
    booked: &[(i64, i64)],
) -> Vec<i64> {
    let mut booked = booked.to_vec();
    booked.sort_unstable();
    let mut starts = Vec::new();
    let mut next = 0;
    for (opens, closes) in open {
        let mut start = opens;
        while start + LESSON <= closes {
            // All are of one length: whichever starts later ends later.
            while booked.get(next).is_some_and(|&(_, end)| end <= start) {
                next += 1;
            }
            if booked.get(next).is_none_or(|&(begins, _)| start + LESSON <= begins) {
                starts.push(start);
            }
            start += STEP;
        }
    }
    starts
}

/// The week of the workload, ready to be looked up.
pub(crate) fn by_weekday() -> Week {
    let mut days = Week::default();
    for (day, opens, closes) in week() {
        days[usize::from(day)].push((opens, closes));
    }
    days
}
