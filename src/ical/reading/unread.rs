use std::fmt;

use serde::Serialize;

use crate::code::codes;

codes! {
    /// Why something in a calendar file was not read.
    #[non_exhaustive]
    pub enum UnreadReason as "unread_reason" {
        /// The line has not the form of its property, or contradicts another one.
        Malformed = "malformed",
        /// The event does not say when it starts.
        NoStart = "no_start",
        /// The time zone has no IANA name, and the file does not define it.
        UnknownZone = "unknown_zone",
        /// The recurrence is of a kind that is not computed.
        UnsupportedRecurrence = "unsupported_recurrence",
    }
}

/// Something in a calendar file that was not read.
///
/// It names a line and no content, which is somebody's private life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Unread {
    /// The line at which it begins, from 1.
    pub line: u32,
    /// Why.
    pub reason: UnreadReason,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}
