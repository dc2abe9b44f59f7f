//! What a trainer earns by one payment, and when that can be paid out.

use chrono::TimeDelta;

use super::PayoutItem;
use crate::{
    booking::{Booking, BookingStatus},
    ledger::{Account, LedgerEntry},
    money::{Money, MoneyError},
    payment::{Dispute, DisputeStatus, Payment},
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
        if self.payment.surplus || self.is_disputed() {
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

    /// Says whether a dispute over the booking is open, over attendance or at the provider.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        self.disputes.iter().any(|dispute| dispute.status == DisputeStatus::Open)
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
