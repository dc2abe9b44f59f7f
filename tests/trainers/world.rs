//! Two trainers, two owners with a dog each, and an admin.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::TimeDelta;
use sitstay::{
    account::{Owner, RoleName, User, UserRole, UserStatus},
    availability::{SchedulingPolicy, WeeklyHours, Window},
    booking::{Attendance, Booking, BookingStatus, WallStart, Wish},
    cancellation::CancellationPolicy,
    command::{Actor, Call},
    dog::{Dog, DogFacts, DogSize},
    ids::{BookingId, Id},
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, Money, MoneyPolicy, Price},
    platform::{Command, Error, Platform, RequestBooking, Requested},
    policy::PlatformPolicy,
    repository::{AccountQueries, BookingQueries, ChangeSet, Repository, TrainerQueries},
    time::{Instant, Interval, Weekday},
    trainer::{BookingPolicy, CalendarGuard, HoursWindow, Rating, Service, ServiceTerms, Trainer},
    years::Experience,
};
use uuid::Uuid;

/// Users, by number; trainer 1 is Tina and trainer 2 Theo, owner 1 is Omar and owner 2 Olga.
pub(crate) const TINA: u128 = 1;
pub(crate) const OMAR: u128 = 2;
pub(crate) const OLGA: u128 = 3;
pub(crate) const ADA: u128 = 4;
pub(crate) const THEO: u128 = 5;

pub(crate) fn id<T: Id>(number: u128) -> T {
    T::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn span(start: &str, end: &str) -> Interval {
    Interval::parse(start, end).unwrap()
}

/// A Monday, at midnight UTC.
pub(crate) fn now() -> Instant {
    at("2027-03-01T00:00:00Z")
}

pub(crate) fn hours(from: Instant, hours: i64) -> Instant {
    from.saturating_add(TimeDelta::hours(hours))
}

pub(crate) fn tina() -> Actor {
    Actor::trainer(id(TINA))
}

pub(crate) fn omar() -> Actor {
    Actor::owner(id(OMAR))
}

pub(crate) fn olga() -> Actor {
    Actor::owner(id(OLGA))
}

pub(crate) fn ada() -> Actor {
    Actor::admin(id(ADA))
}

pub(crate) fn theo() -> Actor {
    Actor::trainer(id(THEO))
}

pub(crate) fn window(start: &str, end: &str) -> Window {
    Window::parse(start, end).unwrap()
}

/// Weekdays from Monday to Friday with one window each.
pub(crate) fn working_week(start: &str, end: &str) -> WeeklyHours {
    let days = &Weekday::ALL[1..6];
    WeeklyHours::new(days.iter().map(|&day| (day, window(start, end)))).unwrap()
}

pub(crate) fn terms(minutes: u16) -> ServiceTerms {
    ServiceTerms {
        name: "Leash walking".parse().unwrap(),
        description: "Without pulling.".parse().unwrap(),
        duration_minutes: minutes,
        price: Price::new(6_000, Currency::EUR).unwrap(),
        is_active: true,
        buffer_before_minutes: 15,
        buffer_after_minutes: 30,
        accepted_dog_sizes: [DogSize::Medium, DogSize::Small].into(),
    }
}

pub(crate) fn dog_facts(name: &str, size: DogSize) -> DogFacts {
    let notes = "Afraid of bicycles.".parse().unwrap();
    DogFacts { name: name.parse().unwrap(), breed: None, age: None, size, notes }
}

fn user(number: u128, first: &str, last: &str) -> User {
    User {
        id: id(number),
        email: format!("{first}@example.com").parse().unwrap(),
        password: None,
        first_name: first.parse().unwrap(),
        last_name: last.parse().unwrap(),
        phone: None,
        status: UserStatus::Active,
        created_at: now(),
        updated_at: now(),
    }
}

fn trainer(number: u128, user: u128) -> Trainer {
    let scheduling = SchedulingPolicy::default().with_notice_minutes(0).unwrap();
    Trainer {
        id: id(number),
        user: id(user),
        years_of_experience: Experience::new(5).unwrap(),
        bio: "".parse().unwrap(),
        is_verified: false,
        rating: Rating::default(),
        time_zone: "Europe/Berlin".parse().unwrap(),
        search_location: None,
        policy: BookingPolicy { scheduling, ..BookingPolicy::default() },
        created_at: now(),
        updated_at: now(),
    }
}

fn settlers() -> ChangeSet {
    let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
    let mut changes = ChangeSet::new();
    let people = [
        (TINA, "Tina", "Berg", RoleName::Trainer),
        (OMAR, "Omar", "Sayed", RoleName::Owner),
        (OLGA, "Olga", "Ivanova", RoleName::Owner),
        (ADA, "Ada", "Byron", RoleName::Admin),
        (THEO, "Theo", "Vogel", RoleName::Trainer),
    ];
    for (number, first, last, role) in people {
        changes.insert(user(number, first, last));
        changes.insert(UserRole { user: id(number), role: role.id(), updated_at: now() });
    }
    for (number, user) in [(1, TINA), (2, THEO)] {
        changes.insert(trainer(number, user));
        changes.insert(CalendarGuard { trainer: id(number), updated_at: now() });
        let service = Service::new(id(number), id(number), terms(60), &money, now()).unwrap();
        changes.insert(service);
        for (weekday, window) in working_week("09:00", "17:00").iter() {
            changes.insert(HoursWindow {
                id: id(10 * number + u128::from(weekday.number())),
                trainer: id(number),
                weekday,
                window,
                created_at: now(),
                updated_at: now(),
            });
        }
    }
    for (number, user, dog, size) in
        [(1, OMAR, "Rex", DogSize::Medium), (2, OLGA, "Bello", DogSize::Small)]
    {
        changes.insert(Owner {
            id: id(number),
            user: id(user),
            created_at: now(),
            updated_at: now(),
        });
        changes.insert(Dog::new(id(number), id(number), dog_facts(dog, size), now()));
    }
    changes
}

/// A platform on a fresh repository.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) repository: Arc<MemoryRepository>,
    commands: AtomicU64,
}

impl World {
    pub(crate) async fn new() -> Self {
        let repository = Arc::new(MemoryRepository::new());
        repository.commit(settlers()).await.unwrap();
        let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
        let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
        let platform = Platform::new(repository.clone(), policy);
        Self { platform, repository, commands: AtomicU64::new(1) }
    }

    /// Carries a command out under an id of its own.
    pub(crate) async fn run<C: Command>(
        &self,
        actor: Actor,
        now: Instant,
        command: C,
    ) -> Result<C::Outcome, Error> {
        let number = self.commands.fetch_add(1, Ordering::Relaxed);
        self.platform.execute(Call::new(id(number.into()), actor, now), command).await
    }

    /// Asks Tina for an hour, as the owner of a dog.
    pub(crate) async fn request(
        &self,
        number: u128,
        owner: Actor,
        dog: u128,
        start: &str,
    ) -> Result<Requested, Error> {
        let booking = BookingId::from_uuid(Uuid::from_u128(number));
        let request = RequestBooking {
            booking,
            trainer: id(1),
            dog: id(dog),
            wish: Wish::Service(id(1)),
            start: at(start),
            quote: None,
        };
        self.run(owner, now(), request).await
    }

    /// Stores a lesson of Omar's with Tina that was completed at the given instant, an hour long.
    pub(crate) async fn completed(
        &self,
        number: u128,
        completed_at: Instant,
        attendance: Attendance,
    ) -> BookingId {
        let start = completed_at.saturating_add(TimeDelta::hours(-1));
        let booking = lesson(number, start);
        let booking = Booking {
            status: BookingStatus::Completed,
            hold_expires_at: None,
            accepted_at: Some(booking.created_at),
            completed_at: Some(completed_at),
            attendance: Some(attendance),
            ..booking
        };
        let id = booking.id;
        self.repository.commit(ChangeSet::new().inserting(booking)).await.unwrap();
        id
    }

    pub(crate) async fn set_status(&self, user: u128, status: UserStatus) {
        let user = self.repository.user(id(user)).await.unwrap().unwrap();
        let changed = user.map(|user| User { status, ..user });
        self.repository.commit(ChangeSet::new().updating(changed)).await.unwrap();
    }

    pub(crate) async fn guard_version(&self) -> i64 {
        self.repository.calendar(id(1)).await.unwrap().unwrap().version().as_i64()
    }

    pub(crate) async fn rating(&self) -> Rating {
        self.repository.trainer(id(1)).await.unwrap().unwrap().rating
    }

    pub(crate) async fn booking(&self, number: u128) -> Booking {
        self.repository.booking(id(number)).await.unwrap().unwrap().into_value()
    }
}

/// A pending lesson of an hour, of Omar's with Tina, without buffers.
pub(crate) fn lesson(number: u128, start: Instant) -> Booking {
    let session = Interval::new(start, hours(start, 1)).unwrap();
    let zone = "Europe/Berlin".parse::<sitstay::time::ZoneId>().unwrap().zone();
    Booking {
        id: id(number),
        trainer: id(1),
        owner: id(1),
        dog: id(1),
        service: None,
        session,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        price: Price::new(6_000, Currency::EUR).unwrap(),
        fee: Money::new(900, Currency::EUR),
        cancellation_policy: CancellationPolicy::one_day(),
        status: BookingStatus::Pending,
        hold_expires_at: Some(start),
        wall_start: WallStart::of(start, &zone),
        accepted_at: None,
        cancellation: None,
        completed_at: None,
        attendance: None,
        refund_cap: BasisPoints::FULL,
        rescheduled_from: None,
        reschedules: 0,
        series: None,
        created_at: now(),
        updated_at: now(),
    }
}

/// The code of a refusal, or `ok`.
pub(crate) fn code<T>(outcome: &Result<T, Error>) -> &'static str {
    outcome.as_ref().map_or_else(Error::code, |_| "ok")
}
