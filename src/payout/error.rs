use super::{PayoutState, PayoutVerb};
use crate::{
    error::ErrorKind,
    ids::PayoutId,
    money::{Money, MoneyError},
};

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
    /// The trainer is suspended: payouts wait; 409.
    #[error("the trainer is suspended, so payouts wait")]
    Suspended,
    /// Another payout of the trainer in the currency is on its way; 409.
    #[error("payout {payout} is on its way already")]
    Running {
        /// Which one.
        payout: PayoutId,
    },
    /// What is available makes no payout; 409.
    #[error("{available} are available, which makes no payout of at least {minimum}")]
    TooLittle {
        /// What is available; below zero where the trainer owes something back.
        available: Money,
        /// The smallest payout.
        minimum: Money,
    },
    /// Something of the trainer's is pending or disputed; 409.
    #[error("something that the trainer earns is pending or disputed")]
    NotSettled,
    /// The balance is not one that is written off: it is zero, below that, or can be paid out; 409.
    #[error("a balance of {balance} is not written off, only what lies between zero and {step}")]
    NoRest {
        /// What the trainer is owed.
        balance: Money,
        /// The step of payouts.
        step: Money,
    },
    /// The provider calls the payout by another name than before; 409.
    #[error("the provider calls the payout by another name")]
    OtherName,
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
            Self::Suspended => "payout.suspended",
            Self::Running { .. } => "payout.running",
            Self::TooLittle { .. } => "payout.too_little",
            Self::NotSettled => "payout.not_settled",
            Self::NoRest { .. } => "payout.no_rest",
            Self::OtherName => "payout.other_name",
            Self::Money(error) => error.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::NoEdge { .. }
            | Self::Suspended
            | Self::Running { .. }
            | Self::TooLittle { .. }
            | Self::NotSettled
            | Self::NoRest { .. }
            | Self::OtherName => ErrorKind::Conflict,
            Self::Money(error) => error.kind(),
        }
    }
}
