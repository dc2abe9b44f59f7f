use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::{
    authority::{Capacity, Denied},
    booking::BookingStatus,
    command::Actor,
    ids::{BookingId, TrainerId},
    platform::{Error, Platform},
    repository::{Lesson, LessonFilter, Page, PageRequest},
    time::{Instant, ZoneId},
};

/// An upcoming lesson whose wall clock names another instant than the one that was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedLesson {
    /// Which booking.
    pub booking: BookingId,
    /// The start that was booked, and still is.
    pub start: Instant,
    /// The wall clock that the lesson was made for.
    pub local_start: NaiveDateTime,
    /// The zone of that wall clock.
    pub time_zone: ZoneId,
    /// The instant that this wall clock names now.
    pub would_start: Instant,
}

impl MovedLesson {
    fn of(lesson: &Lesson, now: Instant) -> Option<Result<Self, Error>> {
        let booking = &lesson.booking;
        if booking.is_lapsed(now) {
            return None;
        }
        let moved = booking.moved_by_zone_database().map_err(Error::Invalid).transpose()?;
        Some(moved.map(|would_start| Self {
            booking: booking.id,
            start: booking.session.start(),
            local_start: booking.wall_start.local,
            time_zone: booking.wall_start.zone,
            would_start,
        }))
    }
}

impl Platform {
    /// Reports the upcoming lessons that the built-in time-zone database would move, by start.
    ///
    /// Bookings are instants and stay where they are when a zone's rules change; this report names
    /// those whose parties now expect them at another instant. It goes over all upcoming lessons,
    /// page by page: a page holds those of its lessons that moved, often none, and the report ends
    /// where there is no next page.
    ///
    /// Trainers read it of themselves, admins and the system of every trainer and of all.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] to others.
    pub async fn bookings_moved_by_zone_database(
        &self,
        actor: Actor,
        trainer: Option<TrainerId>,
        page: PageRequest,
        now: Instant,
    ) -> Result<Page<MovedLesson>, Error> {
        let reader = self.reader(actor).await?;
        let may_read = match reader.capacity {
            Capacity::Admin | Capacity::System => true,
            Capacity::Trainer => trainer.is_some() && trainer == reader.trainer_id(),
            Capacity::Anonymous | Capacity::Member | Capacity::Owner => false,
        };
        if !may_read {
            return Err(Denied::NotPermitted.into());
        }
        let filter = LessonFilter {
            trainer,
            from: Some(now),
            statuses: vec![BookingStatus::Pending, BookingStatus::Accepted],
            ..LessonFilter::default()
        };
        let Page { items, next } = self.repository().lessons(&filter, page).await?;
        let moved = items.iter().filter_map(|lesson| MovedLesson::of(lesson, now));
        Ok(Page { items: moved.collect::<Result<_, _>>()?, next })
    }
}
