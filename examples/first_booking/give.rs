use sitstay::{
    command::{Actor, Call},
    ids::Id,
    platform::{Command, Error, Platform},
    time::Instant,
};
use uuid::Uuid;

/// Draws the id of something new, or of a command.
pub(crate) fn new_id<T: Id>() -> T {
    T::from_uuid(Uuid::now_v7())
}

/// Gives a command, once.
pub(crate) async fn give<C: Command>(
    platform: &Platform,
    actor: Actor,
    now: Instant,
    command: C,
) -> Result<C::Outcome, Error> {
    platform.execute(Call::new(new_id(), actor, now), command).await
}
