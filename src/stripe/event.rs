use serde_json::Value;

use super::{EventScope, Mode, PROVIDER, StripeAmountError, fields::Object, metadata};
use crate::{
    error::{ErrorKind, InvalidValue},
    provider::{DisputeOutcome, Happening, PayoutOutcome, ProviderEvent, RefundOutcome},
    text::Token,
};

/// Reads the body of a webhook; whether Stripe sent it is for [`verify`](super::verify) to say.
///
/// `None` is an event that does not concern the library:
///
/// - kinds other than those below;
/// - events of connected accounts, but for payouts where the [scope](EventScope) takes them, and then
///   of the scope's mode only;
/// - refunds and disputes of charges that were made without a payment intent;
/// - disputes that move no money: inquiries (`warning_…`) and `prevented` ones;
/// - payouts without a `payout_id` of ours, which are the platform's own;
/// - `charge.refunded` in versions of the API in which the charge does not carry its refunds (as
///   of 2022-11-15); there `refund.created` and `refund.updated` tell of them.
///
/// | Stripe's kind | happening |
/// |---|---|
/// | `payment_intent.succeeded` | [`Happening::PaymentSucceeded`] with `amount_received` |
/// | `payment_intent.payment_failed`, `.canceled` | [`Happening::PaymentFailed`] |
/// | `refund.created`, `.updated`, `.failed`, `charge.refund.updated` | [`Happening::Refund`] as its `status` says |
/// | `charge.refunded` | [`Happening::Refund`] for the charge's newest refund |
/// | `charge.dispute.created`, `.updated`, `.closed`, `.funds_withdrawn`, `.funds_reinstated` | [`Happening::Dispute`] as its `status` says |
/// | `transfer.created` | [`Happening::Payout`], in flight |
/// | `transfer.reversed` | [`Happening::Payout`], failed, or [`Happening::PayoutPartlyReturned`] |
/// | `payout.paid` | [`Happening::Payout`], processed |
/// | `payout.failed`, `.canceled` | [`Happening::Payout`], failed |
///
/// Fields that are not used may be missing, new or of any form. Those that are used are read
/// strictly; but what stands in `metadata` under a name of ours and is no id is none of ours.
///
/// Source: <https://docs.stripe.com/api/events/types>.
///
/// # Errors
///
/// [`EventError::OtherMode`], where an event of the platform's own is of the other mode: the endpoint's
/// secret or the scope is wrong. Otherwise [`EventError`] names the first field that is not as Stripe
/// documents it. It never shows what stood there, which may be personal.
///
/// # Example: a refund that a bank returned
///
/// ```
/// use sitstay::{
///     provider::{Happening, RefundOutcome},
///     stripe::{EventScope, Mode, read_event},
/// };
///
/// let body = br#"{
///     "id": "evt_7", "object": "event", "type": "refund.failed", "created": 1803891600,
///     "livemode": true,
///     "data": {"object": {
///         "id": "re_3", "object": "refund", "amount": 1000, "currency": "usd",
///         "payment_intent": "pi_1", "status": "failed", "metadata": {}
///     }}
/// }"#;
/// let event = read_event(body, EventScope::new(Mode::Live))?.map(|event| event.happening);
/// assert!(matches!(event, Some(Happening::Refund { outcome: RefundOutcome::Failed, .. })));
/// # Ok::<(), sitstay::stripe::EventError>(())
/// ```
pub fn read_event(body: &[u8], scope: EventScope) -> Result<Option<ProviderEvent>, EventError> {
    let body: Value = serde_json::from_slice(body).map_err(|_| EventError::NotJson)?;
    let event = Object::new("event", &body)?;
    let kind = event.text("type")?;
    let Some(read) = reader(kind) else { return Ok(None) };
    let is_connected = event.optional("account").is_some();
    if is_connected && !scope.takes_connected(kind) {
        return Ok(None);
    }
    let mode = if event.flag("livemode")? { Mode::Live } else { Mode::Test };
    if mode != scope.mode {
        // An endpoint for connected accounts that is live gets events of both modes; one for the
        // platform's own account does not.
        return if is_connected { Ok(None) } else { Err(EventError::OtherMode { mode }) };
    }
    let data = event.value("data")?;
    let object = data.get("object").ok_or(event.missing("data.object"))?;
    let Some(happening) = read(object)? else { return Ok(None) };
    happening.check()?;
    Ok(Some(ProviderEvent {
        provider: Token::parse(PROVIDER)?,
        id: event.token("id")?,
        occurred_at: event.instant("created")?,
        happening,
    }))
}

type Reader = fn(&Value) -> Result<Option<Happening>, EventError>;

fn reader(kind: &str) -> Option<Reader> {
    Some(match kind {
        "payment_intent.succeeded" => payment_succeeded,
        "payment_intent.payment_failed" | "payment_intent.canceled" => payment_failed,
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => refund,
        "charge.refunded" => newest_refund,
        "charge.dispute.created"
        | "charge.dispute.updated"
        | "charge.dispute.closed"
        | "charge.dispute.funds_withdrawn"
        | "charge.dispute.funds_reinstated" => dispute,
        "transfer.created" => transfer_created,
        "transfer.reversed" => transfer_reversed,
        "payout.paid" => payout_paid,
        "payout.failed" | "payout.canceled" => payout_failed,
        _ => return None,
    })
}

fn payment_succeeded(value: &Value) -> Result<Option<Happening>, EventError> {
    let intent = Object::new("payment_intent", value)?;
    Ok(Some(Happening::PaymentSucceeded {
        payment: intent.own_id(metadata::PAYMENT)?,
        reference: intent.token("id")?,
        amount: intent.money("amount_received")?,
    }))
}

fn payment_failed(value: &Value) -> Result<Option<Happening>, EventError> {
    let intent = Object::new("payment_intent", value)?;
    Ok(Some(Happening::PaymentFailed {
        payment: intent.own_id(metadata::PAYMENT)?,
        reference: intent.token("id")?,
    }))
}

fn refund(value: &Value) -> Result<Option<Happening>, EventError> {
    let refund = Object::new("refund", value)?;
    let Some(payment_reference) = refund.reference("payment_intent")? else { return Ok(None) };
    let outcome = match refund.text("status")? {
        "pending" | "requires_action" => RefundOutcome::Pending,
        "succeeded" => RefundOutcome::Succeeded,
        "canceled" => RefundOutcome::Canceled,
        "failed" => RefundOutcome::Failed,
        _ => return Err(refund.malformed("status")),
    };
    Ok(Some(Happening::Refund {
        refund: refund.own_id(metadata::REFUND)?,
        reference: refund.token("id")?,
        payment_reference,
        amount: refund.money("amount")?,
        outcome,
    }))
}

/// Reads the refund that made Stripe send `charge.refunded`, which is the newest.
fn newest_refund(value: &Value) -> Result<Option<Happening>, EventError> {
    let charge = Object::new("charge", value)?;
    let Some(refunds) = charge.optional("refunds") else { return Ok(None) };
    let refunds = refunds.get("data").and_then(Value::as_array);
    // Stripe lists the newest first.
    refunds.ok_or(charge.malformed("refunds"))?.first().map_or(Ok(None), refund)
}

fn dispute(value: &Value) -> Result<Option<Happening>, EventError> {
    let dispute = Object::new("dispute", value)?;
    let Some(payment_reference) = dispute.reference("payment_intent")? else { return Ok(None) };
    let outcome = match dispute.text("status")? {
        "needs_response" | "under_review" => DisputeOutcome::Open,
        "won" => DisputeOutcome::Won,
        "lost" => DisputeOutcome::Lost,
        "warning_needs_response" | "warning_under_review" | "warning_closed" | "prevented" => {
            return Ok(None);
        }
        _ => return Err(dispute.malformed("status")),
    };
    Ok(Some(Happening::Dispute {
        reference: dispute.token("id")?,
        payment_reference,
        amount: dispute.money("amount")?,
        outcome,
    }))
}

fn transfer_created(value: &Value) -> Result<Option<Happening>, EventError> {
    transfer(Object::new("transfer", value)?, PayoutOutcome::InFlight)
}

fn transfer_reversed(value: &Value) -> Result<Option<Happening>, EventError> {
    let reversed = Object::new("transfer", value)?;
    if reversed.flag("reversed")? {
        return transfer(reversed, PayoutOutcome::Failed);
    }
    Ok(Some(Happening::PayoutPartlyReturned {
        payout: reversed.own_id(metadata::PAYOUT)?,
        reference: reversed.token("id")?,
        amount: reversed.money("amount_reversed")?,
    }))
}

fn transfer(transfer: Object<'_>, outcome: PayoutOutcome) -> Result<Option<Happening>, EventError> {
    Ok(Some(Happening::Payout {
        payout: transfer.own_id(metadata::PAYOUT)?,
        reference: transfer.token("id")?,
        amount: transfer.money("amount")?,
        outcome,
    }))
}

fn payout_paid(value: &Value) -> Result<Option<Happening>, EventError> {
    payout(value, PayoutOutcome::Processed)
}

fn payout_failed(value: &Value) -> Result<Option<Happening>, EventError> {
    payout(value, PayoutOutcome::Failed)
}

fn payout(value: &Value, outcome: PayoutOutcome) -> Result<Option<Happening>, EventError> {
    let payout = Object::new("payout", value)?;
    let Some(ours) = payout.own_id(metadata::PAYOUT)? else { return Ok(None) };
    Ok(Some(Happening::Payout {
        payout: Some(ours),
        reference: payout.token("id")?,
        amount: payout.money("amount")?,
        outcome,
    }))
}

/// Why a body that Stripe sent cannot be understood; services answer 422.
///
/// Stripe sends the event again for some days, which leaves time to find out why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// The body is not JSON.
    #[error("the body is not JSON")]
    NotJson,
    /// A field is missing.
    #[error("the {object} has no {field}")]
    Missing {
        /// What Stripe calls the object.
        object: &'static str,
        /// The field's name.
        field: &'static str,
    },
    /// A field is not of the form, or not one of the values, that Stripe documents.
    #[error("the {object} has a {field} that is not as documented")]
    Malformed {
        /// What Stripe calls the object.
        object: &'static str,
        /// The field's name.
        field: &'static str,
    },
    /// The event is of the mode that the endpoint is not for.
    #[error("the event is of {mode} mode")]
    OtherMode {
        /// The event's mode.
        mode: Mode,
    },
    /// The amount cannot be told in minor units.
    #[error(transparent)]
    Amount(#[from] StripeAmountError),
    /// A value breaks the bounds of its type.
    #[error(transparent)]
    Value(#[from] InvalidValue),
}

impl EventError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotJson => "stripe.not_json",
            Self::Missing { .. } => "stripe.field_missing",
            Self::Malformed { .. } => "stripe.field_malformed",
            Self::OtherMode { .. } => "stripe.other_mode",
            Self::Amount(error) => error.code(),
            Self::Value(error) => error.code(),
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        ErrorKind::Invalid
    }
}
