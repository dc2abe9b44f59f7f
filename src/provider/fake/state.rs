//! The books of the provider.

use std::collections::{BTreeMap, VecDeque};

use chrono::TimeDelta;

use super::{Behaviour, Deck};
use crate::{
    ids::{PaymentId, PayoutId, RefundId},
    money::Money,
    provider::{
        Answer, DisputeOutcome, Happening, PaymentOutcome, PayoutOutcome, Provider, ProviderEvent,
        RefundOutcome, TransferOutcome,
    },
    text::Token,
    time::Instant,
};

#[derive(Debug)]
pub(super) struct State {
    pub(super) behaviours: VecDeque<Behaviour>,
    pub(super) deck: Deck,
    /// How often a name was given.
    named: u64,
    pub(super) payments: BTreeMap<PaymentId, PaymentAt>,
    pub(super) refunds: BTreeMap<RefundId, RefundAt>,
    pub(super) transfers: BTreeMap<PayoutId, TransferAt>,
    disputes: BTreeMap<Token, DisputeAt>,
}

#[derive(Debug, Clone)]
pub(super) struct PaymentAt {
    pub(super) reference: Token,
    pub(super) amount: Money,
    pub(super) outcome: PaymentOutcome,
    /// What left it: refunds that did not come back.
    pub(super) gone: i64,
}

#[derive(Debug, Clone)]
pub(super) struct RefundAt {
    pub(super) payment: PaymentId,
    pub(super) amount: Money,
    pub(super) answer: Answer<RefundOutcome>,
}

#[derive(Debug, Clone)]
pub(super) struct TransferAt {
    pub(super) amount: Money,
    pub(super) answer: Answer<TransferOutcome>,
}

#[derive(Debug, Clone)]
struct DisputeAt {
    payment_reference: Token,
    amount: Money,
}

pub(super) fn name() -> Provider {
    token("fake")
}

/// Makes a token of a text that is one.
#[expect(clippy::unwrap_used, reason = "names are made of a few ASCII letters and digits")]
fn token(text: &str) -> Token {
    text.parse().unwrap()
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            behaviours: VecDeque::new(),
            deck: Deck::new(seed),
            named: 0,
            payments: BTreeMap::new(),
            refunds: BTreeMap::new(),
            transfers: BTreeMap::new(),
            disputes: BTreeMap::new(),
        }
    }

    pub(super) fn name_of(&mut self, what: &str) -> Token {
        self.named += 1;
        token(&format!("{what}_{}", self.named))
    }

    /// Adds an event. Every event happens a second after the one before.
    pub(super) fn report(&mut self, happening: Happening) {
        let seconds = i64::try_from(self.deck.history.len()).unwrap_or(i64::MAX);
        let start = Instant::MIN.saturating_add(TimeDelta::days(20_000));
        let occurred_at = start.saturating_add(TimeDelta::seconds(seconds));
        let event =
            ProviderEvent { provider: name(), id: self.name_of("evt"), occurred_at, happening };
        self.deck.history.push(event);
    }

    pub(super) fn deliver(&mut self) -> Vec<ProviderEvent> {
        self.deck.deliver()
    }

    pub(super) fn end_payment(&mut self, id: PaymentId, succeeds: bool) {
        let Some(payment) = self.payments.get_mut(&id) else { return };
        if payment.outcome == PaymentOutcome::Succeeded {
            return;
        }
        let (reference, amount) = (payment.reference.clone(), payment.amount);
        payment.outcome = if succeeds { PaymentOutcome::Succeeded } else { PaymentOutcome::Failed };
        let payment = Some(id);
        self.report(if succeeds {
            Happening::PaymentSucceeded { payment, reference, amount }
        } else {
            Happening::PaymentFailed { payment, reference }
        });
    }

    /// Books a refund under our id, or under a name of its own.
    pub(super) fn add_refund(&mut self, id: RefundId, refund: RefundAt) {
        if let Some(payment) = self.payments.get_mut(&refund.payment) {
            payment.gone += refund.amount.minor();
        }
        self.report_refund(Some(id), &refund);
        self.refunds.insert(id, refund);
    }

    fn report_refund(&mut self, id: Option<RefundId>, refund: &RefundAt) {
        let Some(payment) = self.payments.get(&refund.payment) else { return };
        let payment_reference = payment.reference.clone();
        self.report(Happening::Refund {
            refund: id,
            reference: refund.answer.reference.clone(),
            payment_reference,
            amount: refund.amount,
            outcome: refund.answer.outcome,
        });
    }

    pub(super) fn move_refund(&mut self, id: RefundId, outcome: RefundOutcome) {
        let Some(refund) = self.refunds.get_mut(&id) else { return };
        if outcome <= refund.answer.outcome {
            return;
        }
        let was_gone = refund.answer.outcome <= RefundOutcome::Succeeded;
        refund.answer.outcome = outcome;
        let refund = refund.clone();
        if was_gone
            && outcome > RefundOutcome::Succeeded
            && let Some(payment) = self.payments.get_mut(&refund.payment)
        {
            payment.gone -= refund.amount.minor();
        }
        self.report_refund(Some(id), &refund);
    }

    pub(super) fn refund_elsewhere(&mut self, id: PaymentId, amount: Money) -> Option<Token> {
        let reference = self.name_of("re");
        let payment = self.payments.get_mut(&id)?;
        payment.gone += amount.minor();
        let answer = Answer { reference: reference.clone(), outcome: RefundOutcome::Succeeded };
        self.report_refund(None, &RefundAt { payment: id, amount, answer });
        Some(reference)
    }

    pub(super) fn dispute(&mut self, id: PaymentId, amount: Money) -> Option<Token> {
        let reference = self.name_of("dp");
        let payment_reference = self.payments.get(&id)?.reference.clone();
        self.disputes.insert(reference.clone(), DisputeAt { payment_reference, amount });
        self.decide_dispute(&reference, DisputeOutcome::Open);
        Some(reference)
    }

    pub(super) fn decide_dispute(&mut self, reference: &Token, outcome: DisputeOutcome) {
        let Some(DisputeAt { payment_reference, amount }) = self.disputes.get(reference).cloned()
        else {
            return;
        };
        let reference = reference.clone();
        self.report(Happening::Dispute { reference, payment_reference, amount, outcome });
    }

    pub(super) fn end_transfer(&mut self, id: PayoutId, outcome: PayoutOutcome) {
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        if transfer.answer.outcome != TransferOutcome::InFlight {
            return;
        }
        transfer.answer.outcome = match outcome {
            PayoutOutcome::InFlight => TransferOutcome::InFlight,
            PayoutOutcome::Processed => TransferOutcome::Processed,
            PayoutOutcome::Failed => TransferOutcome::Failed,
        };
        let (reference, amount) = (transfer.answer.reference.clone(), transfer.amount);
        self.report(Happening::Payout { payout: Some(id), reference, amount, outcome });
    }

    pub(super) fn standing_transfers(&self) -> Vec<(PayoutId, Money)> {
        let stands = |transfer: &&TransferAt| transfer.answer.outcome != TransferOutcome::Failed;
        let standing = self.transfers.iter().filter(|(_, transfer)| stands(transfer));
        standing.map(|(id, transfer)| (*id, transfer.amount)).collect()
    }
}
