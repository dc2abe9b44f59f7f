//! Brings a data file into a platform, through the commands that a service would give.
//!
//! Commands and rows have ids that are derived from the file's keys. A command that was carried
//! out before returns its stored result, so loading again adds what is new and nothing else.

use std::sync::Arc;

use sitstay::{
    availability::{AvailabilityError, DatedHours, WeeklyHours},
    command::{Actor, Call, SystemReason},
    dog::DogFacts,
    error::ErrorKind,
    ids::{CommandId, LocationId, OwnerId, TrainerId, UserId},
    platform::{
        AddCertification, AddDog, AddLocation, AddService, BecomeOwner, BecomeTrainer, Command,
        Error, Platform, SetException, SetHours, SetPolicy, SignUp, UpdateTrainer, VerifyTrainer,
    },
    time::Instant,
    trainer::{Certificate, ServiceTerms},
};

use super::{
    data::{Owner, Path, Person, PlatformFile, Trainer},
    ids::id_of,
};

/// An entry of the file that the platform did not take.
#[derive(Debug, thiserror::Error)]
#[error("{at}: {error}")]
pub(crate) struct NotLoaded {
    pub(crate) at: Path,
    #[source]
    pub(crate) error: Error,
}

impl NotLoaded {
    /// What is wrong with the entry; `None` where the fault is not the file's.
    pub(crate) fn problem(&self) -> Option<String> {
        match (&self.error, self.error.kind()) {
            (Error::IdReused, _) => Some("has changed since it was loaded".to_owned()),
            (_, ErrorKind::Invalid | ErrorKind::Conflict) => Some(self.error.to_string()),
            _ => None,
        }
    }
}

/// Loads everything that is not there yet.
///
/// Every person is a task of their own: their commands wait for each other, other people's do not.
pub(crate) async fn load(
    platform: &Platform,
    file: &Arc<PlatformFile>,
    now: Instant,
) -> Result<(), NotLoaded> {
    let mut people = Vec::new();
    for index in 0..file.trainers.len() {
        let (platform, file) = (platform.clone(), Arc::clone(file));
        people.push(tokio::spawn(async move {
            let at = Path::default().at("trainers").nth(index);
            let trainer = &file.trainers[index];
            Entry { platform, now, at, name: trainer.name() }.trainer(trainer).await
        }));
    }
    for index in 0..file.owners.len() {
        let (platform, file) = (platform.clone(), Arc::clone(file));
        people.push(tokio::spawn(async move {
            let at = Path::default().at("owners").nth(index);
            let owner = &file.owners[index];
            Entry { platform, now, at, name: owner.name() }.owner(owner).await
        }));
    }
    for person in people {
        match person.await {
            Ok(loaded) => loaded?,
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        }
    }
    Ok(())
}

/// A person of the file while they are loaded.
struct Entry {
    platform: Platform,
    now: Instant,
    at: Path,
    /// What the person's ids are derived from.
    name: String,
}

impl Entry {
    async fn trainer(&self, data: &Trainer) -> Result<(), NotLoaded> {
        let user = self.sign_up(data.person()).await?;
        let trainer: TrainerId = id_of(&self.name);
        let become_trainer = BecomeTrainer {
            user,
            trainer,
            years_of_experience: data.years_of_experience,
            bio: data.bio.clone(),
            time_zone: data.time_zone,
        };
        self.give(Actor::member(user), "become-trainer", become_trainer).await?;
        let actor = Actor::trainer(user);
        let update = UpdateTrainer {
            years_of_experience: data.years_of_experience,
            bio: data.bio.clone(),
            search_location: Some(self.location()),
        };
        self.give(actor, "place", update).await?;
        if data.is_verified {
            let system = Actor::System(SystemReason::Maintenance);
            self.give(system, "verify", VerifyTrainer { trainer, verified: true }).await?;
        }
        self.calendar(data, actor).await?;
        self.offers(data, trainer, actor).await
    }

    async fn calendar(&self, data: &Trainer, actor: Actor) -> Result<(), NotLoaded> {
        let hours = self.checked(WeeklyHours::disjoint(data.windows()))?;
        self.give(actor, "hours", SetHours { hours }).await?;
        let policy = self.checked(data.policy.policy())?;
        self.give(actor, "policy", SetPolicy { policy }).await?;
        let today = data.time_zone.zone().date(self.now);
        for exception in data.exceptions.iter().filter(|exception| exception.date >= today) {
            let hours = DatedHours::new(exception.date, exception.windows.iter().copied());
            let hours = self.checked(hours)?;
            let command = SetException { hours };
            self.give(actor, &format!("exception/{}", exception.date), command).await?;
        }
        Ok(())
    }

    async fn offers(
        &self,
        data: &Trainer,
        trainer: TrainerId,
        actor: Actor,
    ) -> Result<(), NotLoaded> {
        for service in &data.services {
            let terms = ServiceTerms {
                name: service.name.clone(),
                description: service.description.clone(),
                duration_minutes: service.duration_minutes,
                price: service.price.0,
                is_active: true,
                buffer_before_minutes: service.buffer_before_minutes,
                buffer_after_minutes: service.buffer_after_minutes,
                accepted_dog_sizes: service.dog_sizes.iter().copied().collect(),
            };
            let name = data.service_name(service);
            let command = AddService { trainer, service: id_of(&name), terms };
            self.give(actor, &format!("service/{}", service.key), command).await?;
        }
        for held in &data.certifications {
            let what = format!("certification/{}", held.key);
            let certificate = Certificate {
                name: held.name.clone(),
                issued_by: held.issued_by.clone(),
                issued_at: held.issued_at,
            };
            let certification = id_of(&format!("{}/{what}", self.name));
            self.give(actor, &what, AddCertification { certification, certificate }).await?;
        }
        Ok(())
    }

    async fn owner(&self, data: &Owner) -> Result<(), NotLoaded> {
        let user = self.sign_up(data.person()).await?;
        let owner: OwnerId = id_of(&self.name);
        self.give(Actor::member(user), "become-owner", BecomeOwner { user, owner }).await?;
        for dog in &data.dogs {
            let facts = DogFacts {
                name: dog.name.clone(),
                breed: dog.breed.clone(),
                age: dog.age,
                size: dog.size,
                notes: dog.notes.clone(),
            };
            let command = AddDog { dog: id_of(&data.dog_name(dog)), facts };
            self.give(Actor::owner(user), &format!("dog/{}", dog.key), command).await?;
        }
        Ok(())
    }

    async fn sign_up(&self, person: Person<'_>) -> Result<UserId, NotLoaded> {
        let user = user_of(&self.name);
        let sign_up = SignUp {
            user,
            email: person.email.clone(),
            password: None,
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            phone: person.phone.cloned(),
        };
        self.give(Actor::System(SystemReason::SignUp), "sign-up", sign_up).await?;
        if let Some(place) = person.location {
            let (address, point) = (place.address.clone(), place.point);
            let command = AddLocation { location: self.location(), address, point };
            self.give(Actor::member(user), "location", command).await?;
        }
        Ok(user)
    }

    fn location(&self) -> LocationId {
        id_of(&format!("{}/location", self.name))
    }

    /// Gives a command, under an id that says what it is about.
    async fn give<C: Command>(
        &self,
        actor: Actor,
        what: &str,
        command: C,
    ) -> Result<C::Outcome, NotLoaded> {
        let id: CommandId = id_of(&format!("load/{}/{what}", self.name));
        let given = self.platform.execute(Call::new(id, actor, self.now), command).await;
        given.map_err(|error| self.not_loaded(error))
    }

    fn checked<T>(&self, value: Result<T, impl Into<AvailabilityError>>) -> Result<T, NotLoaded> {
        value.map_err(|error| self.not_loaded(error.into().into()))
    }

    fn not_loaded(&self, error: Error) -> NotLoaded {
        NotLoaded { at: self.at.clone(), error }
    }
}

/// The user behind a trainer or an owner of the file.
pub(crate) fn user_of(name: &str) -> UserId {
    id_of(&format!("{name}/user"))
}
