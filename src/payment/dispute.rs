use serde::Serialize;

use crate::{
    code::codes,
    error::{InvalidValue, Problem, within},
    ids::{BookingId, DisputeId, PaymentId, UserId},
    money::{Money, Price},
    text::Token,
    time::Instant,
};

codes! {
    /// What a dispute is about.
    pub enum DisputeKind as "dispute_kind" {
        /// Who came to a lesson. It moves no money; it only blocks the payout.
        Attendance = "attendance",
        /// A payment, disputed at the provider.
        Provider = "provider",
    }
}

codes! {
    /// Where a dispute stands.
    pub enum DisputeStatus as "dispute_status" {
        /// Not decided.
        Open = "open",
        /// Decided for the platform and the trainer; for one of attendance: closed.
        Won = "won",
        /// Decided against them.
        Lost = "lost",
    }
}

/// A dispute (table `disputes`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// The key.
    pub id: DisputeId,
    /// What it is about.
    pub kind: DisputeKind,
    /// Over which booking.
    pub booking: BookingId,
    /// Over which payment; `None` for one of attendance.
    pub payment: Option<PaymentId>,
    /// How much is disputed; `None` for one of attendance.
    pub amount: Option<Money>,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Who opened it; `None` when the provider did.
    pub opened_by: Option<UserId>,
    /// The provider's name for it, unique per provider.
    pub provider_reference: Option<Token>,
    /// When it was decided.
    pub closed_at: Option<Instant>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Dispute {
    /// Checks that one with the provider has a payment and an amount, one of attendance has
    /// neither, and one that is not open says when it was closed.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first rule that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        let with_provider = self.kind == DisputeKind::Provider;
        let rule = |holds: bool, what, form| {
            if holds { Ok(()) } else { Err(InvalidValue::new(what, Problem::Malformed(form))) }
        };
        let form = "present exactly in a dispute with the provider";
        rule(self.amount.is_some() == with_provider, "amount", form)?;
        rule(self.payment.is_some() == with_provider, "payment_id", form)?;
        if let Some(amount) = self.amount {
            within("amount", amount.minor(), 1, Price::MAX_MINOR)?;
        }
        let is_open = self.status == DisputeStatus::Open;
        rule(self.closed_at.is_none() == is_open, "closed_at", "present exactly once closed")
    }
}
