//! What is asked of a payment provider, whichever it is.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Provider, RefundOutcome};
use crate::{
    error::{ErrorKind, InvalidValue},
    ids::{BookingId, PaymentId, PayoutId, RefundId, TrainerId},
    money::Money,
    payment::{Payment, Refund},
    payout::Payout,
    text::Token,
};

/// A payment provider, as the library drives it.
///
/// Every call carries a key that is derived from our ids. A provider carries out what comes under
/// one key once and gives the same answer again, so that a call may be repeated after any failure.
/// What becomes of it later comes as [events](super::ProviderEvent).
///
/// Implement it in the service, over whatever client the provider has; tests use the `FakeProvider`
/// of the feature `testing`.
#[async_trait]
pub trait PaymentProvider: fmt::Debug + Send + Sync {
    /// Returns the provider's name, under which payments and events are stored.
    fn name(&self) -> Provider;

    /// Begins to collect a payment.
    async fn create_payment(&self, request: CreatePayment) -> Result<PaymentAnswer>;

    /// Collects a payment that was only authorised.
    async fn capture_payment(&self, request: PaymentCall) -> Result<PaymentAnswer>;

    /// Gives up a payment that was not collected.
    async fn cancel_payment(&self, request: PaymentCall) -> Result<PaymentAnswer>;

    /// Gives some of a payment back.
    async fn refund(&self, request: RefundPayment) -> Result<Answer<RefundOutcome>>;

    /// Sends a payout to a trainer.
    async fn transfer(&self, request: Transfer) -> Result<Answer<TransferOutcome>>;

    /// Finds a refund by our id; `None` if the provider never carried it out, and never will under
    /// that key unless it is asked again.
    async fn find_refund(&self, refund: RefundId) -> Result<Option<Answer<RefundOutcome>>>;

    /// Finds a transfer by our id; `None` as for [`find_refund`](Self::find_refund).
    async fn find_transfer(&self, payout: PayoutId) -> Result<Option<Answer<TransferOutcome>>>;
}

/// What a call to a provider comes to.
pub(super) type Result<T, E = ProviderError> = std::result::Result<T, E>;

/// Why a provider did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// It refused, and will again: nothing was carried out.
    #[error("the payment provider declined: {code}")]
    Declined {
        /// Why, in the provider's words.
        code: Token,
    },
    /// It could not be reached, or was busy: nothing was carried out, and the call may be repeated.
    #[error("the payment provider is not available")]
    Unavailable,
    /// Nobody knows whether it was carried out. Look it up, or repeat the call under the same key.
    #[error("the payment provider did not answer")]
    Uncertain,
}

impl ProviderError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Declined { .. } => "provider.declined",
            Self::Unavailable => "provider.unavailable",
            Self::Uncertain => "provider.uncertain",
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Declined { .. } => ErrorKind::Conflict,
            Self::Unavailable | Self::Uncertain => ErrorKind::Unavailable,
        }
    }
}

/// Under which key a provider carries a call out once.
///
/// # Example: the key of a refund is always the same
///
/// ```
/// use sitstay::{ids::RefundId, provider::IdempotencyKey};
///
/// let refund = RefundId::from_uuid(uuid::Uuid::nil());
/// assert_eq!(IdempotencyKey::refund(refund).as_str(), "refund-00000000-0000-0000-0000-000000000000");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Returns the key under which a payment is created.
    #[must_use]
    pub fn create(payment: PaymentId) -> Self {
        Self(format!("payment-{payment}"))
    }

    /// Returns the key under which a payment is captured.
    #[must_use]
    pub fn capture(payment: PaymentId) -> Self {
        Self(format!("capture-{payment}"))
    }

    /// Returns the key under which a payment is cancelled.
    #[must_use]
    pub fn cancel(payment: PaymentId) -> Self {
        Self(format!("cancel-{payment}"))
    }

    /// Returns the key under which a refund is made.
    #[must_use]
    pub fn refund(refund: RefundId) -> Self {
        Self(format!("refund-{refund}"))
    }

    /// Returns the key under which a payout is sent.
    #[must_use]
    pub fn payout(payout: PayoutId) -> Self {
        Self(format!("payout-{payout}"))
    }

    /// Returns the key as text of ASCII letters, digits and hyphens, 45 at most.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A payment that is to be collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePayment {
    /// Under which key.
    pub key: IdempotencyKey,
    /// Our id, which events should give back.
    pub payment: PaymentId,
    /// For which booking.
    pub booking: BookingId,
    /// How much.
    pub amount: Money,
}

impl CreatePayment {
    /// Asks for a payment.
    #[must_use]
    pub fn of(payment: &Payment) -> Self {
        let key = IdempotencyKey::create(payment.id);
        Self { key, payment: payment.id, booking: payment.booking, amount: payment.amount }
    }
}

/// A payment that is to be captured or cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentCall {
    /// Under which key.
    pub key: IdempotencyKey,
    /// Our id.
    pub payment: PaymentId,
    /// The provider's name for it.
    pub reference: Token,
}

impl PaymentCall {
    /// Asks for a payment's capture; `None` while the provider's name for it is not known.
    #[must_use]
    pub fn capture(payment: &Payment) -> Option<Self> {
        let reference = payment.provider_reference.clone()?;
        let key = IdempotencyKey::capture(payment.id);
        Some(Self { key, payment: payment.id, reference })
    }

    /// Asks for a payment's end; `None` while the provider's name for it is not known.
    #[must_use]
    pub fn cancel(payment: &Payment) -> Option<Self> {
        let reference = payment.provider_reference.clone()?;
        let key = IdempotencyKey::cancel(payment.id);
        Some(Self { key, payment: payment.id, reference })
    }
}

/// A refund that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPayment {
    /// Under which key.
    pub key: IdempotencyKey,
    /// Our id, which events should give back.
    pub refund: RefundId,
    /// The provider's name for the payment.
    pub payment_reference: Token,
    /// How much.
    pub amount: Money,
}

impl RefundPayment {
    /// Asks for a refund of a payment; `None` while the provider's name for that is not known.
    #[must_use]
    pub fn of(refund: &Refund, payment: &Payment) -> Option<Self> {
        Some(Self {
            key: IdempotencyKey::refund(refund.id),
            refund: refund.id,
            payment_reference: payment.provider_reference.clone()?,
            amount: refund.amount,
        })
    }
}

/// A payout that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Under which key.
    pub key: IdempotencyKey,
    /// Our id, which events should give back.
    pub payout: PayoutId,
    /// To whom; the service knows the trainer's account at the provider.
    pub trainer: TrainerId,
    /// How much.
    pub amount: Money,
}

impl Transfer {
    /// Asks for a payout to be sent.
    #[must_use]
    pub fn of(payout: &Payout) -> Self {
        let key = IdempotencyKey::payout(payout.id);
        Self { key, payout: payout.id, trainer: payout.trainer, amount: payout.amount }
    }
}

/// What a provider calls a thing, and how that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<O> {
    /// The provider's name for it.
    pub reference: Token,
    /// How it stands.
    pub outcome: O,
}

/// How a payment stands, and what its owner needs to go on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentAnswer {
    /// The provider's name for it.
    pub reference: Token,
    /// How it stands.
    pub outcome: PaymentOutcome,
    /// What the owner's device needs, where the owner has to do something.
    pub continuation: Option<Continuation>,
}

/// How a payment stands at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentOutcome {
    /// Begun: the owner has to do something, or the bank takes its time.
    Pending,
    /// The money can be captured.
    Authorised,
    /// The provider has the money.
    Succeeded,
    /// It could not be collected, or was cancelled.
    Failed,
}

/// How a transfer stands at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferOutcome {
    /// On its way.
    InFlight,
    /// The trainer has it.
    Processed,
    /// It came back.
    Failed,
}

/// What an owner's device needs to go on with a payment, for instance a client secret or an
/// address: opaque, meant for that owner only, and not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Continuation(String);

impl Continuation {
    /// Takes what the provider gave.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for more than 4,096 bytes.
    pub fn new(text: String) -> std::result::Result<Self, InvalidValue> {
        let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
        crate::error::within("continuation", length, 0, 4_096)?;
        Ok(Self(text))
    }

    /// Returns the text, to be handed to the owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Continuation(…)")
    }
}
