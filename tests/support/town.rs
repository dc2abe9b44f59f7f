//! Trainers, owners with a dog each and an admin, on any backend.
#![allow(dead_code, unreachable_pub, reason = "every test binary uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use chrono::TimeDelta;
use sitstay::{
    account::{Owner, RoleName, User},
    availability::Window,
    booking::Wish,
    command::{Actor, Call},
    conformance::fixtures::{Fixtures, at, days_later},
    dog::Dog,
    ids::CommandId,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{Command, Error, Platform, RequestBooking},
    policy::PlatformPolicy,
    repository::{ChangeSet, Repository},
    time::{Instant, Weekday},
    trainer::{HoursWindow, Service, Trainer},
};

/// A town whose trainers work from 06:00 to 22:00 UTC every day, and want no notice.
///
/// Prices are in euros, the fee is 15 %. It begins on Monday 2027-03-01 at 06:00.
#[derive(Debug, Clone)]
pub struct Town {
    pub platform: Platform,
    pub make: Fixtures,
    pub trainers: Vec<(User, Trainer, Service)>,
    pub owners: Vec<(User, Owner, Dog)>,
    pub admin: User,
}

impl Town {
    /// Stores a number of trainers and of owners.
    pub async fn found(repository: Arc<dyn Repository>, trainers: usize, owners: usize) -> Self {
        Self::adapted(repository, trainers, owners, |_, _| {}).await
    }

    /// Stores a number of trainers, each a little different, and of owners.
    pub async fn adapted(
        repository: Arc<dyn Repository>,
        trainers: usize,
        owners: usize,
        adapt: impl Fn(usize, (&mut Trainer, &mut Service)),
    ) -> Self {
        let make = Fixtures::new();
        let admin = make.user();
        let mut town = Self {
            platform: Platform::new(repository, policy()),
            trainers: Vec::new(),
            owners: Vec::new(),
            admin: admin.clone(),
            make,
        };
        let make = town.make.clone();
        let role = make.user_role(&admin, RoleName::Admin);
        town.commits(ChangeSet::new().inserting(admin).inserting(role)).await;
        for number in 0..trainers {
            let user = make.user();
            let mut trainer = make.trainer(&user);
            let scheduling = trainer.policy.scheduling.with_notice_minutes(0).unwrap();
            trainer.policy.scheduling = scheduling.with_days_ahead(730).unwrap();
            let mut service = make.service(&trainer);
            adapt(number, (&mut trainer, &mut service));
            let mut changes = ChangeSet::new();
            changes.insert(user.clone());
            changes.insert(make.user_role(&user, RoleName::Trainer));
            changes.insert(trainer.clone());
            changes.insert(make.calendar(&trainer));
            changes.insert(service.clone());
            for weekday in Weekday::ALL {
                let window = Window::parse("06:00", "22:00").unwrap();
                changes.insert(HoursWindow { weekday, window, ..make.hours(&trainer) });
            }
            town.commits(changes).await;
            town.trainers.push((user, trainer, service));
        }
        for _ in 0..owners {
            let user = make.user();
            let owner = make.owner(&user);
            let dog = make.dog(&owner);
            let role = make.user_role(&user, RoleName::Owner);
            let changes = ChangeSet::new()
                .inserting(user.clone())
                .inserting(role)
                .inserting(owner.clone())
                .inserting(dog.clone());
            town.commits(changes).await;
            town.owners.push((user, owner, dog));
        }
        town
    }

    /// The same town, seen by another instance of the service.
    pub fn seen_by(&self, repository: Arc<dyn Repository>) -> Self {
        Self { platform: Platform::new(repository, policy()), ..self.clone() }
    }

    pub fn repository(&self) -> &dyn Repository {
        self.platform.repository()
    }

    pub async fn commits(&self, changes: ChangeSet) {
        self.repository().commit(changes).await.unwrap();
    }

    pub fn owner(&self, number: usize) -> Actor {
        Actor::owner(self.owners[number].0.id)
    }

    pub fn trainer(&self, number: usize) -> Actor {
        Actor::trainer(self.trainers[number].0.id)
    }

    pub fn admin(&self) -> Actor {
        Actor::admin(self.admin.id)
    }

    /// Frames a new command.
    pub fn call(&self, actor: Actor, now: Instant) -> Call {
        Call::new(self.make.id::<CommandId>(), actor, now)
    }

    /// Gives a command under a new id.
    pub async fn gives<C: Command>(
        &self,
        actor: Actor,
        now: Instant,
        command: C,
    ) -> Result<C::Outcome, Error> {
        self.platform.execute(self.call(actor, now), command).await
    }

    /// An owner's request for a trainer's service.
    pub fn wish(&self, owner: usize, trainer: usize, start: Instant) -> RequestBooking {
        RequestBooking {
            booking: self.make.id(),
            trainer: self.trainers[trainer].1.id,
            dog: self.owners[owner].2.id,
            wish: Wish::Service(self.trainers[trainer].2.id),
            start,
            quote: None,
        }
    }
}

fn policy() -> PlatformPolicy {
    let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
    PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money)
}

/// A time of a day, so many days after the town began.
pub fn on(day: i64, time: &str) -> Instant {
    days_later(at(time), day)
}

/// So many minutes after midnight of a day.
pub fn minute_of(day: i64, minutes: i64) -> Instant {
    on(day, "00:00").checked_add(TimeDelta::minutes(minutes)).unwrap()
}
