use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::{
    audit::SubjectKind,
    authority::Denied,
    booking::{Attendance, Booking, BookingStatus, CancelKind},
    command::Actor,
    contact::PersonName,
    ids::{BookingId, DogId, OwnerId, SeriesId, ServiceId, TrainerId},
    money::Price,
    platform::{Error, Platform, acting::Acting},
    repository::{Lesson, LessonFilter, Page, PageRequest},
    text::Name,
    time::{Instant, Interval, ZoneId},
};

/// Asks for lessons by their starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonsQuery {
    /// Those that start at or after this instant.
    pub from: Instant,
    /// Those that start before this instant; `None`: all later ones.
    pub until: Option<Instant>,
    /// Those that read as one of these; empty: all.
    pub statuses: BTreeSet<BookingStatus>,
}

impl LessonsQuery {
    /// Asks for pending and accepted lessons from `now` on.
    #[must_use]
    pub fn upcoming(now: Instant) -> Self {
        let statuses = BTreeSet::from([BookingStatus::Pending, BookingStatus::Accepted]);
        Self { from: now, until: None, statuses }
    }

    /// Asks for all lessons that start in a range, for instance a week.
    #[must_use]
    pub const fn within(range: Interval) -> Self {
        Self { from: range.start(), until: Some(range.end()), statuses: BTreeSet::new() }
    }

    /// The stored statuses that may read as one of those asked for.
    fn stored_statuses(&self) -> Vec<BookingStatus> {
        let mut statuses = self.statuses.clone();
        if statuses.contains(&BookingStatus::Cancelled) {
            // A lapsed one reads as cancelled.
            statuses.insert(BookingStatus::Pending);
        }
        statuses.into_iter().collect()
    }
}

/// Whose lessons are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonsOf {
    /// Those with this trainer.
    Trainer(TrainerId),
    /// Those that this owner asked for.
    Owner(OwnerId),
    /// Those of this dog.
    Dog(DogId),
}

/// A lesson as both sides see it at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonSummary {
    /// Which booking.
    pub booking: BookingId,
    /// The trainer.
    pub trainer: TrainerId,
    /// The trainer's first and last name.
    pub trainer_name: (PersonName, PersonName),
    /// The owner.
    pub owner: OwnerId,
    /// The owner's first name.
    pub owner_first_name: PersonName,
    /// The dog.
    pub dog: DogId,
    /// The dog's name.
    pub dog_name: Name,
    /// The service; `None` for a custom request.
    pub service: Option<ServiceId>,
    /// The service's name.
    pub service_name: Option<Name>,
    /// From when to when.
    pub session: Interval,
    /// The wall clock at the start, as it was booked.
    pub local_start: NaiveDateTime,
    /// The zone of that wall clock.
    pub time_zone: ZoneId,
    /// What it costs.
    pub price: Price,
    /// Where it stands; a lapsed request reads as cancelled.
    pub status: BookingStatus,
    /// How it was cancelled; `expired` for a lapsed request.
    pub cancel_kind: Option<CancelKind>,
    /// Until when the trainer can answer; `None` if there is nothing to answer.
    pub hold_expires_at: Option<Instant>,
    /// Who came, once it is completed.
    pub attendance: Option<Attendance>,
    /// The series it belongs to.
    pub series: Option<SeriesId>,
}

/// The names beside a booking's ids.
pub(super) struct Names {
    pub(super) trainer: (PersonName, PersonName),
    pub(super) owner: PersonName,
    pub(super) dog: Name,
    pub(super) service: Option<Name>,
}

impl LessonSummary {
    pub(super) fn new(booking: &Booking, names: Names, now: Instant) -> Self {
        let (status, cancel_kind) = booking.reads_as(now);
        Self {
            booking: booking.id,
            trainer: booking.trainer,
            trainer_name: names.trainer,
            owner: booking.owner,
            owner_first_name: names.owner,
            dog: booking.dog,
            dog_name: names.dog,
            service: booking.service,
            service_name: names.service,
            session: booking.session,
            local_start: booking.wall_start.local,
            time_zone: booking.wall_start.zone,
            price: booking.price,
            status,
            cancel_kind,
            hold_expires_at: booking.hold_expires_at.filter(|_| status == BookingStatus::Pending),
            attendance: booking.attendance,
            series: booking.series,
        }
    }

    pub(in crate::platform) fn of(lesson: Lesson, now: Instant) -> Self {
        let names = Names {
            trainer: lesson.trainer_name,
            owner: lesson.owner_first_name,
            dog: lesson.dog_name,
            service: lesson.service_name,
        };
        Self::new(&lesson.booking, names, now)
    }
}

impl Platform {
    /// Returns a page of the reader's own lessons by start: an owner's, or a trainer's.
    ///
    /// A page may hold fewer rows than its limit before the last one: what is stored as pending
    /// and has lapsed is not among the pending lessons.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] to who acts neither as an owner nor as a trainer.
    pub async fn lessons(
        &self,
        actor: Actor,
        query: &LessonsQuery,
        page: PageRequest,
        now: Instant,
    ) -> Result<Page<LessonSummary>, Error> {
        let reader = self.reader(actor).await?;
        let as_trainer = reader.trainer_id().map(LessonsOf::Trainer);
        let own = as_trainer.or(reader.owner_id().map(LessonsOf::Owner));
        self.listed(own.ok_or(Denied::NotPermitted)?, query, page, now).await
    }

    /// Returns a page of the lessons of a trainer, an owner or a dog by start: to the trainer or the
    /// owner themselves, to the dog's owner, to admins and the system.
    ///
    /// A trainer finds their lessons with a dog among their own. A page may hold fewer rows than its
    /// limit before the last one, as one of [`lessons`](Self::lessons).
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] to everybody else.
    pub async fn lessons_of(
        &self,
        actor: Actor,
        of: LessonsOf,
        query: &LessonsQuery,
        page: PageRequest,
        now: Instant,
    ) -> Result<Page<LessonSummary>, Error> {
        let reader = self.reader(actor).await?;
        let (is_own, kind) = match of {
            LessonsOf::Trainer(trainer) => {
                (reader.trainer_id() == Some(trainer), SubjectKind::Trainer)
            }
            LessonsOf::Owner(owner) => (reader.owner_id() == Some(owner), SubjectKind::Owner),
            LessonsOf::Dog(dog) => (self.keeps(&reader, dog).await?, SubjectKind::Dog),
        };
        if is_own || reader.sees_all() {
            self.listed(of, query, page, now).await
        } else {
            Err(Error::NotFound(kind))
        }
    }

    /// Says whether somebody who acts as an owner keeps, or kept, a dog.
    async fn keeps(&self, reader: &Acting, dog: DogId) -> Result<bool, Error> {
        let Some(owner) = reader.owner_id() else { return Ok(false) };
        Ok(self.repository().dog(dog).await?.is_some_and(|dog| dog.owner == owner))
    }

    async fn listed(
        &self,
        of: LessonsOf,
        query: &LessonsQuery,
        page: PageRequest,
        now: Instant,
    ) -> Result<Page<LessonSummary>, Error> {
        let mut filter = LessonFilter {
            from: Some(query.from),
            until: query.until,
            statuses: query.stored_statuses(),
            ..LessonFilter::default()
        };
        match of {
            LessonsOf::Trainer(trainer) => filter.trainer = Some(trainer),
            LessonsOf::Owner(owner) => filter.owner = Some(owner),
            LessonsOf::Dog(dog) => filter.dog = Some(dog),
        }
        let lessons = self.repository().lessons(&filter, page).await?;
        let mut summaries = lessons.map(|lesson| LessonSummary::of(lesson, now));
        let is_wanted = |status| query.statuses.is_empty() || query.statuses.contains(&status);
        summaries.items.retain(|summary| is_wanted(summary.status));
        Ok(summaries)
    }
}
