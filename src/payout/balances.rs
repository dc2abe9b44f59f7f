use std::collections::BTreeMap;

use serde::Serialize;

use super::{Earning, Payout, PayoutState};
use crate::{
    ledger::{Account, LedgerEntry},
    money::{Currency, Money, MoneyError},
    policy::PlatformPolicy,
    time::Instant,
};

/// How much of a trainer's earnings is where, in one currency.
///
/// What is pending, available and locked adds up to what the ledger owes the trainer, on its way or
/// not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TrainerBalance {
    /// Earned, and not yet to be paid out: the lesson, the delay or a dispute is not over.
    pub pending: Money,
    /// Can be paid out now; below zero where more was paid out than was earned in the end.
    pub available: Money,
    /// In a payout that is on its way.
    pub locked: Money,
    /// The trainer has it.
    pub paid: Money,
}

impl TrainerBalance {
    const fn zero(currency: Currency) -> Self {
        let nothing = Money::zero(currency);
        Self { pending: nothing, available: nothing, locked: nothing, paid: nothing }
    }

    /// Computes a trainer's balances in every currency that there is an earning or a payout of.
    ///
    /// `earnings` are all with an entry that has no live item, `rests` what was
    /// [written off](super::Payable::write_off) and has none either, `payouts` all of the trainer's;
    /// failed ones do not matter.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn of<'r>(
        earnings: impl IntoIterator<Item = &'r Earning>,
        rests: impl IntoIterator<Item = &'r LedgerEntry>,
        payouts: impl IntoIterator<Item = &'r Payout>,
        policy: &PlatformPolicy,
        now: Instant,
    ) -> Result<BTreeMap<Currency, Self>, MoneyError> {
        let mut balances: BTreeMap<Currency, Self> = BTreeMap::new();
        for earning in earnings {
            let sum = earning.open_sum()?;
            let currency = sum.currency();
            let balance = balances.entry(currency).or_insert_with(|| Self::zero(currency));
            let is_available = earning.is_available(policy.earnings_delay, now);
            let part = if is_available { &mut balance.available } else { &mut balance.pending };
            *part = part.checked_add(sum)?;
        }
        let mut carried: BTreeMap<Currency, &Payout> = BTreeMap::new();
        for payout in payouts {
            let currency = payout.amount.currency();
            let balance = balances.entry(currency).or_insert_with(|| Self::zero(currency));
            let part = match payout.state {
                PayoutState::Processed => &mut balance.paid,
                PayoutState::Failed => continue,
                _ => &mut balance.locked,
            };
            *part = part.checked_add(payout.amount)?;
            // The one that is on its way has taken over what the last one carried out.
            let rank =
                |payout: &Payout| (payout.state.is_running(), payout.processed_at, payout.id);
            let last = carried.entry(currency).or_insert(payout);
            if rank(payout) > rank(last) {
                *last = payout;
            }
        }
        let carried =
            carried.into_iter().map(|(currency, last)| Money::new(last.carried_out, currency));
        let written_off = rests.into_iter().map(|rest| match rest.debit {
            account @ Account::TrainerPayable(_) => rest.brings(account),
            _ => Money::zero(rest.amount.currency()),
        });
        for amount in carried.chain(written_off) {
            let currency = amount.currency();
            let balance = balances.entry(currency).or_insert_with(|| Self::zero(currency));
            balance.available = balance.available.checked_add(amount)?;
        }
        Ok(balances)
    }
}
