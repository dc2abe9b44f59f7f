use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    DatedHours, WeeklyHours, Window,
    window::{Span, merge},
};
use crate::time::{MICROS_PER_MINUTE, Weekday, day_of_date};

/// The merged windows of every local date, in microseconds of its wall clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Days {
    usual: [Vec<OpenSpan>; 7],
    /// Days that an exception on them or on the day before makes unusual, in order.
    unusual: Vec<(i64, Vec<OpenSpan>)>,
}

/// A merged window of one date, or the part of it on that date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenSpan {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Days {
    pub(super) fn new(weekly: &WeeklyHours, dated: &[DatedHours]) -> Self {
        let exceptions: BTreeMap<NaiveDate, &[Window]> =
            dated.iter().map(|hours| (hours.date(), hours.windows())).collect();
        let starting_on = |date: NaiveDate| {
            exceptions.get(&date).copied().unwrap_or_else(|| weekly.on(Weekday::of(date)))
        };
        let mut unusual: Vec<_> = exceptions
            .keys()
            .flat_map(|&date| [Some(date), date.succ_opt()])
            .flatten()
            .map(|date| {
                let before = date.pred_opt().map_or(&[][..], starting_on);
                (day_of_date(date), open_spans(before, starting_on(date)))
            })
            .collect();
        unusual.dedup_by_key(|(day, _)| *day);
        let yesterdays = Weekday::ALL.into_iter().cycle().skip(6);
        let mut usual: [Vec<OpenSpan>; 7] = Default::default();
        for ((spans, weekday), yesterday) in usual.iter_mut().zip(Weekday::ALL).zip(yesterdays) {
            *spans = open_spans(weekly.on(yesterday), weekly.on(weekday));
        }
        Self { usual, unusual }
    }

    /// Returns what is open on the local date with this number, counted from 1970-01-01.
    pub(super) fn on(&self, day: i64) -> &[OpenSpan] {
        let unusual = self.unusual.binary_search_by_key(&day, |(unusual, _)| *unusual).ok();
        match unusual.and_then(|position| self.unusual.get(position)) {
            Some((_, spans)) => spans,
            // 1970-01-01 was a Thursday.
            None => &self.usual[usize::try_from((day + 4).rem_euclid(7)).unwrap_or_default()],
        }
    }
}

/// Merges what starts on a date with what is left of the windows of the date before.
fn open_spans(yesterday: &[Window], today: &[Window]) -> Vec<OpenSpan> {
    let mut spans: Vec<Span> = yesterday
        .iter()
        .filter_map(|window| window.morning())
        .chain(today.iter().map(|window| window.evening()))
        .collect();
    merge(&mut spans);
    spans
        .into_iter()
        .map(|span| OpenSpan {
            start: i64::from(span.start) * MICROS_PER_MINUTE,
            end: i64::from(span.end) * MICROS_PER_MINUTE,
        })
        .collect()
}
