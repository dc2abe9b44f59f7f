//! Commands: who asks for a change, under which id, and how a repeat is recognised.
//!
//! The commands themselves are values in [`platform`](crate::platform). A [`Call`] is the frame of each:
//! its id, who asks and when. A [`CommandRecord`] is what is kept of one that was carried out.
//!
//! # Example: two commands are the same if their contents are
//!
//! ```
//! use sitstay::command::{CommandKind, Fingerprint};
//!
//! let asked = Fingerprint::of(CommandKind::AcceptBooking, r#"{"booking":1}"#);
//! assert_eq!(asked, Fingerprint::of(CommandKind::AcceptBooking, r#"{"booking":1}"#));
//! assert_ne!(asked, Fingerprint::of(CommandKind::DeclineBooking, r#"{"booking":1}"#));
//! ```

mod actor;
mod kind;
mod record;

pub use actor::{Actor, SystemReason};
pub use kind::CommandKind;
pub use record::{Call, CommandRecord, Fingerprint};
