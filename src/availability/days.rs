use std::{collections::BTreeMap, ops::Range};

use super::{DatedHours, WeeklyHours, Window, window::Span};
use crate::time::{MICROS_PER_MINUTE, Weekday, day_of_date};

/// The merged windows of every local date, in microseconds of its wall clock.
///
/// Dates are numbers counted from 1970-01-01.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Days {
    /// The spans of all dates that differ, those of one date side by side and in order.
    spans: Vec<OpenSpan>,
    /// Where those of each weekday stand, from Sunday on.
    usual: [Range<usize>; 7],
    /// Where those of the days stand that an exception on them or on the day before makes unusual,
    /// by day.
    unusual: Vec<(i64, Range<usize>)>,
}

/// A merged window of one date, or the part of it on that date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenSpan {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Days {
    pub(super) fn new(weekly: &WeeklyHours, dated: &[DatedHours]) -> Self {
        let exceptions: BTreeMap<i64, &[Window]> =
            dated.iter().map(|hours| (day_of_date(hours.date()), hours.windows())).collect();
        let starting_on =
            |day: i64| exceptions.get(&day).copied().unwrap_or_else(|| weekly.on(weekday(day)));
        let mut spans = Vec::with_capacity(weekly.len());
        let mut yesterday = Weekday::Saturday;
        let usual = Weekday::ALL.map(|today| {
            let windows = (weekly.on(yesterday), weekly.on(today));
            yesterday = today;
            append_spans(&mut spans, windows)
        });
        let mut unusual: Vec<(i64, _)> = Vec::with_capacity(2 * exceptions.len());
        for day in exceptions.keys().flat_map(|&day| [day, day + 1]) {
            if unusual.last().is_none_or(|(last, _)| *last < day) {
                let windows = (starting_on(day - 1), starting_on(day));
                unusual.push((day, append_spans(&mut spans, windows)));
            }
        }
        Self { spans, usual, unusual }
    }

    /// Returns what is open on a local date.
    pub(super) fn on(&self, day: i64) -> &[OpenSpan] {
        let unusual = self.unusual.binary_search_by_key(&day, |(unusual, _)| *unusual).ok();
        let spans = match unusual.and_then(|position| self.unusual.get(position)) {
            Some((_, spans)) => spans,
            None => &self.usual[usize::from(weekday(day).number())],
        };
        &self.spans[spans.clone()]
    }
}

fn weekday(day: i64) -> Weekday {
    // 1970-01-01 was a Thursday.
    Weekday::ALL[usize::try_from((day + 4).rem_euclid(7)).unwrap_or_default()]
}

/// Appends what starts on a date, merged with what is left of the windows of the date before.
fn append_spans(
    spans: &mut Vec<OpenSpan>,
    (yesterday, today): (&[Window], &[Window]),
) -> Range<usize> {
    let first = spans.len();
    // Windows come by their start, and what is left of the date before starts at midnight.
    let mornings = yesterday.iter().filter_map(|window| window.morning());
    for span in mornings.chain(today.iter().map(|window| window.evening())) {
        let next = OpenSpan::from(span);
        match spans[first..].last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => spans.push(next),
        }
    }
    first..spans.len()
}

impl From<Span> for OpenSpan {
    fn from(span: Span) -> Self {
        Self {
            start: i64::from(span.start) * MICROS_PER_MINUTE,
            end: i64::from(span.end) * MICROS_PER_MINUTE,
        }
    }
}
