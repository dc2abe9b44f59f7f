//! The people, their bookings, and what a request writes.

use chrono::TimeDelta;
use sitstay::{
    account::{Owner, User},
    audit::{AuditEntry, Event},
    booking::Booking,
    command::{CommandKind, CommandRecord, Fingerprint},
    conformance::fixtures::{Cast, Fixtures, between, buffered, minute, minutes},
    dog::Dog,
    ids::{Id, TrainerId, UserId},
    notification::{Notification, NotificationKind},
    repository::{ChangeSet, Repository, Version, Versioned},
    trainer::{CalendarGuard, Trainer},
};
use uuid::Uuid;

pub(crate) const TRAINERS: u64 = 2_000;
pub(crate) const OWNERS: u64 = 20_000;
/// Odd, and prime to both numbers above: steps through them without order.
const STRIDE: u64 = 7_919;
/// How many requests ask for about the same time, where they collide.
const RIVALS: u64 = 5;
/// How many requests collide on a trainer before it is the next one's turn, because time ends in 2200.
/// Not a multiple of the number of owners: a dog would then be asked for twice at one time.
const TURN: u64 = 1_001_000;

/// Whom the requests ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crowd {
    /// One trainer after the other, for time that is free.
    Spread,
    /// One and the same trainer, several for about the same time.
    Colliding,
}

impl Crowd {
    pub(crate) const ALL: [Self; 2] = [Self::Spread, Self::Colliding];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Spread => "spread",
            Self::Colliding => "colliding",
        }
    }
}

/// The rows of one request, and what it was decided on.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) calendar: Versioned<CalendarGuard>,
    pub(crate) owner: Versioned<User>,
    pub(crate) booking: Booking,
    pub(crate) notification: Notification,
    pub(crate) command: CommandRecord,
    pub(crate) entry: AuditEntry,
}

impl From<Request> for ChangeSet {
    fn from(request: Request) -> Self {
        Self::new()
            .expecting(&request.calendar)
            .expecting(&request.owner)
            .inserting(request.booking)
            .inserting(request.notification)
            .appending(request.command)
            .appending(request.entry)
    }
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Scene {
    cast: Cast,
    booking: Booking,
    notification: Notification,
    command: CommandRecord,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let make = Fixtures::new();
        let cast = make.cast();
        let kind = CommandKind::RequestBooking;
        let booking = buffered(make.booking(&cast, between("00:00", "01:00")), 0, 15);
        Self {
            booking: Booking { service: None, ..booking },
            notification: Notification {
                kind: NotificationKind::BookingRequested,
                ..make.notification(&cast.trainer_user)
            },
            command: CommandRecord {
                kind,
                fingerprint: Fingerprint::of(kind, "{}"),
                ..make.command(&cast.owner_user)
            },
            cast,
        }
    }

    pub(crate) fn request(&self, crowd: Crowd, number: u64) -> Request {
        let owner = number * STRIDE % OWNERS;
        let (trainer, start) = match crowd {
            Crowd::Spread => (number * STRIDE % TRAINERS, 90 * signed(number / TRAINERS)),
            // Years in which no other requests ask.
            Crowd::Colliding => {
                let (trainer, turn) = (number / TURN, number % TURN);
                (trainer, 10_000_000 + 90 * signed(turn / RIVALS) + 10 * signed(turn % RIVALS))
            }
        };
        let session = minutes(start, 60);
        let now = minute(0).saturating_add(TimeDelta::milliseconds(signed(number)));
        let booking = Booking {
            id: id(number),
            trainer: id(trainer),
            owner: id(owner),
            dog: id(owner),
            session,
            hold_expires_at: Some(session.start()),
            created_at: now,
            updated_at: now,
            ..self.booking.clone()
        };
        let event = Event::BookingRequested {
            booking: booking.id,
            trainer: booking.trainer,
            owner: booking.owner,
            dog: booking.dog,
            session,
            price: booking.price.money(),
            accepted: false,
            quote: None,
        };
        Request {
            calendar: Versioned::new(self.calendar(booking.trainer), Version::FIRST),
            owner: Versioned::new(self.user(owner), Version::FIRST),
            booking,
            notification: Notification {
                id: id(number),
                user: trainer_user(trainer),
                subject: event.subject(),
                created_at: now,
                updated_at: now,
                ..self.notification.clone()
            },
            command: CommandRecord {
                id: id(number),
                actor: Some(id(owner)),
                created_at: now,
                ..self.command.clone()
            },
            entry: AuditEntry {
                id: id(number),
                actor: Some(id(owner)),
                event,
                notified: Vec::new(),
                created_at: now,
            },
        }
    }

    /// Stores the trainers, each with a user and a calendar, and the owners, each with a user and a
    /// dog.
    pub(crate) async fn settle(&self, repository: &dyn Repository) {
        let mut changes = ChangeSet::new();
        for number in 0..TRAINERS {
            let user = self.user(OWNERS + number);
            let trainer = Trainer { id: id(number), user: user.id, ..self.cast.trainer.clone() };
            changes.insert(self.calendar(trainer.id));
            changes.insert(trainer);
            changes.insert(user);
        }
        repository.commit(changes).await.unwrap();
        let mut changes = ChangeSet::new();
        for number in 0..OWNERS {
            let user = self.user(number);
            let owner = Owner { id: id(number), user: user.id, ..self.cast.owner.clone() };
            changes.insert(Dog { id: id(number), owner: owner.id, ..self.cast.dog.clone() });
            changes.insert(owner);
            changes.insert(user);
        }
        repository.commit(changes).await.unwrap();
    }

    fn user(&self, number: u64) -> User {
        let email = format!("user{number}@example.com").parse().unwrap();
        User { id: id(number), email, ..self.cast.owner_user.clone() }
    }

    fn calendar(&self, trainer: TrainerId) -> CalendarGuard {
        CalendarGuard { trainer, ..self.cast.calendar.clone() }
    }
}

fn trainer_user(trainer: u64) -> UserId {
    id(OWNERS + trainer)
}

/// New ids sort after old ones, as those of version 7 do.
pub(crate) fn id<T: Id>(number: u64) -> T {
    T::from_uuid(Uuid::from_u64_pair(number, 0x8000_0000_0000_0000 | number))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap()
}
