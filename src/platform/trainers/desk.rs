//! What all writes of a trainer's calendar share.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::{
    audit::SubjectKind,
    availability::{
        Calendar, DatedHours, Grid, IntervalSet, OpeningHours, Reason, Session, WeeklyHours,
    },
    command::CommandKind,
    error::InvalidValue,
    ids::{BookingId, TimeBlockId, TrainerId},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, Desk, RepositoryError, Versioned},
    time::{Instant, Interval, ZoneId},
    trainer::CalendarGuard,
};

/// A change of a trainer's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarWritten {
    /// The lessons that the calendar, as it is now, would not take; see [`OutsideLesson`].
    pub outside: Vec<OutsideLesson>,
}

/// A lesson that is not over and lies outside its trainer's opening hours, or meets blocked time
/// with its session or a buffer.
///
/// It stays booked: the trainer moves it, calls it off, or gives it all the same. Lapsed requests
/// are left out. A request that is decided while the calendar is being written may be missing; the
/// trainer's own calendar, read later, names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideLesson {
    /// Which booking.
    pub booking: BookingId,
    /// When it starts.
    pub start: Instant,
}

/// Returns from when a calendar is loaded at `now`: early enough for the windows that hold a
/// lesson of 24 hours which is not over, in every zone.
pub(in crate::platform) fn look_back(now: Instant) -> Instant {
    now.saturating_add(-TimeDelta::days(2))
}

/// Loads the calendar of the trainer who acts.
pub(super) async fn load_desk(
    loading: Loading<'_>,
) -> Result<(Caller, Option<Desk>), RepositoryError> {
    let from = look_back(loading.call.now);
    match loading.caller.user {
        Some(user) => loading.repository.desk(loading.caller, user, from).await,
        None => Ok((loading.repository.caller(loading.caller).await?, None)),
    }
}

/// The calendar, for somebody who acts as the trainer.
pub(super) fn found(desk: Option<Desk>, work: &Work<'_>) -> Result<Desk, Error> {
    work.acting.trainer()?;
    desk.ok_or(Error::NotFound(SubjectKind::Trainer))
}

/// Makes every decision that rests on the calendar look again.
pub(super) fn bump(calendar: &Versioned<CalendarGuard>, work: &mut Work<'_>) {
    let now = work.now();
    let bumped = calendar.clone().map(|guard| CalendarGuard { updated_at: now, ..guard });
    work.changes.update(bumped);
}

/// When a trainer works: what a write of the calendar changes one part of.
#[derive(Debug)]
pub(in crate::platform) struct Timetable {
    pub(in crate::platform) zone: ZoneId,
    pub(in crate::platform) weekly: WeeklyHours,
    pub(in crate::platform) dated: BTreeMap<NaiveDate, DatedHours>,
    pub(super) blocks: BTreeMap<TimeBlockId, Interval>,
}

impl Timetable {
    pub(in crate::platform) fn of(desk: &Desk) -> Result<Self, InvalidValue> {
        let dated = desk.exceptions.iter().map(|exception| {
            let windows = exception.windows.iter().copied();
            Ok((exception.local_date, DatedHours::new(exception.local_date, windows)?))
        });
        Ok(Self {
            zone: desk.trainer.time_zone,
            weekly: WeeklyHours::new(desk.hours.iter().map(|row| (row.weekday, row.window)))?,
            dated: dated.collect::<Result<_, InvalidValue>>()?,
            blocks: desk.blocks.iter().map(|block| (block.id, block.during)).collect(),
        })
    }

    /// Finds the lessons of a desk that this timetable would not take, by start.
    pub(in crate::platform) fn outside(
        &self,
        desk: &Desk,
        now: Instant,
    ) -> Result<Vec<OutsideLesson>, InvalidValue> {
        let dated: Vec<_> = self.dated.values().cloned().collect();
        let hours = OpeningHours::new(self.zone.zone(), &self.weekly, &dated);
        let calendar = Calendar::new(hours, desk.trainer.policy.scheduling, now)
            .with_blocks(self.blocks.values().copied().collect::<IntervalSet>());
        let mut outside = Vec::new();
        for lesson in &desk.upcoming {
            if lesson.is_lapsed(now) || lesson.session.end() <= now {
                continue;
            }
            let minutes = lesson.session.duration().num_minutes();
            let session = Session::new(
                u32::try_from(minutes).unwrap_or(u32::MAX),
                lesson.buffer_before_minutes.into(),
                lesson.buffer_after_minutes.into(),
            )?;
            let start = lesson.session.start();
            let reasons = calendar.reasons(session, start, Grid::Waived);
            if reasons.contains(Reason::OutsideAvailability) {
                outside.push(OutsideLesson { booking: lesson.id, start });
            }
        }
        Ok(outside)
    }
}

/// A command of a trainer that changes their own timetable.
pub(super) trait TimetableChange: Serialize + Send + Sync {
    /// Which command it is.
    const KIND: CommandKind;

    /// Changes the rows, and the timetable as they do.
    fn change(
        &self,
        desk: &Desk,
        timetable: &mut Timetable,
        work: &mut Work<'_>,
    ) -> Result<(), Error>;
}

#[async_trait]
impl<C: TimetableChange> Command for C {
    const KIND: CommandKind = <C as TimetableChange>::KIND;
    type Outcome = CalendarWritten;
    type Facts = Option<Desk>;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Option<Desk>), RepositoryError> {
        load_desk(loading).await
    }

    fn decide(&self, facts: Option<Desk>, work: &mut Work<'_>) -> Result<CalendarWritten, Error> {
        let desk = found(facts, work)?;
        let mut timetable = Timetable::of(&desk)?;
        self.change(&desk, &mut timetable, work)?;
        bump(&desk.calendar, work);
        Ok(CalendarWritten { outside: timetable.outside(&desk, work.now())? })
    }
}

/// Refuses what names another trainer than the one who acts.
pub(super) fn require_own(trainer: TrainerId, work: &Work<'_>) -> Result<(), Error> {
    if work.acting.trainer()?.id == trainer {
        Ok(())
    } else {
        Err(Error::NotFound(SubjectKind::Trainer))
    }
}
