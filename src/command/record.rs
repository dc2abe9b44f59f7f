use serde::Serialize;
use uuid::Uuid;

use super::{Actor, CommandKind};
use crate::{
    ids::{CommandId, UserId},
    time::Instant,
};

/// The frame of a command: its id, who asks, and when.
///
/// The id makes the command repeatable. Whoever cannot tell whether a command got through sends it
/// again under the same id and gets the stored result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The command's id, made by the caller.
    pub id: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// The current instant, from the service's clock.
    pub now: Instant,
}

impl Call {
    /// Frames a command.
    #[must_use]
    pub const fn new(id: CommandId, actor: Actor, now: Instant) -> Self {
        Self { id, actor, now }
    }
}

/// A digest of a command's kind and content, by which a repeat is told from another command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Fingerprint(Uuid);

impl Fingerprint {
    /// Digests the kind and the JSON text of a command's content (UUID version 5, SHA-1).
    #[must_use]
    pub fn of(kind: CommandKind, content: &str) -> Self {
        let kind = Uuid::new_v5(&Uuid::NAMESPACE_OID, kind.code().as_bytes());
        Self(Uuid::new_v5(&kind, content.as_bytes()))
    }

    /// Wraps a digest that was stored.
    #[must_use]
    pub const fn from_uuid(digest: Uuid) -> Self {
        Self(digest)
    }

    /// Returns the bare digest.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

/// A command that was carried out (table `commands`).
///
/// Written in the same commit as its effect; refusals leave none. Old rows may be purged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandRecord {
    /// The key.
    pub id: CommandId,
    /// Who gave it; `None` for the system.
    pub actor: Option<UserId>,
    /// What it was.
    pub kind: CommandKind,
    /// What it said.
    pub fingerprint: Fingerprint,
    /// What it returned, as JSON.
    pub result: String,
    /// When it was carried out.
    pub created_at: Instant,
}
