//! What must go back to an owner, and the refund that is due for it.

use super::{
    DisputeKind, DisputeStatus, PaymentError, PaymentFile, Refund, RefundCause, RefundStatus,
    Settlement,
};
use crate::{
    booking::{Attendance, Booking},
    ids::{IdSource, RefundId},
    money::{BasisPoints, Money, MoneyPolicy},
    time::Instant,
};

impl PaymentFile {
    /// Obliges the platform to give a share of the payment back, because its booking ended or nobody
    /// came; nothing, where the payment is not paid. What is surplus has to go back as it is.
    ///
    /// `booking` is the booking as it will be. The amount is rounded to the step of its currency. A
    /// smaller share than before calls a refund off that is still due.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Money`] where stored amounts do not fit together.
    pub fn oblige(
        &self,
        booking: Booking,
        share: BasisPoints,
        policy: &MoneyPolicy,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Settlement, PaymentError> {
        let mut after = Self { booking, ..self.clone() };
        let payment = &mut after.payment;
        if payment.status.was_paid() && !payment.surplus {
            let owed = policy.round_refund(payment.amount.share(share)).minor();
            payment.refund_owed = owed.min(payment.amount.minor());
        }
        Ok(after.settle(self, ids, now)?)
    }

    /// Says what of the payment has to go back already when it is paid.
    pub(super) fn owe_from_the_start(&mut self, now: Instant) {
        self.payment.surplus = self.is_settled_otherwise(now);
        let was_missed = self.booking.attendance == Some(Attendance::TrainerNoShow);
        if self.payment.surplus || was_missed {
            self.payment.refund_owed = self.payment.amount.minor();
        }
    }

    /// Makes due what is owed and not on its way: one refund, as large as it must be.
    ///
    /// What went back for other reasons, or was lost to a bank, cannot go back again. Where it
    /// returns, it is due again: what is owed is never forgotten.
    pub(super) fn follow_obligation(&mut self, ids: &mut impl IdSource, now: Instant) {
        let mut left = self.obligation_open();
        for refund in self.refunds.iter_mut().filter(|refund| is_due_obligation(refund)) {
            if left == 0 {
                refund.status = RefundStatus::Canceled;
            } else {
                refund.amount = Money::new(left, refund.amount.currency());
                left = 0;
            }
        }
        if left > 0 {
            let replaces = self.last_lost_obligation();
            let (id, amount) = (ids.next_id(), Money::new(left, self.payment.amount.currency()));
            let due = Refund::due(id, self.payment.id, amount, self.obligation_cause(), now);
            self.refunds.push(Refund { replaces, ..due });
        }
    }

    /// Returns what is owed, can still go back, and is not on its way, in minor units.
    fn obligation_open(&self) -> i64 {
        let mut on_its_way = 0_i128;
        let mut gone = 0_i128;
        for refund in &self.refunds {
            let has_left = matches!(refund.status, RefundStatus::Pending | RefundStatus::Succeeded);
            if has_left {
                let is_owed = refund.cause.is_obligation();
                let sum = if is_owed { &mut on_its_way } else { &mut gone };
                *sum += i128::from(refund.amount.minor());
            }
        }
        for dispute in &self.disputes {
            if dispute.kind == DisputeKind::Provider && dispute.status == DisputeStatus::Lost {
                gone += dispute.amount.map_or(0, |amount| i128::from(amount.minor()));
            }
        }
        let left = (i128::from(self.payment.amount.minor()) - gone).max(0);
        let open = i128::from(self.payment.refund_owed).min(left) - on_its_way;
        // It lies between zero and the payment's amount.
        i64::try_from(open.max(0)).unwrap_or(0)
    }

    fn obligation_cause(&self) -> RefundCause {
        if self.payment.surplus {
            RefundCause::Surplus
        } else if self.booking.attendance == Some(Attendance::TrainerNoShow) {
            RefundCause::TrainerNoShow
        } else {
            RefundCause::Cancellation
        }
    }

    /// Returns the last refund that was owed, did not arrive, and has no successor yet.
    fn last_lost_obligation(&self) -> Option<RefundId> {
        let is_replaced =
            |refund: &Refund| self.refunds.iter().any(|other| other.replaces == Some(refund.id));
        let is_lost = |refund: &&Refund| {
            refund.cause.is_obligation() && refund.status.is_lost() && !is_replaced(refund)
        };
        self.refunds.iter().filter(is_lost).map(|refund| refund.id).max()
    }
}

fn is_due_obligation(refund: &Refund) -> bool {
    refund.cause.is_obligation() && refund.status == RefundStatus::Due
}
