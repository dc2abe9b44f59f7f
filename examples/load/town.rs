//! Who is there: the trainers, the owners with their dogs, and the terms that hold for all.

use sitstay::{
    geo::GeoPoint,
    ids::{DogId, OwnerId, ServiceId, TrainerId, UserId},
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy, Price},
    policy::PlatformPolicy,
    time::{Instant, Zone},
    trainer::BookingPolicy,
};

use super::{
    Failure,
    arguments::{Arguments, Mode},
    random::Random,
};

/// A lesson's length, in minutes; with the pause after it, one lesson fits an hour.
pub(crate) const LESSON_MINUTES: u16 = 45;
pub(crate) const PAUSE_MINUTES: u16 = 15;
/// Trainers work every day, from the first hour to the last one that a lesson starts in.
pub(crate) const FIRST_HOUR: u8 = 8;
pub(crate) const LESSONS_PER_DAY: u8 = 10;

const TRAINERS_PER_CITY: u64 = 250;
const OWNERS_PER_TRAINER: u64 = 10;
const FEWEST_OWNERS: u64 = 200;
const ZONES: [&str; 5] = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
];

/// A trainer, as far as clients must know one.
#[derive(Debug, Clone)]
pub(crate) struct TrainerSeat {
    pub(crate) user: UserId,
    pub(crate) trainer: TrainerId,
    pub(crate) service: ServiceId,
    pub(crate) zone: Zone,
    pub(crate) place: GeoPoint,
    pub(crate) auto_accept: bool,
}

/// An owner with a dog, as far as clients must know one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnerSeat {
    pub(crate) user: UserId,
    pub(crate) owner: OwnerId,
    pub(crate) dog: DogId,
}

/// Everybody on the platform.
#[derive(Debug)]
pub(crate) struct Town {
    pub(crate) trainers: Vec<TrainerSeat>,
    pub(crate) owners: Vec<OwnerSeat>,
    pub(crate) admin: UserId,
    pub(crate) price: Price,
}

impl Town {
    /// Names everybody; nobody is stored yet.
    pub(crate) fn found(arguments: &Arguments, since: Instant) -> Result<Self, Failure> {
        let mut random = Random::new(arguments.seed, 0);
        let mut trainers = Vec::new();
        for number in 0..arguments.trainers {
            let zone: sitstay::time::ZoneId = ZONES[usize::try_from(number % 5)?].parse()?;
            trainers.push(TrainerSeat {
                user: random.id(since),
                trainer: random.id(since),
                service: random.id(since),
                zone: zone.zone(),
                place: place(number, &mut random)?,
                auto_accept: match arguments.mode {
                    Mode::Uniform | Mode::OneTrainer => true,
                    Mode::Reads | Mode::Mixed => number % 4 == 0,
                },
            });
        }
        let owners = (arguments.trainers * OWNERS_PER_TRAINER).max(FEWEST_OWNERS);
        let owners = (0..owners).map(|_| OwnerSeat {
            user: random.id(since),
            owner: random.id(since),
            dog: random.id(since),
        });
        let owners = owners.collect();
        let price = Price::new(5_000, Currency::EUR)?;
        Ok(Self { trainers, owners, admin: random.id(since), price })
    }

    /// Draws one of the owners who know a trainer.
    pub(crate) fn client_of(&self, trainer: usize, random: &mut Random) -> OwnerSeat {
        let clients = usize::try_from(OWNERS_PER_TRAINER).unwrap_or(1);
        let place = usize::try_from(random.below(OWNERS_PER_TRAINER)).unwrap_or_default();
        self.owners[(trainer * clients + place) % self.owners.len()]
    }
}

/// Draws where a trainer works: within some 15 km of the middle of a city, each full of trainers
/// and 70 km from the next.
fn place(number: u64, random: &mut Random) -> Result<GeoPoint, Failure> {
    let city = i32::try_from(number / TRAINERS_PER_CITY)?;
    let (row, column) = (city / 20, city % 20);
    let mut off = || Ok::<_, Failure>(i32::try_from(random.below(2_600_000))? - 1_300_000);
    let latitude = 360_000_000 + 6_300_000 * row + off()?;
    let longitude = -90_000_000 + 9_000_000 * column + off()?;
    Ok(GeoPoint::new(latitude, longitude)?)
}

/// A fee of 15 % in euros.
pub(crate) fn terms() -> Result<PlatformPolicy, Failure> {
    let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50)?])?;
    Ok(PlatformPolicy::new(BasisPoints::new(1_500)?, money))
}

/// The terms of a trainer.
pub(crate) fn booking_policy(seat: &TrainerSeat) -> BookingPolicy {
    BookingPolicy { auto_accept: seat.auto_accept, ..BookingPolicy::default() }
}
