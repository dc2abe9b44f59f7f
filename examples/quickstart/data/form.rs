//! What the data file may say, field by field; `examples/data/README.md` says what it means.
//!
//! Values are the domain's own types, so that most bounds hold as soon as the file is read.

use std::{collections::BTreeSet, fmt};

use chrono::NaiveDate;
use serde::Deserialize;
use sitstay::{
    availability::{SchedulingPolicy, Window},
    cancellation::CancellationPolicy,
    contact::{Address, Email, PersonName, Phone},
    dog::DogSize,
    error::{InvalidValue, Problem},
    geo::GeoPoint,
    money::{BasisPoints, Currency, MoneyPolicy, Price},
    policy::PlatformPolicy,
    text::{Name, Text},
    time::{WallTime, Weekday, Zone, ZoneId},
    trainer::{BookingPolicy, CustomRequests},
    years::{DogAge, Experience},
};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlatformFile {
    pub(crate) platform: PlatformTerms,
    pub(crate) trainers: Vec<Trainer>,
    pub(crate) owners: Vec<Owner>,
}

/// The platform's own terms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlatformTerms {
    pub(crate) fee_basis_points: BasisPoints,
    pub(crate) charges: MoneyPolicy,
}

impl PlatformFile {
    /// The platform's own terms, with the library's defaults for the rest.
    pub(crate) fn terms(&self) -> PlatformPolicy {
        PlatformPolicy::new(self.platform.fee_basis_points, self.platform.charges.clone())
    }

    /// The zone of the first trainer, with whom the story takes place.
    pub(crate) fn stage_zone(&self) -> Zone {
        self.trainers.first().map_or(ZoneId::UTC, |trainer| trainer.time_zone).zone()
    }

    /// How many time zones the trainers work in.
    pub(crate) fn zones(&self) -> u32 {
        let zones: BTreeSet<_> = self.trainers.iter().map(|trainer| trainer.time_zone).collect();
        u32::try_from(zones.len()).unwrap_or(u32::MAX)
    }
}

/// What trainers and owners have in common.
#[derive(Debug)]
pub(crate) struct Person<'a> {
    pub(crate) first_name: &'a PersonName,
    pub(crate) last_name: &'a PersonName,
    pub(crate) email: &'a Email,
    pub(crate) phone: Option<&'a Phone>,
    pub(crate) location: Option<&'a Place>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trainer {
    pub(crate) key: Key,
    pub(crate) first_name: PersonName,
    pub(crate) last_name: PersonName,
    pub(crate) email: Email,
    pub(crate) phone: Option<Phone>,
    pub(crate) years_of_experience: Experience,
    #[serde(default)]
    pub(crate) is_verified: bool,
    pub(crate) time_zone: ZoneId,
    pub(crate) bio: Text,
    pub(crate) location: Place,
    pub(crate) hours: Vec<Hours>,
    #[serde(default)]
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) services: Vec<Service>,
    #[serde(default)]
    pub(crate) certifications: Vec<Certificate>,
    #[serde(default)]
    pub(crate) policy: Terms,
}

impl Trainer {
    pub(crate) fn person(&self) -> Person<'_> {
        Person {
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
            phone: self.phone.as_ref(),
            location: Some(&self.location),
        }
    }

    /// What the trainer's ids are derived from.
    pub(crate) fn name(&self) -> String {
        format!("trainer/{}", self.key)
    }

    /// What a service's ids are derived from.
    pub(crate) fn service_name(&self, service: &Service) -> String {
        format!("{}/service/{}", self.name(), service.key)
    }

    /// The weekly windows, one for each day that an entry names.
    pub(crate) fn windows(&self) -> impl Iterator<Item = (Weekday, Window)> {
        self.hours.iter().flat_map(|hours| {
            let window = Window::new(hours.start, hours.end);
            hours.days.iter().map(move |&day| (day.into(), window))
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Owner {
    pub(crate) key: Key,
    pub(crate) first_name: PersonName,
    pub(crate) last_name: PersonName,
    pub(crate) email: Email,
    pub(crate) phone: Option<Phone>,
    pub(crate) location: Option<Place>,
    #[serde(default)]
    pub(crate) dogs: Vec<Dog>,
}

impl Owner {
    pub(crate) fn person(&self) -> Person<'_> {
        Person {
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
            phone: self.phone.as_ref(),
            location: self.location.as_ref(),
        }
    }

    /// What the owner's ids are derived from.
    pub(crate) fn name(&self) -> String {
        format!("owner/{}", self.key)
    }

    /// The first of the owner's dogs that a service is for.
    pub(crate) fn dog_for(&self, service: &Service) -> Option<&Dog> {
        self.dogs.iter().find(|dog| service.accepts(dog))
    }

    /// What a dog's ids are derived from.
    pub(crate) fn dog_name(&self, dog: &Dog) -> String {
        format!("{}/dog/{}", self.name(), dog.key)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dog {
    pub(crate) key: Key,
    pub(crate) name: Name,
    pub(crate) breed: Option<Name>,
    pub(crate) age: Option<DogAge>,
    pub(crate) size: DogSize,
    #[serde(default)]
    pub(crate) notes: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) address: Address,
    pub(crate) point: GeoPoint,
}

/// One window, on each of some days of the week.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hours {
    pub(crate) days: Vec<Day>,
    pub(crate) start: WallTime,
    pub(crate) end: WallTime,
}

/// What replaces the weekly hours on one date.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    pub(crate) date: NaiveDate,
    pub(crate) windows: Vec<Window>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    pub(crate) key: Key,
    pub(crate) name: Name,
    pub(crate) description: Text,
    pub(crate) duration_minutes: u16,
    pub(crate) price: DecimalPrice,
    #[serde(default)]
    pub(crate) buffer_before_minutes: u16,
    #[serde(default)]
    pub(crate) buffer_after_minutes: u16,
    #[serde(default)]
    pub(crate) dog_sizes: Vec<DogSize>,
}

impl Service {
    pub(crate) fn accepts(&self, dog: &Dog) -> bool {
        self.dog_sizes.is_empty() || self.dog_sizes.contains(&dog.size)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Certificate {
    pub(crate) key: Key,
    pub(crate) name: Name,
    pub(crate) issued_by: Name,
    pub(crate) issued_at: NaiveDate,
}

/// A trainer's terms; what is left out has the library's default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    slot_step_minutes: Option<u32>,
    notice_minutes: Option<u32>,
    days_ahead: Option<u32>,
    daily_limit: Option<u32>,
    weekly_limit: Option<u32>,
    hold_minutes: Option<u32>,
    auto_accept: Option<bool>,
    cancellation: Option<Cancellation>,
    pub(crate) custom_requests: Option<Custom>,
}

impl Terms {
    pub(crate) fn policy(&self) -> Result<BookingPolicy, InvalidValue> {
        let default = BookingPolicy::default();
        let grid = default.scheduling;
        let policy = BookingPolicy {
            scheduling: SchedulingPolicy::default()
                .with_slot_step_minutes(self.slot_step_minutes.unwrap_or(grid.slot_step_minutes()))?
                .with_notice_minutes(self.notice_minutes.unwrap_or(grid.notice_minutes()))?
                .with_days_ahead(self.days_ahead.unwrap_or(grid.days_ahead()))?
                .with_daily_limit(self.daily_limit)?
                .with_weekly_limit(self.weekly_limit)?,
            hold_minutes: self.hold_minutes.unwrap_or(default.hold_minutes),
            auto_accept: self.auto_accept.unwrap_or(default.auto_accept),
            custom_requests: self.custom_requests.as_ref().map(Custom::requests),
            cancellation: self.cancellation.map_or(default.cancellation, Cancellation::policy),
        };
        policy.check()?;
        Ok(policy)
    }
}

/// One of the library's cancellation policies.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cancellation {
    SameDay,
    OneDay,
    ThreeDays,
    SevenDays,
}

impl Cancellation {
    fn policy(self) -> CancellationPolicy {
        match self {
            Self::SameDay => CancellationPolicy::same_day(),
            Self::OneDay => CancellationPolicy::one_day(),
            Self::ThreeDays => CancellationPolicy::three_days(),
            Self::SevenDays => CancellationPolicy::seven_days(),
        }
    }
}

/// The bounds of lessons that need no service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Custom {
    min_minutes: u16,
    max_minutes: u16,
    pub(crate) min_price: DecimalPrice,
    pub(crate) max_price: DecimalPrice,
    #[serde(default)]
    buffer_before_minutes: u16,
    #[serde(default)]
    buffer_after_minutes: u16,
}

impl Custom {
    fn requests(&self) -> CustomRequests {
        CustomRequests {
            min_minutes: self.min_minutes,
            max_minutes: self.max_minutes,
            min_price: self.min_price.0.minor(),
            max_price: self.max_price.0.minor(),
            currency: self.min_price.0.currency(),
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
        }
    }
}

/// A day of the week, by its first three letters.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Day {
    Sun,
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Sun => Self::Sunday,
            Day::Mon => Self::Monday,
            Day::Tue => Self::Tuesday,
            Day::Wed => Self::Wednesday,
            Day::Thu => Self::Thursday,
            Day::Fri => Self::Friday,
            Day::Sat => Self::Saturday,
        }
    }
}

/// A price such as `65.00 GBP`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct DecimalPrice(pub(crate) Price);

impl TryFrom<String> for DecimalPrice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (amount, currency) =
            text.split_once(' ').ok_or("must be an amount and a currency, as in 65.00 GBP")?;
        let currency = Currency::parse(currency).map_err(|error| error.to_string())?;
        Price::parse(amount, currency).map(Self).map_err(|error| error.to_string())
    }
}

/// What an entry is known by from run to run: all ids are derived from keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Key(String);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Key {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        let is_sound =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !text.is_empty() && text.len() <= 64 && text.bytes().all(is_sound) {
            return Ok(Self(text));
        }
        let form = "1 to 64 lower-case letters, digits and hyphens";
        Err(InvalidValue::new("key", Problem::Malformed(form)))
    }
}
