//! A command of the past, with what the platform would have written beside its rows.

use sitstay::{
    audit::{AuditEntry, Event, Subject},
    command::{CommandRecord, Fingerprint},
    ids::{CommandId, DerivedIds, Id, IdSource, NotificationId, UserId},
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
    trail: Vec<AuditEntry>,
    told: Vec<(NotificationId, Subject)>,
}

impl<'a> PastCommand<'a> {
    /// Begins a command; `None` for the system.
    pub(super) fn new(
        id: CommandId,
        actor: Option<UserId>,
        at: Instant,
        changes: &'a mut ChangeSet,
    ) -> Self {
        let (ids, trail, told) = (DerivedIds::new(id, at), Vec::new(), Vec::new());
        Self { id, actor, at, ids, changes, trail, told }
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
        let id = self.next_id();
        self.trail.push(AuditEntry { id, actor, event, notified: Vec::new(), created_at });
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
        self.told.push((notification.id, subject));
        self.changes.insert(notification);
    }

    /// Adds the audit entries, each with who was told of it, and the command's own row.
    pub(super) fn finish<C: Command>(
        mut self,
        command: &C,
        outcome: &C::Outcome,
    ) -> Result<(), Failure> {
        for (notification, about) in self.told {
            let same = self.trail.iter().position(|entry| entry.event.subject() == about);
            if let Some(entry) = self.trail.get_mut(same.unwrap_or_default()) {
                entry.notified.push(notification);
            }
        }
        for entry in self.trail {
            self.changes.append(entry);
        }
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
