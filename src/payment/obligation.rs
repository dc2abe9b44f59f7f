//! What a cancelled or missed lesson gives back: the refund that becomes due.

use super::{Payment, PaymentStatus, Refund, RefundCause, RefundStatus};
use crate::{
    booking::Booking,
    ids::{IdSource, MovementId},
    ledger::{Account, LedgerEntry},
    money::{BasisPoints, Money, MoneyError, MoneyPolicy, cumulative_share},
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
        let legs = reversal(booking, payment, reserved, ids, now)?;
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

    /// Calls off a refund that is due and gives its reservation back.
    ///
    /// `None` where the refund has left `due`.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn call_off(
        booking: &Booking,
        payment: &Payment,
        refund: &Refund,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Option<Self>, MoneyError> {
        if refund.status != RefundStatus::Due {
            return Ok(None);
        }
        let reserved = payment.refund_reserved - refund.amount.minor();
        let legs = reversal(booking, payment, reserved, ids, now)?;
        Ok(Some(Self {
            payment: Payment { refund_reserved: reserved, updated_at: now, ..payment.clone() },
            refund: Refund { status: RefundStatus::Canceled, updated_at: now, ..refund.clone() },
            legs,
        }))
    }
}

/// Books the change of a payment's reservation: the fee's part by cumulative rounding, so that n
/// steps end exactly at the fee, and the rest on the trainer's account. Zero legs are left out.
fn reversal(
    booking: &Booking,
    payment: &Payment,
    reserved: i64,
    ids: &mut impl IdSource,
    now: Instant,
) -> Result<Vec<LedgerEntry>, MoneyError> {
    let currency = payment.amount.currency();
    let fee_at = |reserved: i64| {
        cumulative_share(booking.fee, Money::new(reserved, currency), payment.amount)
            .map(Money::minor)
    };
    let total = reserved - payment.refund_reserved;
    let fee = fee_at(reserved)? - fee_at(payment.refund_reserved)?;
    let movement: MovementId = ids.next_id();
    let parts =
        [(Account::TrainerPayable(booking.trainer), total - fee), (Account::PlatformFees, fee)];
    let legs = parts.into_iter().filter(|&(_, minor)| minor != 0);
    Ok(legs
        .map(|(account, minor)| {
            let (debit, credit) = if minor > 0 {
                (account, Account::RefundsDue)
            } else {
                (Account::RefundsDue, account)
            };
            LedgerEntry {
                id: ids.next_id(),
                movement,
                debit,
                credit,
                amount: Money::new(minor.abs(), currency),
                booking: Some(booking.id),
                payment: Some(payment.id),
                payout: None,
                created_at: now,
            }
        })
        .collect())
}
