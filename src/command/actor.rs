use crate::{account::RoleName, ids::UserId};

/// Why the system itself acts.
///
/// It cannot be deserialised, so no request body can become the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SystemReason {
    /// Somebody signs up, who is no user yet.
    SignUp,
    /// The first admin is appointed.
    Bootstrap,
    /// Something is due.
    DueWork,
    /// The payment provider reported something.
    ProviderEvent,
    /// The batch run of payouts.
    Payouts,
    /// A user's erasure goes on after its first commit.
    Erasure,
    /// An operator's tool runs.
    Maintenance,
}

/// Who asks for a change or a read.
///
/// User and role are a claim of the caller's: the library loads what is stored and refuses where
/// it does not hold. A service takes the user from its own sign-in, never from a request body.
///
/// # Example: the same user in two roles
///
/// ```
/// use sitstay::{command::Actor, ids::UserId};
///
/// let ada = UserId::from_uuid(uuid::Uuid::nil());
/// assert_ne!(Actor::trainer(ada), Actor::owner(ada));
/// assert_eq!(Actor::trainer(ada).user(), Actor::owner(ada).user());
/// assert_eq!(Actor::Anonymous.user(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// A signed-in user.
    User {
        /// Who.
        user: UserId,
        /// In which role, if in one.
        role: Option<RoleName>,
    },
    /// The system itself.
    System(SystemReason),
}

impl Actor {
    /// Names a user who acts as an owner of dogs.
    #[must_use]
    pub const fn owner(user: UserId) -> Self {
        Self::User { user, role: Some(RoleName::Owner) }
    }

    /// Names a user who acts as a trainer.
    #[must_use]
    pub const fn trainer(user: UserId) -> Self {
        Self::User { user, role: Some(RoleName::Trainer) }
    }

    /// Names a user who acts as an admin.
    #[must_use]
    pub const fn admin(user: UserId) -> Self {
        Self::User { user, role: Some(RoleName::Admin) }
    }

    /// Names a user who acts in no role, for what every user may do for themselves.
    #[must_use]
    pub const fn member(user: UserId) -> Self {
        Self::User { user, role: None }
    }

    /// Returns the user who acts; `None` for nobody and for the system.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User { user, .. } => Some(user),
            Self::Anonymous | Self::System(_) => None,
        }
    }
}
