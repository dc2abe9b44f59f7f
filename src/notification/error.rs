use super::{NotificationKind, Placeholder};
use crate::error::{ErrorKind, InvalidValue};

/// Why a text is no template, or none for a kind of notification.
///
/// Whoever writes templates is told before the first notification is rendered; services answer 422.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A `{` begins a placeholder that does not end; a brace itself is written `{{`.
    #[error("a placeholder does not end with }}")]
    Unclosed,
    /// A `}` ends no placeholder; a brace itself is written `}}`.
    #[error("a }} ends no placeholder")]
    Unopened,
    /// Nothing is called that.
    #[error("there is no placeholder {{{0}}}")]
    UnknownPlaceholder(String),
    /// Notifications of that kind never name it.
    #[error("{kind} does not name {{{placeholder}}}")]
    NotOffered {
        /// The kind.
        kind: NotificationKind,
        /// What it does not name.
        placeholder: Placeholder,
    },
    /// Only instants take a format.
    #[error("{{{0}}} takes no format")]
    UnexpectedFormat(Placeholder),
    /// The format of an instant cannot be written, at least not for every year.
    #[error("no format of an instant: {0}")]
    TimeFormat(String),
    /// A title is one line without control characters, because it becomes the header of a mail.
    #[error("a title is one line")]
    TitleNotOneLine,
    /// The text is too long.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

impl TemplateError {
    /// Returns a stable code for clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unclosed => "template.unclosed",
            Self::Unopened => "template.unopened",
            Self::UnknownPlaceholder(_) => "template.unknown_placeholder",
            Self::NotOffered { .. } => "template.not_offered",
            Self::UnexpectedFormat(_) => "template.unexpected_format",
            Self::TimeFormat(_) => "template.time_format",
            Self::TitleNotOneLine => "template.title_not_one_line",
            Self::Invalid(error) => error.code(),
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}
