use serde::Serialize;

use crate::{
    code::codes,
    error::{InvalidValue, within},
    ids::{PaymentId, RefundId},
    money::{Money, Price},
    text::Token,
    time::Instant,
};

codes! {
    /// Where a refund stands.
    pub enum RefundStatus as "refund_status" {
        /// Owed to the owner.
        Due = "due",
        /// Handed to the provider.
        Pending = "pending",
        /// The owner has it.
        Succeeded = "succeeded",
        /// The provider could not return it.
        Failed = "failed",
        /// The provider called it off.
        Canceled = "canceled",
    }
}

impl RefundStatus {
    /// Says whether the owner did not get it, and will not.
    #[must_use]
    pub const fn is_lost(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled)
    }
}

codes! {
    /// Why money goes back.
    pub enum RefundCause as "refund_cause" {
        /// A booking was cancelled: an obligation.
        Cancellation = "cancellation",
        /// The trainer did not come: an obligation.
        TrainerNoShow = "trainer_no_show",
        /// The payment was not owed: an obligation.
        Surplus = "surplus",
        /// An admin decided it.
        Goodwill = "goodwill",
        /// The provider reported it.
        Provider = "provider",
    }
}

impl RefundCause {
    /// Says whether a failed refund must be made again.
    #[must_use]
    pub const fn is_obligation(self) -> bool {
        matches!(self, Self::Cancellation | Self::TrainerNoShow | Self::Surplus)
    }
}

/// Money that goes back to an owner (table `refunds`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refund {
    /// The key.
    pub id: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// How much; more than zero.
    pub amount: Money,
    /// Where it stands.
    pub status: RefundStatus,
    /// Why.
    pub cause: RefundCause,
    /// The provider's name for it, unique per provider.
    pub provider_reference: Option<Token>,
    /// The refund whose obligation this one took over.
    pub replaces: Option<RefundId>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Refund {
    /// Makes a refund that is due.
    pub(super) const fn due(
        id: RefundId,
        payment: PaymentId,
        amount: Money,
        cause: RefundCause,
        now: Instant,
    ) -> Self {
        Self {
            id,
            payment,
            amount,
            status: RefundStatus::Due,
            cause,
            provider_reference: None,
            replaces: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Checks that the amount is more than zero.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if it is not.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("amount", self.amount.minor(), 1, Price::MAX_MINOR)
    }
}
