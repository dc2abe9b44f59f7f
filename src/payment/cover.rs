//! What a payment's money is doing, whatever order its refunds and disputes came in.

use super::{Dispute, DisputeKind, DisputeStatus, Refund, RefundStatus};
use crate::{
    ids::IdSource,
    ledger::{Journal, Movement, Side},
    money::{Money, MoneyError, cumulative_share},
};

/// What part of a payment is going back, has gone back, is disputed or is lost, in minor units.
///
/// It depends on the rows of the payment's refunds and disputes only, never on the order in which
/// they changed. What went back comes first, then what a bank took, what is disputed and what is
/// due; each takes what those before it have left of the payment. What left the provider beyond the
/// payment is the excess.
///
/// # Example: a dispute over all of a payment of which half went back
///
/// ```
/// use sitstay::{
///     conformance::fixtures::{Fixtures, between, paid},
///     money::Money,
///     payment::{Cover, Refund, RefundStatus},
/// };
///
/// let make = Fixtures::new();
/// let booking = make.booking(&make.cast(), between("09:00", "10:00"));
/// let payment = paid(make.payment(&booking));
/// let half = Money::new(2_500, payment.amount.currency());
/// let refund =
///     Refund { amount: half, status: RefundStatus::Succeeded, ..make.refund(&payment) };
/// let dispute = make.provider_dispute(&payment);
/// let cover = Cover::of(payment.amount, [&refund], [&dispute])?;
/// assert_eq!((cover.back, cover.open), (2_500, 2_500));
/// assert_eq!(cover.reserved(), 5_000);
/// # Ok::<(), sitstay::money::MoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Cover {
    /// What is owed to the owner, or on its way back.
    pub due: i64,
    /// What went back.
    pub back: i64,
    /// What is disputed.
    pub open: i64,
    /// What a bank took.
    pub lost: i64,
    /// What went back or was taken beyond the payment.
    pub excess: i64,
}

impl Cover {
    /// Computes the cover of a payment from all of its refunds and disputes.
    ///
    /// Disputes over attendance move no money and are left out.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn of<'r>(
        amount: Money,
        refunds: impl IntoIterator<Item = &'r Refund>,
        disputes: impl IntoIterator<Item = &'r Dispute>,
    ) -> Result<Self, MoneyError> {
        let nothing = Money::zero(amount.currency());
        let (mut due, mut back, mut open, mut lost) = (nothing, nothing, nothing, nothing);
        for refund in refunds {
            let sum = match refund.status {
                RefundStatus::Due | RefundStatus::Pending => &mut due,
                RefundStatus::Succeeded => &mut back,
                RefundStatus::Failed | RefundStatus::Canceled => continue,
            };
            *sum = sum.checked_add(refund.amount)?;
        }
        for dispute in disputes {
            let (DisputeKind::Provider, Some(disputed)) = (dispute.kind, dispute.amount) else {
                continue;
            };
            let sum = match dispute.status {
                DisputeStatus::Open => &mut open,
                DisputeStatus::Lost => &mut lost,
                DisputeStatus::Won => continue,
            };
            *sum = sum.checked_add(disputed)?;
        }
        let gone = back.checked_add(lost)?.minor();
        let mut free = amount.minor();
        let mut take = |wanted: Money| {
            let taken = wanted.minor().min(free);
            free -= taken;
            taken
        };
        let (back, lost, open, due) = (take(back), take(lost), take(open), take(due));
        Ok(Self { due, back, open, lost, excess: gone - back - lost })
    }

    /// Returns how much of the payment is spoken for (column `refund_reserved`).
    #[must_use]
    pub const fn reserved(self) -> i64 {
        self.for_owner() + self.for_bank()
    }

    const fn for_owner(self) -> i64 {
        self.due + self.back
    }

    const fn for_bank(self) -> i64 {
        self.open + self.lost
    }

    /// Returns what stands in the ledger on each account because of the payment, in minor units.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where the amounts do not fit together.
    pub fn balances(self, amount: Money, fee: Money) -> Result<[(Side, i64); 6], MoneyError> {
        let of_fee = fee_reversed(fee, self.reserved(), amount)?;
        let share = amount.checked_sub(fee)?.minor();
        let gone = self.back + self.lost + self.excess;
        Ok([
            (Side::TrainerPayable, share - (self.reserved() - of_fee)),
            (Side::PlatformFees, fee.minor() - of_fee),
            (Side::RefundsDue, self.due),
            (Side::Disputes, self.open),
            (Side::Discrepancies, -self.excess),
            (Side::ProviderClearing, gone - amount.minor()),
        ])
    }

    /// Writes down what the change to another cover moves.
    ///
    /// What passes from refunds to disputes, or back, passes directly. The rest is the trainer's
    /// and the platform's: the fee's part by cumulative rounding over all that is reserved, so that
    /// neither part is ever below zero and n steps end exactly at the fee.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where the amounts do not fit together.
    pub fn post_change<I: IdSource>(
        self,
        to: Self,
        amount: Money,
        fee: Money,
        journal: &mut Journal<'_, I>,
    ) -> Result<(), MoneyError> {
        let mut for_owner = to.for_owner() - self.for_owner();
        let mut for_bank = to.for_bank() - self.for_bank();
        if for_owner < 0 && for_bank > 0 {
            let passed = for_bank.min(-for_owner);
            journal.post(Movement::RefundDisputed, &[passed]);
            for_owner += passed;
            for_bank -= passed;
        } else if for_bank < 0 && for_owner > 0 {
            let passed = for_owner.min(-for_bank);
            journal.post(Movement::DisputeRefunded, &[passed]);
            for_owner -= passed;
            for_bank += passed;
        }
        let mut reserved = self.reserved();
        for (change, taken, given) in [
            (for_owner, Movement::RefundDue, Movement::RefundGivenBack),
            (for_bank, Movement::DisputeOpened, Movement::DisputeWon),
        ] {
            let before = fee_reversed(fee, reserved, amount)?;
            reserved += change;
            let of_fee = fee_reversed(fee, reserved, amount)? - before;
            if change > 0 {
                journal.post(taken, &[change - of_fee, of_fee]);
            } else {
                journal.post(given, &[of_fee - change, -of_fee]);
            }
        }
        for (change, out, back) in [
            (to.back - self.back, Movement::RefundSucceeded, Movement::RefundReturned),
            (to.lost - self.lost, Movement::DisputeLost, Movement::DisputeReturned),
            (to.excess - self.excess, Movement::Excess, Movement::ExcessReturned),
        ] {
            journal.post(if change > 0 { out } else { back }, &[change.abs()]);
        }
        Ok(())
    }
}

/// Returns how much of a fee is reversed while `reserved` of the payment is spoken for.
fn fee_reversed(fee: Money, reserved: i64, amount: Money) -> Result<i64, MoneyError> {
    cumulative_share(fee, Money::new(reserved, amount.currency()), amount).map(Money::minor)
}
