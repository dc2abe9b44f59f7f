use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    admins::held,
    suspension::enter,
    target::{guard_admins, other_active_admins, target},
};
use crate::{
    account::{AccountError, ErasureObstacle, RoleName, UserStatus},
    audit::{Event, SubjectKind},
    command::{Actor, Call, CommandKind, SystemReason},
    ids::{CommandId, UserId},
    platform::{
        Error, Platform,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, ErasureFile, RepositoryError},
};

/// Erases a user for good: oneself, or as an admin somebody else.
///
/// Names, e-mail address, phone, password, bio, places, certificates, preferences, roles, dogs'
/// names and notes, photos and every text that the user wrote are blanked or removed; bookings,
/// ledger and ratings stay. The address is free again.
///
/// It takes two commits. The first suspends the user, so that nothing new can begin; the second,
/// as the system, looks again and erases. If something turns up in between, the second gives the
/// user their former status back and refuses, and that is the end of this command: it is given
/// again under a new id. Where the caller cannot tell whether the second commit was reached, the
/// command is sent again under the same id and goes on.
///
/// # Errors
///
/// [`AccountError::NotErasable`] says what must be settled first, and
/// [`AccountError::ErasureInterrupted`] that somebody reactivated the user between the commits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseUser {
    /// Who is erased.
    pub user: UserId,
}

/// A user who was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserErased {
    /// Who.
    pub user: UserId,
    /// What they were before: active or suspended.
    pub former_status: UserStatus,
}

#[async_trait]
impl Command for EraseUser {
    const KIND: CommandKind = CommandKind::EraseUser;
    type Outcome = UserErased;
    type Facts = Option<ErasureFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<ErasureFile>), RepositoryError> {
        loading.repository.erasure_file(loading.caller, self.user).await
    }

    fn decide(&self, facts: Option<ErasureFile>, work: &mut Work<'_>) -> Result<UserErased, Error> {
        let (person, obstacle) = match facts {
            Some(file) => (Some(file.person.clone()), obstacle(&file)),
            None => (None, None),
        };
        let person = target(work.acting, person)?;
        if let Some(obstacle) = obstacle {
            return Err(AccountError::NotErasable(obstacle).into());
        }
        let user = &person.standing.user;
        if user.is_active() {
            enter(work, &person, UserStatus::Suspended)?;
            work.record(Event::UserSuspended { user: self.user });
        } else {
            work.changes.expect(user);
        }
        Ok(UserErased { user: self.user, former_status: user.status })
    }

    async fn follow_up(
        &self,
        platform: &Platform,
        call: Call,
        outcome: UserErased,
    ) -> Result<UserErased, Error> {
        // Derived, so that a repeat of the first commit's command repeats the second's.
        let id = CommandId::from_uuid(Uuid::new_v5(&call.id.as_uuid(), b"finish erasure"));
        let call = Call::new(id, Actor::System(SystemReason::Erasure), call.now);
        let UserErased { user, former_status } = outcome;
        match platform.perform(call, &FinishErasure { user, former_status }).await? {
            Ok(()) => Ok(outcome),
            Err(obstacle) => Err(AccountError::NotErasable(obstacle).into()),
        }
    }
}

/// The second commit of an erasure, which the system gives.
#[derive(Debug, Clone, Serialize)]
struct FinishErasure {
    user: UserId,
    former_status: UserStatus,
}

#[async_trait]
impl Command for FinishErasure {
    const KIND: CommandKind = CommandKind::EraseUser;
    /// A refusal is stored too, because it writes: the user gets their status back.
    type Outcome = Result<(), ErasureObstacle>;
    type Facts = Option<ErasureFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<ErasureFile>), RepositoryError> {
        loading.repository.erasure_file(loading.caller, self.user).await
    }

    fn decide(
        &self,
        facts: Option<ErasureFile>,
        work: &mut Work<'_>,
    ) -> Result<Result<(), ErasureObstacle>, Error> {
        let file = facts.ok_or(Error::NotFound(SubjectKind::User))?;
        match file.person.standing.user.status {
            UserStatus::Suspended => {}
            UserStatus::Active => return Err(AccountError::ErasureInterrupted.into()),
            UserStatus::Deleted => return Err(Error::NotFound(SubjectKind::User)),
        }
        let Some(obstacle) = obstacle(&file) else {
            erase(work, file)?;
            return Ok(Ok(()));
        };
        if self.former_status == UserStatus::Active {
            enter(work, &file.person, UserStatus::Active)?;
            work.record(Event::UserReactivated { user: self.user });
        }
        Ok(Err(obstacle))
    }
}

/// What must be settled before the user can be erased.
fn obstacle(file: &ErasureFile) -> Option<ErasureObstacle> {
    let person = &file.person;
    let is_admin = person.standing.holds(RoleName::Admin);
    let obstacles = [
        (person.active_bookings > 0, ErasureObstacle::ActiveBooking),
        (file.open_refunds > 0, ErasureObstacle::OpenRefund),
        (file.open_disputes > 0, ErasureObstacle::OpenDispute),
        (file.open_balances > 0, ErasureObstacle::OpenBalance),
        (is_admin && other_active_admins(person) == 0, ErasureObstacle::LastAdmin),
    ];
    obstacles.into_iter().find_map(|(stands, obstacle)| stands.then_some(obstacle))
}

/// Blanks or removes everything personal that is stored about the user.
fn erase(work: &mut Work<'_>, file: ErasureFile) -> Result<(), AccountError> {
    let now = work.now();
    guard_admins(work, &file.person);
    let ErasureFile { person, .. } = file;
    let standing = person.standing;
    let user = standing.user.id;
    let owner = standing.owner.map(|owner| owner.id);
    let trainer = standing.trainer.as_ref().map(|trainer| trainer.id);
    let changes = &mut work.changes;
    changes.update(standing.user.with(standing.user.clone().into_value().erase(now)?));
    for role in &standing.roles {
        changes.remove(held(user, *role));
    }
    if let Some(preferences) = person.preferences {
        changes.remove(preferences);
    }
    if let Some(trainer) = standing.trainer {
        changes.update(trainer.map(|trainer| trainer.erase(now)));
    }
    for location in file.locations {
        changes.remove(location);
    }
    for certification in file.certifications {
        changes.remove(certification);
    }
    for service in file.services {
        changes.update(service.map(|service| service.erase(now)));
    }
    for photo in file.photos {
        changes.remove(photo);
    }
    for dog in file.dogs {
        changes.update(dog.map(|dog| dog.erase(now)));
    }
    for booking in file.cancelled {
        changes.update(booking.map(|booking| booking.erase_words_of(user, now)));
    }
    for review in file.reviews {
        changes.update(review.map(|review| review.erase_words_of(owner, trainer, now)));
    }
    for role in standing.roles {
        work.record(Event::RoleRevoked { user, role });
    }
    work.record(Event::UserErased { user });
    Ok(())
}
