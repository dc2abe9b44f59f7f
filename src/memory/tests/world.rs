//! Two trainers, an owner with two dogs, and bookings between them.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    account::{Owner, User, UserStatus},
    audit::{AuditEntry, Event},
    booking::{Attendance, Booking, BookingStatus, CancelKind, Cancellation, WallStart},
    cancellation::CancellationPolicy,
    command::{CommandKind, CommandRecord, Fingerprint},
    dog::{Dog, DogSize},
    ids::{BookingId, DogId, Id, OwnerId, TrainerId, UserId},
    memory::MemoryRepository,
    money::{BasisPoints, Money, Price},
    notification::{Notification, NotificationKind},
    repository::{BookingQueries, ChangeSet, Repository, Versioned},
    time::{Instant, Interval},
    trainer::{BookingPolicy, CalendarGuard, Rating, Trainer},
    years::Experience,
};

pub(super) const TRAINERS: [u128; 2] = [1, 2];
pub(super) const DOGS: [u128; 2] = [1, 2];

pub(super) fn id<T: Id>(number: u128) -> T {
    T::from_uuid(Uuid::from_u128(number))
}

/// Returns an instant some minutes after the first one that matters.
pub(super) fn at(minutes: i64) -> Instant {
    "2027-03-01T00:00:00Z".parse::<Instant>().unwrap().saturating_add(TimeDelta::minutes(minutes))
}

pub(super) fn interval(start: i64, end: i64) -> Interval {
    Interval::new(at(start), at(end)).unwrap()
}

pub(super) fn user(number: u128) -> User {
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

pub(super) fn trainer(number: u128, user: u128) -> Trainer {
    Trainer {
        id: id(number),
        user: id(user),
        years_of_experience: Experience::new(5).unwrap(),
        bio: "".parse().unwrap(),
        is_verified: false,
        rating: Rating::default(),
        time_zone: "Europe/Berlin".parse().unwrap(),
        search_location: None,
        policy: BookingPolicy::default(),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// Users 1 and 2 are trainers 1 and 2, user 3 is owner 1 of dogs 1 and 2.
pub(super) fn settlers() -> ChangeSet {
    let mut changes = ChangeSet::new();
    for number in [1, 2, 3] {
        changes.insert(user(number));
    }
    for number in TRAINERS {
        changes.insert(trainer(number, number));
        changes.insert(CalendarGuard { trainer: id(number), updated_at: at(0) });
    }
    changes.insert(Owner { id: id(1), user: id(3), created_at: at(0), updated_at: at(0) });
    for number in DOGS {
        changes.insert(Dog {
            id: id(number),
            owner: id(1),
            name: "Rex".parse().unwrap(),
            breed: None,
            age: None,
            size: DogSize::Small,
            notes: "".parse().unwrap(),
            removed_at: None,
            created_at: at(0),
            updated_at: at(0),
        });
    }
    changes
}

pub(super) async fn settled() -> MemoryRepository {
    let repository = MemoryRepository::new();
    repository.commit(settlers()).await.unwrap();
    repository
}

/// Returns a pending booking of trainer 1 and dog 1, without buffers.
pub(super) fn booking(number: u128, session: Interval) -> Booking {
    let currency = "EUR".parse().unwrap();
    Booking {
        id: id(number),
        trainer: id(1),
        owner: id(1),
        dog: id(1),
        service: None,
        session,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        price: Price::new(5_000, currency).unwrap(),
        fee: Money::new(500, currency),
        cancellation_policy: CancellationPolicy::one_day(),
        status: BookingStatus::Pending,
        hold_expires_at: Some(session.start()),
        wall_start: WallStart {
            local: session.start().to_utc().naive_utc(),
            zone: "UTC".parse().unwrap(),
            utc_offset: 0,
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
    }
}

/// Brings a booking into a status, with the columns that go with it.
pub(super) fn become_status(booking: Booking, status: BookingStatus) -> Booking {
    let now = booking.session.end();
    let is_completed = status == BookingStatus::Completed;
    let is_cancelled = status == BookingStatus::Cancelled;
    Booking {
        status,
        hold_expires_at: (status == BookingStatus::Pending).then_some(booking.session.start()),
        accepted_at: (is_completed || status == BookingStatus::Accepted).then_some(now),
        completed_at: is_completed.then_some(now),
        attendance: is_completed.then_some(Attendance::Attended),
        cancellation: is_cancelled.then_some(Cancellation {
            kind: CancelKind::Cancelled,
            at: now,
            by: None,
            reason: None,
        }),
        ..booking
    }
}

pub(super) fn audit(number: u128, booking: u128, created_at: Instant) -> AuditEntry {
    let event = Event::BookingAccepted { booking: id(booking) };
    AuditEntry { id: id(number), actor: None, event, notified: Vec::new(), created_at }
}

pub(super) fn command(number: u128, created_at: Instant) -> CommandRecord {
    CommandRecord {
        id: id(number),
        actor: None,
        kind: CommandKind::RequestBooking,
        fingerprint: Fingerprint::of(CommandKind::RequestBooking, "{}"),
        result: "{}".to_owned(),
        created_at,
    }
}

pub(super) fn notification(number: u128, user: UserId, created_at: Instant) -> Notification {
    Notification {
        id: id(number),
        user,
        kind: NotificationKind::BookingRequested,
        subject: Event::BookingAccepted { booking: id(1) }.subject(),
        is_read: false,
        created_at,
        updated_at: created_at,
    }
}

/// Reads a booking that is there.
pub(super) async fn stored(repository: &MemoryRepository, number: u128) -> Versioned<Booking> {
    repository.booking(id::<BookingId>(number)).await.unwrap().unwrap()
}

pub(super) fn trainer_id(number: u128) -> TrainerId {
    id(number)
}

pub(super) fn dog_id(number: u128) -> DogId {
    id(number)
}

pub(super) fn owner_id() -> OwnerId {
    id(1)
}
