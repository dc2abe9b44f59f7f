//! Which of a trainer's earnings can be paid out.

use chrono::TimeDelta;

use super::{Payout, PayoutItem, PayoutState};
use crate::{
    booking::{Booking, BookingStatus},
    ids::{IdSource, PayoutId, TrainerId},
    ledger::{Account, Journal, LedgerEntry, Movement},
    money::{Currency, Money, MoneyError},
    payment::{Dispute, DisputeStatus, Payment},
    policy::PlatformPolicy,
    time::Instant,
};

/// What a trainer earns by one payment, with all that decides on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earning {
    /// The booking.
    pub booking: Booking,
    /// The payment.
    pub payment: Payment,
    /// The disputes over the booking, over attendance and at the provider.
    pub disputes: Vec<Dispute>,
    /// The payment's entries on what the trainer is owed, all of them.
    pub entries: Vec<LedgerEntry>,
    /// The items of these entries, released ones too.
    pub items: Vec<PayoutItem>,
}

impl Earning {
    /// Returns from when on the earnings can be paid out; `None` while that cannot be said.
    ///
    /// They wait for `delay` after the payment and the lesson's completion, or where the booking is
    /// cancelled, after the cancellation and the booked end. A dispute holds them up, and what is
    /// surplus never is earned.
    #[must_use]
    pub fn available_at(&self, delay: TimeDelta) -> Option<Instant> {
        let is_open = |dispute: &Dispute| dispute.status == DisputeStatus::Open;
        if self.payment.surplus || self.disputes.iter().any(is_open) {
            return None;
        }
        let paid_at = self.payment.paid_at?;
        let since = match self.booking.status {
            BookingStatus::Completed => paid_at.max(self.booking.completed_at?),
            BookingStatus::Cancelled => {
                let ended_at = self.booking.cancellation.as_ref()?.at;
                paid_at.max(ended_at).max(self.booking.session.end())
            }
            BookingStatus::Pending | BookingStatus::Accepted => return None,
        };
        Some(since.saturating_add(delay))
    }

    /// Says whether the entries without a live item can be paid out now.
    ///
    /// The entries of one payment travel together: once one of them has a live item, every later one
    /// follows at once, also one that takes away.
    #[must_use]
    pub fn is_available(&self, delay: TimeDelta, now: Instant) -> bool {
        let is_begun = self.items.iter().any(PayoutItem::is_live);
        is_begun || self.available_at(delay).is_some_and(|at| at <= now)
    }

    const fn account(&self) -> Account {
        Account::TrainerPayable(self.booking.trainer)
    }

    /// Returns the entries on what the trainer is owed that have no live item.
    pub fn open_entries(&self) -> impl Iterator<Item = &LedgerEntry> {
        let account = self.account();
        let is_live = |entry: &LedgerEntry| {
            self.items.iter().any(|item| item.entry == entry.id && item.is_live())
        };
        let is_owed = move |entry: &LedgerEntry| entry.debit == account || entry.credit == account;
        self.entries.iter().filter(move |entry| is_owed(entry) && !is_live(entry))
    }

    /// Adds up what the entries without a live item bring the trainer.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn open_sum(&self) -> Result<Money, MoneyError> {
        let amounts = self.open_entries().map(|entry| entry.brings(self.account()));
        Money::checked_sum(self.payment.amount.currency(), amounts)
    }
}

/// A payout that is wanted, with what it is decided on.
#[derive(Debug, Clone)]
pub struct PayoutRequest<'r> {
    /// The id of the new payout.
    pub id: PayoutId,
    /// Whose earnings.
    pub trainer: TrainerId,
    /// In which currency.
    pub currency: Currency,
    /// Every earning of the trainer with an entry that has no live item; others do not matter.
    pub earnings: &'r [Earning],
    /// The trainer's last processed payout in the currency.
    pub last: Option<&'r Payout>,
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
    /// It is the last payout before an erasure: the minimum does not matter, and what is left below
    /// the step of payouts is left behind.
    Leaving,
}

/// A payout that was decided on, to be written in one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayout {
    /// The payout, if there is enough for one.
    pub payout: Option<Payout>,
    /// Its items.
    pub items: Vec<PayoutItem>,
    /// The leg of what is left behind.
    pub legs: Vec<LedgerEntry>,
}

impl PayoutRequest<'_> {
    /// Decides which entries are paid out, and how much that is.
    ///
    /// All that is available goes into one payout: what was carried over and the entries make the
    /// total, the part of it that keeps the step of payouts is sent, and the rest is carried over.
    /// Nothing is made of less than the policy's minimum. What is owed back, because of late refunds
    /// or disputes, is taken off first, so that a trainer in debt gets nothing until it is paid off.
    ///
    /// The trainer must not have another payout in the currency that is on its way.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn decide(
        &self,
        policy: &PlatformPolicy,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<NewPayout, MoneyError> {
        let mut decided = NewPayout { payout: None, items: Vec::new(), legs: Vec::new() };
        if self.standing == PayoutStanding::Suspended {
            return Ok(decided);
        }
        let carried_in = self.last.map_or(0, |last| last.carried_out);
        let mut total = Money::new(carried_in, self.currency);
        let mut items = Vec::new();
        for earning in self.earnings {
            let is_meant = earning.payment.amount.currency() == self.currency
                && earning.booking.trainer == self.trainer;
            if is_meant && earning.is_available(policy.earnings_delay, now) {
                total = total.checked_add(earning.open_sum()?)?;
                items.extend(earning.open_entries().map(|entry| PayoutItem {
                    payout: self.id,
                    entry: entry.id,
                    released_at: None,
                    updated_at: now,
                }));
            }
        }
        let carried_out = total.minor().rem_euclid(policy.money.payout_step(self.currency).minor());
        let amount = total.minor() - carried_out;
        let is_leaving = self.standing == PayoutStanding::Leaving;
        let minimum = if is_leaving { 1 } else { policy.payout_minimum.max(1) };
        let is_made = amount >= minimum;
        if is_made {
            decided.items = items;
            decided.payout = Some(Payout {
                id: self.id,
                trainer: self.trainer,
                amount: Money::new(amount, self.currency),
                state: PayoutState::Created,
                provider_reference: None,
                carried_in,
                carried_out: if is_leaving { 0 } else { carried_out },
                processed_at: None,
                created_at: now,
                updated_at: now,
            });
        }
        if is_leaving && total.is_positive() {
            let payout = is_made.then_some(self.id);
            let mut journal = Journal::of_payout(self.trainer, payout, self.currency, now, ids);
            journal.post(Movement::RestLeft, &[carried_out]);
            decided.legs = journal.into_entries();
        }
        Ok(decided)
    }
}
