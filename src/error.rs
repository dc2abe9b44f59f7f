//! What every error of the library can say of itself, and the error of a value that breaks its bounds.
//!
//! Each area has an error enum of its own. All of them offer the same three answers: a stable
//! `code()` for clients, a [`kind()`](ErrorKind) that fixes the HTTP status, and a message for
//! people that holds no personal data.
//!
//! # Example: what a service answers
//!
//! ```
//! use sitstay::contact::Email;
//!
//! let error = Email::parse("ann at example").unwrap_err();
//! assert_eq!((error.what(), error.code()), ("email", "value.malformed"));
//! assert_eq!(error.kind().http_status(), 422);
//! assert_eq!(error.to_string(), "email: must be an e-mail address");
//! ```

use std::fmt;

/// The kind of a failure, from which a service chooses its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input breaks a rule whatever the stored state is (422).
    Invalid,
    /// The thing does not exist, or the caller may not know that it does (404).
    NotFound,
    /// The caller may see the thing and still not do this (403).
    Forbidden,
    /// The input is sound and the stored state does not allow it (409).
    Conflict,
    /// Storage is busy or away; the same call may succeed later (503).
    Unavailable,
    /// Storage holds something that it should not, or failed (500).
    Internal,
}

impl ErrorKind {
    /// Returns the HTTP status code that fits.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Invalid => 422,
            Self::NotFound => 404,
            Self::Forbidden => 403,
            Self::Conflict => 409,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// How a value breaks the bounds of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// There is nothing in it.
    Empty,
    /// It has more than this many characters or elements.
    TooLong {
        /// The largest length that is accepted.
        max: u64,
    },
    /// It lies outside these bounds, both included.
    OutOfRange {
        /// The smallest value that is accepted.
        min: i64,
        /// The largest value that is accepted.
        max: i64,
    },
    /// It does not have the form that its type asks for; the text says which.
    Malformed(&'static str),
}

/// A value was refused because it breaks the bounds of its type.
///
/// The message names the kind of value and the bound, never the value itself, which may be
/// personal. Services answer 422.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {problem}")]
pub struct InvalidValue {
    what: &'static str,
    problem: Problem,
}

impl InvalidValue {
    /// Makes the error for a value of the kind `what`, for instance `"email"`.
    #[must_use]
    pub const fn new(what: &'static str, problem: Problem) -> Self {
        Self { what, problem }
    }

    /// Names the kind of value in snake case, for instance `"email"`.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        self.what
    }

    /// Says which bound is broken.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        self.problem
    }

    /// Returns the stable code of the broken bound.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.problem {
            Problem::Empty => "value.empty",
            Problem::TooLong { .. } => "value.too_long",
            Problem::OutOfRange { .. } => "value.out_of_range",
            Problem::Malformed(_) => "value.malformed",
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("must not be empty"),
            Self::TooLong { max } => write!(f, "must have at most {max} characters"),
            Self::OutOfRange { min, max } => write!(f, "must lie between {min} and {max}"),
            Self::Malformed(form) => write!(f, "must be {form}"),
        }
    }
}

/// Checks that `value` lies within `min..=max`.
///
/// # Errors
///
/// [`Problem::OutOfRange`] if it does not.
pub(crate) fn within(
    what: &'static str,
    value: impl Into<i64>,
    min: i64,
    max: i64,
) -> Result<(), InvalidValue> {
    if (min..=max).contains(&value.into()) {
        Ok(())
    } else {
        Err(InvalidValue::new(what, Problem::OutOfRange { min, max }))
    }
}
