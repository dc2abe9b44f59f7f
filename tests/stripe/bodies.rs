//! Bodies in the shape of Stripe's documented objects, and the ids in them.

use sitstay::{
    ids::{PaymentId, PayoutId, RefundId},
    money::{Currency, Money},
    provider::ProviderEvent,
    stripe::{self, EventError, EventScope, Mode},
    text::Token,
    time::Instant,
};

macro_rules! bodies {
    ($($name:ident = $file:literal;)+) => {
        $(pub(crate) const $name: &str = include_str!(concat!("bodies/", $file, ".json"));)+

        /// Every body.
        pub(crate) const ALL: &[&str] = &[$($name),+];
    };
}

bodies! {
    PAYMENT_SUCCEEDED = "payment_intent_succeeded";
    PAYMENT_SUCCEEDED_JPY = "payment_intent_succeeded_jpy";
    PAYMENT_SUCCEEDED_ISK = "payment_intent_succeeded_isk";
    PAYMENT_SUCCEEDED_KWD = "payment_intent_succeeded_kwd";
    PAYMENT_FAILED = "payment_intent_payment_failed";
    PAYMENT_CANCELED = "payment_intent_canceled";
    REFUND_CREATED = "refund_created";
    REFUND_UPDATED = "refund_updated";
    REFUND_FAILED = "refund_failed";
    CHARGE_REFUND_UPDATED = "charge_refund_updated";
    CHARGE_REFUNDED = "charge_refunded";
    CHARGE_REFUNDED_WITHOUT_REFUNDS = "charge_refunded_without_refunds";
    DISPUTE_CREATED = "dispute_created";
    DISPUTE_FUNDS_WITHDRAWN = "dispute_funds_withdrawn";
    DISPUTE_UPDATED = "dispute_updated";
    DISPUTE_WON = "dispute_closed_won";
    DISPUTE_FUNDS_REINSTATED = "dispute_funds_reinstated";
    DISPUTE_LOST = "dispute_closed_lost";
    DISPUTE_INQUIRY = "dispute_inquiry";
    TRANSFER_CREATED = "transfer_created";
    TRANSFER_REVERSED = "transfer_reversed";
    TRANSFER_PARTLY_REVERSED = "transfer_partly_reversed";
    PAYOUT_PAID = "payout_paid";
    PAYOUT_FAILED = "payout_failed";
    PAYOUT_CANCELED = "payout_canceled";
    PAYOUT_OF_THE_PLATFORM = "payout_of_the_platform";
    CUSTOMER_CREATED = "customer_created";
}

pub(crate) const INTENT: &str = "pi_3Qx7RkLw9TzVb2Nc0uJhYgFd";
pub(crate) const REFUND: &str = "re_3Qx7RkLw9TzVb2Nc0pOiUyTr";
pub(crate) const DISPUTE: &str = "du_1QxBcDLw9TzVb2NcRtYuIoPa";
pub(crate) const TRANSFER: &str = "tr_1QxDeFLw9TzVb2NcPoIuYtRe";
pub(crate) const PAYOUT: &str = "po_1QxFgHRbKcYd7WxeQaZwSxEd";
pub(crate) const ACCOUNT: &str = "acct_1Pz4MtRbKcYd7Wxe";

/// What the bodies are for: a live platform that commands its trainers' accounts.
pub(crate) const SCOPE: EventScope = EventScope::new(Mode::Live).with_connected_payouts();

/// Reads a body in that scope.
pub(crate) fn read_event(body: &[u8]) -> Result<Option<ProviderEvent>, EventError> {
    stripe::read_event(body, SCOPE)
}

/// When most of the events happened.
pub(crate) fn morning() -> Instant {
    "2027-03-01T09:00:00Z".parse().unwrap()
}

pub(crate) fn payment() -> PaymentId {
    "01954f2c-7a10-7c3e-9b1d-2f6a41d0c001".parse().unwrap()
}

pub(crate) fn refund() -> RefundId {
    "01954f2c-7a10-7c3e-9b1d-2f6a41d0c002".parse().unwrap()
}

pub(crate) fn payout() -> PayoutId {
    "01954f2c-7a10-7c3e-9b1d-2f6a41d0c003".parse().unwrap()
}

pub(crate) fn token(text: &str) -> Token {
    text.parse().unwrap()
}

pub(crate) fn money(text: &str) -> Money {
    let (amount, code) = text.split_once(' ').unwrap();
    Money::parse(amount, code.parse::<Currency>().unwrap()).unwrap()
}
