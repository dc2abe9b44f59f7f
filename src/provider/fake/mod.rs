//! A payment provider without money, for tests.

mod calls;
mod deck;
mod state;

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use deck::Deck;
use state::State;

use super::{DisputeOutcome, Happening, PayoutOutcome, Provider, ProviderEvent, RefundOutcome};
use crate::{
    ids::{PaymentId, PayoutId, RefundId},
    money::Money,
    text::Token,
};

/// What a [`FakeProvider`] does with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Behaviour {
    /// It carries the call out and tells the outcome.
    Serve,
    /// It carries the call out, answers that it takes a while, and leaves the end to the test.
    Delay,
    /// It declines.
    Decline,
    /// It is not there, and carries nothing out.
    Vanish,
    /// It carries the call out and never answers.
    TimeOutAfter,
    /// It never answers and carries nothing out.
    TimeOutBefore,
}

/// A payment provider without money, which misbehaves on command.
///
/// It keeps books: what comes under one key is carried out once, nothing is given back beyond its
/// payment, and every change is an event. Events are handed out [repeated and in any
/// order](Self::deliver), by a seed: no clock is read, and a test sees the same in every run.
///
/// # Example: a call that times out was carried out all the same
///
/// ```
/// use sitstay::{
///     conformance::fixtures::{Fixtures, between},
///     provider::{
///         PaymentProvider, ProviderError, Transfer,
///         fake::{Behaviour, FakeProvider},
///     },
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), ProviderError> {
/// let make = Fixtures::new();
/// let payout = make.payout(&make.cast().trainer);
/// let provider = FakeProvider::new(7);
/// provider.plan(Behaviour::TimeOutAfter);
/// let lost = provider.transfer(Transfer::of(&payout)).await;
/// assert_eq!(lost, Err(ProviderError::Uncertain));
/// assert!(provider.find_transfer(payout.id).await?.is_some());
/// provider.transfer(Transfer::of(&payout)).await?;
/// assert_eq!(provider.transfers().len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct FakeProvider {
    state: Mutex<State>,
}

impl FakeProvider {
    /// Makes a provider called `fake` that behaves.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: Mutex::new(State::new(seed)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held; if it did, the books are whole all the same.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how it does the next call for which nothing was said; look-ups are always served.
    pub fn plan(&self, behaviour: Behaviour) {
        self.state().behaviours.push_back(behaviour);
    }

    /// Takes everything back that was said about the next calls.
    pub fn behave(&self) {
        self.state().behaviours = VecDeque::new();
    }

    /// Makes a payment succeed that was delayed or had failed.
    pub fn succeed_payment(&self, payment: PaymentId) {
        self.state().end_payment(payment, true);
    }

    /// Makes a payment fail that was delayed.
    pub fn fail_payment(&self, payment: PaymentId) {
        self.state().end_payment(payment, false);
    }

    /// Takes a refund on to how it stands from now on.
    pub fn move_refund(&self, refund: RefundId, outcome: RefundOutcome) {
        self.state().move_refund(refund, outcome);
    }

    /// Ends a transfer that was delayed.
    pub fn end_transfer(&self, payout: PayoutId, outcome: PayoutOutcome) {
        self.state().end_transfer(payout, outcome);
    }

    /// Gives some of a payment back that nobody asked us for, as somebody with access to the
    /// provider could; returns its name there.
    pub fn refund_elsewhere(&self, payment: PaymentId, amount: Money) -> Option<Token> {
        self.state().refund_elsewhere(payment, amount)
    }

    /// Opens a dispute over a payment, and returns its name.
    pub fn dispute(&self, payment: PaymentId, amount: Money) -> Option<Token> {
        self.state().dispute(payment, amount)
    }

    /// Decides a dispute.
    pub fn decide_dispute(&self, dispute: &Token, outcome: DisputeOutcome) {
        self.state().decide_dispute(dispute, outcome);
    }

    /// Reports something else, for instance what no provider should.
    pub fn report(&self, happening: Happening) {
        self.state().report(happening);
    }

    /// Returns every event since the last call, each one to three times and in any order, mixed with
    /// some that were handed out before.
    pub fn deliver(&self) -> Vec<ProviderEvent> {
        self.state().deliver()
    }

    /// Returns every event that there ever was, once each, in the order in which they happened.
    #[must_use]
    pub fn history(&self) -> Vec<ProviderEvent> {
        self.state().deck.history.clone()
    }

    /// Returns every transfer that was carried out and did not come back.
    #[must_use]
    pub fn transfers(&self) -> Vec<(PayoutId, Money)> {
        self.state().standing_transfers()
    }

    /// Returns the name under which everything of this provider is stored.
    #[must_use]
    pub fn provider() -> Provider {
        state::name()
    }
}
