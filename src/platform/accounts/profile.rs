use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::target::myself;
use crate::{
    account::User,
    audit::Event,
    command::CommandKind,
    contact::{Email, PasswordHash, PersonName, Phone},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, RepositoryError},
};

/// Replaces one's own names and phone number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpdateProfile {
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Where calls go; `None` takes the number away.
    pub phone: Option<Phone>,
}

#[async_trait]
impl Command for UpdateProfile {
    const KIND: CommandKind = CommandKind::UpdateProfile;
    type Outcome = ();
    type Facts = ();

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, ()), RepositoryError> {
        loading.caller_only().await
    }

    fn decide(&self, (): (), work: &mut Work<'_>) -> Result<(), Error> {
        let user = myself(work.acting)?.clone();
        work.record(Event::ProfileUpdated { user: user.id });
        let Self { first_name, last_name, phone } = self.clone();
        let updated_at = work.now();
        work.changes.update(user.map(|user| User {
            first_name,
            last_name,
            phone,
            updated_at,
            ..user
        }));
        Ok(())
    }
}

/// Changes one's own e-mail address.
///
/// A service confirms the new address before it gives the command.
///
/// # Errors
///
/// [`AccountError::EmailTaken`](crate::account::AccountError::EmailTaken) if another user, not
/// erased, has the address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeEmail {
    /// Where mail goes from now on.
    pub email: Email,
}

#[async_trait]
impl Command for ChangeEmail {
    const KIND: CommandKind = CommandKind::ChangeEmail;
    type Outcome = ();
    type Facts = ();

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, ()), RepositoryError> {
        loading.caller_only().await
    }

    fn decide(&self, (): (), work: &mut Work<'_>) -> Result<(), Error> {
        let user = myself(work.acting)?.clone();
        work.record(Event::EmailChanged { user: user.id });
        let (email, updated_at) = (self.email.clone(), work.now());
        work.changes.update(user.map(|user| User { email, updated_at, ..user }));
        Ok(())
    }
}

/// Changes the hash that one's own password is checked against.
///
/// The hash has no part in what makes two commands the same: a repeat under the same id changes
/// nothing, whatever hash it brings. The command cannot be deserialised: a service checks the old
/// password, hashes the new one and puts it together.
#[derive(Debug, Clone, Serialize)]
pub struct ChangePassword {
    /// The new hash.
    #[serde(skip)]
    pub password: PasswordHash,
}

#[async_trait]
impl Command for ChangePassword {
    const KIND: CommandKind = CommandKind::ChangePassword;
    type Outcome = ();
    type Facts = ();

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, ()), RepositoryError> {
        loading.caller_only().await
    }

    fn decide(&self, (): (), work: &mut Work<'_>) -> Result<(), Error> {
        let user = myself(work.acting)?.clone();
        work.record(Event::PasswordChanged { user: user.id });
        let (password, updated_at) = (Some(self.password.clone()), work.now());
        work.changes.update(user.map(|user| User { password, updated_at, ..user }));
        Ok(())
    }
}
