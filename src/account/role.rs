use serde::Serialize;
use uuid::Uuid;

use crate::{
    ids::{RoleId, UserId},
    text::Name,
    time::Instant,
};

/// A role that users hold (table `roles`).
///
/// The three roles that the library knows are seeded with fixed ids; a service may add more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// The key.
    pub id: RoleId,
    /// The unique name, for instance `owner`.
    pub name: Name,
    /// When the row last changed; [`Instant::MIN`] for a seeded role that never did.
    pub updated_at: Instant,
}

/// The roles that the library itself gives a meaning to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleName {
    /// Keeps dogs and books lessons.
    Owner,
    /// Gives lessons.
    Trainer,
    /// Runs the platform.
    Admin,
}

impl RoleName {
    /// Every role that is seeded.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Trainer, Self::Admin];

    /// Returns the fixed id under which the role is seeded on every backend.
    #[must_use]
    pub const fn id(self) -> RoleId {
        RoleId::from_uuid(Uuid::from_u128(match self {
            Self::Owner => 0x0000_0000_0000_7000_8000_0000_0000_0001,
            Self::Trainer => 0x0000_0000_0000_7000_8000_0000_0000_0002,
            Self::Admin => 0x0000_0000_0000_7000_8000_0000_0000_0003,
        }))
    }

    /// Returns the name under which the role is seeded.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Trainer => "trainer",
            Self::Admin => "admin",
        }
    }
}

/// One role that one user holds (table `user_roles`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UserRole {
    /// Who holds the role.
    pub user: UserId,
    /// The role held.
    pub role: RoleId,
    /// When the row last changed: the grant itself, since the library only adds and removes such
    /// rows.
    pub updated_at: Instant,
}
