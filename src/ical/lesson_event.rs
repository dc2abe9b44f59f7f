use crate::{
    booking::BookingStatus,
    ids::BookingId,
    repository::Lesson,
    time::{Instant, Interval},
};

/// Whether the event of a lesson takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventStatus {
    /// The lesson is asked for: `TENTATIVE`.
    Tentative,
    /// It was agreed on, or has taken place: `CONFIRMED`.
    Confirmed,
    /// It was called off, or its request has lapsed: `CANCELLED`.
    Cancelled,
}

impl EventStatus {
    /// Returns the value of the property `STATUS`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tentative => "TENTATIVE",
            Self::Confirmed => "CONFIRMED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl From<BookingStatus> for EventStatus {
    fn from(status: BookingStatus) -> Self {
        match status {
            BookingStatus::Pending => Self::Tentative,
            BookingStatus::Accepted | BookingStatus::Completed => Self::Confirmed,
            BookingStatus::Cancelled => Self::Cancelled,
        }
    }
}

/// A lesson as an event of a calendar.
///
/// A service may put its own words in before it publishes the event. Whoever has the feed's
/// address reads them, so they hold nothing that the feed's reader may not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonEvent {
    /// Which booking: the event's identity, also after it moved.
    pub booking: BookingId,
    /// From when to when.
    pub session: Interval,
    /// Whether it takes place.
    pub status: EventStatus,
    /// Counts the event's revisions: of two, a calendar keeps the one with the larger number.
    ///
    /// Every write of the booking adds two, and that its hold has lapsed, which needs no write,
    /// adds one, so that the number never falls while time goes on. It may skip numbers.
    pub sequence: u32,
    /// When it last changed.
    pub modified_at: Instant,
    /// The event in one line: the service, the dog and the other side, as far as there are names.
    pub summary: String,
    /// More words; none unless a service adds some.
    pub description: Option<String>,
    /// Where it is; unknown unless a service adds it, because a booking names no place.
    pub location: Option<String>,
}

impl LessonEvent {
    /// Returns the event that a lesson is at `now`, to `reader`.
    pub(crate) fn of(lesson: &Lesson, reader: Reader, now: Instant) -> Self {
        let booking = &lesson.booking;
        let (status, _) = booking.reads_as(now);
        let lapsed_at = booking.hold_expires_at.filter(|_| booking.is_lapsed(now));
        let other = match reader {
            Reader::Owner => {
                let (first, last) = &lesson.trainer_name;
                format!("{first} {last}")
            }
            Reader::Trainer => lesson.owner_first_name.to_string(),
        };
        let service = lesson.service_name.as_ref().map(ToString::to_string);
        let names: Vec<_> =
            service.into_iter().chain([lesson.dog_name.to_string(), other]).collect();
        let writes = booking.version().as_i64().saturating_mul(2).saturating_sub(2);
        let revisions = writes.saturating_add(i64::from(lapsed_at.is_some()));
        Self {
            booking: booking.id,
            session: booking.session,
            status: status.into(),
            // The type INTEGER has 31 bits and a sign; no row is written that often.
            sequence: u32::try_from(revisions.clamp(0, i64::from(i32::MAX))).unwrap_or(0),
            modified_at: lapsed_at.unwrap_or(booking.updated_at),
            summary: names.join(" – "),
            description: None,
            location: None,
        }
    }
}

/// Which side of its lessons reads a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The owner, who sees the trainer's name.
    Owner,
    /// The trainer, who sees the owner's first name.
    Trainer,
}
