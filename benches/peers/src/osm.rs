//! `opening-hours`: opening hours as OpenStreetMap writes them. It knows no bookings: these are left
//! out by the yardstick's code.

use chrono::{DateTime, TimeZone};
use chrono_tz::Tz;
use opening_hours::{Context, OpeningHours, RuleKind, localization::TzLocation};

use crate::{
    measure::Case,
    workload::{Query, ZONE},
    yardstick::free_starts,
};

const WEEK: &str = "Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00";

pub(crate) fn case(name: String, query: Query) -> Case {
    let zone: Tz = ZONE.parse().unwrap();
    let context = Context::default().with_locale(TzLocation::new(zone));
    let hours = WEEK.parse::<OpeningHours>().unwrap().with_context(context);
    let at = |seconds| -> DateTime<Tz> { zone.timestamp_opt(seconds, 0).unwrap() };
    let (from, to) = (at(query.start), at(query.end));
    let booked: Vec<(i64, i64)> = query.booked().collect();
    let starts = move || {
        let open = hours
            .iter_range(from, to)
            .filter(|range| range.kind == RuleKind::Open)
            .map(|open| (open.range.start.timestamp(), open.range.end.timestamp()));
        free_starts(open, &booked)
    };
    Case::new(name, starts, move |starts| query.check(starts))
}
