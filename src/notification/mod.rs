//! Notifications: what happened, to whom it is told, and in which words.

mod english;
mod error;
mod facts;
mod kind;
mod model;
mod placeholder;
mod template;
mod templates;

pub use error::TemplateError;
pub use facts::{Facts, LessonFacts, Recipient};
pub use kind::NotificationKind;
pub use model::{Notification, Preferences, Reminder};
pub use placeholder::Placeholder;
pub use template::Template;
pub use templates::{Message, Templates};
