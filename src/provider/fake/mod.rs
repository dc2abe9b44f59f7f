//! A payment provider without money, for tests.

mod behaviour;
mod calls;
mod deck;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use behaviour::Behaviour;
use behaviour::Plan;
use state::State;

use super::{DisputeOutcome, Happening, PayoutOutcome, Provider, ProviderEvent, RefundOutcome};
use crate::{
    ids::{PaymentId, PayoutId, RefundId},
    money::{Currency, Money},
    text::Token,
};

/// A payment provider without money, which misbehaves on command.
///
/// It keeps books: what comes under one key is carried out once, nothing is given back beyond what
/// is left of its payment, and every change is an event. Events are handed out [repeated and in any
/// order](Self::deliver), or [late](Self::deliver_some). Everything is by a seed: no clock is read, and
/// a test sees the same in every run.
///
/// What it [holds](Self::balance) is what the ledger's account for the provider says, once all was
/// reported.
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

    /// Says how it does the next call for which nothing was said.
    pub fn plan(&self, behaviour: Behaviour) {
        self.state().plan.calls.push_back(behaviour);
    }

    /// Says how it does the next look-up for which nothing was said.
    pub fn plan_look_up(&self, behaviour: Behaviour) {
        self.state().plan.look_ups.push_back(behaviour);
    }

    /// Lets so many in a hundred of the calls and look-ups go wrong for which nothing was said, each
    /// in some way, by the seed.
    pub fn misbehave(&self, in_a_hundred: u8) {
        self.state().plan.faults = in_a_hundred;
    }

    /// Takes everything back that was said about the next calls and look-ups.
    pub fn behave(&self) {
        self.state().plan = Plan::default();
    }

    /// Brings everything to a good end that is on its way: payments, refunds and transfers.
    pub fn finish(&self) {
        self.state().finish();
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

    /// Takes some of a transfer back that has arrived, or all of it.
    pub fn take_back(&self, payout: PayoutId, amount: Money) {
        self.state().take_back(payout, amount);
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

    /// Decides a dispute; one that was lost stays lost, whatever is reported of it later.
    pub fn decide_dispute(&self, dispute: &Token, outcome: DisputeOutcome) {
        self.state().decide_dispute(dispute, outcome);
    }

    /// Reports something else, for instance what no provider should.
    pub fn report(&self, happening: Happening) {
        self.state().report(happening);
    }

    /// Returns every event that was not handed out yet, each one to three times and in any order,
    /// together with one that was handed out before.
    pub fn deliver(&self) -> Vec<ProviderEvent> {
        self.state().deliver(true)
    }

    /// Returns some of what [`deliver`](Self::deliver) would, about half; the rest comes late.
    pub fn deliver_some(&self) -> Vec<ProviderEvent> {
        self.state().deliver(false)
    }

    /// Returns every event that there ever was, once each, in the order in which they happened.
    #[must_use]
    pub fn history(&self) -> Vec<ProviderEvent> {
        self.state().deck.history().to_vec()
    }

    /// Returns what it holds for the platform: what it collected, less refunds that arrived, disputes
    /// that were lost and transfers that arrived.
    #[must_use]
    pub fn balance(&self, currency: Currency) -> Money {
        self.state().balance(currency)
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
