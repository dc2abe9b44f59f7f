//! What the provider does when it is asked.

use async_trait::async_trait;

use super::{
    Behaviour, FakeProvider,
    state::{PaymentAt, RefundAt, State, TransferAt, name},
};
use crate::{
    ids::{PayoutId, RefundId},
    provider::{
        Answer, CreatePayment, PaymentAnswer, PaymentCall, PaymentOutcome, PaymentProvider,
        PayoutOutcome, Provider, ProviderError, RefundOutcome, RefundPayment, Transfer,
        TransferOutcome, port::Result,
    },
};

impl FakeProvider {
    /// Does a call as it was told to.
    fn serve<T>(&self, call: impl FnOnce(&mut State, bool) -> Result<T>) -> Result<T> {
        let mut state = self.state();
        match state.behaviours.pop_front().unwrap_or(Behaviour::Serve) {
            Behaviour::Serve => call(&mut state, true),
            Behaviour::Delay => call(&mut state, false),
            Behaviour::Decline => Err(declined("card_declined")),
            Behaviour::Vanish => Err(ProviderError::Unavailable),
            Behaviour::TimeOutBefore => Err(ProviderError::Uncertain),
            Behaviour::TimeOutAfter => {
                // What it would have said is lost, whatever it was.
                let _ = call(&mut state, true);
                Err(ProviderError::Uncertain)
            }
        }
    }
}

fn declined(code: &str) -> ProviderError {
    code.parse().map_or(ProviderError::Unavailable, |code| ProviderError::Declined { code })
}

impl PaymentAt {
    fn answer(&self) -> PaymentAnswer {
        let reference = self.reference.clone();
        PaymentAnswer { reference, outcome: self.outcome, continuation: None }
    }
}

#[async_trait]
impl PaymentProvider for FakeProvider {
    fn name(&self) -> Provider {
        name()
    }

    async fn create_payment(&self, request: CreatePayment) -> Result<PaymentAnswer> {
        self.serve(|state, at_once| {
            let id = request.payment;
            if let Some(known) = state.payments.get(&id) {
                let is_same = known.amount == request.amount;
                return if is_same { Ok(known.answer()) } else { Err(declined("key_reused")) };
            }
            let reference = state.name_of("pay");
            let (amount, outcome) = (request.amount, PaymentOutcome::Pending);
            state.payments.insert(id, PaymentAt { reference, amount, outcome, gone: 0 });
            if at_once {
                state.end_payment(id, true);
            }
            state.payments.get(&id).map(PaymentAt::answer).ok_or(ProviderError::Uncertain)
        })
    }

    async fn capture_payment(&self, request: PaymentCall) -> Result<PaymentAnswer> {
        self.serve(|state, at_once| {
            if at_once {
                state.end_payment(request.payment, true);
            }
            let payment = state.payments.get(&request.payment);
            payment.map(PaymentAt::answer).ok_or_else(|| declined("no_such_payment"))
        })
    }

    async fn cancel_payment(&self, request: PaymentCall) -> Result<PaymentAnswer> {
        self.serve(|state, _| {
            state.end_payment(request.payment, false);
            let payment = state.payments.get(&request.payment);
            let payment = payment.ok_or_else(|| declined("no_such_payment"))?;
            if payment.outcome == PaymentOutcome::Succeeded {
                return Err(declined("payment_succeeded"));
            }
            Ok(payment.answer())
        })
    }

    async fn refund(&self, request: RefundPayment) -> Result<Answer<RefundOutcome>> {
        self.serve(|state, at_once| {
            if let Some(known) = state.refunds.get(&request.refund) {
                let is_same = known.amount == request.amount;
                return if is_same {
                    Ok(known.answer.clone())
                } else {
                    Err(declined("key_reused"))
                };
            }
            let of = |payment: &PaymentAt| payment.reference == request.payment_reference;
            let found = state.payments.iter().find(|(_, payment)| of(payment));
            let (payment, at) = found.ok_or_else(|| declined("no_such_payment"))?;
            let is_paid = at.outcome == PaymentOutcome::Succeeded;
            let fits = at.amount.minor() - at.gone >= request.amount.minor();
            if !is_paid || !fits || at.amount.currency() != request.amount.currency() {
                return Err(declined("exceeds_payment"));
            }
            let payment = *payment;
            let outcome = RefundOutcome::Pending;
            let answer = Answer { reference: state.name_of("re"), outcome };
            let amount = request.amount;
            state.add_refund(request.refund, RefundAt { payment, amount, answer });
            if at_once {
                state.move_refund(request.refund, RefundOutcome::Succeeded);
            }
            let refund = state.refunds.get(&request.refund);
            refund.map(|refund| refund.answer.clone()).ok_or(ProviderError::Uncertain)
        })
    }

    async fn transfer(&self, request: Transfer) -> Result<Answer<TransferOutcome>> {
        self.serve(|state, at_once| {
            if let Some(known) = state.transfers.get(&request.payout) {
                let is_same = known.amount == request.amount;
                return if is_same {
                    Ok(known.answer.clone())
                } else {
                    Err(declined("key_reused"))
                };
            }
            let outcome = TransferOutcome::InFlight;
            let answer = Answer { reference: state.name_of("tr"), outcome };
            state.transfers.insert(request.payout, TransferAt { amount: request.amount, answer });
            if at_once {
                state.end_transfer(request.payout, PayoutOutcome::Processed);
            }
            let transfer = state.transfers.get(&request.payout);
            transfer.map(|transfer| transfer.answer.clone()).ok_or(ProviderError::Uncertain)
        })
    }

    async fn find_refund(&self, refund: RefundId) -> Result<Option<Answer<RefundOutcome>>> {
        Ok(self.state().refunds.get(&refund).map(|refund| refund.answer.clone()))
    }

    async fn find_transfer(&self, payout: PayoutId) -> Result<Option<Answer<TransferOutcome>>> {
        Ok(self.state().transfers.get(&payout).map(|transfer| transfer.answer.clone()))
    }
}
