use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use crate::{
    audit::{Subject, SubjectKind},
    ids::{BookingId, NotificationId, ReminderId, UserId},
    notification::{Notification, NotificationKind, Preferences, Reminder},
    time::Instant,
};

record! {
    Notification as notification, VERSIONED
    key { id: NotificationId = notification.id; }
    data {
        user_id: UserId = notification.user;
        r#type: NotificationKind = notification.kind;
        subject_kind: SubjectKind = notification.subject.kind;
        subject_id: Uuid = notification.subject.id;
        is_read: bool = notification.is_read;
        created_at: Instant = notification.created_at;
        updated_at: Instant = notification.updated_at;
    }
    derived { message: String = notification.kind.message().to_owned(); }
    => Notification {
        id,
        user: user_id,
        kind: r#type,
        subject: Subject { kind: subject_kind, id: subject_id },
        is_read,
        created_at,
        updated_at,
    }
}

record! {
    Preferences as preferences, VERSIONED
    key { user_id: UserId = preferences.user; }
    data {
        muted: BTreeSet<NotificationKind> = preferences.muted;
        updated_at: Instant = preferences.updated_at;
    }
    => Preferences { user: user_id, muted, updated_at }
}

record! {
    Reminder as reminder, APPEND_ONLY
    key { id: ReminderId = reminder.id; }
    data {
        booking_id: BookingId = reminder.booking;
        starts_at: Instant = reminder.starts_at;
        created_at: Instant = reminder.created_at;
    }
    => Reminder { id, booking: booking_id, starts_at, created_at }
}
