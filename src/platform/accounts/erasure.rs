use async_trait::async_trait;
use serde::{Deserialize, Serialize};

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
        let id = CommandId::of_the_system(&format!("finish erasure {}", call.id));
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
        (file.open_payouts > 0, ErasureObstacle::OpenPayout),
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
        changes.remove(held(user, *role, now));
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

#[cfg(all(test, feature = "memory"))]
#[expect(clippy::unwrap_used, reason = "helpers of tests")]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::{
        ids::LedgerEntryId,
        ledger::{Account, LedgerEntry},
        memory::MemoryRepository,
        money::{BasisPoints, ChargeRule, Currency, Money, MoneyPolicy},
        platform::{BecomeTrainer, GrantAdmin, ReactivateUser, SignUp},
        policy::PlatformPolicy,
        repository::{AccountQueries, ChangeSet, Repository},
        text::Text,
        time::ZoneId,
        years::Experience,
    };

    const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

    fn call(number: u128, actor: Actor) -> Call {
        let now = "2027-03-01T09:00:00Z".parse().unwrap();
        Call::new(CommandId::from_uuid(Uuid::from_u128(number)), actor, now)
    }

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    /// A platform with a trainer, user 1, and an admin, user 2.
    async fn platform() -> (Platform, Arc<MemoryRepository>) {
        let repository = Arc::new(MemoryRepository::new());
        let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
        let policy = PlatformPolicy::new(BasisPoints::new(0).unwrap(), money);
        let platform = Platform::new(Arc::clone(&repository) as Arc<dyn Repository>, policy);
        for number in [1, 2] {
            let command = SignUp {
                user: user(number),
                email: format!("user{number}@example.com").parse().unwrap(),
                password: None,
                first_name: "Tom".parse().unwrap(),
                last_name: "Lee".parse().unwrap(),
                phone: None,
            };
            platform.execute(call(number, SYSTEM), command).await.unwrap();
        }
        let command = BecomeTrainer {
            user: user(1),
            trainer: crate::ids::TrainerId::from_uuid(Uuid::from_u128(1)),
            years_of_experience: Experience::default(),
            bio: Text::default(),
            time_zone: ZoneId::UTC,
        };
        platform.execute(call(3, SYSTEM), command).await.unwrap();
        platform.execute(call(4, SYSTEM), GrantAdmin { user: user(2) }).await.unwrap();
        (platform, repository)
    }

    fn earnings() -> LedgerEntry {
        LedgerEntry {
            id: LedgerEntryId::from_uuid(Uuid::from_u128(1)),
            movement: crate::ids::MovementId::from_uuid(Uuid::from_u128(1)),
            debit: Account::ProviderClearing,
            credit: Account::TrainerPayable(crate::ids::TrainerId::from_uuid(Uuid::from_u128(1))),
            amount: Money::new(5_000, Currency::EUR),
            booking: None,
            payment: None,
            payout: None,
            created_at: "2027-03-01T09:00:00Z".parse().unwrap(),
        }
    }

    async fn status(repository: &MemoryRepository) -> UserStatus {
        repository.user(user(1)).await.unwrap().unwrap().status
    }

    #[tokio::test]
    async fn what_turns_up_between_the_commits_refuses_for_good_and_restores_the_user() {
        let (platform, repository) = platform().await;
        let (call, erase) = (call(9, Actor::member(user(1))), EraseUser { user: user(1) });
        platform.perform(call, &erase).await.unwrap();
        assert_eq!(status(&repository).await, UserStatus::Suspended);
        repository.commit(ChangeSet::new().appending(earnings())).await.unwrap();

        for _ in 0..2 {
            let refused = platform.execute(call, erase.clone()).await.unwrap_err();
            let obstacle = ErasureObstacle::OpenBalance;
            let expected = AccountError::NotErasable(obstacle);
            assert!(matches!(refused, Error::Account(error) if error == expected), "{refused}");
            assert_eq!(status(&repository).await, UserStatus::Active);
        }
    }

    #[tokio::test]
    async fn an_erasure_that_was_broken_off_goes_on_when_it_is_repeated() {
        let (platform, repository) = platform().await;
        let (call, erase) = (call(9, Actor::member(user(1))), EraseUser { user: user(1) });
        platform.perform(call, &erase).await.unwrap();
        platform.execute(call, erase).await.unwrap();
        assert_eq!(status(&repository).await, UserStatus::Deleted);
    }

    #[tokio::test]
    async fn an_erasure_does_not_erase_whom_an_admin_reactivated() {
        let (platform, repository) = platform().await;
        let (own, erase) = (call(9, Actor::member(user(1))), EraseUser { user: user(1) });
        platform.perform(own, &erase).await.unwrap();
        let reactivate = ReactivateUser { user: user(1) };
        platform.execute(call(10, Actor::admin(user(2))), reactivate).await.unwrap();
        let refused = platform.execute(own, erase).await.unwrap_err();
        assert_eq!(refused.code(), "account.erasure_interrupted");
        assert_eq!(status(&repository).await, UserStatus::Active);
    }
}
