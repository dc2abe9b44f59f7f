//! Rules, compared with another implementation.

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use rrule::RRuleSet;
use sitstay::{
    ical::BusyTimeReader,
    time::{Instant, ZoneId},
};

use crate::span;

/// Years in which the occurrences are compared: longer than the rules need to come round.
const YEARS: (&str, &str) = ("2027-01-01T00:00:00Z", "2037-01-01T00:00:00Z");

fn list(values: &[impl ToString]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn from_either_end(max: i32) -> impl Strategy<Value = i32> {
    (1..=max, any::<bool>()).prop_map(|(number, is_back)| if is_back { -number } else { number })
}

fn weekday() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
}

/// A part of a rule, or none.
fn part(
    name: &'static str,
    values: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    prop::option::weighted(0.4, values)
        .prop_map(move |values| values.map_or(String::new(), |values| format!(";{name}={values}")))
}

fn several<T: ToString + std::fmt::Debug>(
    values: impl Strategy<Value = T>,
) -> impl Strategy<Value = String> {
    prop::collection::vec(values, 1..4).prop_map(|values| list(&values))
}

/// The parts that a frequency may have.
fn parts(frequency: &'static str) -> BoxedStrategy<String> {
    let months = part("BYMONTH", several(1..=12));
    let month_days = part("BYMONTHDAY", several(from_either_end(31)));
    let year_days = part("BYYEARDAY", several(from_either_end(366)));
    let weekdays = part("BYDAY", several(weekday()));
    let numbered = |max| {
        let numbered = (from_either_end(max), weekday());
        part("BYDAY", several(numbered.prop_map(|(number, day)| format!("{number}{day}"))))
    };
    let positions = || part("BYSETPOS", several(from_either_end(3)));
    match frequency {
        "DAILY" => (months, month_days, weekdays).prop_map(|(a, b, c)| a + &b + &c).boxed(),
        "WEEKLY" => (months, weekdays, part("WKST", weekday().prop_map(str::to_owned)))
            .prop_map(|(a, b, c)| a + &b + &c)
            .boxed(),
        "MONTHLY" => {
            (months, month_days, prop_oneof![weekdays.boxed(), numbered(5).boxed()], positions())
                .prop_map(|(a, b, c, d)| with_positions(a + &b + &c, &d))
                .boxed()
        }
        _ => (
            months,
            month_days,
            year_days,
            prop_oneof![weekdays.boxed(), numbered(5).boxed()],
            positions(),
        )
            .prop_map(|(a, b, c, d, e)| with_positions(a + &b + &c + &d, &e))
            .boxed(),
    }
}

/// Positions are among the days of other parts.
fn with_positions(parts: String, positions: &str) -> String {
    if parts.is_empty() { parts } else { parts + positions }
}

fn rules() -> impl Strategy<Value = String> {
    let frequency = prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    let end = prop_oneof![
        Just(String::new()),
        (1..60).prop_map(|count| format!(";COUNT={count}")),
        (2027..2037, 1..=12, 1..=28)
            .prop_map(|(year, month, day)| format!(";UNTIL={year}{month:02}{day:02}T090000Z")),
    ];
    frequency
        .prop_flat_map(|frequency| parts(frequency).prop_map(move |parts| (frequency, parts)))
        .prop_flat_map(move |(frequency, parts)| (Just((frequency, parts)), 1..8_u32, end.clone()))
        .prop_map(|((frequency, parts), interval, end)| {
            format!("FREQ={frequency};INTERVAL={interval}{parts}{end}")
        })
}

/// The starts of an event of a minute at nine o'clock, as they are read.
fn read(start: NaiveDate, rule: &str) -> Vec<String> {
    let start = start.format("%Y%m%d");
    let event = format!("DTSTART:{start}T090000Z\r\nDURATION:PT1M\r\nRRULE:{rule}");
    let file =
        format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    let read = BusyTimeReader::new(span(YEARS), ZoneId::UTC).read(file.as_bytes()).unwrap();
    assert!(read.unread.is_empty(), "{rule}: {:?}", read.unread);
    read.busy.iter().map(|stretch| stretch.start().to_string()).collect()
}

/// The same, as the other implementation computes them; `None` if it does not take the rule.
fn computed(start: NaiveDate, rule: &str) -> Option<Vec<String>> {
    // Without an end, it would look for occurrences that never come, for thousands of years.
    let end = if rule.contains("COUNT") || rule.contains("UNTIL") {
        ""
    } else {
        ";UNTIL=20370101T000000Z"
    };
    let set = format!("DTSTART:{}T090000Z\nRRULE:{rule}{end}", start.format("%Y%m%d"));
    let set: RRuleSet = set.parse().ok()?;
    let range = span(YEARS);
    let mut starts: Vec<_> = set
        .into_iter()
        .map(|at| at.timestamp())
        .take_while(|at| *at < range.end().as_seconds())
        .filter(|at| *at >= range.start().as_seconds())
        .collect();
    // The start takes place whatever the rule says.
    let first: Instant = format!("{start}T09:00:00Z").parse().unwrap();
    if range.contains(first) {
        starts.push(first.as_seconds());
    }
    starts.sort_unstable();
    starts.dedup();
    let text = |at| Instant::from_seconds(at).unwrap().to_string();
    Some(starts.into_iter().map(text).collect())
}

proptest! {
    #[test]
    fn rules_mean_what_they_mean_elsewhere(rule in rules(), day in -4_000_i64..1_000) {
        let start = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap() + TimeDelta::days(day);
        if let Some(expected) = computed(start, &rule) {
            prop_assert_eq!(read(start, &rule), expected, "{} from {}", rule, start);
        }
    }
}
