use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::target::{bump_admin_role, other_active_admins, target};
use crate::{
    account::{AccountError, RoleName, UserRole},
    audit::Event,
    command::CommandKind,
    ids::{RoleId, UserId},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, Person, RepositoryError, Version, Versioned},
    time::Instant,
};

/// Makes a user an admin, as another admin; the system appoints the first.
///
/// # Errors
///
/// [`AccountError::AlreadyAdmin`] the second time, [`AccountError::NotActive`] if the user is
/// suspended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GrantAdmin {
    /// Who becomes an admin.
    pub user: UserId,
}

#[async_trait]
impl Command for GrantAdmin {
    const KIND: CommandKind = CommandKind::GrantAdmin;
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
        if person.standing.holds(RoleName::Admin) {
            return Err(AccountError::AlreadyAdmin.into());
        }
        if !person.standing.user.is_active() {
            return Err(AccountError::NotActive.into());
        }
        let role = RoleName::Admin.id();
        work.changes.expect(&person.standing.user);
        bump_admin_role(work, &person);
        work.changes.insert(UserRole { user: self.user, role, updated_at: work.now() });
        work.record(Event::RoleGranted { user: self.user, role });
        Ok(())
    }
}

/// Takes the role of an admin from somebody else.
///
/// # Errors
///
/// [`AccountError::NotAdmin`] if the user is none, [`AccountError::LastAdmin`] if no other active
/// one would be left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeAdmin {
    /// Who is an admin no more.
    pub user: UserId,
}

#[async_trait]
impl Command for RevokeAdmin {
    const KIND: CommandKind = CommandKind::RevokeAdmin;
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
        if !person.standing.holds(RoleName::Admin) {
            return Err(AccountError::NotAdmin.into());
        }
        if other_active_admins(&person) == 0 {
            return Err(AccountError::LastAdmin.into());
        }
        let role = RoleName::Admin.id();
        bump_admin_role(work, &person);
        work.changes.remove(held(self.user, role, work.now()));
        work.record(Event::RoleRevoked { user: self.user, role });
        Ok(())
    }
}

/// The row that says that a user holds a role, to be removed.
///
/// It is never updated, so its version is the first; when it was made does not matter to a removal.
pub(super) fn held(user: UserId, role: RoleId, now: Instant) -> Versioned<UserRole> {
    Versioned::new(UserRole { user, role, updated_at: now }, Version::FIRST)
}
