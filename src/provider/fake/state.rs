//! The books of the provider.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use fastrand::Rng;

use super::{behaviour::Plan, deck::Deck};
use crate::{
    ids::{PaymentId, PayoutId, RefundId},
    money::{Currency, Money},
    provider::{
        Answer, DisputeOutcome, Happening, IdempotencyKey, PaymentOutcome, PayoutOutcome, Provider,
        ProviderEvent, RefundOutcome, TransferOutcome,
    },
    text::Token,
    time::Instant,
};

#[derive(Debug)]
pub(super) struct State {
    pub(super) plan: Plan,
    pub(super) random: Rng,
    pub(super) deck: Deck,
    /// How often a name was given.
    named: u64,
    /// The keys of calls that were carried out.
    pub(super) done: BTreeSet<IdempotencyKey>,
    /// The keys of calls that were declined, and why.
    pub(super) declined: BTreeMap<IdempotencyKey, Token>,
    pub(super) payments: BTreeMap<PaymentId, PaymentAt>,
    pub(super) refunds: BTreeMap<RefundId, RefundAt>,
    /// Refunds that nobody asked us for.
    strays: Vec<RefundAt>,
    pub(super) transfers: BTreeMap<PayoutId, TransferAt>,
    disputes: BTreeMap<Token, DisputeAt>,
}

#[derive(Debug, Clone)]
pub(super) struct PaymentAt {
    pub(super) reference: Token,
    pub(super) amount: Money,
    pub(super) outcome: PaymentOutcome,
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
    /// How much of it was taken back after it had arrived, in minor units.
    returned: i64,
}

impl TransferAt {
    pub(super) const fn new(amount: Money, answer: Answer<TransferOutcome>) -> Self {
        Self { amount, answer, returned: 0 }
    }
}

#[derive(Debug, Clone)]
struct DisputeAt {
    payment: PaymentId,
    payment_reference: Token,
    amount: Money,
    /// The furthest that it was decided.
    outcome: DisputeOutcome,
}

pub(super) fn name() -> Provider {
    token("fake")
}

/// Makes a token of a text that is one.
#[expect(clippy::unwrap_used, reason = "names are made of a few ASCII letters and digits")]
pub(super) fn token(text: &str) -> Token {
    text.parse().unwrap()
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            plan: Plan::default(),
            random: Rng::with_seed(seed),
            deck: Deck::default(),
            named: 0,
            done: BTreeSet::new(),
            declined: BTreeMap::new(),
            payments: BTreeMap::new(),
            refunds: BTreeMap::new(),
            strays: Vec::new(),
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
        let seconds = i64::try_from(self.deck.history().len()).unwrap_or(i64::MAX);
        let start = Instant::MIN.saturating_add(TimeDelta::days(20_000));
        let occurred_at = start.saturating_add(TimeDelta::seconds(seconds));
        let id = self.name_of("evt");
        self.deck.add(ProviderEvent { provider: name(), id, occurred_at, happening });
    }

    pub(super) fn deliver(&mut self, is_whole: bool) -> Vec<ProviderEvent> {
        self.deck.deliver(is_whole, &mut self.random)
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

    /// Returns how much of a payment has not left it, nor is about to, in minor units.
    pub(super) fn left_of(&self, id: PaymentId) -> i64 {
        let Some(payment) = self.payments.get(&id) else { return 0 };
        let refunds = self.refunds.values().chain(&self.strays);
        let refunds = refunds.filter(|refund| {
            refund.payment == id && refund.answer.outcome <= RefundOutcome::Succeeded
        });
        let disputes = self
            .disputes
            .values()
            .filter(|dispute| dispute.payment == id && dispute.outcome != DisputeOutcome::Won);
        let gone: i64 = refunds
            .map(|refund| refund.amount.minor())
            .chain(disputes.map(|dispute| dispute.amount.minor()))
            .sum();
        payment.amount.minor() - gone
    }

    pub(super) fn add_refund(&mut self, id: RefundId, refund: RefundAt) {
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
        refund.answer.outcome = outcome;
        let refund = refund.clone();
        self.report_refund(Some(id), &refund);
    }

    pub(super) fn refund_elsewhere(&mut self, id: PaymentId, amount: Money) -> Option<Token> {
        self.payments.get(&id)?;
        let reference = self.name_of("re");
        let answer = Answer { reference: reference.clone(), outcome: RefundOutcome::Succeeded };
        let refund = RefundAt { payment: id, amount, answer };
        self.report_refund(None, &refund);
        self.strays.push(refund);
        Some(reference)
    }

    pub(super) fn dispute(&mut self, payment: PaymentId, amount: Money) -> Option<Token> {
        let payment_reference = self.payments.get(&payment)?.reference.clone();
        let (reference, outcome) = (self.name_of("dp"), DisputeOutcome::Open);
        let dispute = DisputeAt { payment, payment_reference, amount, outcome };
        self.disputes.insert(reference.clone(), dispute);
        self.decide_dispute(&reference, outcome);
        Some(reference)
    }

    pub(super) fn decide_dispute(&mut self, reference: &Token, outcome: DisputeOutcome) {
        let Some(dispute) = self.disputes.get_mut(reference) else { return };
        dispute.outcome = dispute.outcome.max(outcome);
        let (payment_reference, amount) = (dispute.payment_reference.clone(), dispute.amount);
        let reference = reference.clone();
        self.report(Happening::Dispute { reference, payment_reference, amount, outcome });
    }

    /// Tells how a transfer stands.
    pub(super) fn report_transfer(&mut self, id: PayoutId) {
        let Some(transfer) = self.transfers.get(&id) else { return };
        let (reference, amount) = (transfer.answer.reference.clone(), transfer.amount);
        let outcome = match transfer.answer.outcome {
            TransferOutcome::InFlight => PayoutOutcome::InFlight,
            TransferOutcome::Processed => PayoutOutcome::Processed,
            TransferOutcome::Failed => PayoutOutcome::Failed,
        };
        self.report(Happening::Payout { payout: Some(id), reference, amount, outcome });
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
        self.report_transfer(id);
    }

    pub(super) fn take_back(&mut self, id: PayoutId, amount: Money) {
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        let left = transfer.amount.minor() - transfer.returned;
        let has_arrived = transfer.answer.outcome == TransferOutcome::Processed;
        if !has_arrived || amount.minor() > left || amount.currency() != transfer.amount.currency()
        {
            return;
        }
        transfer.returned += amount.minor();
        if transfer.returned == transfer.amount.minor() {
            transfer.answer.outcome = TransferOutcome::Failed;
            self.report_transfer(id);
        } else {
            let reference = transfer.answer.reference.clone();
            let amount = Money::new(transfer.returned, amount.currency());
            self.report(Happening::PayoutPartlyReturned { payout: Some(id), reference, amount });
        }
    }

    pub(super) fn standing_transfers(&self) -> Vec<(PayoutId, Money)> {
        let stands = |transfer: &&TransferAt| transfer.answer.outcome != TransferOutcome::Failed;
        let standing = self.transfers.iter().filter(|(_, transfer)| stands(transfer));
        standing.map(|(id, transfer)| (*id, transfer.amount)).collect()
    }

    /// Ends everything that is on its way, well.
    pub(super) fn finish(&mut self) {
        let payments: Vec<_> = self.payments.iter().map(|(id, at)| (*id, at.outcome)).collect();
        for (id, outcome) in payments {
            if outcome != PaymentOutcome::Failed {
                self.end_payment(id, true);
            }
        }
        let refunds: Vec<_> = self.refunds.keys().copied().collect();
        for id in refunds {
            self.move_refund(id, RefundOutcome::Succeeded);
        }
        let transfers: Vec<_> = self.transfers.keys().copied().collect();
        for id in transfers {
            self.end_transfer(id, PayoutOutcome::Processed);
        }
    }

    /// Adds up what came in and what went out.
    pub(super) fn balance(&self, currency: Currency) -> Money {
        let collected = self.payments.values().filter(|at| at.outcome == PaymentOutcome::Succeeded);
        let refunds = self.refunds.values().chain(&self.strays);
        let refunds = refunds.filter(|at| at.answer.outcome == RefundOutcome::Succeeded);
        let lost = self.disputes.values().filter(|at| at.outcome == DisputeOutcome::Lost);
        let sent = self.transfers.values();
        let sent = sent.filter(|at| at.answer.outcome == TransferOutcome::Processed);
        let came = collected.map(|at| (at.amount, 1));
        let went = refunds
            .map(|at| at.amount)
            .chain(lost.map(|at| at.amount))
            .chain(sent.map(|at| Money::new(at.amount.minor() - at.returned, at.amount.currency())))
            .map(|amount| (amount, -1));
        let of_currency = came.chain(went).filter(|(amount, _)| amount.currency() == currency);
        Money::new(of_currency.map(|(amount, sign)| sign * amount.minor()).sum(), currency)
    }
}
