use super::{ErasureObstacle, UserStatus};
use crate::error::ErrorKind;

/// Why a rule of accounts turned something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// Another user has the e-mail address; 409.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// No edge leads from the user's status to the other; 409.
    #[error("a user who is {from} cannot become {to}")]
    StatusUnreachable {
        /// What the user is.
        from: UserStatus,
        /// What the user was to become.
        to: UserStatus,
    },
    /// The user is suspended, and what was asked for takes an active one; 409.
    #[error("the user is not active")]
    NotActive,
    /// The user has a profile as owner; 409.
    #[error("the user is an owner already")]
    AlreadyOwner,
    /// The user has a profile as trainer; 409.
    #[error("the user is a trainer already")]
    AlreadyTrainer,
    /// The user is an admin; 409.
    #[error("the user is an admin already")]
    AlreadyAdmin,
    /// The user is no admin; 409.
    #[error("the user is not an admin")]
    NotAdmin,
    /// Nobody active would be left to run the platform; 409.
    #[error("the platform must keep an active admin")]
    LastAdmin,
    /// Something of the user's is still open, so they cannot be erased; 409.
    #[error("the user cannot be erased: {0}")]
    NotErasable(ErasureObstacle),
    /// Somebody let the user act again while they were being erased; 409.
    #[error("the user was reactivated while being erased")]
    ErasureInterrupted,
}

impl AccountError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmailTaken => "account.email_taken",
            Self::StatusUnreachable { .. } => "account.status_unreachable",
            Self::NotActive => "account.not_active",
            Self::AlreadyOwner => "account.already_owner",
            Self::AlreadyTrainer => "account.already_trainer",
            Self::AlreadyAdmin => "account.already_admin",
            Self::NotAdmin => "account.not_admin",
            Self::LastAdmin => "account.last_admin",
            Self::NotErasable(_) => "account.not_erasable",
            Self::ErasureInterrupted => "account.erasure_interrupted",
        }
    }

    /// Returns [`ErrorKind::Conflict`].
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        ErrorKind::Conflict
    }
}
