use std::collections::{BTreeMap, btree_map::Entry};

use chrono::TimeDelta;

use crate::{
    authority::Denied,
    availability::{AvailabilityError, MAX_LISTING_DAYS},
    command::Actor,
    ical::{LessonEvent, Reader},
    platform::{Error, Platform},
    repository::{LessonFilter, PageRequest},
    time::{Instant, Interval},
};

impl Platform {
    /// Returns the reader's own lessons that start in a range, of at most 400 days, as events of a
    /// calendar by start: an owner's, or a trainer's.
    ///
    /// Lessons that were called off are among them, so that a calendar that knows of them learns of
    /// it. A lesson that has moved out of the range is not: a calendar that subscribes to a feed
    /// drops what the feed no longer holds. Each page of 200 lessons is a read.
    ///
    /// A list may come from a replica that lags; where several do, a feed may for a moment be older
    /// than the one before.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] to who acts neither as an owner nor as a trainer;
    /// [`AvailabilityError::RangeTooLong`].
    ///
    /// # Example: what a calendar subscribes to
    ///
    /// ```
    /// use sitstay::{
    ///     command::Actor,
    ///     ical::Publisher,
    ///     ids::UserId,
    ///     platform::{Error, Platform},
    ///     time::{Instant, Interval},
    /// };
    ///
    /// /// Answers a request for the feed of the user whom its secret address names.
    /// async fn feed(
    ///     platform: &Platform,
    ///     publisher: &Publisher,
    ///     trainer: UserId,
    ///     now: Instant,
    /// ) -> Result<String, Error> {
    ///     let before = now.saturating_add(chrono::TimeDelta::days(-30));
    ///     let range = Interval::new(before, now.saturating_add(chrono::TimeDelta::days(365)))?;
    ///     let events = platform.lesson_events(Actor::trainer(trainer), range, now).await?;
    ///     Ok(publisher.publish(&events, now))
    /// }
    /// ```
    pub async fn lesson_events(
        &self,
        actor: Actor,
        range: Interval,
        now: Instant,
    ) -> Result<Vec<LessonEvent>, Error> {
        if range.duration() > TimeDelta::days(i64::from(MAX_LISTING_DAYS)) {
            return Err(AvailabilityError::RangeTooLong { max_days: MAX_LISTING_DAYS }.into());
        }
        let reader = self.reader(actor).await?;
        let (trainer, owner) = (reader.trainer_id(), reader.owner_id());
        let side = match (trainer, owner) {
            (Some(_), _) => Reader::Trainer,
            (None, Some(_)) => Reader::Owner,
            (None, None) => return Err(Denied::NotPermitted.into()),
        };
        let filter = LessonFilter {
            trainer,
            owner,
            dog: None,
            from: Some(range.start()),
            until: Some(range.end()),
            statuses: Vec::new(),
        };
        // A lesson that moves between two reads may be on both pages.
        let mut events = BTreeMap::new();
        let mut request = PageRequest::MAX;
        loop {
            let page = self.repository().lessons(&filter, request).await?;
            for lesson in &page.items {
                let event = LessonEvent::of(lesson, side, now);
                match events.entry(event.booking) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(event);
                    }
                    Entry::Occupied(mut known) if known.get().sequence < event.sequence => {
                        known.insert(event);
                    }
                    Entry::Occupied(_) => {}
                }
            }
            if page.next.is_none() {
                break;
            }
            request = request.after(page.next);
        }
        let mut events: Vec<_> = events.into_values().collect();
        events.sort_by_key(|event| event.session.start());
        Ok(events)
    }
}
