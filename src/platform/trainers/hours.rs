use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::desk::{Timetable, TimetableChange};
use crate::{
    audit::Event,
    availability::{DatedHours, WeeklyHours},
    command::CommandKind,
    error::{InvalidValue, Problem},
    platform::{Error, work::Work},
    repository::Desk,
    time::{Instant, Weekday, Zone},
    trainer::{HoursException, HoursWindow, TrainerError},
};

/// Writes a trainer's whole week of hours, as the trainer.
///
/// Windows that are already there stay the same rows. No booking changes.
///
/// # Errors
///
/// [`AvailabilityError::WindowsOverlap`](crate::availability::AvailabilityError::WindowsOverlap)
/// with the first two windows that do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetHours {
    /// The week, wall clock in the trainer's zone.
    pub hours: WeeklyHours,
}

/// Writes what replaces a trainer's weekly hours on one date, as the trainer; no windows close the
/// date.
///
/// An earlier exception for the date is replaced. No booking changes. Windows of one date must not
/// overlap, as in [`SetHours`]; one that runs past midnight may overlap the hours of the next
/// date, whose weekly hours it does not replace, and counts as one with them.
///
/// # Errors
///
/// [`AvailabilityError::WindowsOverlap`](crate::availability::AvailabilityError::WindowsOverlap),
/// or [`TrainerError::TimeOver`] for a date before yesterday in the trainer's zone. Yesterday is
/// open because its hours may run past midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetException {
    /// The date and its windows.
    pub hours: DatedHours,
}

/// Removes the exception of a date, as the trainer: the weekly hours hold again.
///
/// # Errors
///
/// [`TrainerError::NoException`] if there is none, or only one for a date that is long over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveException {
    /// The local date.
    pub date: NaiveDate,
}

impl TimetableChange for SetHours {
    const KIND: CommandKind = CommandKind::SetHours;

    fn change(
        &self,
        desk: &Desk,
        timetable: &mut Timetable,
        work: &mut Work<'_>,
    ) -> Result<(), Error> {
        let (trainer, now) = (desk.trainer.id, work.now());
        let week = WeeklyHours::disjoint(self.hours.iter())?;
        let mut missing: Vec<_> = week.iter().collect();
        for row in &desk.hours {
            match missing.iter().position(|&wanted| wanted == (row.weekday, row.window)) {
                Some(kept) => drop(missing.swap_remove(kept)),
                None => work.changes.remove(row.clone()),
            }
        }
        for (weekday, window) in missing {
            let id = work.next_id();
            let row =
                HoursWindow { id, trainer, weekday, window, created_at: now, updated_at: now };
            work.changes.insert(row);
        }
        work.record(Event::HoursSet { trainer, windows: week.iter().count() as u64 });
        timetable.weekly = week;
        Ok(())
    }
}

impl TimetableChange for SetException {
    const KIND: CommandKind = CommandKind::SetException;

    fn change(
        &self,
        desk: &Desk,
        timetable: &mut Timetable,
        work: &mut Work<'_>,
    ) -> Result<(), Error> {
        let (trainer, now) = (desk.trainer.id, work.now());
        let date = self.hours.date();
        check_date(date, &desk.trainer.time_zone.zone(), now)?;
        let weekday = Weekday::of(date);
        let windows = self.hours.windows().to_vec();
        WeeklyHours::disjoint(windows.iter().map(|&window| (weekday, window)))?;
        match desk.exceptions.iter().find(|row| row.local_date == date) {
            Some(row) => {
                let next = HoursException { windows, updated_at: now, ..row.clone().into_value() };
                work.changes.update(row.with(next));
            }
            None => {
                let id = work.next_id();
                work.changes.insert(HoursException {
                    id,
                    trainer,
                    local_date: date,
                    windows,
                    created_at: now,
                    updated_at: now,
                });
            }
        }
        work.record(Event::ExceptionSet { trainer, date });
        timetable.dated.insert(date, self.hours.clone());
        Ok(())
    }
}

fn check_date(date: NaiveDate, zone: &Zone, now: Instant) -> Result<(), TrainerError> {
    if date > Instant::MAX.to_utc().date_naive() {
        let problem = Problem::Malformed("a date before 2200");
        return Err(InvalidValue::new("local_date", problem).into());
    }
    let yesterday = zone.date(now).checked_sub_days(Days::new(1));
    if yesterday.is_some_and(|yesterday| date < yesterday) {
        return Err(TrainerError::TimeOver);
    }
    Ok(())
}

impl TimetableChange for RemoveException {
    const KIND: CommandKind = CommandKind::RemoveException;

    fn change(
        &self,
        desk: &Desk,
        timetable: &mut Timetable,
        work: &mut Work<'_>,
    ) -> Result<(), Error> {
        let row = desk.exceptions.iter().find(|row| row.local_date == self.date);
        work.changes.remove(row.ok_or(TrainerError::NoException)?.clone());
        work.record(Event::ExceptionRemoved { trainer: desk.trainer.id, date: self.date });
        timetable.dated.remove(&self.date);
        Ok(())
    }
}
