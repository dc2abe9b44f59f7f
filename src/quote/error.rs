use crate::{error::ErrorKind, ids::BookingId};

/// Why a quote cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuoteError {
    /// There is no such quote of the owner's; 404.
    #[error("the quote does not exist")]
    Unknown,
    /// The quote does not hold any more; 409.
    #[error("the quote has expired")]
    Expired,
    /// A booking was made of the quote; 409.
    #[error("the quote was used for booking {0}")]
    Used(BookingId),
    /// The request is for another lesson than the quote; 409.
    #[error("the quote is for another lesson")]
    Differs,
}

impl QuoteError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "quote.unknown",
            Self::Expired => "quote.expired",
            Self::Used(_) => "quote.used",
            Self::Differs => "quote.differs",
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown => ErrorKind::NotFound,
            Self::Expired | Self::Used(_) | Self::Differs => ErrorKind::Conflict,
        }
    }
}
