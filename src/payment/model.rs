use serde::Serialize;

use crate::{
    code::codes,
    error::{InvalidValue, Problem, within},
    ids::{BookingId, PaymentId},
    money::{Money, Price},
    provider::Provider,
    text::Token,
    time::Instant,
};

codes! {
    /// Where a payment stands.
    pub enum PaymentStatus as "payment_status" {
        /// Started.
        Pending = "pending",
        /// The provider has the money.
        Paid = "paid",
        /// The provider could not collect it; it may still succeed later.
        Failed = "failed",
        /// All of it went back.
        Refunded = "refunded",
    }
}

impl PaymentStatus {
    /// Says whether the provider has had the money.
    #[must_use]
    pub const fn was_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Refunded)
    }
}

/// Money for one booking (table `payments`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// The key.
    pub id: PaymentId,
    /// For which booking.
    pub booking: BookingId,
    /// How much: the booking's price.
    pub amount: Money,
    /// Who collects it.
    pub provider: Provider,
    /// The provider's name for it, unique per provider.
    pub provider_reference: Option<Token>,
    /// Where it stands.
    pub status: PaymentStatus,
    /// When it was paid.
    pub paid_at: Option<Instant>,
    /// How much went back, in minor units.
    pub refunded_amount: i64,
    /// How much went back, is about to, or is disputed, in minor units.
    pub refund_reserved: i64,
    /// How much has to go back by a rule, because the booking was cancelled or missed or the payment
    /// is surplus, in minor units; what has gone back of it stays in it.
    pub refund_owed: i64,
    /// Whether it was paid although nothing, or nothing more, was owed.
    pub surplus: bool,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Payment {
    /// Checks `0 ≤ refunded_amount ≤ refund_reserved ≤ amount`, `0 ≤ refund_owed ≤ amount` and that
    /// a paid one says when.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first bound that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("amount", self.amount.minor(), 1, Price::MAX_MINOR)?;
        within("refund_reserved", self.refund_reserved, 0, self.amount.minor())?;
        within("refund_owed", self.refund_owed, 0, self.amount.minor())?;
        within("refunded_amount", self.refunded_amount, 0, self.refund_reserved)?;
        if self.status.was_paid() == self.paid_at.is_some() {
            Ok(())
        } else {
            Err(InvalidValue::new("paid_at", Problem::Malformed("present exactly once paid")))
        }
    }
}
