use super::Window;
use crate::{
    error::{ErrorKind, InvalidValue},
    time::Weekday,
};

/// Opening hours or a listing were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AvailabilityError {
    /// Two windows of one week share time. Answer 422.
    #[error("{} {} overlaps {} {}", first.0, first.1, second.0, second.1)]
    WindowsOverlap {
        /// The one that starts earlier; Saturday's counts as earlier than Sunday's.
        first: (Weekday, Window),
        /// The one that starts while the first is open.
        second: (Weekday, Window),
    },
    /// A listing asks for too long a range at once. Answer 422.
    #[error("a listing covers at most {max_days} days")]
    RangeTooLong {
        /// The longest range that is listed, in days of 24 hours.
        max_days: u16,
    },
    /// A value breaks its own bounds. Answer 422.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

impl AvailabilityError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WindowsOverlap { .. } => "availability.windows_overlap",
            Self::RangeTooLong { .. } => "availability.range_too_long",
            Self::Invalid(error) => error.code(),
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}
