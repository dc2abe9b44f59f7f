use uuid::Uuid;

use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use crate::{
    audit::{AuditEntry, Event, SubjectKind},
    command::{CommandKind, CommandRecord, Fingerprint},
    ids::{AuditId, CommandId, NotificationId, UserId},
    time::Instant,
};

record! {
    CommandRecord as command, APPEND_ONLY
    key { command_id: CommandId = command.id; }
    data {
        actor_user_id: Option<UserId> = command.actor;
        kind: CommandKind = command.kind;
        fingerprint: Fingerprint = command.fingerprint;
        result: String = command.result;
        created_at: Instant = command.created_at;
    }
    => CommandRecord {
        id: command_id,
        actor: actor_user_id,
        kind,
        fingerprint,
        result,
        created_at,
    }
}

record! {
    AuditEntry as entry, APPEND_ONLY
    key { id: AuditId = entry.id; }
    data {
        actor_user_id: Option<UserId> = entry.actor;
        payload: Event = entry.event;
        notified: Vec<NotificationId> = entry.notified;
        created_at: Instant = entry.created_at;
    }
    derived {
        action: String = entry.event.code().to_owned();
        entity: SubjectKind = entry.event.subject().kind;
        entity_id: Uuid = entry.event.subject().id;
    }
    => AuditEntry { id, actor: actor_user_id, event: payload, notified, created_at }
}
