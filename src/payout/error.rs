use super::{PayoutState, PayoutVerb};
use crate::{error::ErrorKind, money::MoneyError};

/// Why a rule of payouts turned something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PayoutError {
    /// No edge leads from the payout's state by that verb; 409.
    #[error("there is no way to {verb} a payout that is {from}")]
    NoEdge {
        /// What was tried.
        verb: PayoutVerb,
        /// Where the payout stands.
        from: PayoutState,
    },
    /// Amounts do not fit together; see there.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl PayoutError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoEdge { .. } => "payout.no_edge",
            Self::Money(error) => error.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::NoEdge { .. } => ErrorKind::Conflict,
            Self::Money(error) => error.kind(),
        }
    }
}
