use serde::Serialize;

use crate::{
    audit::SubjectKind,
    authority::Denied,
    availability::{DatedHours, WeeklyHours},
    command::Actor,
    ids::TrainerId,
    platform::{
        Error, OutsideLesson, Platform,
        acting::Acting,
        reading::reads,
        trainers::{Timetable, look_back},
    },
    repository::{Desk, Versioned},
    time::{Instant, ZoneId},
    trainer::{BookingPolicy, TimeBlock},
};

/// A trainer's calendar, as the trainer and admins see it.
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
        let (reader, desk) = self.repository().desk(reads(actor), user, look_back(now)).await?;
        Acting::read(actor, reader.standing)?.trainer()?;
        OwnCalendar::of(desk.ok_or(Error::NotFound(SubjectKind::Trainer))?, now)
    }

    /// Returns the calendar of any trainer, for admins and the system.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such trainer, and to everybody else.
    pub async fn calendar_of(
        &self,
        actor: Actor,
        trainer: TrainerId,
        now: Instant,
    ) -> Result<OwnCalendar, Error> {
        let missing = || Error::NotFound(SubjectKind::Trainer);
        let profile = self.repository().trainer(trainer).await?.ok_or_else(missing)?;
        let (reader, desk) =
            self.repository().desk(reads(actor), profile.user, look_back(now)).await?;
        if !Acting::read(actor, reader.standing)?.sees_all() {
            return Err(missing());
        }
        OwnCalendar::of(desk.ok_or_else(missing)?, now)
    }
}

impl OwnCalendar {
    fn of(desk: Desk, now: Instant) -> Result<Self, Error> {
        let timetable = Timetable::of(&desk)?;
        let outside = timetable.outside(&desk, now)?;
        let Timetable { zone, weekly, dated, .. } = timetable;
        Ok(Self {
            time_zone: zone,
            hours: weekly,
            exceptions: dated.into_values().collect(),
            blocks: desk.blocks.into_iter().map(Versioned::into_value).collect(),
            policy: desk.trainer.into_value().policy,
            outside,
        })
    }
}
