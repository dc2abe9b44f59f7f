use serde::Serialize;

use crate::{
    ids::{OwnerId, UserId},
    time::Instant,
};

/// The profile that lets a user keep dogs and book lessons (table `dog_owners`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// The key.
    pub id: OwnerId,
    /// Whose profile it is; one per user.
    pub user: UserId,
    /// When the user became an owner.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}
