//! Who reads, and whose things they may read.

use uuid::Uuid;

use super::{Error, Platform, acting::Acting};
use crate::{
    authority::Capacity,
    command::Actor,
    ids::{CommandId, UserId},
    repository::CallerQuery,
};

/// Asks who reads. A read is no command, so it names one that nobody gives.
pub(super) const fn reads(actor: Actor) -> CallerQuery {
    CallerQuery { command: CommandId::from_uuid(Uuid::nil()), user: actor.user() }
}

impl Platform {
    /// Checks who reads.
    pub(super) async fn reader(&self, actor: Actor) -> Result<Acting, Error> {
        let caller = self.repository().caller(reads(actor)).await?;
        Ok(Acting::read(actor, caller.standing)?)
    }
}

impl Acting {
    /// Says whether what belongs to a user alone may be read: by themselves, by admins and by the
    /// system.
    pub(super) fn may_read(&self, user: UserId) -> bool {
        self.sees_all() || self.user_id() == Some(user)
    }

    /// Says whether everything may be read.
    pub(super) fn sees_all(&self) -> bool {
        matches!(self.capacity, Capacity::Admin | Capacity::System)
    }
}
