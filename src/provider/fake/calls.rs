//! What the provider does when it is asked.

use async_trait::async_trait;

use super::{
    Behaviour, FakeProvider,
    state::{PaymentAt, RefundAt, State, TransferAt, name, token},
};
use crate::{
    ids::{PayoutId, RefundId},
    money::Money,
    provider::{
        Answer, CreatePayment, IdempotencyKey, PaymentAnswer, PaymentCall, PaymentOutcome,
        PaymentProvider, PayoutOutcome, Provider, ProviderError, RefundOutcome, RefundPayment,
        Transfer, TransferOutcome, port::Result,
    },
};

impl FakeProvider {
    /// Does a call as it was told to; `call` is told whether it is to come to its end at once.
    fn serve<T>(
        &self,
        key: &IdempotencyKey,
        call: impl FnOnce(&mut State, bool) -> Result<T>,
    ) -> Result<T> {
        let mut state = self.state();
        let State { plan, random, .. } = &mut *state;
        let behaviour = plan.next_call(random);
        if let Some(code) = state.declined.get(key) {
            return Err(ProviderError::Declined { code: code.clone() });
        }
        match behaviour {
            Behaviour::Serve => state.carry_out(key, |state| call(state, true)),
            Behaviour::Delay => state.carry_out(key, |state| call(state, false)),
            Behaviour::Decline if state.done.contains(key) => call(&mut state, false),
            Behaviour::Decline => state.carry_out(key, |_| Err(declined("card_declined"))),
            Behaviour::Vanish => Err(ProviderError::Unavailable),
            Behaviour::TimeOutBefore => Err(ProviderError::Uncertain),
            Behaviour::TimeOutAfter | Behaviour::TimeOutAmid => {
                let at_once = behaviour == Behaviour::TimeOutAfter;
                // What it would have said is lost, whatever it was.
                let _ = state.carry_out(key, |state| call(state, at_once));
                Err(ProviderError::Uncertain)
            }
        }
    }

    /// Looks something up as it was told to; `delayed` makes an answer that has ended one of before.
    fn look_up<O>(
        &self,
        find: impl FnOnce(&State) -> Option<Answer<O>>,
        delayed: O,
    ) -> Result<Option<Answer<O>>> {
        let mut state = self.state();
        let State { plan, random, .. } = &mut *state;
        let behaviour = plan.next_look_up(random);
        let found = find(&state);
        match behaviour {
            Behaviour::Serve => Ok(found),
            Behaviour::Delay => Ok(found.map(|answer| Answer { outcome: delayed, ..answer })),
            Behaviour::Decline => Err(declined("not_allowed")),
            Behaviour::Vanish => Err(ProviderError::Unavailable),
            Behaviour::TimeOutBefore | Behaviour::TimeOutAmid | Behaviour::TimeOutAfter => {
                Err(ProviderError::Uncertain)
            }
        }
    }
}

impl State {
    /// Remembers what came of a call under its key.
    fn carry_out<T>(
        &mut self,
        key: &IdempotencyKey,
        call: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let outcome = call(self);
        match &outcome {
            Ok(_) => {
                self.done.insert(key.clone());
            }
            Err(ProviderError::Declined { code }) if !self.done.contains(key) => {
                self.declined.insert(key.clone(), code.clone());
            }
            Err(_) => {}
        }
        outcome
    }
}

fn declined(code: &str) -> ProviderError {
    ProviderError::Declined { code: token(code) }
}

/// Refuses what comes under a key that was used for another amount.
fn same(known: Money, asked: Money) -> Result<()> {
    if known == asked { Ok(()) } else { Err(declined("key_reused")) }
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
        let CreatePayment { key, payment: id, amount, .. } = request;
        self.serve(&key, |state, at_once| {
            if let Some(known) = state.payments.get(&id) {
                same(known.amount, amount)?;
                return Ok(known.answer());
            }
            let reference = state.name_of("pay");
            let outcome = PaymentOutcome::Pending;
            state.payments.insert(id, PaymentAt { reference, amount, outcome });
            if at_once {
                state.end_payment(id, true);
            }
            state.payments.get(&id).map(PaymentAt::answer).ok_or(ProviderError::Uncertain)
        })
    }

    async fn capture_payment(&self, request: PaymentCall) -> Result<PaymentAnswer> {
        self.serve(&request.key, |state, at_once| {
            if at_once {
                state.end_payment(request.payment, true);
            }
            let payment = state.payments.get(&request.payment);
            payment.map(PaymentAt::answer).ok_or_else(|| declined("no_such_payment"))
        })
    }

    async fn cancel_payment(&self, request: PaymentCall) -> Result<PaymentAnswer> {
        self.serve(&request.key, |state, _| {
            let payment = state.payments.get(&request.payment);
            let payment = payment.ok_or_else(|| declined("no_such_payment"))?;
            match payment.outcome {
                PaymentOutcome::Succeeded => return Err(declined("payment_succeeded")),
                PaymentOutcome::Failed => {}
                PaymentOutcome::Pending | PaymentOutcome::Authorised => {
                    state.end_payment(request.payment, false);
                }
            }
            let payment = state.payments.get(&request.payment);
            payment.map(PaymentAt::answer).ok_or(ProviderError::Uncertain)
        })
    }

    async fn refund(&self, request: RefundPayment) -> Result<Answer<RefundOutcome>> {
        let RefundPayment { key, refund: id, payment_reference, amount } = request;
        self.serve(&key, |state, at_once| {
            if let Some(known) = state.refunds.get(&id) {
                same(known.amount, amount)?;
                return Ok(known.answer.clone());
            }
            let of = |payment: &PaymentAt| payment.reference == payment_reference;
            let found = state.payments.iter().find(|(_, payment)| of(payment));
            let (payment, at) = found.ok_or_else(|| declined("no_such_payment"))?;
            let (payment, is_paid) = (*payment, at.outcome == PaymentOutcome::Succeeded);
            let is_same_currency = at.amount.currency() == amount.currency();
            if !is_paid || !is_same_currency || state.left_of(payment) < amount.minor() {
                return Err(declined("exceeds_payment"));
            }
            let outcome = RefundOutcome::Pending;
            let answer = Answer { reference: state.name_of("re"), outcome };
            state.add_refund(id, RefundAt { payment, amount, answer });
            if at_once {
                state.move_refund(id, RefundOutcome::Succeeded);
            }
            let refund = state.refunds.get(&id);
            refund.map(|refund| refund.answer.clone()).ok_or(ProviderError::Uncertain)
        })
    }

    async fn transfer(&self, request: Transfer) -> Result<Answer<TransferOutcome>> {
        let Transfer { key, payout: id, amount, .. } = request;
        self.serve(&key, |state, at_once| {
            if let Some(known) = state.transfers.get(&id) {
                same(known.amount, amount)?;
                return Ok(known.answer.clone());
            }
            let outcome = TransferOutcome::InFlight;
            let answer = Answer { reference: state.name_of("tr"), outcome };
            state.transfers.insert(id, TransferAt::new(amount, answer));
            if at_once {
                state.end_transfer(id, PayoutOutcome::Processed);
            } else {
                state.report_transfer(id);
            }
            let transfer = state.transfers.get(&id);
            transfer.map(|transfer| transfer.answer.clone()).ok_or(ProviderError::Uncertain)
        })
    }

    async fn find_refund(&self, refund: RefundId) -> Result<Option<Answer<RefundOutcome>>> {
        let find = |state: &State| state.refunds.get(&refund).map(|refund| refund.answer.clone());
        self.look_up(find, RefundOutcome::Pending)
    }

    async fn find_transfer(&self, payout: PayoutId) -> Result<Option<Answer<TransferOutcome>>> {
        let find = |state: &State| state.transfers.get(&payout).map(|sent| sent.answer.clone());
        self.look_up(find, TransferOutcome::InFlight)
    }
}
