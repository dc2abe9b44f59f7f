//! A command of the past, with what the platform would have written beside its rows.

use sitstay::{
    audit::{AuditEntry, Event, Subject},
    command::{CommandRecord, Fingerprint},
    ids::{CommandId, DerivedIds, Id, IdSource, UserId},
    notification::{Notification, NotificationKind},
    platform::Command,
    repository::ChangeSet,
    time::Instant,
};

use super::Failure;

/// A command that somebody gave some time ago.
///
/// Its audit entries, notifications and its own row have the ids and the content that
/// `Platform::execute` gives them, so that whoever checks the store finds no difference.
pub(super) struct PastCommand<'a> {
    id: CommandId,
    actor: Option<UserId>,
    at: Instant,
    ids: DerivedIds,
    changes: &'a mut ChangeSet,
}

impl<'a> PastCommand<'a> {
    /// Begins a command; `None` for the system.
    pub(super) fn new(
        id: CommandId,
        actor: Option<UserId>,
        at: Instant,
        changes: &'a mut ChangeSet,
    ) -> Self {
        Self { id, actor, at, ids: DerivedIds::new(id, at), changes }
    }

    /// Draws the id of something that the command made.
    pub(super) fn next_id<T: Id>(&mut self) -> T {
        self.ids.next_id()
    }

    /// Returns what the command wrote, to add rows.
    pub(super) fn changes(&mut self) -> &mut ChangeSet {
        self.changes
    }

    /// Writes down that something changed.
    pub(super) fn record(&mut self, event: Event) {
        let (actor, created_at) = (self.actor, self.at);
        let entry = AuditEntry { id: self.next_id(), actor, event, created_at };
        self.changes.append(entry);
    }

    /// Tells a user, unless they did it themselves; what is old was read.
    pub(super) fn tell(
        &mut self,
        user: UserId,
        kind: NotificationKind,
        subject: Subject,
        is_read: bool,
    ) {
        if self.actor == Some(user) {
            return;
        }
        let notification = Notification {
            id: self.next_id(),
            user,
            kind,
            subject,
            is_read,
            created_at: self.at,
            updated_at: self.at,
        };
        self.changes.insert(notification);
    }

    /// Adds the command's own row.
    pub(super) fn finish<C: Command>(
        self,
        command: &C,
        outcome: &C::Outcome,
    ) -> Result<(), Failure> {
        self.changes.append(CommandRecord {
            id: self.id,
            actor: self.actor,
            kind: C::KIND,
            fingerprint: Fingerprint::of(C::KIND, &serde_json::to_string(command)?),
            result: serde_json::to_string(outcome)?,
            created_at: self.at,
        });
        Ok(())
    }
}
