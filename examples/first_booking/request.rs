use chrono::TimeDelta;
use sitstay::{
    audit::SubjectKind,
    booking::Wish,
    platform::{Error, LessonSought, Platform, RequestBooking, Requested, SlotQuery},
    time::{Instant, Interval},
};

use super::{
    give::{give, new_id},
    owner::Owner,
    trainer::Trainer,
};

/// Asks for the first free lesson within a week.
pub(crate) async fn request(
    platform: &Platform,
    trainer: &Trainer,
    owner: &Owner,
    now: Instant,
) -> Result<Requested, Error> {
    let query = SlotQuery {
        trainer: trainer.id,
        lesson: LessonSought::Service(trainer.service),
        dog: Some(owner.dog),
        range: Interval::new(now, now.saturating_add(TimeDelta::days(7)))?,
    };
    let slots = platform.slots(owner.actor, query, now).await?;
    let &start = slots.starts.first().ok_or(Error::NotFound(SubjectKind::Booking))?;

    let request = RequestBooking {
        booking: new_id(),
        trainer: trainer.id,
        dog: owner.dog,
        wish: Wish::Service(trainer.service),
        start,
        quote: None,
    };
    give(platform, owner.actor, now, request).await
}
