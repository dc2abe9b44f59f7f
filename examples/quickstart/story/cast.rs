use chrono::TimeDelta;
use sitstay::{
    command::Actor,
    ids::{BookingId, DogId, Id, ServiceId, TrainerId, UserId},
    platform::{Error, Platform},
    time::Zone,
};

use super::{
    data::{Dog, Owner, PlatformFile, Service, Trainer},
    ids::id_of,
    load::user_of,
};

/// Who plays in a story.
pub(super) struct Cast<'a> {
    /// Which story it is on this platform, from 0.
    pub(super) number: usize,
    pub(super) trainer: &'a Trainer,
    pub(super) service: &'a Service,
    pub(super) zone: Zone,
    pub(super) owner: Pair<'a>,
    pub(super) rival: Pair<'a>,
    pub(super) others: Vec<Pair<'a>>,
}

/// An owner with the dog that a lesson is for.
pub(super) struct Pair<'a> {
    pub(super) owner: &'a Owner,
    pub(super) dog: &'a Dog,
}

impl<'a> Cast<'a> {
    /// Takes the first trainer of the file; the owners take turns from story to story.
    pub(super) async fn of(
        platform: &Platform,
        file: &'a PlatformFile,
    ) -> Result<Option<Self>, Error> {
        let mut number = 0;
        while platform.repository().booking(booking_of(number)).await?.is_some() {
            number += 1;
        }
        let Some((trainer, service)) =
            file.trainers.first().and_then(|trainer| Some((trainer, trainer.services.first()?)))
        else {
            return Ok(None);
        };
        let pairs = file.owners.iter().filter_map(|owner| {
            let dog = owner.dog_for(service)?;
            Some(Pair { owner, dog })
        });
        let mut pairs: Vec<_> = pairs.collect();
        let turn = number % pairs.len().max(1);
        pairs.rotate_left(turn);
        let mut pairs = pairs.into_iter();
        let (Some(owner), Some(rival)) = (pairs.next(), pairs.next()) else { return Ok(None) };
        let (zone, others) = (trainer.time_zone.zone(), pairs.take(2).collect());
        Ok(Some(Self { number, trainer, service, zone, owner, rival, others }))
    }

    /// Derives the id of something that belongs to this story.
    pub(super) fn id<T: Id>(&self, what: &str) -> T {
        story_id(self.number, what)
    }

    pub(super) fn trainer_user(&self) -> UserId {
        user_of(&self.trainer.name())
    }

    pub(super) fn trainer_actor(&self) -> Actor {
        Actor::trainer(self.trainer_user())
    }

    pub(super) fn trainer_id(&self) -> TrainerId {
        id_of(&self.trainer.name())
    }

    pub(super) fn service_id(&self) -> ServiceId {
        id_of(&self.trainer.service_name(self.service))
    }

    pub(super) fn trainer_name(&self) -> &str {
        self.trainer.first_name.as_str()
    }

    pub(super) fn length(&self) -> TimeDelta {
        TimeDelta::minutes(self.service.duration_minutes.into())
    }

    /// Who acted, as far as they play a part.
    pub(super) fn name_of(&self, actor: Option<UserId>) -> &str {
        match actor {
            None => "the platform",
            Some(user) if user == self.trainer_user() => self.trainer_name(),
            Some(user) if user == self.owner.user() => self.owner.name(),
            Some(_) => "somebody else",
        }
    }
}

impl Pair<'_> {
    pub(super) fn user(&self) -> UserId {
        user_of(&self.owner.name())
    }

    pub(super) fn actor(&self) -> Actor {
        Actor::owner(self.user())
    }

    pub(super) fn dog_id(&self) -> DogId {
        id_of(&self.owner.dog_name(self.dog))
    }

    pub(super) fn name(&self) -> &str {
        self.owner.first_name.as_str()
    }

    pub(super) fn dog_name(&self) -> &str {
        self.dog.name.as_str()
    }
}

fn story_id<T: Id>(number: usize, what: &str) -> T {
    id_of(&format!("story/{number}/{what}"))
}

/// The booking that a story is about; where it exists, the story has been told.
fn booking_of(number: usize) -> BookingId {
    story_id(number, "booking")
}
