//! Batches: what one commit writes, and the name under which it is known again.

use uuid::Uuid;

use super::{SourceTable, reading::Piece};
use crate::{
    audit::{AuditEntry, Event, Subject},
    command::{CommandKind, CommandRecord, Fingerprint},
    ids::{BookingId, CommandId, DerivedIds, IdSource},
    repository::ChangeSet,
    time::Instant,
};

/// What all batches of one adoption have in common.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// What tells the source from another.
    pub(super) source: String,
    /// The instant of the first run.
    pub(super) now: Instant,
}

impl Run {
    /// The command under which the first run notes its instant.
    pub(super) fn command(source: &str) -> CommandId {
        CommandId::of_the_system(&format!("adoption of {source}"))
    }

    /// The command of a batch: the same rows make the same, whichever run they are written in.
    pub(super) fn command_of(&self, table: SourceTable, pieces: &[Piece]) -> CommandId {
        let mut keys = Vec::with_capacity(32 * pieces.len());
        for piece in pieces {
            keys.extend_from_slice(piece.key.first().as_bytes());
            keys.extend(piece.key.second().iter().flat_map(Uuid::as_bytes));
        }
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, &keys);
        CommandId::of_the_system(&format!("adoption of {}: {table} {digest}", self.source))
    }

    /// Puts a batch together, with its command and an audit entry for each thing it adds to.
    ///
    /// `place` counts the batches, so that the keys of the trail ascend.
    pub(super) fn change_set(
        &self,
        command: CommandId,
        pieces: &[Piece],
        releases: &[BookingId],
        place: i64,
    ) -> ChangeSet {
        let mut changes = ChangeSet::new();
        for booking in releases {
            changes.release(*booking);
        }
        for change in pieces.iter().flat_map(|piece| &piece.changes) {
            changes.put(change.clone());
        }
        let mut subjects: Vec<Subject> = pieces.iter().filter_map(|piece| piece.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let mut ids = DerivedIds::new(command, in_order(self.now, place));
        // The counter in an id has sixteen bits of its own, and a batch is smaller than that.
        for subject in subjects {
            changes.append(AuditEntry {
                id: ids.next_id(),
                actor: None,
                event: Event::Adopted { subject },
                created_at: self.now,
            });
        }
        changes.append(self.record(command, &pieces.len().to_string()));
        changes
    }

    /// The row that says that a batch was written.
    pub(super) fn record(&self, id: CommandId, result: &str) -> CommandRecord {
        CommandRecord {
            id,
            actor: None,
            kind: CommandKind::Adopt,
            fingerprint: Fingerprint::of(CommandKind::Adopt, &self.source),
            result: result.to_owned(),
            created_at: self.now,
        }
    }
}

/// An instant that only orders ids: a millisecond further on for each batch.
fn in_order(now: Instant, place: i64) -> Instant {
    now.saturating_add(chrono::TimeDelta::milliseconds(place))
}
