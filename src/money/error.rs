use super::{Currency, Money};
use crate::error::{ErrorKind, InvalidValue};

/// Why an operation on money was refused.
///
/// All but [`Overflow`](Self::Overflow) are mistakes of the caller. Services answer 422.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The amounts are in different currencies; no rate is ever applied.
    #[error("amounts in {left} and {right} do not mix")]
    CurrencyMismatch {
        /// The currency of the first amount.
        left: Currency,
        /// The currency of the other amount.
        right: Currency,
    },
    /// The result does not fit into 64 bits of minor units.
    #[error("the amount is too large to compute with")]
    Overflow,
    /// The part does not lie between nothing and the whole.
    #[error("the part does not lie between nothing and the whole")]
    PartOutsideWhole,
    /// There is no line with a weight to split the amount over.
    #[error("there is nothing to split the amount over")]
    NothingToSplitOver,
    /// The policy does not allow the currency.
    #[error("prices in {currency} are not accepted")]
    CurrencyNotAllowed {
        /// The currency of the price.
        currency: Currency,
    },
    /// The price is neither free nor a multiple of what can be charged.
    #[error("the price must be a multiple of {step}")]
    OffStep {
        /// The smallest step between two charges.
        step: Money,
    },
    /// The price is neither free nor as high as the smallest charge.
    #[error("the price must be at least {minimum}")]
    BelowMinimum {
        /// The smallest charge.
        minimum: Money,
    },
    /// The policy allows no currency, or names one twice.
    #[error("a money policy needs one rule for each of its currencies")]
    UnclearPolicy,
    /// A value breaks the bounds of its type.
    #[error(transparent)]
    Value(#[from] InvalidValue),
}

impl MoneyError {
    /// Returns the stable code of the refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CurrencyMismatch { .. } => "money.currency_mismatch",
            Self::Overflow => "money.overflow",
            Self::PartOutsideWhole => "money.part_outside_whole",
            Self::NothingToSplitOver => "money.nothing_to_split_over",
            Self::CurrencyNotAllowed { .. } => "money.currency_not_allowed",
            Self::OffStep { .. } => "money.off_step",
            Self::BelowMinimum { .. } => "money.below_minimum",
            Self::UnclearPolicy => "money.unclear_policy",
            Self::Value(value) => value.code(),
        }
    }

    /// Returns [`ErrorKind::Invalid`]: no other state of storage would help.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}
