use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{
    audit::SubjectKind,
    availability::{AvailabilityError, MAX_LISTING_DAYS, Reason, Reasons, Session},
    command::Actor,
    ids::{DogId, ServiceId, TrainerId},
    money::Price,
    platform::{
        Error, Platform,
        acting::Acting,
        reading::reads,
        schedule::{calendar, range_around},
    },
    repository::{Caller, Schedule, ScheduleQuery},
    time::{Instant, Interval, ZoneId},
};

/// Which lesson slots are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonSought {
    /// A service, which fixes length and buffers.
    Service(ServiceId),
    /// A lesson of the owner's own length, where the trainer takes such requests.
    Custom {
        /// How long, in minutes.
        minutes: u16,
    },
}

/// Asks when a trainer can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotQuery {
    /// Whose slots.
    pub trainer: TrainerId,
    /// For which lesson.
    pub lesson: LessonSought,
    /// For which dog of the acting owner; `None` lists what is free of the trainer's time.
    pub dog: Option<DogId>,
    /// In which range the whole lesson lies; at most 400 days.
    pub range: Interval,
}

/// When a trainer can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    /// The zone in which the trainer's hours are wall clock.
    pub time_zone: ZoneId,
    /// The length of the lesson, in minutes.
    pub minutes: u32,
    /// What a service costs; `None` for a custom lesson.
    pub price: Option<Price>,
    /// What stands against a booking at any time: `custom_not_allowed`, and for an owner's dog
    /// also `not_active`, `own_service` and `dog_not_accepted`.
    pub obstacles: Reasons,
    /// The starts that can be booked, unless there are obstacles; in order.
    pub starts: Vec<Instant>,
}

impl Platform {
    /// Lists the starts at which a trainer can be booked.
    ///
    /// Every start that is listed can be booked at that moment by an owner without
    /// [obstacles](Slots::obstacles), and a request for any other is refused; but custom requests
    /// need not start on the trainer's grid, which is all that is listed. Without a dog, the dog's
    /// own lessons are not left out.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the trainer does not exist or is suspended, the service is not the
    /// trainer's or not active, or the dog is not the acting owner's;
    /// [`AvailabilityError::RangeTooLong`].
    pub async fn slots(
        &self,
        actor: Actor,
        query: SlotQuery,
        now: Instant,
    ) -> Result<Slots, Error> {
        let SlotQuery { trainer, lesson, dog, range } = query;
        if range.duration() > TimeDelta::days(MAX_LISTING_DAYS.into()) {
            return Err(AvailabilityError::RangeTooLong { max_days: MAX_LISTING_DAYS }.into());
        }
        let service = match lesson {
            LessonSought::Service(id) => Some(id),
            LessonSought::Custom { .. } => None,
        };
        // What is past cannot be booked, so it need not be loaded.
        let around = range_around(range.start().max(now), range.end().max(now));
        let wanted = ScheduleQuery { trainer, service, dog, quote: None, range: around, now };
        let (reader, schedule) = match dog {
            Some(_) => self.repository().request(reads(actor), wanted).await?,
            None => (Caller::default(), self.repository().schedule(wanted).await?),
        };
        let schedule = schedule.filter(|schedule| schedule.user.is_active());
        let schedule = schedule.ok_or(Error::NotFound(SubjectKind::Trainer))?;
        let mut slots = sought(&schedule, lesson)?;
        if dog.is_some() {
            let reader = Acting::read(actor, reader.standing)?;
            slots.obstacles.extend(obstacles(&schedule, &reader)?.iter());
        }
        if let Some(session) = slots.session {
            let calendar = calendar(&schedule, now, None)?;
            slots.starts.extend(calendar.slots(session, range)?);
        }
        Ok(Slots {
            time_zone: schedule.trainer.time_zone,
            minutes: slots.minutes,
            price: slots.price,
            obstacles: slots.obstacles,
            starts: slots.starts,
        })
    }
}

/// A listing while it is put together.
struct Sought {
    minutes: u32,
    price: Option<Price>,
    /// What the starts are listed for; `None` where nobody may ask for it.
    session: Option<Session>,
    obstacles: Reasons,
    starts: Vec<Instant>,
}

fn sought(schedule: &Schedule, lesson: LessonSought) -> Result<Sought, Error> {
    let (minutes, price, session) = match lesson {
        LessonSought::Service(_) => {
            let service = schedule
                .service
                .as_ref()
                .filter(|service| service.is_active && service.trainer == schedule.trainer.id);
            let service = service.ok_or(Error::NotFound(SubjectKind::Service))?;
            let session = Session::new(
                service.duration_minutes.into(),
                service.buffer_before_minutes.into(),
                service.buffer_after_minutes.into(),
            )?;
            (service.duration_minutes, Some(service.price), Some(session))
        }
        LessonSought::Custom { minutes } => {
            let custom = schedule.trainer.policy.custom_requests.as_ref();
            let custom = custom.filter(|custom| custom.allows_length(minutes));
            let session = custom.map(|custom| {
                Session::new(
                    minutes.into(),
                    custom.buffer_before_minutes.into(),
                    custom.buffer_after_minutes.into(),
                )
            });
            (minutes, None, session.transpose()?)
        }
    };
    let obstacles = if session.is_none() { Reason::CustomNotAllowed.into() } else { Reasons::NONE };
    Ok(Sought { minutes: minutes.into(), price, session, obstacles, starts: Vec::new() })
}

/// What stands against an owner and a dog at any time.
fn obstacles(schedule: &Schedule, reader: &Acting) -> Result<Reasons, Error> {
    let missing = || Error::NotFound(SubjectKind::Dog);
    let owner = reader.owner().map_err(|_| missing())?;
    let dog = schedule.dog.as_ref().filter(|dog| dog.owner == owner.id && dog.is_kept());
    let dog = dog.ok_or_else(missing)?;
    let mut obstacles = Reasons::NONE;
    if !reader.user().is_some_and(|user| user.is_active()) {
        obstacles.insert(Reason::NotActive);
    }
    if owner.user == schedule.trainer.user {
        obstacles.insert(Reason::OwnService);
    }
    if schedule.service.as_ref().is_some_and(|service| !service.accepts(dog.size)) {
        obstacles.insert(Reason::DogNotAccepted);
    }
    Ok(obstacles)
}
