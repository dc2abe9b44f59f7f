//! The audit trail: what changed, by whom, when; and the feed of it.
//!
//! Every command writes its [`Event`]s in the same commit as its effect, and nothing changes them
//! afterwards. [`Platform::history`](crate::platform::Platform::history) reads the trail of one thing, or
//! of what one user did; [`Platform::feed`](crate::platform::Platform::feed) reads all of it in a stable
//! order, for whoever wants to follow every change.
//!
//! # Example: what an event says of itself
//!
//! ```
//! use sitstay::{
//!     audit::{Event, SubjectKind},
//!     ids::UserId,
//! };
//!
//! let user = UserId::from_uuid(uuid::Uuid::nil());
//! let event = Event::UserSignedUp { user };
//! assert_eq!(event.code(), "user.signed_up");
//! assert_eq!(event.subject().kind, SubjectKind::User);
//! ```

mod event;
mod model;

pub use event::Event;
pub use model::{AuditEntry, FeedEntry, FeedPosition, Subject, SubjectKind};
