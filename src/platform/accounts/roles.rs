use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::target::target;
use crate::{
    account::{AccountError, Owner, RoleName, UserRole},
    audit::Event,
    command::CommandKind,
    ids::{OwnerId, TrainerId, UserId},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, Person, RepositoryError},
    text::Text,
    time::ZoneId,
    trainer::{BookingPolicy, CalendarGuard, Rating, Trainer},
    years::Experience,
};

/// Gives a user the profile and the role of an owner: oneself, or as an admin somebody else.
///
/// # Errors
///
/// [`AccountError::AlreadyOwner`] the second time, [`AccountError::NotActive`] if the user is
/// suspended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BecomeOwner {
    /// Who becomes an owner.
    pub user: UserId,
    /// The id of the new profile, made by the caller.
    pub owner: OwnerId,
}

#[async_trait]
impl Command for BecomeOwner {
    const KIND: CommandKind = CommandKind::BecomeOwner;
    type Outcome = ();
    type Facts = Option<Person>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<Person>), RepositoryError> {
        loading.repository.person(loading.caller, self.user).await
    }

    fn decide(&self, facts: Option<Person>, work: &mut Work<'_>) -> Result<(), Error> {
        let person = target(work.acting, facts)?;
        if person.standing.owner.is_some() {
            return Err(AccountError::AlreadyOwner.into());
        }
        enrol(work, &person, RoleName::Owner)?;
        let now = work.now();
        work.record(Event::OwnerRegistered { owner: self.owner, user: self.user });
        work.changes.insert(Owner {
            id: self.owner,
            user: self.user,
            created_at: now,
            updated_at: now,
        });
        Ok(())
    }
}

/// Gives a user the profile and the role of a trainer: oneself, or as an admin somebody else.
///
/// The trainer begins without hours, services and a place, unverified and on the default booking
/// policy; the commands for each of these come after.
///
/// # Errors
///
/// [`AccountError::AlreadyTrainer`] the second time, [`AccountError::NotActive`] if the user is
/// suspended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BecomeTrainer {
    /// Who becomes a trainer.
    pub user: UserId,
    /// The id of the new profile, made by the caller.
    pub trainer: TrainerId,
    /// Whole years of experience.
    pub years_of_experience: Experience,
    /// What the trainer says of themselves.
    pub bio: Text,
    /// The zone in which the weekly hours will be wall clock.
    pub time_zone: ZoneId,
}

#[async_trait]
impl Command for BecomeTrainer {
    const KIND: CommandKind = CommandKind::BecomeTrainer;
    type Outcome = ();
    type Facts = Option<Person>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<Person>), RepositoryError> {
        loading.repository.person(loading.caller, self.user).await
    }

    fn decide(&self, facts: Option<Person>, work: &mut Work<'_>) -> Result<(), Error> {
        let person = target(work.acting, facts)?;
        if person.standing.trainer.is_some() {
            return Err(AccountError::AlreadyTrainer.into());
        }
        enrol(work, &person, RoleName::Trainer)?;
        let now = work.now();
        work.record(Event::TrainerRegistered { trainer: self.trainer, user: self.user });
        work.changes.insert(Trainer {
            id: self.trainer,
            user: self.user,
            years_of_experience: self.years_of_experience,
            bio: self.bio.clone(),
            is_verified: false,
            rating: Rating::default(),
            time_zone: self.time_zone,
            search_location: None,
            policy: BookingPolicy::default(),
            created_at: now,
            updated_at: now,
        });
        work.changes.insert(CalendarGuard { trainer: self.trainer, updated_at: now });
        Ok(())
    }
}

/// Gives an active user a role.
///
/// It rests on the profile being absent, so it bumps the user's row: of two calls at once, the
/// second looks again.
fn enrol(work: &mut Work<'_>, person: &Person, role: RoleName) -> Result<(), Error> {
    let user = &person.standing.user;
    if !user.is_active() {
        return Err(AccountError::NotActive.into());
    }
    work.changes.update(user.clone());
    if !person.standing.holds(role) {
        work.record(Event::RoleGranted { user: user.id, role: role.id() });
        let held = UserRole { user: user.id, role: role.id(), updated_at: work.now() };
        work.changes.insert(held);
    }
    Ok(())
}
