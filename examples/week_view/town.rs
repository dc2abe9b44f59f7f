//! A trainer in Berlin, and owners who book.

use std::sync::Arc;

use sitstay::{
    account::User,
    availability::{DatedHours, WeeklyHours, Window},
    booking::Wish,
    command::{Actor, Call, SystemReason},
    conformance::fixtures::{Cast, Fixtures},
    dog::Dog,
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{
        AcceptBooking, BlockTime, Command, Platform, RequestBooking, SetException, SetHours,
        SetPolicy,
    },
    policy::PlatformPolicy,
    repository::{ChangeSet, Repository},
    time::{Instant, Interval, Weekday},
    trainer::{BlockSource, BookingPolicy, Service, Trainer},
};

use super::Outcome;

/// Owners with their dogs: when each asked for a lesson, in UTC, and whether the trainer accepted.
const LESSONS: [(&str, &str, &str, bool); 8] = [
    ("Noor", "Rex", "2027-03-22T08:00:00Z", true),
    ("Emil", "Bruno", "2027-03-22T13:30:00Z", true),
    ("Mila", "Pepper", "2027-03-23T09:30:00Z", true),
    ("Jonas", "Wilma", "2027-03-24T14:00:00Z", true),
    ("Lina", "Otto", "2027-03-25T09:00:00Z", true),
    ("Theo", "Frieda", "2027-03-25T15:00:00Z", false),
    ("Zoe", "Balu", "2027-03-26T13:00:00Z", true),
    ("Ida", "Momo", "2027-03-28T09:00:00Z", false),
];

/// The platform, seen on the Sunday before the week.
pub(crate) struct Town {
    pub(crate) platform: Platform,
    pub(crate) cast: Cast,
    pub(crate) now: Instant,
    make: Fixtures,
}

impl Town {
    pub(crate) async fn new() -> Outcome<Self> {
        let make = Fixtures::new();
        let cast = cast(&make)?;
        let mut changes = ChangeSet::new();
        cast.insert_into(&mut changes);
        let others = owners(&make, &cast)?;
        for other in &others {
            // The trainer's side is there already.
            changes.insert(other.owner_user.clone());
            changes.insert(other.owner_role);
            changes.insert(other.owner.clone());
            changes.insert(other.dog.clone());
        }
        let repository = MemoryRepository::new();
        repository.commit(changes).await?;
        let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50)?])?;
        let policy = PlatformPolicy::new(BasisPoints::new(1_500)?, money);
        let platform = Platform::new(Arc::new(repository), policy);
        let town = Self { platform, cast, now: "2027-03-21T17:00:00Z".parse()?, make };
        town.write_calendar().await?;
        for (other, (_, _, start, is_accepted)) in others.iter().zip(LESSONS) {
            town.book(other, start.parse()?, is_accepted).await?;
        }
        Ok(town)
    }

    pub(crate) fn trainer(&self) -> Actor {
        Actor::trainer(self.cast.trainer_user.id)
    }

    async fn give<C: Command>(&self, actor: Actor, command: C) -> Outcome<C::Outcome> {
        Ok(self.platform.execute(Call::new(self.make.id(), actor, self.now), command).await?)
    }

    async fn write_calendar(&self) -> Outcome<()> {
        let (morning, afternoon) =
            (Window::parse("09:00", "12:30")?, Window::parse("14:00", "18:00")?);
        let weekdays = Weekday::ALL.into_iter().filter(|day| !is_weekend(*day));
        let hours = weekdays.flat_map(|day| [(day, morning), (day, afternoon)]);
        let weekend = [
            (Weekday::Saturday, Window::parse("10:00", "14:00")?),
            (Weekday::Sunday, Window::parse("10:00", "13:00")?),
        ];
        let hours = WeeklyHours::new(hours.chain(weekend))?;
        self.give(self.trainer(), SetHours { hours }).await?;
        let evening = DatedHours::new("2027-03-24".parse()?, [Window::parse("14:00", "19:30")?])?;
        self.give(self.trainer(), SetException { hours: evening }).await?;
        let scheduling = BookingPolicy::default().scheduling.with_slot_step_minutes(30)?;
        let policy = BookingPolicy { scheduling, ..BookingPolicy::default() };
        self.give(self.trainer(), SetPolicy { policy }).await?;
        let during = Interval::parse("2027-03-23T14:00:00Z", "2027-03-23T15:30:00Z")?;
        let block = BlockTime { block: self.make.id(), during, source: BlockSource::Manual };
        self.give(self.trainer(), block).await?;
        Ok(())
    }

    async fn book(&self, other: &Cast, start: Instant, is_accepted: bool) -> Outcome<()> {
        let booking = self.make.id();
        let wish = Wish::Service(self.cast.service.id);
        let (trainer, dog) = (self.cast.trainer.id, other.dog.id);
        let request = RequestBooking { booking, trainer, dog, wish, start, quote: None };
        self.give(Actor::owner(other.owner_user.id), request).await?;
        if is_accepted {
            self.give(self.trainer(), AcceptBooking { booking }).await?;
        }
        Ok(())
    }
}

/// Reads as the system does, which sees every calendar.
pub(crate) const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

const fn is_weekend(day: Weekday) -> bool {
    matches!(day, Weekday::Saturday | Weekday::Sunday)
}

/// The trainer, and a first owner who never books.
fn cast(make: &Fixtures) -> Outcome<Cast> {
    let cast = make.cast();
    Ok(Cast {
        trainer_user: User { last_name: "Berger".parse()?, ..cast.trainer_user },
        trainer: Trainer { time_zone: "Europe/Berlin".parse()?, ..cast.trainer },
        service: Service {
            name: "Leash walking".parse()?,
            buffer_before_minutes: 15,
            buffer_after_minutes: 15,
            ..cast.service
        },
        ..cast
    })
}

/// The owners who book.
fn owners(make: &Fixtures, cast: &Cast) -> Outcome<Vec<Cast>> {
    let owner = |(owner, dog, ..): (&str, &str, &str, bool)| {
        let other = make.cast();
        Ok(Cast {
            trainer: cast.trainer.clone(),
            owner_user: User { first_name: owner.parse()?, ..other.owner_user },
            dog: Dog { name: dog.parse()?, ..other.dog },
            ..other
        })
    };
    LESSONS.into_iter().map(owner).collect()
}
