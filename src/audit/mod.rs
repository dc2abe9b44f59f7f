//! The audit trail: what changed, by whom, when; and the feed of it.

mod event;
mod model;

pub use event::Event;
pub use model::{AuditEntry, FeedEntry, FeedPosition, Subject, SubjectKind};
