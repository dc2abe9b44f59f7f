use crate::error::{ErrorKind, InvalidValue};

/// A search was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// Free time is looked for in too long a range at once. Answer 422.
    #[error("free time is looked for in at most {max_days} days")]
    RangeTooLong {
        /// The longest range, in days of 24 hours.
        max_days: u16,
    },
    /// More trainers match than can be put into this order. Answer 422; a smaller radius helps.
    #[error("more than {limit} trainers match; look in a smaller area")]
    TooManyCandidates {
        /// How many are put into this order at most.
        limit: u32,
    },
    /// Prices cannot be compared without a currency. Answer 422.
    #[error("an order by price needs a currency")]
    NoCurrency,
    /// The cursor belongs to another search. Answer 422; the search begins anew.
    #[error("the cursor belongs to another search")]
    OtherSearch,
    /// The cursor's search began too long ago, or has not begun. Answer 422; the search begins anew.
    #[error("the cursor has expired")]
    CursorExpired,
    /// A value breaks its own bounds. Answer 422.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

impl SearchError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RangeTooLong { .. } => "search.range_too_long",
            Self::TooManyCandidates { .. } => "search.too_many_candidates",
            Self::NoCurrency => "search.no_currency",
            Self::OtherSearch => "search.other_search",
            Self::CursorExpired => "search.cursor_expired",
            Self::Invalid(error) => error.code(),
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}
