use serde::{Deserialize, Serialize};

use super::Provider;
use crate::{
    error::InvalidValue,
    ids::{PaymentId, PayoutId, RefundId},
    money::Money,
    text::Token,
    time::Instant,
};

/// Something that a payment provider reports, in words that know no provider.
///
/// A provider sends an event at least once, in any order, perhaps again after days. What it does
/// depends on the set of events that were seen, never on their order or number.
///
/// # Example: what a webhook of any provider is turned into
///
/// ```
/// use sitstay::{
///     ids::PaymentId,
///     money::{Currency, Money},
///     provider::{Happening, ProviderEvent},
/// };
///
/// let event = ProviderEvent {
///     provider: "acme".parse()?,
///     id: "evt_1".parse()?,
///     occurred_at: "2027-03-01T09:00:00Z".parse()?,
///     happening: Happening::PaymentSucceeded {
///         payment: Some(PaymentId::from_uuid(uuid::Uuid::nil())),
///         reference: "pay_1".parse()?,
///         amount: Money::new(4_999, Currency::EUR),
///     },
/// };
/// assert_eq!(event.happening.code(), "payment_succeeded");
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderEvent {
    /// Who reports it.
    pub provider: Provider,
    /// The provider's name for the event, which makes it count once.
    pub id: Token,
    /// When it happened, by the provider's clock.
    pub occurred_at: Instant,
    /// What happened.
    pub happening: Happening,
}

/// What a payment provider reports.
///
/// `payment`, `refund` and `payout` are our own ids where the provider gives them back, as it does
/// if they were put into its metadata; `reference` is the provider's name for the same thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Happening {
    /// The provider has the money.
    PaymentSucceeded {
        /// Our id.
        payment: Option<PaymentId>,
        /// The provider's name for the payment.
        reference: Token,
        /// How much it collected.
        amount: Money,
    },
    /// An attempt to collect failed; another one may still succeed.
    PaymentFailed {
        /// Our id.
        payment: Option<PaymentId>,
        /// The provider's name for the payment.
        reference: Token,
    },
    /// A refund was accepted, or changed how it stands.
    Refund {
        /// Our id.
        refund: Option<RefundId>,
        /// The provider's name for the refund.
        reference: Token,
        /// The provider's name for the payment that it belongs to.
        payment_reference: Token,
        /// How much goes back.
        amount: Money,
        /// How it stands.
        outcome: RefundOutcome,
    },
    /// An owner's bank disputes a payment.
    Dispute {
        /// The provider's name for the dispute.
        reference: Token,
        /// The provider's name for the payment.
        payment_reference: Token,
        /// How much is disputed.
        amount: Money,
        /// How it stands.
        outcome: DisputeOutcome,
    },
    /// A transfer to a trainer set out, arrived or failed.
    Payout {
        /// Our id.
        payout: Option<PayoutId>,
        /// The provider's name for the transfer.
        reference: Token,
        /// How much was sent.
        amount: Money,
        /// How it stands.
        outcome: PayoutOutcome,
    },
    /// Some of a transfer to a trainer was taken back, and not all of it.
    ///
    /// A payout is paid whole or not at all, so nothing follows from it by itself: it is kept, and
    /// the auditor shows it to a person.
    PayoutPartlyReturned {
        /// Our id.
        payout: Option<PayoutId>,
        /// The provider's name for the transfer.
        reference: Token,
        /// How much came back, in all.
        amount: Money,
    },
}

/// How a refund stands at the provider.
///
/// Of two reports on one refund the later variant counts, whichever came first: a bank may still
/// return a refund that had succeeded, and never the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundOutcome {
    /// On its way.
    Pending,
    /// The owner has it.
    Succeeded,
    /// Called off before it left.
    Canceled,
    /// It could not be returned.
    Failed,
}

/// How a dispute stands at the provider; of two reports the later variant counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeOutcome {
    /// Not decided.
    Open,
    /// The platform keeps the money.
    Won,
    /// The owner's bank took it back.
    Lost,
}

/// How a transfer to a trainer stands; the first report that ends it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutOutcome {
    /// On its way: the provider took it on.
    InFlight,
    /// The trainer has it.
    Processed,
    /// It came back.
    Failed,
}

impl Happening {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PaymentSucceeded { .. } => "payment_succeeded",
            Self::PaymentFailed { .. } => "payment_failed",
            Self::Refund { .. } => "refund",
            Self::Dispute { .. } => "dispute",
            Self::Payout { .. } => "payout",
            Self::PayoutPartlyReturned { .. } => "payout_partly_returned",
        }
    }

    /// Returns the provider's name for the payment that it is about; of a transfer, for that.
    ///
    /// Events with the same one are looked at together.
    #[must_use]
    pub const fn reference(&self) -> &Token {
        match self {
            Self::PaymentSucceeded { reference, .. }
            | Self::PaymentFailed { reference, .. }
            | Self::Payout { reference, .. }
            | Self::PayoutPartlyReturned { reference, .. } => reference,
            Self::Refund { payment_reference, .. } | Self::Dispute { payment_reference, .. } => {
                payment_reference
            }
        }
    }

    /// Returns the amount, where there is one.
    #[must_use]
    pub const fn amount(&self) -> Option<Money> {
        match self {
            Self::PaymentSucceeded { amount, .. }
            | Self::Refund { amount, .. }
            | Self::Dispute { amount, .. }
            | Self::Payout { amount, .. }
            | Self::PayoutPartlyReturned { amount, .. } => Some(*amount),
            Self::PaymentFailed { .. } => None,
        }
    }

    /// Checks that the amount is more than zero and can be stored.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if not.
    pub fn check(&self) -> Result<(), InvalidValue> {
        let minor = self.amount().map_or(1, Money::minor);
        crate::error::within("amount", minor, 1, crate::money::Price::MAX_MINOR)
    }
}
