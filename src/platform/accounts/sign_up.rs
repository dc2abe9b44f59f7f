use async_trait::async_trait;
use serde::Serialize;

use crate::{
    account::{User, UserStatus},
    audit::Event,
    command::CommandKind,
    contact::{Email, PasswordHash, PersonName, Phone},
    ids::UserId,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, RepositoryError},
};

/// Makes a user, as the system: who signs up is no user yet.
///
/// The user is active and holds no role. A service that wants the address confirmed first signs
/// the user up when it is. The password hash has no part in what makes two commands the same, and
/// the command cannot be deserialised: a service hashes the password and puts it together.
///
/// # Errors
///
/// [`AccountError::EmailTaken`](crate::account::AccountError::EmailTaken) if another user, not
/// erased, has the address.
#[derive(Debug, Clone, Serialize)]
pub struct SignUp {
    /// The id of the new user, made by the caller.
    pub user: UserId,
    /// Where mail goes.
    pub email: Email,
    /// What a password is checked against; `None` where somebody else signs users in.
    #[serde(skip)]
    pub password: Option<PasswordHash>,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Where calls go.
    pub phone: Option<Phone>,
}

#[async_trait]
impl Command for SignUp {
    const KIND: CommandKind = CommandKind::SignUp;
    type Outcome = ();
    type Facts = ();

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, ()), RepositoryError> {
        loading.caller_only().await
    }

    fn decide(&self, (): (), work: &mut Work<'_>) -> Result<(), Error> {
        let now = work.now();
        let Self { user, email, password, first_name, last_name, phone } = self.clone();
        work.record(Event::UserSignedUp { user });
        work.changes.insert(User {
            id: user,
            email,
            password,
            first_name,
            last_name,
            phone,
            status: UserStatus::Active,
            created_at: now,
            updated_at: now,
        });
        Ok(())
    }
}
