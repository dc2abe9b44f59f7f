//! A country that grows by cities: always as many trainers in a city, and lessons of a trainer.

use chrono::TimeDelta;
use sitstay::{
    account::{Location, Owner, RoleName, User},
    booking::Booking,
    conformance::fixtures::{Cast, Fixtures, accepted, at, days_later},
    dog::Dog,
    geo::GeoPoint,
    ids::Id,
    money::{Currency, Price},
    repository::{ChangeSet, Repository},
    text::Text,
    time::{Instant, Interval, Weekday},
    trainer::{HoursWindow, Rating, Service, Trainer},
};
use uuid::Uuid;

const TRAINERS_IN_A_CITY: u64 = 200;
const BATCH: usize = 2_000;

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Country {
    pub(crate) trainers: u64,
    pub(crate) bookings: u64,
}

/// When everybody searches.
pub(crate) fn now() -> Instant {
    at("06:00")
}

/// Scatters a number over the numbers below another one, in the same way in every run.
pub(crate) fn scattered(number: u64, salt: u64, below: u64) -> u64 {
    fastrand::Rng::with_seed(number ^ salt.rotate_left(32)).u64(..below)
}

pub(crate) fn id<I: Id>(kind: u128, number: u64) -> I {
    I::from_uuid(Uuid::from_u128(
        0x0199_0000_0000_7000_8000_0000_0000_0000 | kind << 40 | u128::from(number),
    ))
}

impl Country {
    /// Returns a point in some city, within about 15 km of its centre.
    pub(crate) fn somewhere(self, number: u64) -> GeoPoint {
        let cities = (self.trainers / TRAINERS_IN_A_CITY).max(1);
        let city = number % cities;
        // About 70 km apart, in rows of 25.
        let (row, column) = (city / 25, city % 25);
        let degrees = |base: i64, step: i64, place: u64, salt| {
            let off = i64::try_from(scattered(number, salt, 2_600_000)).unwrap() - 1_300_000;
            i32::try_from(base + step * i64::try_from(place).unwrap() + off).unwrap()
        };
        GeoPoint::new(
            degrees(400_000_000, 6_300_000, row, 1),
            degrees(-50_000_000, 9_000_000, column, 2),
        )
        .unwrap()
    }

    /// Fills an empty repository.
    pub(crate) async fn settle(self, repository: &dyn Repository) {
        let make = Fixtures::new();
        let cast = make.cast();
        let mut pending = ChangeSet::new();
        cast.insert_into(&mut pending);
        let mut rows = 0;
        for number in 0..self.trainers {
            rows += self.add_trainer(&make, number, &mut pending);
            if rows >= BATCH {
                repository.commit(std::mem::take(&mut pending)).await.unwrap();
                rows = 0;
            }
        }
        repository.commit(std::mem::take(&mut pending)).await.unwrap();
        for number in 0..self.bookings {
            pending.insert(self.booking(&make, &cast, number));
            if (number + 1) % (BATCH as u64) == 0 {
                repository.commit(std::mem::take(&mut pending)).await.unwrap();
            }
        }
        repository.commit(pending).await.unwrap();
    }

    fn add_trainer(self, make: &Fixtures, number: u64, changes: &mut ChangeSet) -> usize {
        let user = User {
            id: id(1, number),
            email: format!("trainer.{number}@example.com").parse().unwrap(),
            ..make.user()
        };
        let point = self.somewhere(number);
        let location = Location { id: id(2, number), point, ..make.location(&user) };
        let count = i64::try_from(scattered(number, 3, 40)).unwrap();
        let points = i64::try_from(scattered(number, 4, 3)).unwrap();
        let trainer = Trainer {
            id: id(3, number),
            is_verified: scattered(number, 5, 2) == 0,
            rating: Rating { sum: count * 3 + count * points.min(2), count },
            search_location: Some(location.id),
            ..make.trainer(&user)
        };
        changes.insert(make.user_role(&user, RoleName::Trainer));
        // Somebody whose dog takes all lessons of this trainer.
        let owner_user = User {
            id: id(6, number),
            email: format!("owner.{number}@example.com").parse().unwrap(),
            ..make.user()
        };
        let owner = Owner { id: id(7, number), ..make.owner(&owner_user) };
        changes.insert(Dog { id: id(8, number), ..make.dog(&owner) });
        changes.insert(owner);
        changes.insert(owner_user);
        changes.insert(user);
        changes.insert(location);
        changes.insert(make.calendar(&trainer));
        for kind in 0..2 {
            let names = ["Puppy class", "Recall", "Agility", "Leash walking"];
            let name = names[usize::try_from(scattered(number, 6 + kind, 4)).unwrap()];
            let price = 3_000 + 500 * i64::try_from(scattered(number, 8 + kind, 12)).unwrap();
            changes.insert(Service {
                id: id(4 + u128::from(kind), number),
                name: name.parse().unwrap(),
                description: Text::parse("In small groups, outside, in any weather.").unwrap(),
                price: Price::new(price, Currency::EUR).unwrap(),
                ..make.service(&trainer)
            });
        }
        for weekday in [Weekday::Monday, Weekday::Tuesday, Weekday::Thursday, Weekday::Friday] {
            changes.insert(HoursWindow { weekday, ..make.hours(&trainer) });
        }
        changes.insert(trainer);
        13
    }

    /// One trainer after the other, in the next six weeks and without overlaps.
    fn booking(self, make: &Fixtures, cast: &Cast, number: u64) -> Booking {
        let (trainer, turn) = (number % self.trainers, number / self.trainers);
        let day = i64::try_from(turn * 7 / 2).unwrap();
        let start = days_later(at("09:00"), day).saturating_add(TimeDelta::hours(1));
        let session = Interval::new(start, start.saturating_add(TimeDelta::hours(1))).unwrap();
        Booking {
            id: id(9, number),
            trainer: id(3, trainer),
            owner: id(7, trainer),
            dog: id(8, trainer),
            service: None,
            ..accepted(make.booking(cast, session))
        }
    }
}
