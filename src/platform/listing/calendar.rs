use serde::Serialize;

use crate::{
    audit::SubjectKind,
    authority::Denied,
    availability::{DatedHours, WeeklyHours},
    command::Actor,
    platform::{
        Error, OutsideLesson, Platform,
        acting::Acting,
        reading::reads,
        trainers::{Timetable, look_back},
    },
    repository::Versioned,
    time::{Instant, ZoneId},
    trainer::{BookingPolicy, TimeBlock},
};

/// A trainer's own calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnCalendar {
    /// The zone in which the hours are wall clock.
    pub time_zone: ZoneId,
    /// The weekly hours.
    pub hours: WeeklyHours,
    /// The exceptions, by date; those that are long over are left out.
    pub exceptions: Vec<DatedHours>,
    /// The blocks, by start; those that are long over are left out.
    pub blocks: Vec<TimeBlock>,
    /// The terms on which lessons can be booked.
    pub policy: BookingPolicy,
    /// The lessons that lie outside of all that.
    pub outside: Vec<OutsideLesson>,
}

impl Platform {
    /// Returns the calendar of the trainer who reads it.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] to who does not act as a trainer.
    pub async fn own_calendar(&self, actor: Actor, now: Instant) -> Result<OwnCalendar, Error> {
        let user = actor.user().ok_or(Denied::NotPermitted)?;
        let from = look_back(now);
        let (reader, desk) = self.repository().desk(reads(actor), user, from).await?;
        Acting::read(actor, reader.standing)?.trainer()?;
        let desk = desk.ok_or(Error::NotFound(SubjectKind::Trainer))?;
        let timetable = Timetable::of(&desk)?;
        let outside = timetable.outside(&desk, now)?;
        let Timetable { zone, weekly, dated, .. } = timetable;
        Ok(OwnCalendar {
            time_zone: zone,
            hours: weekly,
            exceptions: dated.into_values().collect(),
            blocks: desk.blocks.into_iter().map(Versioned::into_value).collect(),
            policy: desk.trainer.into_value().policy,
            outside,
        })
    }
}
