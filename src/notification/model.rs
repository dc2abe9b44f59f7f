use std::collections::BTreeSet;

use serde::Serialize;

use super::NotificationKind;
use crate::{
    audit::Subject,
    ids::{BookingId, NotificationId, ReminderId, UserId},
    time::Instant,
};

/// Something that a user is told (table `notifications`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// The key.
    pub id: NotificationId,
    /// Who is told.
    pub user: UserId,
    /// What is told (column `type`); its [`message`](NotificationKind::message) is stored beside.
    pub kind: NotificationKind,
    /// What it is about.
    pub subject: Subject,
    /// Whether the user has read it.
    pub is_read: bool,
    /// When it was written.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

/// Which kinds of notification a user does not want (table `notification_preferences`).
///
/// Without a row a user wants all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preferences {
    /// Whose preferences they are.
    pub user: UserId,
    /// The kinds that are not written for the user.
    pub muted: BTreeSet<NotificationKind>,
    /// When the row last changed.
    pub updated_at: Instant,
}

/// That a lesson's parties were reminded of it (table `reminders`).
///
/// Once per booking and start: a lesson that moves gets another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// The key.
    pub id: ReminderId,
    /// Of which booking.
    pub booking: BookingId,
    /// The start that the reminder was for.
    pub starts_at: Instant,
    /// When it was written.
    pub created_at: Instant,
}
