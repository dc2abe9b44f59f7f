//! What a command writes: its changes with their audit entries and notifications.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Error, acting::Acting};
use crate::{
    audit::{AuditEntry, Event, Subject},
    command::{Call, CommandKind, CommandRecord, Fingerprint},
    ids::{DerivedIds, Id, IdSource, NotificationId, UserId},
    notification::{Notification, NotificationKind},
    policy::PlatformPolicy,
    repository::{ChangeSet, Party},
    time::Instant,
};

/// The change set of one command while it is put together.
#[derive(Debug)]
pub struct Work<'a> {
    pub(super) call: Call,
    pub(super) policy: &'a PlatformPolicy,
    pub(super) acting: &'a Acting,
    pub(super) ids: DerivedIds,
    pub(super) changes: ChangeSet,
    trail: Vec<AuditEntry>,
    told: Vec<(NotificationId, Subject)>,
}

impl<'a> Work<'a> {
    pub(super) fn new(call: Call, policy: &'a PlatformPolicy, acting: &'a Acting) -> Self {
        let mut changes = ChangeSet::new();
        acting.expect(&mut changes);
        Self {
            call,
            policy,
            acting,
            ids: DerivedIds::new(call.id, call.now),
            changes,
            trail: Vec::new(),
            told: Vec::new(),
        }
    }

    pub(super) fn now(&self) -> Instant {
        self.call.now
    }

    pub(super) fn next_id<T: Id>(&mut self) -> T {
        self.ids.next_id()
    }

    /// Writes down that something changed.
    pub(super) fn record(&mut self, event: Event) {
        self.record_as(event, self.call.actor.user());
    }

    /// Writes down that the system changed something on the way.
    pub(super) fn record_by_system(&mut self, event: Event) {
        self.record_as(event, None);
    }

    fn record_as(&mut self, event: Event, actor: Option<UserId>) {
        let (id, created_at) = (self.next_id(), self.now());
        self.trail.push(AuditEntry { id, actor, event, notified: Vec::new(), created_at });
    }

    /// Tells a party, unless they muted the kind or did it themselves.
    pub(super) fn notify(&mut self, party: &Party, kind: NotificationKind, subject: Subject) {
        self.notify_user(party.user.id, &party.muted, kind, subject);
    }

    /// Tells a user, unless they muted the kind or did it themselves.
    pub(super) fn notify_user(
        &mut self,
        user: UserId,
        muted: &BTreeSet<NotificationKind>,
        kind: NotificationKind,
        subject: Subject,
    ) {
        if muted.contains(&kind) || self.call.actor.user() == Some(user) {
            return;
        }
        let notification = Notification {
            id: self.next_id(),
            user,
            kind,
            subject,
            is_read: false,
            created_at: self.now(),
            updated_at: self.now(),
        };
        self.told.push((notification.id, subject));
        self.changes.insert(notification);
    }

    /// Adds the audit entries and the command's own row, and hands the change set over.
    pub(super) fn finish(
        mut self,
        kind: CommandKind,
        fingerprint: Fingerprint,
        outcome: &impl Serialize,
    ) -> Result<ChangeSet, Error> {
        for entry in attach(self.trail, self.told) {
            self.changes.append(entry);
        }
        self.changes.append(CommandRecord {
            id: self.call.id,
            actor: self.call.actor.user(),
            kind,
            fingerprint,
            result: serde_json::to_string(outcome).map_err(Error::Result)?,
            created_at: self.call.now,
        });
        Ok(self.changes)
    }
}

/// Says in each entry who was told of it: a notification belongs to the first entry about the same
/// thing, or else to the first of all.
fn attach(mut trail: Vec<AuditEntry>, told: Vec<(NotificationId, Subject)>) -> Vec<AuditEntry> {
    for (notification, about) in told {
        let same = trail.iter().position(|entry| entry.event.subject() == about);
        if let Some(entry) = trail.get_mut(same.unwrap_or_default()) {
            entry.notified.push(notification);
        }
    }
    trail
}
