use serde::Serialize;

use super::AccountError;
use crate::{
    code::codes,
    contact::{Email, PasswordHash, PersonName, Phone},
    ids::UserId,
    time::Instant,
};

codes! {
    /// Whether a user may act.
    pub enum UserStatus as "user_status" {
        /// May act.
        Active = "active",
        /// May read only, until an admin reactivates.
        Suspended = "suspended",
        /// Erased; final.
        Deleted = "deleted",
    }
}

impl UserStatus {
    /// Says whether a user may go from this status to `next`.
    #[must_use]
    pub const fn can_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Active, Self::Suspended | Self::Deleted)
                | (Self::Suspended, Self::Active | Self::Deleted)
        )
    }
}

/// A person with an account (table `users`).
///
/// `Debug` shows neither e-mail, phone nor password hash, and the hash cannot be serialised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// The key.
    pub id: UserId,
    /// Where mail goes; its key is unique among users that are not deleted.
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
    /// Whether the user may act.
    pub status: UserStatus,
    /// When the user signed up.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl User {
    /// Says whether the user may act.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == UserStatus::Active
    }

    /// Changes the status.
    ///
    /// # Errors
    ///
    /// [`AccountError::StatusUnreachable`] if [no edge](UserStatus::can_become) leads there.
    pub fn enter(self, status: UserStatus, now: Instant) -> Result<Self, AccountError> {
        if self.status.can_become(status) {
            Ok(Self { status, updated_at: now, ..self })
        } else {
            Err(AccountError::StatusUnreachable { from: self.status, to: status })
        }
    }
}
