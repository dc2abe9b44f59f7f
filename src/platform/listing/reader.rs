//! Who reads.

use uuid::Uuid;

use crate::{
    command::Actor,
    ids::CommandId,
    platform::{Error, Platform, acting::Acting},
    repository::CallerQuery,
};

/// Asks for a reader's standing; a read has no command that could have been carried out before.
pub(super) fn caller(actor: Actor) -> CallerQuery {
    CallerQuery { command: CommandId::from_uuid(Uuid::nil()), user: actor.user() }
}

impl Platform {
    /// Checks a reader's claim against what is stored.
    pub(super) async fn reader(&self, actor: Actor) -> Result<Acting, Error> {
        let standing = match actor.user() {
            Some(_) => self.repository().caller(caller(actor)).await?.standing,
            None => None,
        };
        Ok(Acting::reading(actor, standing)?)
    }
}
