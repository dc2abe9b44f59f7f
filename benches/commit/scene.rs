//! The people, their bookings, and what a request writes.

use chrono::TimeDelta;
use sitstay::{
    account::{Owner, User, UserStatus},
    audit::{AuditEntry, Event},
    booking::{Booking, BookingStatus, WallStart},
    cancellation::CancellationPolicy,
    command::{CommandKind, CommandRecord, Fingerprint},
    dog::{Dog, DogSize},
    ids::{Id, TrainerId, UserId},
    money::{BasisPoints, Money, Price},
    notification::{Notification, NotificationKind},
    repository::{ChangeSet, Repository, Version, Versioned},
    time::{Instant, Interval},
    trainer::{BookingPolicy, CalendarGuard, Rating, Trainer},
    years::Experience,
};
use uuid::Uuid;

pub(crate) const TRAINERS: u64 = 2_000;
pub(crate) const OWNERS: u64 = 20_000;
/// Odd, and prime to both numbers above: steps through them without order.
const STRIDE: u64 = 7_919;
/// How many requests ask for about the same time, where they collide.
const RIVALS: u64 = 5;

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
    booking: Booking,
    fingerprint: Fingerprint,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let currency = "EUR".parse().unwrap();
        let booking = Booking {
            id: id(0),
            trainer: id(0),
            owner: id(0),
            dog: id(0),
            service: None,
            session: Interval::new(at(0), at(60)).unwrap(),
            buffer_before_minutes: 0,
            buffer_after_minutes: 15,
            price: Price::new(5_000, currency).unwrap(),
            fee: Money::new(500, currency),
            cancellation_policy: CancellationPolicy::one_day(),
            status: BookingStatus::Pending,
            hold_expires_at: Some(at(0)),
            wall_start: WallStart {
                local: at(0).to_utc().naive_utc(),
                zone: "Europe/Berlin".parse().unwrap(),
                utc_offset: 3_600,
            },
            accepted_at: None,
            cancellation: None,
            completed_at: None,
            attendance: None,
            refund_cap: BasisPoints::new(10_000).unwrap(),
            rescheduled_from: None,
            reschedules: 0,
            series: None,
            created_at: at(0),
            updated_at: at(0),
        };
        let fingerprint = Fingerprint::of(CommandKind::RequestBooking, "{}");
        Self { booking, fingerprint }
    }

    pub(crate) fn request(&self, crowd: Crowd, number: u64) -> Request {
        let owner = number * STRIDE % OWNERS;
        let (trainer, start) = match crowd {
            Crowd::Spread => (number * STRIDE % TRAINERS, 90 * minutes(number / TRAINERS)),
            // A year in which no other requests ask.
            Crowd::Colliding => {
                (0, 10_000_000 + 90 * minutes(number / RIVALS) + 10 * minutes(number % RIVALS))
            }
        };
        let session = Interval::new(at(start), at(start + 60)).unwrap();
        let now = at(0).saturating_add(TimeDelta::milliseconds(minutes(number)));
        let event = Event::BookingRequested {
            booking: id(number),
            trainer: id(trainer),
            owner: id(owner),
            dog: id(owner),
            session,
            price: self.booking.price.money(),
            accepted: false,
        };
        Request {
            calendar: Versioned::new(calendar(id(trainer)), Version::FIRST),
            owner: Versioned::new(user(owner), Version::FIRST),
            booking: Booking {
                id: id(number),
                trainer: id(trainer),
                owner: id(owner),
                dog: id(owner),
                session,
                hold_expires_at: Some(session.start()),
                created_at: now,
                updated_at: now,
                ..self.booking.clone()
            },
            notification: Notification {
                id: id(number),
                user: trainer_user(trainer),
                kind: NotificationKind::BookingRequested,
                subject: event.subject(),
                is_read: false,
                created_at: now,
                updated_at: now,
            },
            command: CommandRecord {
                id: id(number),
                actor: Some(id(owner)),
                kind: CommandKind::RequestBooking,
                fingerprint: self.fingerprint,
                result: "{}".to_owned(),
                created_at: now,
            },
            entry: AuditEntry { id: id(number), actor: Some(id(owner)), event, created_at: now },
        }
    }
}

/// Makes the trainers, each with a user and a calendar, and the owners, each with a user and a dog.
pub(crate) async fn settle(repository: &dyn Repository) {
    let mut changes = ChangeSet::new();
    for number in 0..TRAINERS {
        let user = User { id: trainer_user(number), ..user(OWNERS + number) };
        changes.insert(Trainer {
            id: id(number),
            user: user.id,
            years_of_experience: Experience::new(5).unwrap(),
            bio: "".parse().unwrap(),
            is_verified: true,
            rating: Rating::default(),
            time_zone: "Europe/Berlin".parse().unwrap(),
            search_location: None,
            policy: BookingPolicy::default(),
            created_at: at(0),
            updated_at: at(0),
        });
        changes.insert(user);
        changes.insert(calendar(id(number)));
    }
    repository.commit(changes).await.unwrap();
    let mut changes = ChangeSet::new();
    for number in 0..OWNERS {
        changes.insert(user(number));
        changes.insert(Owner {
            id: id(number),
            user: id(number),
            created_at: at(0),
            updated_at: at(0),
        });
        changes.insert(Dog {
            id: id(number),
            owner: id(number),
            name: "Rex".parse().unwrap(),
            breed: None,
            age: None,
            size: DogSize::Medium,
            notes: "".parse().unwrap(),
            removed_at: None,
            created_at: at(0),
            updated_at: at(0),
        });
    }
    repository.commit(changes).await.unwrap();
}

fn user(number: u64) -> User {
    User {
        id: id(number),
        email: format!("user{number}@example.com").parse().unwrap(),
        password: None,
        first_name: "Ann".parse().unwrap(),
        last_name: "Lee".parse().unwrap(),
        phone: None,
        status: UserStatus::Active,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn calendar(trainer: TrainerId) -> CalendarGuard {
    CalendarGuard { trainer, updated_at: at(0) }
}

fn trainer_user(trainer: u64) -> UserId {
    id(OWNERS + trainer)
}

/// New ids sort after old ones, as those of version 7 do.
pub(crate) fn id<T: Id>(number: u64) -> T {
    T::from_uuid(Uuid::from_u64_pair(number, 0x8000_0000_0000_0000 | number))
}

fn minutes(number: u64) -> i64 {
    i64::try_from(number).unwrap()
}

fn at(minutes: i64) -> Instant {
    let first: Instant = "2027-03-01T00:00:00Z".parse().unwrap();
    first.saturating_add(TimeDelta::minutes(minutes))
}
