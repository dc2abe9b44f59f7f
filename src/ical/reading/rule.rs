use chrono::{NaiveDate, NaiveDateTime, Weekday};

use super::{
    CalendarFileError, UnreadReason,
    dates::{Effort, Window, dates},
    value::{Moment, wall_seconds},
};

/// How often a rule recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A rule by which an event recurs (`RRULE`).
///
/// The time of day is that of the event's start.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: u32,
    pub(super) count: Option<u32>,
    until: Option<Moment>,
    pub(super) week_start: Weekday,
    /// Months from 1, sorted.
    pub(super) months: Vec<i32>,
    /// Days of the month from 1, or from -1 backwards, sorted.
    pub(super) month_days: Vec<i32>,
    /// Days of the year from 1, or from -1 backwards, sorted.
    pub(super) year_days: Vec<i32>,
    /// Weekdays as days from Monday; with a number which one in the month or the year, from 1 or
    /// from -1 backwards, or 0 for all of them. Sorted.
    pub(super) weekdays: Vec<(u32, i32)>,
    /// Which of the days in a period, from 1 or from -1 backwards; empty: all. Sorted.
    pub(super) positions: Vec<i32>,
    /// A time of day that the rule repeats, which must be the start's.
    time: [Option<u32>; 3],
}

impl Rule {
    /// Reads a rule.
    pub(super) fn parse(text: &str) -> Result<Self, UnreadReason> {
        let parts: Vec<(String, &str)> = text
            .trim()
            .split(';')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (name, value) = part.split_once('=').ok_or(UnreadReason::Malformed)?;
                Ok((name.trim().to_ascii_uppercase(), value.trim()))
            })
            .collect::<Result<_, _>>()?;
        let frequency = parts.iter().find(|(name, _)| name == "FREQ");
        let (_, frequency) = frequency.ok_or(UnreadReason::Malformed)?;
        let mut rule = Self::every(parse_frequency(frequency)?);
        for (name, value) in &parts {
            rule.take(name, value)?;
        }
        rule.check()?;
        Ok(rule)
    }

    const fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Mon,
            months: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            weekdays: Vec::new(),
            positions: Vec::new(),
            time: [None; 3],
        }
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), UnreadReason> {
        match name {
            "FREQ" => {}
            "INTERVAL" => self.interval = positive(value)?,
            "COUNT" => self.count = Some(positive(value)?),
            "UNTIL" => self.until = Some(Moment::parse(value).ok_or(UnreadReason::Malformed)?),
            "WKST" => self.week_start = weekday(value)?,
            "BYMONTH" => self.months = numbers(value, 1, 12)?,
            "BYMONTHDAY" => self.month_days = numbers_from_either_end(value, 31)?,
            "BYYEARDAY" => self.year_days = numbers_from_either_end(value, 366)?,
            "BYSETPOS" => self.positions = numbers_from_either_end(value, 366)?,
            "BYDAY" => {
                self.weekdays = sorted(value.split(',').map(numbered_weekday))?;
            }
            "BYHOUR" => self.time[0] = Some(only(value, 23)?),
            "BYMINUTE" => self.time[1] = Some(only(value, 59)?),
            "BYSECOND" => self.time[2] = Some(only(value, 60)?),
            _ => return Err(UnreadReason::UnsupportedRecurrence),
        }
        Ok(())
    }

    /// Refuses what RFC 5545 rules out for the frequency (section 3.3.10).
    fn check(&self) -> Result<(), UnreadReason> {
        let is_short = self.frequency < Frequency::Monthly;
        let is_sound = (self.year_days.is_empty() || self.frequency == Frequency::Yearly)
            && (self.month_days.is_empty() || self.frequency != Frequency::Weekly)
            && (!is_short || self.weekdays.iter().all(|(_, number)| *number == 0));
        if is_sound { Ok(()) } else { Err(UnreadReason::UnsupportedRecurrence) }
    }

    /// Says whether the rule repeats another time of day than that of the start.
    pub(super) fn fits(&self, start: NaiveDateTime) -> bool {
        use chrono::Timelike;
        let time = [start.hour(), start.minute(), start.second()];
        self.time.iter().zip(time).all(|(asked, time)| asked.is_none_or(|asked| asked == time))
    }

    /// Computes the wall-clock times of a window at which the rule has an event recur.
    ///
    /// `seconds` tells when the event's clock shows a time, in seconds since the Unix epoch. The
    /// start itself is among them only if the rule names it.
    pub(super) fn walls(
        &self,
        start: NaiveDateTime,
        window: Window,
        seconds: impl Fn(NaiveDateTime) -> i64,
        effort: &mut Effort,
    ) -> Result<Vec<NaiveDateTime>, CalendarFileError> {
        let last = self.until.map_or(NaiveDate::MAX, |until| {
            // In UTC it may be another date.
            until.wall().date().succ_opt().unwrap_or(NaiveDate::MAX)
        });
        let window = Window { last: window.last.min(last), ..window };
        let is_before_end = |wall: &NaiveDateTime| match self.until {
            None => true,
            Some(Moment::Date(date)) => wall.date() <= date,
            Some(Moment::Local(until)) => *wall <= until,
            Some(Moment::Utc(until)) => seconds(*wall) <= wall_seconds(until),
        };
        let dates = dates(self, start.date(), window, effort)?;
        let walls = dates.into_iter().map(|date| date.and_time(start.time()));
        Ok(walls.filter(is_before_end).collect())
    }
}

fn parse_frequency(text: &str) -> Result<Frequency, UnreadReason> {
    match text.to_ascii_uppercase().as_str() {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err(UnreadReason::UnsupportedRecurrence),
        _ => Err(UnreadReason::Malformed),
    }
}

fn positive(text: &str) -> Result<u32, UnreadReason> {
    text.parse().ok().filter(|number| *number > 0).ok_or(UnreadReason::Malformed)
}

/// Reads a list that may hold one number only.
fn only(text: &str, max: u32) -> Result<u32, UnreadReason> {
    if text.contains(',') {
        return Err(UnreadReason::UnsupportedRecurrence);
    }
    text.parse().ok().filter(|number| *number <= max).ok_or(UnreadReason::Malformed)
}

fn numbers(text: &str, min: i32, max: i32) -> Result<Vec<i32>, UnreadReason> {
    sorted(text.split(',').map(|number| {
        let number = number.trim().parse().ok();
        number.filter(|number| (min..=max).contains(number)).ok_or(UnreadReason::Malformed)
    }))
}

fn numbers_from_either_end(text: &str, max: i32) -> Result<Vec<i32>, UnreadReason> {
    let numbers = numbers(text, -max, max)?;
    if numbers.contains(&0) { Err(UnreadReason::Malformed) } else { Ok(numbers) }
}

/// Collects what was read, each once.
fn sorted<T: Ord>(
    values: impl Iterator<Item = Result<T, UnreadReason>>,
) -> Result<Vec<T>, UnreadReason> {
    let mut values: Vec<T> = values.collect::<Result<_, _>>()?;
    values.sort_unstable();
    values.dedup();
    Ok(values)
}

/// Reads a weekday that may have a number, as in `MO` and `-1SU`.
fn numbered_weekday(text: &str) -> Result<(u32, i32), UnreadReason> {
    let text = text.trim();
    let place = text.len().checked_sub(2).ok_or(UnreadReason::Malformed)?;
    let (number, day) = text.split_at_checked(place).ok_or(UnreadReason::Malformed)?;
    let day = weekday(day)?.num_days_from_monday();
    if number.is_empty() {
        return Ok((day, 0));
    }
    let number: Option<i32> = number.parse().ok();
    let number = number.filter(|number| (1..=53).contains(&number.abs()));
    Ok((day, number.ok_or(UnreadReason::Malformed)?))
}

fn weekday(text: &str) -> Result<Weekday, UnreadReason> {
    match text.to_ascii_uppercase().as_str() {
        "MO" => Ok(Weekday::Mon),
        "TU" => Ok(Weekday::Tue),
        "WE" => Ok(Weekday::Wed),
        "TH" => Ok(Weekday::Thu),
        "FR" => Ok(Weekday::Fri),
        "SA" => Ok(Weekday::Sat),
        "SU" => Ok(Weekday::Sun),
        _ => Err(UnreadReason::Malformed),
    }
}
