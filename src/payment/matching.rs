//! Which of a payment's refunds and disputes a provider means, and how far they are.

use super::{Dispute, DisputeKind, DisputeStatus, PaymentFile, Refund, RefundCause, RefundStatus};
use crate::{
    ids::{IdSource, RefundId},
    money::Money,
    provider::{DisputeOutcome, RefundOutcome},
    text::Token,
    time::Instant,
};

impl PaymentFile {
    /// Finds the refund that the provider calls by a name, or makes it.
    ///
    /// Where a report made a row before it was known to be ours, that row takes over what ours was
    /// for.
    pub(super) fn match_refund(
        &mut self,
        reference: &Token,
        own: Option<RefundId>,
        amount: Money,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> RefundId {
        let named = |refund: &Refund| refund.provider_reference.as_ref() == Some(reference);
        let by_name = self.refunds.iter().position(named);
        let by_id = self.refunds.iter().position(|refund| {
            Some(refund.id) == own && refund.provider_reference.is_none() && refund.amount == amount
        });
        match (by_name, by_id) {
            (Some(stray), Some(ours)) => {
                let (id, cause) = (self.refunds[ours].id, self.refunds[ours].cause);
                if self.refunds[ours].status.is_open()
                    && self.refunds[stray].cause == RefundCause::Provider
                {
                    self.refunds[ours].status = RefundStatus::Canceled;
                    let stray = &mut self.refunds[stray];
                    (stray.amount, stray.cause, stray.replaces) = (amount, cause, Some(id));
                }
                self.refunds[stray].id
            }
            (Some(known), None) => {
                let refund = &mut self.refunds[known];
                if refund.cause == RefundCause::Provider {
                    refund.amount = amount;
                }
                refund.id
            }
            (None, Some(ours)) => {
                self.refunds[ours].provider_reference = Some(reference.clone());
                self.refunds[ours].id
            }
            (None, None) => {
                let id = ids.next_id();
                self.refunds.push(Refund {
                    id,
                    payment: self.payment.id,
                    amount,
                    status: RefundStatus::Pending,
                    cause: RefundCause::Provider,
                    provider_reference: Some(reference.clone()),
                    replaces: None,
                    created_at: now,
                    updated_at: now,
                });
                id
            }
        }
    }

    /// Takes a refund to how it stands at the provider, if that is further than it is.
    pub(super) fn move_refund(&mut self, id: RefundId, outcome: RefundOutcome) {
        let Some(refund) = self.refunds.iter_mut().find(|refund| refund.id == id) else { return };
        let status = RefundStatus::from(outcome);
        if status.rank() > refund.status.rank() {
            refund.status = status;
        }
    }

    /// Takes a refund to where all reports on it together say that it is, `furthest` being the
    /// furthest of them: an end that no report tells of gives way to a success that one does.
    pub(super) fn place_refund(&mut self, id: RefundId, furthest: RefundOutcome) {
        let Some(refund) = self.refunds.iter_mut().find(|refund| refund.id == id) else { return };
        if furthest == RefundOutcome::Succeeded && refund.status.is_lost() {
            refund.status = RefundStatus::Succeeded;
        } else {
            self.move_refund(id, furthest);
        }
    }

    /// Finds the dispute that the provider calls by a name, or makes it; returns its place.
    pub(super) fn match_dispute(
        &mut self,
        reference: &Token,
        ids: &mut impl IdSource,
        now: Instant,
    ) -> usize {
        let named = |dispute: &Dispute| dispute.provider_reference.as_ref() == Some(reference);
        if let Some(place) = self.disputes.iter().position(named) {
            return place;
        }
        self.disputes.push(Dispute {
            id: ids.next_id(),
            kind: DisputeKind::Provider,
            booking: self.payment.booking,
            payment: Some(self.payment.id),
            amount: Some(self.payment.amount),
            status: DisputeStatus::Open,
            opened_by: None,
            provider_reference: Some(reference.clone()),
            closed_at: None,
            created_at: now,
            updated_at: now,
        });
        self.disputes.len() - 1
    }
}

impl RefundStatus {
    /// Returns how far along the way it is: of two reports the further one counts.
    const fn rank(self) -> u8 {
        match self {
            Self::Due => 0,
            Self::Pending => 1,
            Self::Succeeded => 2,
            Self::Canceled => 3,
            Self::Failed => 4,
        }
    }

    const fn is_open(self) -> bool {
        matches!(self, Self::Due | Self::Pending)
    }
}

impl From<RefundOutcome> for RefundStatus {
    fn from(outcome: RefundOutcome) -> Self {
        match outcome {
            RefundOutcome::Pending => Self::Pending,
            RefundOutcome::Succeeded => Self::Succeeded,
            RefundOutcome::Canceled => Self::Canceled,
            RefundOutcome::Failed => Self::Failed,
        }
    }
}

impl Dispute {
    /// Takes the dispute to how it stands at the provider, if that is further than it is; of several
    /// reports of one end the earliest says when.
    pub(super) fn advance(&mut self, outcome: DisputeOutcome, at: Instant) {
        let status = DisputeStatus::from(outcome);
        if status > self.status {
            self.status = status;
            self.closed_at = Some(at);
        } else if status == self.status {
            self.closed_at = self.closed_at.map(|known| known.min(at));
        }
    }
}

impl From<DisputeOutcome> for DisputeStatus {
    fn from(outcome: DisputeOutcome) -> Self {
        match outcome {
            DisputeOutcome::Open => Self::Open,
            DisputeOutcome::Won => Self::Won,
            DisputeOutcome::Lost => Self::Lost,
        }
    }
}
