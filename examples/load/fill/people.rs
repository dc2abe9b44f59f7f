//! The rows of everybody on the platform.

use chrono::NaiveDate;
use sitstay::{
    account::{Location, Owner, RoleName, User, UserRole, UserStatus},
    audit::Event,
    availability::{WeeklyHours, Window},
    contact::{Address, PersonName},
    dog::{Dog, DogFacts, DogSize},
    ids::{CertificationId, CommandId, LocationId, UserId},
    platform::{
        AddCertification, AddDog, AddLocation, AddService, BecomeOwner, BecomeTrainer,
        CalendarWritten, SetHours, SetPolicy, SignUp, UpdateTrainer, VerifyTrainer,
    },
    repository::ChangeSet,
    text::Text,
    time::{Instant, WallTime, Weekday},
    trainer::{
        CalendarGuard, Certificate, Certification, HoursWindow, Rating, Service, ServiceTerms,
        Trainer,
    },
};

use super::super::{
    random::Random,
    town::{
        FIRST_HOUR, LESSON_MINUTES, LESSONS_PER_DAY, OwnerSeat, PAUSE_MINUTES, Town, TrainerSeat,
        booking_policy, terms,
    },
};
use super::{Failure, past::PastCommand};

const FIRST_NAMES: [&str; 6] = ["Ada", "Bela", "Chidi", "Dora", "Emre", "Fumiko"];
const LAST_NAMES: [&str; 5] = ["Park", "Lindqvist", "Okafor", "Silva", "Novak"];
const DOGS: [&str; 5] = ["Rex", "Biscuit", "Luna", "Momo", "Otto"];

/// Writes the rows of people, and the commands by which they came.
pub(super) struct People<'a> {
    pub(super) town: &'a Town,
    pub(super) random: &'a mut Random,
    pub(super) since: Instant,
    pub(super) given: &'a mut Vec<CommandId>,
}

impl People<'_> {
    fn command<'c>(
        &mut self,
        actor: Option<UserId>,
        changes: &'c mut ChangeSet,
    ) -> PastCommand<'c> {
        let id = self.random.id(self.since);
        self.given.push(id);
        PastCommand::new(id, actor, self.since, changes)
    }

    fn sign_up(
        &mut self,
        user: UserId,
        email: &str,
        number: usize,
        changes: &mut ChangeSet,
    ) -> Result<(), Failure> {
        let first_name: PersonName = FIRST_NAMES[number % FIRST_NAMES.len()].parse()?;
        let last_name: PersonName = LAST_NAMES[number % LAST_NAMES.len()].parse()?;
        let sign_up = SignUp {
            user,
            email: email.parse()?,
            password: None,
            first_name: first_name.clone(),
            last_name: last_name.clone(),
            phone: None,
        };
        let mut command = self.command(None, changes);
        command.record(Event::UserSignedUp { user });
        command.changes().insert(User {
            id: user,
            email: sign_up.email.clone(),
            password: None,
            first_name,
            last_name,
            phone: None,
            status: UserStatus::Active,
            created_at: self.since,
            updated_at: self.since,
        });
        command.finish(&sign_up, &())
    }

    /// Makes the one admin, as an operator appoints the first one.
    pub(super) fn admin(&mut self, changes: &mut ChangeSet) -> Result<(), Failure> {
        let user = self.town.admin;
        self.sign_up(user, "admin@example.com", 0, changes)?;
        let role = RoleName::Admin.id();
        let mut command = self.command(None, changes);
        command.record(Event::RoleGranted { user, role });
        command.changes().insert(UserRole { user, role, updated_at: self.since });
        command.finish(&sitstay::platform::GrantAdmin { user }, &())
    }

    /// Makes an owner with a dog.
    pub(super) fn owner(
        &mut self,
        seat: OwnerSeat,
        number: usize,
        changes: &mut ChangeSet,
    ) -> Result<(), Failure> {
        let OwnerSeat { user, owner, dog } = seat;
        let (created_at, updated_at) = (self.since, self.since);
        self.sign_up(user, &format!("owner{number}@example.com"), number, changes)?;

        let role = RoleName::Owner.id();
        let mut command = self.command(Some(user), changes);
        command.record(Event::RoleGranted { user, role });
        command.record(Event::OwnerRegistered { owner, user });
        command.changes().insert(UserRole { user, role, updated_at });
        command.changes().insert(Owner { id: owner, user, created_at, updated_at });
        command.finish(&BecomeOwner { user, owner }, &())?;

        let facts = DogFacts {
            name: DOGS[number % DOGS.len()].parse()?,
            breed: None,
            age: Some(3.try_into()?),
            size: DogSize::ALL[number % DogSize::ALL.len()],
            notes: Text::parse("Afraid of bicycles.")?,
        };
        let mut command = self.command(Some(user), changes);
        command.record(Event::DogAdded { dog, owner });
        command.changes().insert(Dog::new(dog, owner, facts.clone(), created_at));
        command.finish(&AddDog { dog, facts }, &())
    }

    /// Makes a trainer with a place, a certificate, hours and a service.
    pub(super) fn trainer(
        &mut self,
        seat: &TrainerSeat,
        number: usize,
        changes: &mut ChangeSet,
    ) -> Result<(), Failure> {
        let user = seat.user;
        self.sign_up(user, &format!("trainer{number}@example.com"), number, changes)?;
        self.profile(seat, changes)?;
        self.certificate(seat, changes)?;
        self.hours(seat, changes)?;
        self.service(seat, changes)?;

        let trainer = seat.trainer;
        let mut command = self.command(Some(self.town.admin), changes);
        command.record(Event::TrainerVerified { trainer, verified: true });
        command.tell(
            user,
            sitstay::notification::NotificationKind::TrainerVerified,
            sitstay::audit::Subject::new(sitstay::audit::SubjectKind::Trainer, trainer),
            true,
        );
        command.finish(&VerifyTrainer { trainer, verified: true }, &())
    }

    fn profile(&mut self, seat: &TrainerSeat, changes: &mut ChangeSet) -> Result<(), Failure> {
        let (user, trainer) = (seat.user, seat.trainer);
        let (created_at, updated_at) = (self.since, self.since);
        let (years, bio) = (7.try_into()?, Text::parse("Puppies and patience.")?);
        let become_trainer = BecomeTrainer {
            user,
            trainer,
            years_of_experience: years,
            bio: bio.clone(),
            time_zone: seat.zone.id(),
        };
        let role = RoleName::Trainer.id();
        let mut command = self.command(Some(user), changes);
        command.record(Event::RoleGranted { user, role });
        command.record(Event::TrainerRegistered { trainer, user });
        command.changes().insert(UserRole { user, role, updated_at });
        command.changes().insert(CalendarGuard { trainer, updated_at });
        command.finish(&become_trainer, &())?;

        let address = Address::new(
            "Pariser Platz 1".parse()?,
            "Berlin".parse()?,
            None,
            Some("10117".parse()?),
            "DE".parse()?,
        )?;
        let point = seat.place;
        let location: LocationId = self.random.id(self.since);
        let mut command = self.command(Some(user), changes);
        command.record(Event::LocationAdded { location, user });
        let row = Location {
            id: location,
            user,
            address: address.clone(),
            point,
            created_at,
            updated_at,
        };
        command.changes().insert(row);
        command.finish(&AddLocation { location, address, point }, &())?;

        let update = UpdateTrainer {
            years_of_experience: years,
            bio: bio.clone(),
            search_location: Some(location),
        };
        let mut command = self.command(Some(user), changes);
        command.record(Event::TrainerUpdated { trainer });
        command.finish(&update, &())?;

        let policy = booking_policy(seat);
        let mut command = self.command(Some(user), changes);
        command.record(Event::PolicySet { trainer });
        command.changes().insert(Trainer {
            id: trainer,
            user,
            years_of_experience: years,
            bio,
            is_verified: true,
            rating: Rating::default(),
            time_zone: seat.zone.id(),
            search_location: Some(location),
            policy: policy.clone(),
            created_at,
            updated_at,
        });
        command.finish(&SetPolicy { policy }, &())
    }

    fn certificate(&mut self, seat: &TrainerSeat, changes: &mut ChangeSet) -> Result<(), Failure> {
        let certification: CertificationId = self.random.id(self.since);
        let certificate = Certificate {
            name: "Trainer I".parse()?,
            issued_by: "The Kennel Club".parse()?,
            issued_at: NaiveDate::default()
                .max(NaiveDate::from_ymd_opt(2001, 5, 4).unwrap_or_default()),
        };
        let row = Certification {
            id: certification,
            trainer: seat.trainer,
            name: certificate.name.clone(),
            issued_by: certificate.issued_by.clone(),
            issued_at: certificate.issued_at,
            created_at: self.since,
            updated_at: self.since,
        };
        let mut command = self.command(Some(seat.user), changes);
        command.record(Event::CertificationAdded { certification, trainer: seat.trainer });
        command.changes().insert(row);
        command.finish(&AddCertification { certification, certificate }, &())
    }

    fn hours(&mut self, seat: &TrainerSeat, changes: &mut ChangeSet) -> Result<(), Failure> {
        let (start, end) = (FIRST_HOUR, FIRST_HOUR + LESSONS_PER_DAY);
        let window = Window::new(WallTime::new(start, 0)?, WallTime::new(end, 0)?);
        let hours = WeeklyHours::new(Weekday::ALL.map(|weekday| (weekday, window)))?;
        let mut command = self.command(Some(seat.user), changes);
        let windows = u64::try_from(Weekday::ALL.len())?;
        command.record(Event::HoursSet { trainer: seat.trainer, windows });
        for weekday in Weekday::ALL {
            let row = HoursWindow {
                id: command.next_id(),
                trainer: seat.trainer,
                weekday,
                window,
                created_at: self.since,
                updated_at: self.since,
            };
            command.changes().insert(row);
        }
        command.finish(&SetHours { hours }, &CalendarWritten { outside: Vec::new() })
    }

    fn service(&mut self, seat: &TrainerSeat, changes: &mut ChangeSet) -> Result<(), Failure> {
        let (trainer, service) = (seat.trainer, seat.service);
        let terms_of_service = ServiceTerms {
            name: "Recall".parse()?,
            description: Text::parse("Coming back when called.")?,
            duration_minutes: LESSON_MINUTES,
            price: self.town.price,
            is_active: true,
            buffer_before_minutes: 0,
            buffer_after_minutes: PAUSE_MINUTES,
            accepted_dog_sizes: std::collections::BTreeSet::new(),
        };
        let money = terms()?.money;
        let row = Service::new(service, trainer, terms_of_service.clone(), &money, self.since)?;
        let price = row.price.money();
        let mut command = self.command(Some(seat.user), changes);
        command.record(Event::ServiceAdded { service, trainer, price });
        command.changes().insert(row);
        command.finish(&AddService { trainer, service, terms: terms_of_service }, &())
    }
}
