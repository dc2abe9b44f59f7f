//! The dates on which a rule has something recur (RFC 5545, section 3.3.10).
//!
//! Time is cut into periods of the rule's frequency. Of the days of each, those are meant that pass
//! all parts of the rule; what a part adds to a long period, it takes from a short one.

use chrono::{Datelike, Days, NaiveDate};

use super::{
    CalendarFileError,
    rule::{Frequency, Rule},
    value::days_before,
};
use crate::time::Interval;

/// The dates that are wanted, both included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
}

impl Window {
    /// Returns the dates on which something may begin that lasts a number of days and meets a range,
    /// on any clock.
    pub(super) fn around(range: Interval, days: u64) -> Self {
        let start = range.start().to_utc().date_naive();
        Self { first: days_before(start, days.saturating_add(2)), ..Self::until(range) }
    }

    /// Returns all dates up to the end of a range, on any clock.
    pub(super) fn until(range: Interval) -> Self {
        let end = range.end().to_utc().date_naive();
        let last = end.checked_add_days(Days::new(2)).unwrap_or(NaiveDate::MAX);
        Self { first: NaiveDate::MIN, last }
    }
}

/// How much work may still be done for a file.
#[derive(Debug)]
pub(super) struct Effort(u32);

impl Effort {
    /// In days that are looked at: a fraction of a second.
    const MAX: u32 = 5_000_000;

    /// What a day that was found costs beside, because it is kept.
    const OF_FOUND: u32 = 20;

    pub(super) const fn new() -> Self {
        Self(Self::MAX)
    }

    pub(super) fn spend(&mut self, days: u32) -> Result<(), CalendarFileError> {
        self.0 = self.0.checked_sub(days).ok_or(CalendarFileError::TooManyOccurrences)?;
        Ok(())
    }
}

/// Computes the dates of a window on which a rule has something recur that starts on `start`.
pub(super) fn dates(
    rule: &Rule,
    start: NaiveDate,
    window: Window,
    effort: &mut Effort,
) -> Result<Vec<NaiveDate>, CalendarFileError> {
    let rule = completed(rule, start);
    let mut found = Vec::new();
    let mut left = rule.count.unwrap_or(u32::MAX);
    // What is counted has to be counted from the start.
    let first = if rule.count.is_some() { 0 } else { periods_before(&rule, start, window.first) };
    for number in first.. {
        let Some(period) = Period::of(&rule, start, number) else { break };
        if period.begins_after(window.last) {
            break;
        }
        let mut days = period.days(&rule);
        effort.spend(u32::try_from(days.len() + 1).unwrap_or(u32::MAX))?;
        days.retain(|day| is_meant(&rule, *day));
        for day in positioned(days, &rule.positions) {
            if day < start {
                continue;
            }
            if left == 0 || day > window.last {
                return Ok(found);
            }
            left -= 1;
            if day >= window.first {
                effort.spend(Effort::OF_FOUND)?;
                found.push(day);
            }
        }
    }
    Ok(found)
}

/// Takes from the start what a rule leaves open.
fn completed(rule: &Rule, start: NaiveDate) -> Rule {
    let mut rule = rule.clone();
    let names_days =
        !(rule.month_days.is_empty() && rule.year_days.is_empty() && rule.weekdays.is_empty());
    if names_days {
        return rule;
    }
    match rule.frequency {
        Frequency::Daily => {}
        Frequency::Weekly => rule.weekdays = vec![(start.weekday().num_days_from_monday(), 0)],
        Frequency::Monthly => rule.month_days = vec![start.day().cast_signed()],
        Frequency::Yearly => {
            if rule.months.is_empty() {
                rule.months = vec![start.month().cast_signed()];
            }
            rule.month_days = vec![start.day().cast_signed()];
        }
    }
    rule
}

/// A day, a week, a month or a year, by its number on a scale of its own.
#[derive(Debug, Clone, Copy)]
enum Period {
    Day(NaiveDate),
    /// From its first day on.
    Week(NaiveDate),
    Month {
        year: i32,
        month: u32,
    },
    Year(i32),
}

impl Period {
    /// Returns the period that is `number` intervals after that of the start.
    fn of(rule: &Rule, start: NaiveDate, number: i64) -> Option<Self> {
        let steps = number.checked_mul(rule.interval.into())?;
        match rule.frequency {
            Frequency::Daily => Some(Self::Day(later(start, steps)?)),
            Frequency::Weekly => {
                let first = start.week(rule.week_start).checked_first_day()?;
                Some(Self::Week(later(first, steps.checked_mul(7)?)?))
            }
            Frequency::Monthly => {
                let months = month_number(start).checked_add(steps)?;
                let year = i32::try_from(months.div_euclid(12)).ok()?;
                let month = u32::try_from(months.rem_euclid(12)).ok()? + 1;
                NaiveDate::from_ymd_opt(year, month, 1)?;
                Some(Self::Month { year, month })
            }
            Frequency::Yearly => {
                let year = i32::try_from(i64::from(start.year()).checked_add(steps)?).ok()?;
                NaiveDate::from_ymd_opt(year, 1, 1)?;
                Some(Self::Year(year))
            }
        }
    }

    fn begins_after(self, date: NaiveDate) -> bool {
        match self {
            Self::Day(first) | Self::Week(first) => first > date,
            Self::Month { year, month } => (year, month) > (date.year(), date.month()),
            Self::Year(year) => year > date.year(),
        }
    }

    /// Returns the days of the period, without those of months that a rule does not name.
    fn days(self, rule: &Rule) -> Vec<NaiveDate> {
        let of_month =
            |year, month| (1..=31).filter_map(move |day| NaiveDate::from_ymd_opt(year, month, day));
        match self {
            Self::Day(day) => vec![day],
            Self::Week(first) => first.iter_days().take(7).collect(),
            Self::Month { year, month } => of_month(year, month).collect(),
            Self::Year(year) => {
                let is_named = |month: &u32| {
                    rule.months.is_empty() || rule.months.contains(&month.cast_signed())
                };
                (1..=12).filter(is_named).flat_map(|month| of_month(year, month)).collect()
            }
        }
    }
}

/// Returns a number of intervals after the start that is surely before a date.
fn periods_before(rule: &Rule, start: NaiveDate, date: NaiveDate) -> i64 {
    let days = date.signed_duration_since(start).num_days();
    let steps = match rule.frequency {
        Frequency::Daily => days,
        Frequency::Weekly => days.div_euclid(7),
        Frequency::Monthly => month_number(date) - month_number(start),
        Frequency::Yearly => i64::from(date.year()) - i64::from(start.year()),
    };
    (steps.div_euclid(rule.interval.into()) - 1).max(0)
}

fn month_number(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

fn later(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(u64::try_from(days).ok()?))
}

/// Says whether a day passes every part of a rule.
fn is_meant(rule: &Rule, day: NaiveDate) -> bool {
    let month_length = (28..=31)
        .rev()
        .find(|&last| NaiveDate::from_ymd_opt(day.year(), day.month(), last).is_some())
        .unwrap_or(28);
    let year_length = if day.leap_year() { 366 } else { 365 };
    let (of_month, of_year) = ((day.day(), month_length), (day.ordinal(), year_length));
    let has = |numbers: &[i32], number: i32| numbers.binary_search(&number).is_ok();
    let is_listed = |numbers: &[i32], (place, length): (u32, u32)| {
        let place = place.cast_signed();
        numbers.is_empty() || has(numbers, place) || has(numbers, place - length.cast_signed() - 1)
    };
    let is_month = rule.months.is_empty() || has(&rule.months, day.month().cast_signed());
    let is_weekday = || {
        let of_whole_year = rule.frequency == Frequency::Yearly && rule.months.is_empty();
        let (place, length) = if of_whole_year { of_year } else { of_month };
        let (place, length) = (place.cast_signed(), length.cast_signed());
        let (forwards, backwards) = ((place - 1) / 7 + 1, -((length - place) / 7 + 1));
        let weekday = day.weekday().num_days_from_monday();
        let numbers = [0, forwards, backwards];
        numbers.iter().any(|&number| rule.weekdays.binary_search(&(weekday, number)).is_ok())
    };
    is_month
        && is_listed(&rule.month_days, of_month)
        && is_listed(&rule.year_days, of_year)
        && (rule.weekdays.is_empty() || is_weekday())
}

/// Returns those of the days of a period that stand at positions from either end.
fn positioned(days: Vec<NaiveDate>, positions: &[i32]) -> Vec<NaiveDate> {
    if positions.is_empty() {
        return days;
    }
    let place = |position: &i32| {
        let from_end = usize::try_from(position.unsigned_abs()).ok()?;
        if *position > 0 { from_end.checked_sub(1) } else { days.len().checked_sub(from_end) }
    };
    let mut chosen: Vec<_> =
        positions.iter().filter_map(|position| days.get(place(position)?).copied()).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}
