//! What a change of a payment writes beside its rows.

use crate::{
    audit::{Event, Subject, SubjectKind},
    notification::NotificationKind,
    payment::{
        Dispute, DisputeStatus, Payment, PaymentFile, PaymentStatus, Refund, RefundStatus,
        Settlement,
    },
    platform::{Error, bookings::Case, work::Work},
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
        case: &Case<'_>,
        payment: &Versioned<Payment>,
        settlement: Settlement,
    ) {
        let after = settlement.payment.clone().unwrap_or_else(|| (**payment).clone());
        if after.status != payment.status || after.surplus != payment.surplus {
            self.changes.update(case.booking.clone());
            self.record_payment(case, payment, &after);
        }
        self.changes.update(payment.with(after));
        self.settle_parts(case, settlement);
    }

    /// Writes a payment that nobody had begun, with what becomes of it at once.
    pub(super) fn settle_new(&mut self, case: &Case<'_>, begun: &Payment, settlement: Settlement) {
        let (payment, booking, amount) = (begun.id, begun.booking, begun.amount);
        let after = settlement.payment.clone().unwrap_or_else(|| begun.clone());
        self.changes.update(case.booking.clone());
        self.record_by_system(Event::PaymentStarted { payment, booking, amount });
        self.record_payment(case, begun, &after);
        self.changes.insert(after);
        self.settle_parts(case, settlement);
    }

    fn settle_parts(&mut self, case: &Case<'_>, settlement: Settlement) {
        for refund in settlement.new_refunds {
            self.record_refund(case, None, &refund);
            self.changes.insert(refund);
        }
        for refund in settlement.refunds {
            if let Some(known) = case.refunds.iter().find(|known| known.id == refund.id) {
                self.record_refund(case, Some(known), &refund);
                self.changes.update(known.with(refund));
            }
        }
        for dispute in settlement.new_disputes {
            self.record_dispute(case, None, &dispute);
            self.changes.insert(dispute);
        }
        for dispute in settlement.disputes {
            if let Some(known) = case.disputes.iter().find(|known| known.id == dispute.id) {
                self.record_dispute(case, Some(known), &dispute);
                self.changes.update(known.with(dispute));
            }
        }
        for leg in settlement.legs {
            self.changes.append(leg);
        }
    }

    fn record_payment(&mut self, case: &Case<'_>, before: &Payment, after: &Payment) {
        let (payment, amount) = (after.id, after.amount);
        let about = Subject::new(SubjectKind::Payment, payment);
        if after.status.was_paid() && !before.status.was_paid() {
            let surplus = after.surplus;
            self.record_by_system(Event::PaymentSucceeded { payment, amount, surplus });
            if !surplus {
                let (owner, trainer) =
                    (NotificationKind::PaymentReceived, NotificationKind::LessonPaid);
                case.tell_about(self, about, Some(owner), Some(trainer));
            }
        } else if after.status == PaymentStatus::Failed && before.status != PaymentStatus::Failed {
            self.record_by_system(Event::PaymentFailed { payment });
            case.tell_about(self, about, Some(NotificationKind::PaymentFailed), None);
        }
        if after.status == PaymentStatus::Refunded && before.status != PaymentStatus::Refunded {
            self.record_by_system(Event::PaymentRefunded { payment });
        } else if before.status == PaymentStatus::Refunded
            && after.status != PaymentStatus::Refunded
        {
            let surplus = after.surplus;
            self.record_by_system(Event::PaymentRestored { payment, surplus });
        }
    }

    fn record_refund(&mut self, case: &Case<'_>, before: Option<&Refund>, after: &Refund) {
        let (refund, payment, amount) = (after.id, after.payment, after.amount);
        if let Some(before) = before
            && before.status == after.status
        {
            if (before.amount, before.cause, before.replaces)
                != (amount, after.cause, after.replaces)
            {
                self.record_by_system(Event::RefundChanged { refund, payment, amount });
            }
            return;
        }
        let told = match after.status {
            RefundStatus::Due => {
                let due = Event::RefundDue { refund, payment, amount };
                if after.cause.is_obligation() {
                    self.record_by_system(due);
                } else {
                    self.record(due);
                }
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
            case.tell_about(self, Subject::new(SubjectKind::Refund, refund), Some(kind), None);
        }
    }

    fn record_dispute(&mut self, case: &Case<'_>, before: Option<&Dispute>, after: &Dispute) {
        let (dispute, booking) = (after.id, after.booking);
        let Some(before) = before else {
            self.record_by_system(Event::PaymentDisputed { dispute, booking });
            let about = Subject::new(SubjectKind::Dispute, dispute);
            case.tell_about(self, about, None, Some(NotificationKind::PaymentDisputed));
            self.record_dispute_end(after);
            return;
        };
        if let Some(amount) = after.amount.filter(|_| before.amount != after.amount) {
            self.record_by_system(Event::DisputeChanged { dispute, booking, amount });
        }
        if before.status != after.status {
            self.record_dispute_end(after);
        }
    }

    fn record_dispute_end(&mut self, after: &Dispute) {
        let (dispute, booking) = (after.id, after.booking);
        match after.status {
            DisputeStatus::Open => {}
            DisputeStatus::Won => self.record(Event::DisputeWon { dispute, booking }),
            DisputeStatus::Lost => self.record(Event::DisputeLost { dispute, booking }),
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
