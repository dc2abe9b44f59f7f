//! A payment with everything that belongs to it, and what a change of it writes.

use super::{Cover, Dispute, Payment, PaymentStatus, Refund, RefundStatus};
use crate::{
    booking::{Booking, BookingStatus},
    ids::IdSource,
    ledger::{Journal, LedgerEntry, Movement},
    money::{Money, MoneyError},
    time::Instant,
};

/// A payment with its booking, all of its refunds and all of its disputes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFile {
    /// The booking that it is for.
    pub booking: Booking,
    /// The payment.
    pub payment: Payment,
    /// Its refunds, all of them.
    pub refunds: Vec<Refund>,
    /// Its disputes at the provider, all of them; those over attendance do not matter.
    pub disputes: Vec<Dispute>,
    /// Whether another payment of the booking is paid and not surplus.
    pub another_is_paid: bool,
}

/// What a change of a payment writes, in one commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settlement {
    /// The payment as it will be, where it changes.
    pub payment: Option<Payment>,
    /// Refunds as they will be.
    pub refunds: Vec<Refund>,
    /// Refunds that are new.
    pub new_refunds: Vec<Refund>,
    /// Disputes as they will be.
    pub disputes: Vec<Dispute>,
    /// Disputes that are new.
    pub new_disputes: Vec<Dispute>,
    /// The legs in the ledger.
    pub legs: Vec<LedgerEntry>,
}

impl Settlement {
    /// Says whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns what becomes due for the owner because a rule obliges to it, or changes while it is
    /// due.
    #[must_use]
    pub fn refund_due(&self) -> Option<Money> {
        let mut written = self.refunds.iter().chain(&self.new_refunds);
        written
            .find(|refund| refund.cause.is_obligation() && refund.status == RefundStatus::Due)
            .map(|refund| refund.amount)
    }
}

impl PaymentFile {
    /// Puts a file together from what is known around a booking: its payments, refunds and disputes.
    pub(crate) fn gather<'r>(
        booking: &Booking,
        payment: &Payment,
        payments: impl IntoIterator<Item = &'r Payment>,
        refunds: impl IntoIterator<Item = &'r Refund>,
        disputes: impl IntoIterator<Item = &'r Dispute>,
    ) -> Self {
        let id = payment.id;
        let is_own = |refund: &&Refund| refund.payment == id;
        let is_over = |dispute: &&Dispute| dispute.payment == Some(id);
        let mut others = payments.into_iter().filter(|other| other.id != id);
        Self {
            booking: booking.clone(),
            payment: payment.clone(),
            refunds: refunds.into_iter().filter(is_own).cloned().collect(),
            disputes: disputes.into_iter().filter(is_over).cloned().collect(),
            another_is_paid: others
                .any(|other| other.booking == booking.id && other.settles_booking()),
        }
    }

    /// Computes what the payment's money is doing.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    pub fn cover(&self) -> Result<Cover, MoneyError> {
        Cover::of(self.payment.amount, &self.refunds, &self.disputes)
    }

    /// Returns the file as it will be after a settlement.
    #[must_use]
    pub fn settled(&self, settlement: &Settlement) -> Self {
        let mut after = self.clone();
        if let Some(payment) = &settlement.payment {
            after.payment = payment.clone();
        }
        for refund in &mut after.refunds {
            let changed = settlement.refunds.iter().find(|changed| changed.id == refund.id);
            if let Some(changed) = changed {
                *refund = changed.clone();
            }
        }
        for dispute in &mut after.disputes {
            let changed = settlement.disputes.iter().find(|changed| changed.id == dispute.id);
            if let Some(changed) = changed {
                *dispute = changed.clone();
            }
        }
        after.refunds.extend(settlement.new_refunds.iter().cloned());
        after.disputes.extend(settlement.new_disputes.iter().cloned());
        after
    }

    /// Says whether a success would be for nothing that is owed.
    pub(super) fn is_settled_otherwise(&self, now: Instant) -> bool {
        let has_ended = self.booking.status == BookingStatus::Cancelled;
        has_ended || self.booking.is_lapsed(now) || self.another_is_paid
    }

    /// Compares with the file as it was: makes due what is owed, derives the payment's sums and
    /// status, and books the difference of the two covers.
    pub(super) fn settle<I: IdSource>(
        mut self,
        before: &Self,
        ids: &mut I,
        now: Instant,
    ) -> Result<Settlement, MoneyError> {
        let amount = self.payment.amount;
        if self.payment.status.was_paid() {
            if self.takes_anothers_place()? {
                self.payment.surplus = true;
                self.payment.refund_owed = amount.minor();
            }
            self.follow_obligation(ids, now);
            let cover = self.cover()?;
            self.payment.refund_reserved = cover.reserved();
            self.payment.refunded_amount = cover.back;
            let is_back = cover.back == amount.minor();
            self.payment.status =
                if is_back { PaymentStatus::Refunded } else { PaymentStatus::Paid };
        }

        let (trainer, booking) = (self.booking.trainer, self.booking.id);
        let currency = amount.currency();
        let mut journal =
            Journal::of_payment(trainer, booking, self.payment.id, currency, now, ids);
        if self.payment.status.was_paid() && !before.payment.status.was_paid() {
            let share = amount.checked_sub(self.booking.fee)?;
            journal.post(Movement::Paid, &[share.minor(), self.booking.fee.minor()]);
        }
        before.cover()?.post_change(self.cover()?, amount, self.booking.fee, &mut journal)?;
        let legs = journal.into_entries();

        let mut settlement = Settlement { legs, ..Settlement::default() };
        if self.payment != before.payment {
            self.payment.updated_at = now;
            settlement.payment = Some(self.payment);
        }
        for mut refund in self.refunds {
            match before.refunds.iter().find(|known| known.id == refund.id) {
                None => settlement.new_refunds.push(refund),
                Some(known) if *known != refund => {
                    refund.updated_at = now;
                    settlement.refunds.push(refund);
                }
                Some(_) => {}
            }
        }
        for mut dispute in self.disputes {
            match before.disputes.iter().find(|known| known.id == dispute.id) {
                None => settlement.new_disputes.push(dispute),
                Some(known) if *known != dispute => {
                    dispute.updated_at = now;
                    settlement.disputes.push(dispute);
                }
                Some(_) => {}
            }
        }
        Ok(settlement)
    }

    /// Says whether the payment would be paid again, because a refund came back, while another has
    /// been paid in its place.
    fn takes_anothers_place(&self) -> Result<bool, MoneyError> {
        let was_refunded = self.payment.status == PaymentStatus::Refunded;
        let is_free = !self.payment.surplus && self.another_is_paid;
        Ok(was_refunded && is_free && self.cover()?.back < self.payment.amount.minor())
    }
}
