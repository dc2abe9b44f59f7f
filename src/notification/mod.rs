//! Notifications: what happened, to whom it is told, and in which words.

mod kind;
mod model;

pub use kind::NotificationKind;
pub use model::{Notification, Preferences, Reminder};
