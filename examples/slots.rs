//! Answers a file of availability cases, one JSON line a case.
//!
//! ```text
//! cargo run --release --example slots -- tests/vectors/slots.json
//! cargo run --release --example slots -- tests/vectors/slots.json --time 100
//! ```
//!
//! Each line is `{"name", "free", "slots"}`: when the case is open and not busy, and where a
//! lesson can start. With `--time N` it also has `median_us`, the median of N evaluations of the
//! slots in microseconds, from parsed values on. The file's own `conventions` say what its fields
//! mean. A case that cannot be read is named on standard error with its field; the exit code is 2.

use std::{
    error::Error,
    fmt::Display,
    hint::black_box,
    io::{self, Write},
    process::ExitCode,
    time,
};

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use sitstay::{
    availability::{
        AvailabilityError, DatedHours, IntervalSet, OpeningHours, Session, WeeklyHours, Window,
    },
    time::{Instant, Interval, WallTime, Weekday, ZoneId},
};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let (path, evaluations) = arguments(std::env::args().skip(1))?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let file: Value = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let cases = Field::root(&file).at("cases").and_then(|cases| cases.list());
    let cases = cases.map_err(|error| format!("{path}: {error}"))?;

    let mut code = ExitCode::SUCCESS;
    for (position, value) in cases.iter().map(|case| case.value).enumerate() {
        let case = Field::root(value);
        let name = case.at("name").and_then(|name| name.text().map(str::to_owned));
        let label = name.clone().unwrap_or_else(|_| format!("number {position}"));
        let line =
            name.and_then(|name| Case::read(name, &case)).and_then(|case| case.line(evaluations));
        match line {
            Ok(line) => writeln!(io::stdout(), "{line}")?,
            Err(problem) => {
                complain(&format_args!("{path}: case {label}: {problem}"));
                code = ExitCode::from(2);
            }
        }
    }
    Ok(code)
}

fn complain(problem: &dyn Display) {
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(io::stderr(), "{problem}");
}

fn arguments(
    mut arguments: impl Iterator<Item = String>,
) -> Result<(String, Option<usize>), Box<dyn Error>> {
    const USAGE: &str = "usage: slots FILE [--time N]";
    let (mut path, mut evaluations) = (None, None);
    while let Some(argument) = arguments.next() {
        if argument == "--time" {
            let count = arguments.next().and_then(|count| count.parse().ok());
            evaluations = Some(count.filter(|&count| count > 0).ok_or(USAGE)?);
        } else if path.replace(argument).is_some() {
            return Err(USAGE.into());
        }
    }
    Ok((path.ok_or(USAGE)?, evaluations))
}

struct Case {
    name: String,
    zone: ZoneId,
    weekly: WeeklyHours,
    dated: Vec<DatedHours>,
    busy: Vec<Interval>,
    session: Session,
    step_minutes: u32,
    earliest: Instant,
    window: Interval,
}

impl Case {
    fn read(name: String, case: &Field<'_>) -> Result<Self, String> {
        let weekly = case.at("weekly")?;
        let windows = weekly.each(|window| {
            let weekday = window.at("day_of_week")?;
            let number = weekday.checked(u8::try_from(weekday.number()?))?;
            Ok((weekday.checked(Weekday::from_number(number))?, wall_window(window)?))
        })?;
        let dated = case.at("exceptions")?.each(|exception| {
            let date = exception.at("date")?;
            let windows = exception.at("windows")?;
            let date = date.checked(date.text()?.parse::<NaiveDate>())?;
            windows.checked(DatedHours::new(date, windows.each(wall_window)?))
        })?;
        let zone = case.at("timezone")?;
        let duration = case.at("duration_minutes")?.number()?;
        let before = case.at("buffer_before_minutes")?.number()?;
        let after = case.at("buffer_after_minutes")?.number()?;
        Ok(Self {
            name,
            zone: zone.checked(zone.text()?.parse())?,
            weekly: weekly.checked(WeeklyHours::new(windows))?,
            dated,
            busy: case.at("busy")?.each(interval)?,
            session: case.checked(Session::new(duration, before, after))?,
            step_minutes: case.at("step_minutes")?.number()?,
            earliest: earliest(case)?,
            window: interval(&case.at("window")?)?,
        })
    }

    /// Lists when the case is open and not busy.
    fn free(&self) -> IntervalSet {
        let hours = OpeningHours::new(self.zone.zone(), &self.weekly, &self.dated);
        let open: IntervalSet = hours.open(self.window).collect();
        open.subtract(&self.busy.iter().copied().collect())
    }

    fn slots(&self) -> Result<Vec<Instant>, AvailabilityError> {
        let hours = OpeningHours::new(self.zone.zone(), &self.weekly, &self.dated);
        let busy: IntervalSet = self.busy.iter().copied().collect();
        let starts = hours.starts(self.session, self.step_minutes, self.window)?;
        Ok(starts.not_before(self.earliest).avoiding(&busy).collect())
    }

    fn line(&self, evaluations: Option<usize>) -> Result<Value, String> {
        let slots = self.slots().map_err(|error| match error {
            AvailabilityError::RangeTooLong { .. } => format!("window: {error}"),
            _ => format!("step_minutes: {error}"),
        })?;
        let free: Vec<_> = self.free().iter().map(|free| [free.start(), free.end()]).collect();
        let mut line = json!({ "name": self.name, "free": free, "slots": slots });
        if let Some(evaluations) = evaluations {
            line["median_us"] = self.median_micros(evaluations).into();
        }
        Ok(line)
    }

    fn median_micros(&self, evaluations: usize) -> serde_json::Number {
        let mut nanos: Vec<u128> = (0..evaluations)
            .map(|_| {
                let begin = time::Instant::now();
                let slots = black_box(self).slots();
                let elapsed = begin.elapsed();
                drop(black_box(slots));
                elapsed.as_nanos()
            })
            .collect();
        nanos.sort_unstable();
        let median = (nanos[evaluations / 2] + nanos[(evaluations - 1) / 2]) / 2;
        let micros = format!("{}.{:03}", median / 1_000, median % 1_000);
        micros.parse().unwrap_or_else(|_| 0.into())
    }
}

fn wall_window(window: &Field<'_>) -> Result<Window, String> {
    let (start, end) = (window.at("start")?, window.at("end")?);
    let opens: WallTime = start.checked(start.text()?.parse())?;
    let closes = match end.text()? {
        "24:00" => WallTime::MIDNIGHT,
        text => match end.checked(text.parse())? {
            closes if opens < closes => closes,
            _ => return Err(end.wrong("must be after start; midnight is 24:00")),
        },
    };
    Ok(Window::new(opens, closes))
}

fn interval(bounds: &Field<'_>) -> Result<Interval, String> {
    match bounds.list()?.as_slice() {
        [start, end] => bounds.checked(Interval::new(instant(start)?, instant(end)?)),
        _ => Err(bounds.wrong("must be a list of a start and an end")),
    }
}

fn instant(text: &Field<'_>) -> Result<Instant, String> {
    text.checked(text.text()?.parse())
}

/// The first instant at which a lesson may start; without `now` that is any.
fn earliest(case: &Field<'_>) -> Result<Instant, String> {
    let notice = case.at("min_notice_minutes")?.number()?;
    match case.at("now")? {
        now if now.value.is_null() => Ok(Instant::MIN),
        now => Ok(instant(&now)?.saturating_add(TimeDelta::minutes(notice.into()))),
    }
}

/// A value in the file and the way to it, so that a complaint can name it.
struct Field<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> Field<'a> {
    fn root(value: &'a Value) -> Self {
        Self { path: String::new(), value }
    }

    fn at(&self, key: &str) -> Result<Self, String> {
        let path =
            if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        match self.value.get(key) {
            Some(value) => Ok(Self { path, value }),
            None => Err(format!("{path}: is missing")),
        }
    }

    fn list(&self) -> Result<Vec<Self>, String> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("must be a list"))?;
        let item = |(position, value)| Self { path: format!("{}[{position}]", self.path), value };
        Ok(items.iter().enumerate().map(item).collect())
    }

    fn each<T>(&self, read: impl FnMut(&Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        self.list()?.iter().map(read).collect()
    }

    fn text(&self) -> Result<&'a str, String> {
        self.value.as_str().ok_or_else(|| self.wrong("must be text"))
    }

    fn number(&self) -> Result<u32, String> {
        let number = self.value.as_u64().and_then(|number| number.try_into().ok());
        number.ok_or_else(|| self.wrong("must be a whole number, not negative"))
    }

    fn checked<T, E: Display>(&self, result: Result<T, E>) -> Result<T, String> {
        result.map_err(|error| self.wrong(error))
    }

    fn wrong(&self, problem: impl Display) -> String {
        if self.path.is_empty() { problem.to_string() } else { format!("{}: {problem}", self.path) }
    }
}
