use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::TimeDelta;
use sitstay::{
    account::Location,
    availability::Window,
    booking::{Attendance, Wish},
    command::{Actor, Call, SystemReason},
    contact::Address,
    dog::{Dog, DogSize},
    geo::GeoPoint,
    ids::{BookingId, CommandId, DogId, Id, LocationId, OwnerId, ServiceId, TrainerId, UserId},
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy, Price},
    platform::{
        AcceptBooking, AddLocation, BecomeOwner, BecomeTrainer, Command, CompleteBooking, Error,
        GrantAdmin, Platform, RequestBooking, SignUp,
    },
    policy::PlatformPolicy,
    repository::{ChangeSet, PageRequest, Repository},
    text::Text,
    time::{Instant, Weekday, ZoneId},
    trainer::{HoursWindow, Service},
    years::Experience,
};
use uuid::Uuid;

pub(crate) const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";
pub(crate) const PHONE: &str = "+4915112345678";
pub(crate) const STREET: &str = "Hauptstraße 1";
pub(crate) const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

/// A platform with a clock and a source of ids.
pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) repository: Arc<MemoryRepository>,
    drawn: AtomicU64,
}

/// An owner with a dog.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keeper {
    pub(crate) user: UserId,
    pub(crate) owner: OwnerId,
    pub(crate) dog: DogId,
}

/// A trainer with a free service, always open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coach {
    pub(crate) user: UserId,
    pub(crate) trainer: TrainerId,
    pub(crate) service: ServiceId,
}

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn now() -> Instant {
    at("2027-03-01T09:00:00Z")
}

pub(crate) fn address() -> Address {
    let (line, city) = (STREET.parse().unwrap(), "Berlin".parse().unwrap());
    Address::new(line, city, None, None, "DE".parse().unwrap()).unwrap()
}

pub(crate) fn point() -> GeoPoint {
    GeoPoint::from_degrees(52.516_27, 13.377_72).unwrap()
}

/// The stable code of a refusal.
pub(crate) fn code<T: Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code()
}

impl World {
    pub(crate) fn new() -> Self {
        let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
        let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
        let repository = Arc::new(MemoryRepository::new());
        let platform = Platform::new(Arc::clone(&repository) as Arc<dyn Repository>, policy);
        Self { platform, repository, drawn: AtomicU64::new(1) }
    }

    pub(crate) fn id<T: Id>(&self) -> T {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        T::from_uuid(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_1000_0000 + u128::from(drawn)))
    }

    pub(crate) fn call(&self, actor: Actor) -> Call {
        Call::new(self.id(), actor, now())
    }

    pub(crate) async fn give<C: Command>(
        &self,
        actor: Actor,
        command: C,
    ) -> Result<C::Outcome, Error> {
        self.platform.execute(self.call(actor), command).await
    }

    pub(crate) async fn give_at<C: Command>(
        &self,
        actor: Actor,
        now: Instant,
        command: C,
    ) -> Result<C::Outcome, Error> {
        self.platform.execute(Call::new(self.id::<CommandId>(), actor, now), command).await
    }

    pub(crate) fn sign_up(&self, email: &str) -> SignUp {
        SignUp {
            user: self.id(),
            email: email.parse().unwrap(),
            password: Some(HASH.parse().unwrap()),
            first_name: "Ann".parse().unwrap(),
            last_name: "Lee".parse().unwrap(),
            phone: Some(PHONE.parse().unwrap()),
        }
    }

    pub(crate) async fn member(&self, email: &str) -> UserId {
        let command = self.sign_up(email);
        let user = command.user;
        self.give(SYSTEM, command).await.unwrap();
        user
    }

    pub(crate) async fn admin(&self, email: &str) -> UserId {
        let user = self.member(email).await;
        self.give(SYSTEM, GrantAdmin { user }).await.unwrap();
        user
    }

    pub(crate) fn become_trainer(&self, user: UserId) -> BecomeTrainer {
        BecomeTrainer {
            user,
            trainer: self.id(),
            years_of_experience: Experience::new(7).unwrap(),
            bio: Text::parse("Dogs like me.").unwrap(),
            time_zone: ZoneId::UTC,
        }
    }

    pub(crate) async fn keeper(&self, email: &str) -> Keeper {
        let user = self.member(email).await;
        let (owner, dog) = (self.id(), self.id());
        self.give(Actor::member(user), BecomeOwner { user, owner }).await.unwrap();
        let row = Dog {
            id: dog,
            owner,
            name: "Rex".parse().unwrap(),
            breed: Some("Collie".parse().unwrap()),
            age: None,
            size: DogSize::Medium,
            notes: Text::parse("Afraid of bikes.").unwrap(),
            removed_at: None,
            created_at: now(),
            updated_at: now(),
        };
        self.repository.commit(ChangeSet::new().inserting(row)).await.unwrap();
        Keeper { user, owner, dog }
    }

    pub(crate) async fn coach(&self, email: &str) -> Coach {
        let user = self.member(email).await;
        let command = self.become_trainer(user);
        let trainer = command.trainer;
        self.give(Actor::member(user), command).await.unwrap();
        let service = Service {
            id: self.id(),
            trainer,
            name: "Puppy basics".parse().unwrap(),
            description: Text::parse("Sit and stay.").unwrap(),
            duration_minutes: 60,
            price: Price::free(Currency::EUR),
            is_active: true,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            accepted_dog_sizes: Vec::new(),
            created_at: now(),
            updated_at: now(),
        };
        let id = service.id;
        let mut changes = ChangeSet::new().inserting(service);
        for weekday in Weekday::ALL {
            changes.insert(HoursWindow {
                id: self.id(),
                trainer,
                weekday,
                window: Window::parse("00:00", "00:00").unwrap(),
                created_at: now(),
                updated_at: now(),
            });
        }
        self.repository.commit(changes).await.unwrap();
        Coach { user, trainer, service: id }
    }

    pub(crate) async fn place(&self, user: UserId) -> LocationId {
        let location = self.id();
        let command = AddLocation { location, address: address(), point: point() };
        self.give(Actor::member(user), command).await.unwrap();
        location
    }

    pub(crate) async fn places(&self, user: UserId) -> Vec<Location> {
        use sitstay::repository::AccountQueries;
        let places = self.repository.locations(user).await.unwrap();
        places.into_iter().map(sitstay::repository::Versioned::into_value).collect()
    }

    pub(crate) async fn request(&self, keeper: Keeper, coach: Coach, start: &str) -> BookingId {
        let booking = self.id();
        let command = RequestBooking {
            booking,
            trainer: coach.trainer,
            dog: keeper.dog,
            wish: Wish::Service(coach.service),
            start: at(start),
            quote: None,
        };
        self.give(Actor::owner(keeper.user), command).await.unwrap();
        booking
    }

    pub(crate) async fn accept(&self, coach: Coach, booking: BookingId) {
        self.give(Actor::trainer(coach.user), AcceptBooking { booking }).await.unwrap();
    }

    pub(crate) async fn complete(&self, booking: BookingId, after: &str) {
        let after = at(after).saturating_add(TimeDelta::hours(24));
        let command = CompleteBooking { booking, attendance: Attendance::Attended };
        self.give_at(SYSTEM, after, command).await.unwrap();
    }

    /// Everything that was written down, oldest first, as JSON.
    pub(crate) async fn trail(&self) -> Vec<serde_json::Value> {
        let entries = self.platform.feed(SYSTEM, Default::default(), 1_000).await.unwrap();
        entries.iter().map(|entry| serde_json::to_value(&entry.entry.event).unwrap()).collect()
    }

    /// The code of what was written down last.
    pub(crate) async fn last_event(&self) -> String {
        self.trail().await.pop().unwrap()["type"].as_str().unwrap().to_owned()
    }

    /// The kinds of notification that a user was sent, the newest first.
    pub(crate) async fn told(&self, user: UserId) -> Vec<&'static str> {
        let page = self.platform.notifications(SYSTEM, user, PageRequest::MAX).await.unwrap();
        page.items.iter().map(|told| told.notification.kind.code()).collect()
    }
}
