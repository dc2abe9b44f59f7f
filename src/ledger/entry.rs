use serde::{Deserialize, Serialize};

use super::Account;
use crate::{
    error::{InvalidValue, Problem, within},
    ids::{BookingId, LedgerEntryId, MovementId, PaymentId, PayoutId},
    money::{Money, Price},
    time::Instant,
};

/// One balanced leg of a movement (table `ledger_entries`, append-only).
///
/// Each row debits one account and credits another, so all entries sum to zero by construction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The key.
    pub id: LedgerEntryId,
    /// The movement that the leg belongs to.
    pub movement: MovementId,
    /// Where the amount goes to.
    pub debit: Account,
    /// Where it comes from.
    pub credit: Account,
    /// How much; more than zero.
    pub amount: Money,
    /// Over which booking.
    pub booking: Option<BookingId>,
    /// Over which payment.
    pub payment: Option<PaymentId>,
    /// Over which payout.
    pub payout: Option<PayoutId>,
    /// When it was booked.
    pub created_at: Instant,
}

impl LedgerEntry {
    /// Returns what the entry brings to an account: its amount where it credits the account, the
    /// opposite where it debits it, and else nothing.
    #[must_use]
    pub fn brings(&self, account: Account) -> Money {
        let sign = i64::from(self.credit == account) - i64::from(self.debit == account);
        Money::new(sign * self.amount.minor(), self.amount.currency())
    }

    /// Checks that the amount is more than zero and the accounts differ.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if not.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("amount", self.amount.minor(), 1, Price::MAX_MINOR)?;
        if self.debit == self.credit {
            return Err(InvalidValue::new("credit_account", Problem::Malformed("another account")));
        }
        Ok(())
    }
}
