use super::{MAX_COMPONENTS, MAX_FILE_BYTES};
use crate::error::ErrorKind;

/// Why nothing is read of a calendar file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarFileError {
    /// The file has more than [`MAX_FILE_BYTES`]; 422.
    #[error("the file is larger than {MAX_FILE_BYTES} bytes")]
    TooLarge,
    /// The file does not begin as an iCalendar file; 422.
    #[error("the file is no iCalendar file")]
    NotACalendar,
    /// A component is not closed, or one is that was not open; 422.
    #[error("the components do not fit together at line {line}")]
    Unbalanced {
        /// The line at which that shows, from 1.
        line: u32,
    },
    /// The file ends within a component, as after a broken transfer; 422.
    #[error("the file ends too early")]
    Truncated,
    /// There are more components than are read; 422.
    #[error("the file holds more than {MAX_COMPONENTS} components")]
    TooManyComponents,
    /// The events recur more often than is counted; 422.
    #[error("the events recur too often")]
    TooManyOccurrences,
}

impl CalendarFileError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "ical.too_large",
            Self::NotACalendar => "ical.not_a_calendar",
            Self::Unbalanced { .. } => "ical.unbalanced",
            Self::Truncated => "ical.truncated",
            Self::TooManyComponents => "ical.too_many_components",
            Self::TooManyOccurrences => "ical.too_many_occurrences",
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        ErrorKind::Invalid
    }
}
