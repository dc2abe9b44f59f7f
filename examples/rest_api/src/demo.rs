//! A few people to try things with: made by the same commands as anybody, under ids that are always
//! the same, so that a second start makes nobody twice.

use std::error::Error;

use sitstay::{
    availability::{WeeklyHours, Window},
    command::{Actor, Call, SystemReason},
    contact::Address,
    dog::{DogFacts, DogSize},
    geo::GeoPoint,
    ids::{CommandId, DogId, Id, LocationId, OwnerId, ServiceId, TrainerId, UserId},
    money::{Currency, Price},
    platform::{
        AddDog, AddLocation, AddService, BecomeOwner, BecomeTrainer, Command, SetHours, SignUp,
        UpdateTrainer,
    },
    time::Weekday,
    trainer::ServiceTerms,
    years::Experience,
};
use uuid::{Uuid, uuid};

use crate::app::App;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const NAMESPACE: Uuid = uuid!("6d0f2f5e-3a57-4a0f-9f0b-5b1c1a8a7d10");

/// Everybody's password.
const PASSWORD: &str = "sit and stay";

const PEOPLE: [Person; 4] = [
    Person {
        name: ("Maya", "Lindqvist"),
        work: Some(Work {
            bio: "Calm, reward-based training for city dogs: on your street, in your park, at your \
                front door.",
            years: 11,
            zone: "Europe/Berlin",
            place: ("Torstraße 12", "Berlin", "10119", "DE"),
            point: (525_290_000, 134_010_000),
            hours: ("09:00", "17:00"),
            lessons: &[("Loose lead", 60, 6_500), ("Puppy start", 45, 5_000)],
        }),
    },
    Person {
        name: ("Tomás", "Ferreira"),
        work: Some(Work {
            bio: "Recall that holds, with long lines in open ground.",
            years: 6,
            zone: "Europe/Lisbon",
            place: ("Rua da Rosa 40", "Lisboa", "1200-388", "PT"),
            point: (387_130_000, -91_450_000),
            hours: ("10:00", "19:00"),
            lessons: &[("Recall", 90, 7_000)],
        }),
    },
    Person {
        name: ("Aiko", "Brandt"),
        work: Some(Work {
            bio: "For dogs who are afraid, and people who have lost patience.",
            years: 19,
            zone: "Europe/Berlin",
            place: ("Sternstraße 5", "Leipzig", "04105", "DE"),
            point: (513_480_000, 123_720_000),
            hours: ("13:00", "20:00"),
            lessons: &[("First talk", 30, 3_000), ("Walking past other dogs", 60, 7_500)],
        }),
    },
    Person { name: ("Olu", "Adeyemi"), work: None },
];

/// An owner with a dog, or a trainer.
struct Person {
    name: (&'static str, &'static str),
    work: Option<Work>,
}

struct Work {
    bio: &'static str,
    years: u8,
    zone: &'static str,
    /// Street, city, postal code and country.
    place: (&'static str, &'static str, &'static str, &'static str),
    /// Latitude and longitude, in units of 10⁻⁷ degrees.
    point: (i32, i32),
    hours: (&'static str, &'static str),
    /// Names, minutes and cents.
    lessons: &'static [(&'static str, u16, i64)],
}

/// Makes everybody who is not there yet.
pub(crate) async fn settle(app: &App) -> Outcome<()> {
    let password = PASSWORD.to_owned();
    let hash = app.passwords.hash(password).await.map_err(|_| "the password cannot be hashed")?;
    for person in PEOPLE {
        let (first, last) = person.name;
        let email = format!("{}@example.com", unaccented(first));
        let maker = Maker { app, who: email.clone() };
        let user: UserId = maker.id("user");
        let sign_up = SignUp {
            user,
            email: email.parse()?,
            password: Some(hash.clone()),
            first_name: first.parse()?,
            last_name: last.parse()?,
            phone: None,
        };
        maker.give("sign up", Actor::System(SystemReason::SignUp), sign_up).await?;
        match person.work {
            Some(work) => maker.trainer(user, work).await?,
            None => maker.owner(user).await?,
        }
        tracing::info!("try {email} with the password “{PASSWORD}”");
    }
    Ok(())
}

/// Makes what belongs to one person.
struct Maker<'a> {
    app: &'a App,
    who: String,
}

impl Maker<'_> {
    fn id<T: Id>(&self, what: &str) -> T {
        let name = format!("{} {what}", self.who);
        T::from_uuid(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }

    async fn give<C: Command>(&self, name: &str, actor: Actor, command: C) -> Outcome<C::Outcome> {
        let id: CommandId = self.id(name);
        Ok(self.app.platform.execute(Call::new(id, actor, self.app.now()), command).await?)
    }

    async fn owner(&self, user: UserId) -> Outcome<()> {
        let (owner, dog): (OwnerId, DogId) = (self.id("owner"), self.id("dog"));
        self.give("become", Actor::member(user), BecomeOwner { user, owner }).await?;
        let facts = DogFacts {
            name: "Kofi".parse()?,
            breed: Some("Basenji".parse()?),
            age: None,
            size: DogSize::Medium,
            notes: "Does not bark, but says what he thinks.".parse()?,
        };
        self.give("add dog", Actor::owner(user), AddDog { dog, facts }).await
    }

    async fn trainer(&self, user: UserId, work: Work) -> Outcome<()> {
        let trainer: TrainerId = self.id("trainer");
        let years_of_experience = Experience::new(work.years)?;
        let become_trainer = BecomeTrainer {
            user,
            trainer,
            years_of_experience,
            bio: work.bio.parse()?,
            time_zone: work.zone.parse()?,
        };
        self.give("become", Actor::member(user), become_trainer).await?;
        let actor = Actor::trainer(user);
        let (line, city, postal_code, country) = work.place;
        let (line, city, postal_code) = (line.parse()?, city.parse()?, Some(postal_code.parse()?));
        let address = Address::new(line, city, None, postal_code, country.parse()?)?;
        let location: LocationId = self.id("location");
        let point = GeoPoint::new(work.point.0, work.point.1)?;
        self.give("add location", actor, AddLocation { location, address, point }).await?;
        let update = UpdateTrainer {
            years_of_experience,
            bio: work.bio.parse()?,
            search_location: Some(location),
        };
        self.give("update", actor, update).await?;
        let window = Window::parse(work.hours.0, work.hours.1)?;
        let days = Weekday::ALL.into_iter().filter(|day| *day != Weekday::Sunday);
        let hours = WeeklyHours::new(days.map(|day| (day, window)))?;
        self.give("hours", actor, SetHours { hours }).await?;
        for (name, minutes, cents) in work.lessons {
            let service: ServiceId = self.id(name);
            let terms = ServiceTerms {
                name: name.parse()?,
                description: "".parse()?,
                duration_minutes: *minutes,
                price: Price::new(*cents, Currency::EUR)?,
                is_active: true,
                buffer_before_minutes: 0,
                buffer_after_minutes: 15,
                accepted_dog_sizes: [].into(),
            };
            self.give(&format!("offer {name}"), actor, AddService { trainer, service, terms })
                .await?;
        }
        Ok(())
    }
}

/// A name as it stands in an address.
fn unaccented(name: &str) -> String {
    name.to_lowercase().replace('á', "a")
}
