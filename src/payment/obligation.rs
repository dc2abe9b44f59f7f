//! What a cancelled or missed lesson gives back: the refund that becomes due.

use super::{Cover, Payment, PaymentStatus, Refund, RefundCause, RefundStatus};
use crate::{
    booking::Booking,
    ids::IdSource,
    ledger::{Journal, LedgerEntry},
    money::{BasisPoints, Money, MoneyError, MoneyPolicy},
    time::Instant,
};

/// A change of what is reserved of a payment, with the refund and the ledger's legs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// The payment as it will be.
    pub payment: Payment,
    /// The refund as it will be.
    pub refund: Refund,
    /// The legs of the movement.
    pub legs: Vec<LedgerEntry>,
}

impl Obligation {
    /// Makes a share of a payment due for its owner, in as far as it is free.
    ///
    /// The amount is rounded to the step of its currency. `None` where nothing is left to give
    /// back.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn of(
        booking: &Booking,
        payment: &Payment,
        share: BasisPoints,
        cause: RefundCause,
        policy: &MoneyPolicy,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Option<Self>, MoneyError> {
        if payment.status != PaymentStatus::Paid {
            return Ok(None);
        }
        let free = payment.amount.minor() - payment.refund_reserved;
        let wanted = policy.round_refund(payment.amount.share(share)).minor();
        let minor = wanted.min(free);
        if minor <= 0 {
            return Ok(None);
        }
        let amount = Money::new(minor, payment.amount.currency());
        let reserved = payment.refund_reserved + minor;
        // What is reserved so far may be due, back or disputed: the legs depend on its sum only.
        let [before, after] =
            [payment.refund_reserved, reserved].map(|due| Cover { due, ..Cover::default() });
        let currency = amount.currency();
        let mut journal =
            Journal::of_payment(booking.trainer, booking.id, payment.id, currency, now, ids);
        before.post_change(after, payment.amount, booking.fee, &mut journal)?;
        let legs = journal.into_entries();
        Ok(Some(Self {
            payment: Payment { refund_reserved: reserved, updated_at: now, ..payment.clone() },
            refund: Refund {
                id: ids.next_id(),
                payment: payment.id,
                amount,
                status: RefundStatus::Due,
                cause,
                provider_reference: None,
                replaces: None,
                created_at: now,
                updated_at: now,
            },
            legs,
        }))
    }
}
