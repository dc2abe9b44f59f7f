//! What a change of a payment writes beside its rows.

use crate::{
    audit::{Event, SubjectKind},
    notification::NotificationKind,
    payment::{
        Dispute, DisputeStatus, Payment, PaymentFile, PaymentStatus, Refund, RefundStatus,
        Settlement,
    },
    platform::{Error, bookings::subject, work::Work},
    repository::{BookingFile, PaymentCase, Versioned},
};

impl Work<'_> {
    /// Writes what a payment's change comes to, with an audit entry for each row that changed.
    ///
    /// The payment's row is bumped even if nothing of it changes: the cover is computed over rows
    /// of which others may be written at the same time. So is the booking's, where the change says
    /// whether it is paid: whoever ends the booking meanwhile has to see it.
    pub(in crate::platform) fn settle(
        &mut self,
        file: &BookingFile,
        payment: &Versioned<Payment>,
        settlement: Settlement,
    ) {
        let after = settlement.payment.clone().unwrap_or_else(|| (**payment).clone());
        if after.status != payment.status || after.surplus != payment.surplus {
            self.changes.update(file.booking.clone());
            self.record_payment(file, payment, &after);
        }
        self.changes.update(payment.with(after));
        for refund in settlement.new_refunds {
            self.record_refund(file, None, &refund);
            self.changes.insert(refund);
        }
        for refund in settlement.refunds {
            if let Some(known) = file.refunds.iter().find(|known| known.id == refund.id) {
                self.record_refund(file, Some(known), &refund);
                self.changes.update(known.with(refund));
            }
        }
        for dispute in settlement.new_disputes {
            self.record_dispute(file, None, &dispute);
            self.changes.insert(dispute);
        }
        for dispute in settlement.disputes {
            if let Some(known) = file.disputes.iter().find(|known| known.id == dispute.id) {
                self.record_dispute(file, Some(known), &dispute);
                self.changes.update(known.with(dispute));
            }
        }
        for leg in settlement.legs {
            self.changes.append(leg);
        }
    }

    fn record_payment(&mut self, file: &BookingFile, before: &Payment, after: &Payment) {
        let (payment, amount) = (after.id, after.amount);
        let subject = subject(&file.booking);
        match (before.status, after.status) {
            (
                PaymentStatus::Pending | PaymentStatus::Failed,
                PaymentStatus::Paid | PaymentStatus::Refunded,
            ) => {
                let surplus = after.surplus;
                self.record_by_system(Event::PaymentSucceeded { payment, amount, surplus });
                if !surplus {
                    self.notify(&file.trainer_party, NotificationKind::LessonPaid, subject);
                    self.notify(&file.owner_party, NotificationKind::PaymentReceived, subject);
                }
            }
            (_, PaymentStatus::Failed) => {
                self.record_by_system(Event::PaymentFailed { payment });
                self.notify(&file.owner_party, NotificationKind::PaymentFailed, subject);
            }
            _ => {}
        }
    }

    fn record_refund(&mut self, file: &BookingFile, before: Option<&Refund>, after: &Refund) {
        let (refund, payment, amount) = (after.id, after.payment, after.amount);
        if before.is_some_and(|before| before.status == after.status) {
            return;
        }
        let told = match after.status {
            RefundStatus::Due => {
                self.record(Event::RefundDue { refund, payment, amount });
                Some(NotificationKind::RefundDue)
            }
            RefundStatus::Pending => {
                self.record(Event::RefundSent { refund, payment, amount });
                None
            }
            RefundStatus::Succeeded => {
                self.record(Event::RefundSucceeded { refund, payment, amount });
                Some(NotificationKind::RefundSucceeded)
            }
            RefundStatus::Failed => {
                self.record(Event::RefundFailed { refund, payment });
                None
            }
            RefundStatus::Canceled => {
                self.record(Event::RefundCalledOff { refund, payment });
                None
            }
        };
        if let Some(kind) = told {
            self.notify(&file.owner_party, kind, subject(&file.booking));
        }
    }

    fn record_dispute(&mut self, file: &BookingFile, before: Option<&Dispute>, after: &Dispute) {
        let (dispute, booking) = (after.id, after.booking);
        if before.is_none() {
            self.record_by_system(Event::PaymentDisputed { dispute, booking });
            let kind = NotificationKind::PaymentDisputed;
            self.notify(&file.trainer_party, kind, subject(&file.booking));
        }
        if before.is_none_or(|before| before.status != after.status) {
            match after.status {
                DisputeStatus::Open => {}
                DisputeStatus::Won => self.record(Event::DisputeWon { dispute, booking }),
                DisputeStatus::Lost => self.record(Event::DisputeLost { dispute, booking }),
            }
        }
    }
}

/// The payment that was sought, with its file as the rules take it.
pub(super) fn sought(
    case: Option<&PaymentCase>,
    kind: SubjectKind,
) -> Result<(&BookingFile, &Versioned<Payment>, PaymentFile), Error> {
    let found = case.and_then(|case| {
        let payment = case.file.payments.iter().find(|known| known.id == case.payment)?;
        Some((&case.file, payment, case.file.payment_file(case.payment)?))
    });
    found.ok_or(Error::NotFound(kind))
}
