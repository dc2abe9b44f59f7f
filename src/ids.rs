//! One newtype per table key, so that a dog's id can never be passed for a user's.
//!
//! Ids of new things come with the command, from whoever gives it. What a command makes besides gets
//! ids that are [derived](DerivedIds) from the command's, so that no rule needs a random source.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::{InvalidValue, Problem},
    time::Instant,
};

/// A typed key over a UUID.
///
/// Sealed: the kinds of id are the tables of the domain.
pub trait Id:
    Copy + Ord + std::hash::Hash + fmt::Debug + fmt::Display + Send + Sync + 'static + sealed::Sealed
{
    /// Wraps a UUID that was made elsewhere, for instance by the caller of a command.
    fn from_uuid(uuid: Uuid) -> Self;
    /// Returns the bare UUID.
    fn as_uuid(self) -> Uuid;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)+) => {$(
        $(#[$doc])*
        ///
        /// A UUID, version 7 where the library makes it, so that new keys sort after old ones.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that was made elsewhere, for instance by the caller of a command.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            /// Returns the bare UUID.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid { self.0 }
        }
        impl sealed::Sealed for $name {}
        impl Id for $name {
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn as_uuid(self) -> Uuid { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = InvalidValue;
            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| InvalidValue::new($what, Problem::Malformed("a UUID")))
            }
        }
    )+};
}

ids! {
    /// Identifies a user.
    UserId = "user_id";
    /// Identifies a role.
    RoleId = "role_id";
    /// Identifies a trainer's profile.
    TrainerId = "trainer_id";
    /// Identifies a dog owner's profile.
    OwnerId = "owner_id";
    /// Identifies a location.
    LocationId = "location_id";
    /// Identifies a service that a trainer offers.
    ServiceId = "service_id";
    /// Identifies a trainer's certification.
    CertificationId = "certification_id";
    /// Identifies one window of a trainer's weekly hours.
    WindowId = "window_id";
    /// Identifies a dated exception from a trainer's weekly hours.
    ExceptionId = "exception_id";
    /// Identifies a block of time that a trainer took out.
    TimeBlockId = "time_block_id";
    /// Identifies a dog.
    DogId = "dog_id";
    /// Identifies a photo of a dog.
    PhotoId = "photo_id";
    /// Identifies a booking.
    BookingId = "booking_id";
    /// Identifies a series of bookings.
    SeriesId = "series_id";
    /// Identifies a proposal to move a booking.
    RescheduleId = "reschedule_id";
    /// Identifies a review.
    ReviewId = "review_id";
    /// Identifies a quoted price.
    QuoteId = "quote_id";
    /// Identifies a payment.
    PaymentId = "payment_id";
    /// Identifies a refund.
    RefundId = "refund_id";
    /// Identifies a dispute.
    DisputeId = "dispute_id";
    /// Identifies one leg in the ledger.
    LedgerEntryId = "ledger_entry_id";
    /// Identifies a movement, the legs in the ledger that one event makes.
    MovementId = "movement_id";
    /// Identifies a payout to a trainer.
    PayoutId = "payout_id";
    /// Identifies an event that a payment provider sent.
    ProviderEventId = "provider_event_id";
    /// Identifies a notification.
    NotificationId = "notification_id";
    /// Identifies a reminder.
    ReminderId = "reminder_id";
    /// Identifies an audit entry.
    AuditId = "audit_id";
    /// Identifies a command, and makes it repeatable: the same id is carried out once.
    CommandId = "command_id";
}

impl CommandId {
    /// Derives the id of a command that the system gives, from whatever it is about.
    ///
    /// It is a UUID of version 8, which [`is_of_the_system`](Self::is_of_the_system) tells from
    /// every id that a caller may use: nobody can take such an id away beforehand.
    pub(crate) fn of_the_system(about: &str) -> Self {
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, about.as_bytes());
        let id = uuid::Builder::from_bytes(digest.into_bytes())
            .with_variant(uuid::Variant::RFC4122)
            .with_version(uuid::Version::Custom);
        Self(id.into_uuid())
    }

    /// Says whether only the system may give a command under this id.
    pub(crate) fn is_of_the_system(self) -> bool {
        self.0.get_version() == Some(uuid::Version::Custom)
    }
}

/// Draws the ids of what a command creates.
///
/// Rules draw no ids themselves; they take them from the command or from a source like this one,
/// which is handed in beside `now`.
pub trait IdSource {
    /// Returns a UUID that was never returned before.
    fn next_uuid(&mut self) -> Uuid;

    /// Returns a new id of the kind that is asked for.
    fn next_id<T: Id>(&mut self) -> T
    where
        Self: Sized,
    {
        T::from_uuid(self.next_uuid())
    }
}

impl<S: IdSource + ?Sized> IdSource for &mut S {
    fn next_uuid(&mut self) -> Uuid {
        (**self).next_uuid()
    }
}

/// Derives ids from a command's id: the same command always makes the same ids.
///
/// A repeated attempt therefore writes the same rows, and no random source is needed. The ids are
/// UUIDs of version 7 whose time is `now`; the rest is taken from the SHA-1 hash (UUID version 5)
/// of the command's id and a counter.
///
/// # Example: deterministic ids
///
/// ```
/// use sitstay::ids::{BookingId, CommandId, DerivedIds, IdSource};
///
/// let command: CommandId = "018f3b4e-0000-7000-8000-000000000001".parse()?;
/// let now = "2027-03-01T09:00:00Z".parse()?;
/// let first: BookingId = DerivedIds::new(command, now).next_id();
/// let again: BookingId = DerivedIds::new(command, now).next_id();
/// assert_eq!(first, again);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone)]
pub struct DerivedIds {
    seed: Uuid,
    millis: u64,
    drawn: u32,
}

impl DerivedIds {
    /// Starts the sequence of ids that belongs to `command`.
    #[must_use]
    pub fn new(command: CommandId, now: Instant) -> Self {
        let millis = u64::try_from(now.as_micros() / 1_000).unwrap_or(0);
        Self { seed: command.as_uuid(), millis, drawn: 0 }
    }
}

impl IdSource for DerivedIds {
    fn next_uuid(&mut self) -> Uuid {
        let hash = Uuid::new_v5(&self.seed, &self.drawn.to_be_bytes());
        let mut random = [0; 10];
        random.copy_from_slice(&hash.as_bytes()[6..]);
        // The counter in front keeps the ids of one command in the order they were drawn.
        let [_, _, high, low] = self.drawn.to_be_bytes();
        [random[0], random[1]] = [high, low];
        self.drawn += 1;
        uuid::Builder::from_unix_timestamp_millis(self.millis, &random).into_uuid()
    }
}
