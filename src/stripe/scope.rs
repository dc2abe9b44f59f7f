use crate::code::codes;

codes! {
    /// In which of Stripe's two worlds something happened.
    pub enum Mode as "mode" {
        /// With real money.
        Live = "live",
        /// With test cards; nothing is moved.
        Test = "test",
    }
}

/// Which of the events that Stripe sends may count.
///
/// **Mode.** Stripe sends events of both modes to some endpoints. One of the other mode never counts:
/// who pays with a test card has not paid.
///
/// **Accounts.** On a platform with Stripe Connect, trainers have accounts of their own, and an event of
/// such an account names it. Payments, refunds, disputes and transfers are the platform's: what a
/// connected account reports of its own never counts as one, because whoever commands the account
/// puts into it whatever they like, our ids included.
///
/// Payouts from a connected account to its bank count if
/// [they are to](Self::with_connected_payouts).
///
/// Source: <https://docs.stripe.com/connect/webhooks>.
///
/// # Example: a service in production
///
/// ```
/// use sitstay::stripe::{EventScope, Mode, read_event};
///
/// let scope = EventScope::new(Mode::Live);
/// let body = br#"{
///     "id": "evt_1", "object": "event", "type": "payment_intent.succeeded",
///     "created": 1803891600, "livemode": true, "account": "acct_1",
///     "data": {"object": {"id": "pi_1", "object": "payment_intent",
///         "amount_received": 4999, "currency": "eur",
///         "metadata": {"payment_id": "018f3b4e-0000-7000-8000-000000000001"}}}
/// }"#;
/// // Somebody paid a trainer's own shop.
/// assert_eq!(read_event(body, scope)?, None);
/// # Ok::<(), sitstay::stripe::EventError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventScope {
    pub(super) mode: Mode,
    connected_payouts: bool,
}

impl EventScope {
    /// Counts the events of one mode on the platform's own account.
    #[must_use]
    pub const fn new(mode: Mode) -> Self {
        Self { mode, connected_payouts: false }
    }

    /// Also counts payouts from connected accounts to their banks, as far as they carry a
    /// `payout_id` of ours.
    ///
    /// Only for a platform that alone commands these accounts (without a full dashboard and keys of
    /// their own), and puts our ids into their payouts itself: others could report payouts as failed
    /// that arrived, and be paid again. And only where trainers are paid by these payouts and not by
    /// transfers: a payout that fails stays on the connected account, and what was transferred there
    /// would be transferred once more.
    #[must_use]
    pub const fn with_connected_payouts(self) -> Self {
        Self { connected_payouts: true, ..self }
    }

    /// Says whether an event of a connected account may count.
    pub(super) fn takes_connected(self, kind: &str) -> bool {
        self.connected_payouts && kind.starts_with("payout.")
    }
}
