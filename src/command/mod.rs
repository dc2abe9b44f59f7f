//! Commands: who asks for a change, under which id, and how a repeat is recognised.

mod actor;
mod kind;
mod record;

pub use actor::{Actor, SystemReason};
pub use kind::CommandKind;
pub use record::{Call, CommandRecord, Fingerprint};
