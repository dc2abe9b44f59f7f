use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::target::{guard_admins, other_active_admins, target, tell};
use crate::{
    account::{AccountError, RoleName, UserStatus},
    audit::Event,
    command::CommandKind,
    ids::UserId,
    notification::NotificationKind,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, Person, RepositoryError},
};

/// Suspends somebody else, as an admin or the system: from then on they can read only.
///
/// No booking changes. A suspended trainer is not listed and gets no requests, and a pending
/// booking with a suspended party can be neither accepted nor moved.
///
/// # Errors
///
/// [`AccountError::StatusUnreachable`](crate::account::AccountError::StatusUnreachable) if the
/// user is suspended, [`AccountError::LastAdmin`] for the last active admin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SuspendUser {
    /// Who is suspended.
    pub user: UserId,
}

/// Lets a suspended user act again, as an admin or the system.
///
/// # Errors
///
/// [`AccountError::StatusUnreachable`](crate::account::AccountError::StatusUnreachable) if the
/// user is active.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReactivateUser {
    /// Who may act again.
    pub user: UserId,
}

#[async_trait]
impl Command for SuspendUser {
    const KIND: CommandKind = CommandKind::SuspendUser;
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
        // An admin who suspends is left; after the system, somebody must be.
        let is_admin = person.standing.holds(RoleName::Admin);
        if is_admin && other_active_admins(&person) == 0 {
            return Err(AccountError::LastAdmin.into());
        }
        enter(work, &person, UserStatus::Suspended)?;
        work.record(Event::UserSuspended { user: self.user });
        tell(work, &person, NotificationKind::AccountSuspended);
        Ok(())
    }
}

#[async_trait]
impl Command for ReactivateUser {
    const KIND: CommandKind = CommandKind::ReactivateUser;
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
        enter(work, &person, UserStatus::Active)?;
        work.record(Event::UserReactivated { user: self.user });
        tell(work, &person, NotificationKind::AccountReactivated);
        Ok(())
    }
}

/// Writes a user's status; where the user is an admin, everybody who counts admins looks again.
pub(super) fn enter(work: &mut Work<'_>, person: &Person, status: UserStatus) -> Result<(), Error> {
    let user = &person.standing.user;
    let changed = user.clone().into_value().enter(status, work.now())?;
    work.changes.update(user.with(changed));
    guard_admins(work, person);
    Ok(())
}
