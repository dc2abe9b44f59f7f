//! What is done to payments and refunds by us.

use super::{
    Payment, PaymentError, PaymentFile, PaymentStatus, Refund, RefundCause, RefundStatus,
    Settlement,
};
use crate::{
    booking::{Attendance, Booking, BookingStatus},
    ids::{DisputeId, IdSource, PaymentId, RefundId},
    money::{Money, MoneyPolicy},
    provider::{DisputeOutcome, PaymentOutcome, Provider, ProviderEvent, RefundOutcome},
    text::Token,
    time::Instant,
};

impl Payment {
    /// Starts a payment of a booking's price; a new one is made for every attempt.
    ///
    /// `earlier` are the other payments of the booking.
    ///
    /// # Errors
    ///
    /// [`PaymentError`] if the booking has ended or lapsed, the trainer did not come, it is free, or
    /// is paid already.
    pub fn start<'p>(
        id: PaymentId,
        booking: &Booking,
        provider: Provider,
        earlier: impl IntoIterator<Item = &'p Self>,
        now: Instant,
    ) -> Result<Self, PaymentError> {
        let was_missed = booking.attendance == Some(Attendance::TrainerNoShow);
        if booking.status == BookingStatus::Cancelled || booking.is_lapsed(now) || was_missed {
            return Err(PaymentError::BookingEnded);
        }
        if booking.price.is_free() {
            return Err(PaymentError::Free);
        }
        if earlier.into_iter().any(Self::settles_booking) {
            return Err(PaymentError::AlreadyPaid);
        }
        Ok(Self::begun(id, booking, provider, now))
    }

    /// Makes a payment of a booking's price that was only begun.
    fn begun(id: PaymentId, booking: &Booking, provider: Provider, now: Instant) -> Self {
        Self {
            id,
            booking: booking.id,
            amount: booking.price.money(),
            provider,
            provider_reference: None,
            status: PaymentStatus::Pending,
            paid_at: None,
            refunded_amount: 0,
            refund_reserved: 0,
            refund_owed: 0,
            surplus: false,
            created_at: now,
            updated_at: now,
        }
    }

    /// Says whether it is the payment by which the booking is paid.
    #[must_use]
    pub fn settles_booking(&self) -> bool {
        self.status == PaymentStatus::Paid && !self.surplus
    }
}

impl PaymentFile {
    /// Records how the provider answered when it was asked to collect, capture or give up the payment.
    ///
    /// `reference` is how it calls the payment. How it stands counts as if it had been reported, beside
    /// `reports`, which are all that were stored under that name.
    ///
    /// # Errors
    ///
    /// [`PaymentError::OtherName`] if the provider called it otherwise before.
    pub fn answered<'e>(
        &self,
        reference: &Token,
        outcome: PaymentOutcome,
        reports: impl IntoIterator<Item = &'e ProviderEvent>,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Settlement, PaymentError> {
        let mut after = self.clone();
        if after.payment.provider_reference.get_or_insert_with(|| reference.clone()) != reference {
            return Err(PaymentError::OtherName);
        }
        // First, so that what was reported of its refunds and disputes finds it paid.
        match outcome {
            PaymentOutcome::Pending | PaymentOutcome::Authorised => {}
            PaymentOutcome::Succeeded => after.become_paid(now, now),
            PaymentOutcome::Failed => after.become_failed(),
        }
        after.follow(reports, ids, now);
        Ok(after.settle(self, ids, now)?)
    }

    /// Records that the provider has the money.
    ///
    /// Once it does, another success is nothing. Where another payment of the booking is paid, or the
    /// booking is cancelled or lapsed, all of it is surplus; then, and where the trainer did not come,
    /// it is due for the owner.
    ///
    /// # Errors
    ///
    /// [`PaymentError`] where stored amounts do not fit together.
    pub fn succeed(
        &self,
        paid_at: Instant,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Settlement, PaymentError> {
        let mut after = self.clone();
        after.become_paid(paid_at, now);
        Ok(after.settle(self, ids, now)?)
    }

    pub(super) fn become_paid(&mut self, paid_at: Instant, now: Instant) {
        if self.payment.status.was_paid() {
            // Of several reports the earliest says when.
            self.payment.paid_at = self.payment.paid_at.map(|known| known.min(paid_at));
            return;
        }
        self.payment.status = PaymentStatus::Paid;
        self.payment.paid_at = Some(paid_at);
        self.owe_from_the_start(now);
    }

    /// Returns a payment that was collected under another name than this one, although it was asked
    /// for under the same id: the money is there twice, so it is a payment of its own.
    #[must_use]
    pub fn collected_again(&self, id: PaymentId, reference: Token, now: Instant) -> Self {
        let begun = Payment::begun(id, &self.booking, self.payment.provider.clone(), now);
        Self {
            payment: Payment { provider_reference: Some(reference), ..begun },
            booking: self.booking.clone(),
            refunds: Vec::new(),
            disputes: Vec::new(),
            another_is_paid: self.another_is_paid || self.payment.settles_booking(),
        }
    }

    pub(super) fn become_failed(&mut self) {
        if self.payment.status == PaymentStatus::Pending {
            self.payment.status = PaymentStatus::Failed;
        }
    }

    /// Gives something back that no rule asks for, as an admin decides.
    ///
    /// # Errors
    ///
    /// [`PaymentError::NothingPaid`], [`PaymentError::ExceedsFree`] for more than is neither
    /// reserved nor went back, and for nothing, or
    /// [`MoneyError::OffStep`](crate::money::MoneyError::OffStep) for what cannot be sent in its
    /// currency.
    pub fn goodwill(
        &self,
        refund: RefundId,
        amount: Money,
        policy: &MoneyPolicy,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Settlement, PaymentError> {
        if self.payment.status != PaymentStatus::Paid {
            return Err(PaymentError::NothingPaid);
        }
        let reserved = Money::new(self.cover()?.reserved(), self.payment.amount.currency());
        let free = self.payment.amount.checked_sub(reserved)?;
        if !amount.is_positive() || amount.checked_cmp(free)?.is_gt() {
            return Err(PaymentError::ExceedsFree { free });
        }
        policy.check_refund(amount)?;
        let cause = RefundCause::Goodwill;
        let mut after = self.clone();
        after.refunds.push(Refund::due(refund, self.payment.id, amount, cause, now));
        Ok(after.settle(self, ids, now)?)
    }

    /// Calls off a refund that is due, and gives its reservation back.
    ///
    /// # Errors
    ///
    /// [`PaymentError::NotDue`] if it has left `due`, [`PaymentError::Owed`] if it has to go back.
    pub fn call_off(
        &self,
        refund: RefundId,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Settlement, PaymentError> {
        let mut after = self.clone();
        let refund = after.due_refund(refund)?;
        if refund.cause.is_obligation() {
            return Err(PaymentError::Owed);
        }
        refund.status = RefundStatus::Canceled;
        Ok(after.settle(self, ids, now)?)
    }

    /// Hands a refund that is due to the provider: `due` becomes `pending`.
    ///
    /// What has left the payment since the refund became due cannot leave it again: the refund
    /// shrinks to what is there. Where nothing is, it is called off instead.
    ///
    /// # Errors
    ///
    /// [`PaymentError::NotDue`], or [`PaymentError::Disputed`] while an open dispute takes what is
    /// to go back.
    pub fn send(
        &self,
        refund: RefundId,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Settlement, PaymentError> {
        let cover = self.cover()?;
        let on_its_way = self.refunds.iter().filter(|known| known.status == RefundStatus::Pending);
        let on_its_way: i64 = on_its_way.map(|known| known.amount.minor()).sum();
        let mut after = self.clone();
        let refund = after.due_refund(refund)?;
        let undisputed = (cover.due - on_its_way).max(0);
        if cover.open > 0 && undisputed < refund.amount.minor() {
            return Err(PaymentError::Disputed);
        }
        let minor = refund.amount.minor().min(undisputed);
        if minor == 0 {
            refund.status = RefundStatus::Canceled;
        } else {
            refund.status = RefundStatus::Pending;
            refund.amount = Money::new(minor, refund.amount.currency());
        }
        Ok(after.settle(self, ids, now)?)
    }

    fn due_refund(&mut self, id: RefundId) -> Result<&mut Refund, PaymentError> {
        let refund = self.refunds.iter_mut().find(|refund| refund.id == id);
        let refund = refund.ok_or(PaymentError::UnknownRefund(id))?;
        if refund.status == RefundStatus::Due { Ok(refund) } else { Err(PaymentError::NotDue) }
    }

    /// Records how the provider answered when a refund was handed to it.
    ///
    /// `reference` is how the provider calls it, where the answer says. An obligation that was
    /// canceled or failed is due again under a new refund. `reports` are all that were stored of the
    /// payment: where they say that it succeeded, an answer that it did not is out of date.
    ///
    /// # Errors
    ///
    /// [`PaymentError::UnknownRefund`].
    pub fn refund_answered<'e>(
        &self,
        refund: RefundId,
        reference: Option<&Token>,
        outcome: RefundOutcome,
        reports: impl IntoIterator<Item = &'e ProviderEvent>,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Settlement, PaymentError> {
        let known = self.refunds.iter().find(|known| known.id == refund);
        let amount = known.ok_or(PaymentError::UnknownRefund(refund))?.amount;
        let mut after = self.clone();
        if let Some(reference) = reference {
            let id = after.match_refund(reference, Some(refund), amount, ids, now);
            after.move_refund(id, outcome);
        } else {
            after.move_refund(refund, outcome);
        }
        after.follow(reports, ids, now);
        Ok(after.settle(self, ids, now)?)
    }

    /// Records how a dispute at the provider ended, as an admin was told; it moves upwards only.
    ///
    /// # Errors
    ///
    /// [`PaymentError::UnknownDispute`].
    pub fn dispute_decided(
        &self,
        dispute: DisputeId,
        outcome: DisputeOutcome,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> Result<Settlement, PaymentError> {
        let mut after = self.clone();
        let known = after.disputes.iter_mut().find(|known| known.id == dispute);
        known.ok_or(PaymentError::UnknownDispute(dispute))?.advance(outcome, now);
        Ok(after.settle(self, ids, now)?)
    }
}
