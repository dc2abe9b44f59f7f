use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Event;
use crate::{
    code::codes,
    error::{InvalidValue, Problem},
    ids::{AuditId, Id, NotificationId, UserId},
    time::Instant,
};

codes! {
    /// The kinds of thing that audit entries and notifications are about.
    pub enum SubjectKind as "entity" {
        /// A user.
        User = "user",
        /// A role.
        Role = "role",
        /// A trainer's profile.
        Trainer = "trainer",
        /// An owner's profile.
        Owner = "owner",
        /// A location.
        Location = "location",
        /// A trainer's service.
        Service = "service",
        /// A trainer's certification.
        Certification = "certification",
        /// A dog.
        Dog = "dog",
        /// A booking.
        Booking = "booking",
        /// A series of bookings.
        Series = "series",
        /// A proposal to move a booking.
        Reschedule = "reschedule",
        /// A review.
        Review = "review",
        /// A quote.
        Quote = "quote",
        /// A payment.
        Payment = "payment",
        /// A refund.
        Refund = "refund",
        /// A dispute.
        Dispute = "dispute",
        /// A payout.
        Payout = "payout",
        /// A notification.
        Notification = "notification",
    }
}

/// What an audit entry or a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// The kind of thing.
    pub kind: SubjectKind,
    /// Its key.
    pub id: Uuid,
}

impl Subject {
    /// Names a thing by kind and key.
    #[must_use]
    pub fn new(kind: SubjectKind, id: impl Id) -> Self {
        Self { kind, id: id.as_uuid() }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// One change, as it was written down (table `audit_logs`, append-only).
///
/// It holds ids, codes, instants and amounts, and nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// The key.
    pub id: AuditId,
    /// Who changed it; `None` for the system.
    pub actor: Option<UserId>,
    /// What changed; its [`code`](Event::code) is the column `action`, its
    /// [`subject`](Event::subject) the columns `entity` and `entity_id`.
    pub event: Event,
    /// The notifications that the same commit wrote about it, in their order: who was told.
    pub notified: Vec<NotificationId>,
    /// When it changed.
    pub created_at: Instant,
}

/// A place in the feed: everything up to it has been seen.
///
/// Opaque: a consumer stores its text and hands it back. Positions of one database are ordered as
/// the feed is; positions of different databases have nothing to do with each other.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct FeedPosition {
    epoch: u64,
    transaction: u64,
    sequence: u64,
}

impl FeedPosition {
    /// The place before the first entry.
    pub const START: Self = Self { epoch: 0, transaction: 0, sequence: 0 };

    /// Makes a position from a backend's own order: its epoch, its transaction, and the entry's
    /// place in that. Backends that number their entries leave the first two at zero.
    #[must_use]
    pub const fn new(epoch: u64, transaction: u64, sequence: u64) -> Self {
        Self { epoch, transaction, sequence }
    }

    /// Returns epoch, transaction and sequence.
    #[must_use]
    pub const fn parts(self) -> (u64, u64, u64) {
        (self.epoch, self.transaction, self.sequence)
    }
}

impl fmt::Display for FeedPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.epoch, self.transaction, self.sequence)
    }
}

impl FromStr for FeedPosition {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let malformed = InvalidValue::new("feed_position", Problem::Malformed("a feed position"));
        let mut parts = text.split('.').map(|part| part.parse::<u64>().map_err(|_| malformed));
        let mut part = || parts.next().unwrap_or(Err(malformed));
        let position = Self::new(part()?, part()?, part()?);
        if parts.next().is_none() { Ok(position) } else { Err(malformed) }
    }
}

impl TryFrom<String> for FeedPosition {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<FeedPosition> for String {
    fn from(position: FeedPosition) -> Self {
        position.to_string()
    }
}

/// An audit entry with its place in the feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedEntry {
    /// Where the feed goes on after this entry.
    pub position: FeedPosition,
    /// The entry.
    pub entry: AuditEntry,
}
