//! What a trainer is owed in one currency, and what is made of it.

use super::{Earning, Payout, PayoutError, PayoutItem, PayoutState};
use crate::{
    ids::{IdSource, PayoutId, TrainerId},
    ledger::{Account, Journal, LedgerEntry, Movement},
    money::{Currency, Money, MoneyError},
    policy::PlatformPolicy,
    provider::Provider,
    time::Instant,
};

/// What a trainer is owed in one currency and no payout holds, with all that decides on it.
#[derive(Debug, Clone, Copy)]
pub struct Payable<'r> {
    /// Who is owed.
    pub trainer: TrainerId,
    /// In which currency.
    pub currency: Currency,
    /// Every earning of the trainer with an entry that has no live item; others do not matter.
    pub earnings: &'r [Earning],
    /// What was [written off](Self::write_off) and not taken off a payout since.
    pub rests: &'r [LedgerEntry],
    /// The trainer's last processed payout in the currency.
    pub last: Option<&'r Payout>,
    /// The trainer's payout in the currency that is on its way.
    pub running: Option<&'r Payout>,
}

/// A payout that is wanted.
#[derive(Debug, Clone)]
pub struct PayoutRequest {
    /// The id of the new payout.
    pub id: PayoutId,
    /// Who is to send it.
    pub provider: Provider,
    /// Whether the trainer's user is active, or about to be erased.
    pub standing: PayoutStanding,
}

/// How a trainer stands when a payout is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayoutStanding {
    /// Payouts are made as usual.
    Active,
    /// Payouts wait: the trainer is suspended.
    Suspended,
    /// It is the last payout before an erasure: the minimum does not matter.
    Leaving,
}

/// A payout that was decided on, to be written in one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayout {
    /// The payout.
    pub payout: Payout,
    /// Its items.
    pub items: Vec<PayoutItem>,
}

impl PayoutRequest {
    /// Decides which entries are paid out, and how much that is.
    ///
    /// All that is available goes into one payout: what was carried over and the entries make the
    /// total, the part of it that keeps the step of payouts is sent, and the rest is carried over.
    /// Nothing is made of less than the policy's minimum. What is owed back, because of late refunds
    /// or disputes, is taken off first, so that a trainer in debt gets nothing until it is paid off.
    ///
    /// # Errors
    ///
    /// [`PayoutError::Running`] while another one is on its way, [`PayoutError::Suspended`] and
    /// [`PayoutError::TooLittle`]; [`PayoutError::Money`] where stored amounts do not fit together.
    pub fn decide(
        self,
        owed: &Payable<'_>,
        policy: &PlatformPolicy,
        now: Instant,
    ) -> Result<NewPayout, PayoutError> {
        owed.refuse_second()?;
        if self.standing == PayoutStanding::Suspended {
            return Err(PayoutError::Suspended);
        }
        let mut total = owed.carried()?;
        let mut items = Vec::new();
        let mut hold = |entry: &LedgerEntry| {
            let (payout, entry) = (self.id, entry.id);
            items.push(PayoutItem { payout, entry, released_at: None, updated_at: now });
        };
        owed.rests().for_each(&mut hold);
        for earning in owed.earnings() {
            if earning.is_available(policy.earnings_delay, now) {
                total = total.checked_add(earning.open_sum()?)?;
                earning.open_entries().for_each(&mut hold);
            }
        }
        let carried_out = total.minor().rem_euclid(policy.money.payout_step(owed.currency).minor());
        let amount = total.minor() - carried_out;
        let minimum = match self.standing {
            PayoutStanding::Leaving => Money::new(1, owed.currency),
            _ => policy.money.payout_minimum(owed.currency),
        };
        if amount < minimum.minor() {
            return Err(PayoutError::TooLittle { available: total, minimum });
        }
        let payout = Payout {
            id: self.id,
            trainer: owed.trainer,
            amount: Money::new(amount, owed.currency),
            state: PayoutState::Created,
            provider: self.provider,
            provider_reference: None,
            carried_in: owed.last.map_or(0, |last| last.carried_out),
            carried_out,
            processed_at: None,
            created_at: now,
            updated_at: now,
        };
        Ok(NewPayout { payout, items })
    }
}

impl Payable<'_> {
    /// Books what is left below the step of payouts, and never can be paid out, to discrepancies:
    /// the trainer is owed nothing any more.
    ///
    /// It is for a trainer who is about to be erased. Should they earn again, what was written off
    /// is taken off the next payout, which holds the entries that it was made of.
    ///
    /// # Errors
    ///
    /// [`PayoutError::Running`], [`PayoutError::NotSettled`] while anything is pending or disputed,
    /// and [`PayoutError::NoRest`] unless the balance lies between zero and the step of payouts.
    pub fn write_off(
        &self,
        policy: &PlatformPolicy,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Vec<LedgerEntry>, PayoutError> {
        self.refuse_second()?;
        let mut balance = self.carried()?;
        for earning in self.earnings() {
            let sum = earning.open_sum()?;
            let is_pending = !earning.is_available(policy.earnings_delay, now) && !sum.is_zero();
            if is_pending || earning.is_disputed() {
                return Err(PayoutError::NotSettled);
            }
            balance = balance.checked_add(sum)?;
        }
        let step = policy.money.payout_step(self.currency);
        if !(1..step.minor()).contains(&balance.minor()) {
            return Err(PayoutError::NoRest { balance, step });
        }
        let mut journal = Journal::of_payout(self.trainer, None, self.currency, now, ids);
        journal.post(Movement::RestLeft, &[balance.minor()]);
        Ok(journal.into_entries())
    }

    fn refuse_second(&self) -> Result<(), PayoutError> {
        self.running.map_or(Ok(()), |running| Err(PayoutError::Running { payout: running.id }))
    }

    fn earnings(&self) -> impl Iterator<Item = &Earning> {
        self.earnings.iter().filter(|earning| {
            earning.payment.amount.currency() == self.currency
                && earning.booking.trainer == self.trainer
        })
    }

    fn rests(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.rests.iter().filter(|rest| rest.amount.currency() == self.currency)
    }

    /// What the last payout left over, without what was written off of it.
    fn carried(&self) -> Result<Money, MoneyError> {
        let account = Account::TrainerPayable(self.trainer);
        let carried = Money::new(self.last.map_or(0, |last| last.carried_out), self.currency);
        self.rests().try_fold(carried, |sum, rest| sum.checked_add(rest.brings(account)))
    }
}
