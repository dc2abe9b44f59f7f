//! Stripe's wire form: webhooks in, parameters of requests out, amounts in its own units.
//!
//! Everything here is pure: no HTTP client and no clock. A service hands over what its endpoint
//! received and gets a [`ProviderEvent`](crate::provider::ProviderEvent); it sends a
//! [`StripeRequest`] with whatever client it has. Nothing outside of this module knows Stripe.
//!
//! Our own ids travel in Stripe's `metadata`, under `payment_id`, `refund_id` and `payout_id`,
//! which the requests here put there. The reference of a payment is its payment intent's id.
//!
//! # Example: a request, and the event that answers it
//!
//! ```
//! use sitstay::{
//!     ids::PaymentId,
//!     money::{Currency, Money},
//!     provider::Happening,
//!     stripe::{CaptureMethod, EventScope, Mode, StripeRequest, WebhookSecret, read_webhook},
//! };
//!
//! let payment: PaymentId = "018f3b4e-0000-7000-8000-000000000001".parse()?;
//! let amount = Money::new(4_999, Currency::EUR);
//! let request =
//!     StripeRequest::create_payment_intent(payment, amount, CaptureMethod::Automatic)?;
//! assert_eq!(request.path(), "/v1/payment_intents");
//! assert!(request.body().starts_with("amount=4999&currency=eur&"));
//!
//! // Some time later, at the webhook's endpoint:
//! let body = br#"{
//!     "id": "evt_1", "object": "event", "type": "payment_intent.succeeded",
//!     "created": 1803891600, "livemode": true,
//!     "data": {"object": {
//!         "id": "pi_1", "object": "payment_intent", "amount_received": 4999, "currency": "eur",
//!         "metadata": {"payment_id": "018f3b4e-0000-7000-8000-000000000001"}
//!     }}
//! }"#;
//! let secret = WebhookSecret::parse("whsec_9fQ2mZ7kVbX1")?;
//! let now = "2027-03-01T09:00:02Z".parse()?;
//! let scope = EventScope::new(Mode::Live);
//! let event = read_webhook(&secret.sign(body, now), body, &[secret], scope, now)?;
//! let happening = event.map(|event| event.happening);
//! let reference = "pi_1".parse()?;
//! let expected = Happening::PaymentSucceeded { payment: Some(payment), reference, amount };
//! assert_eq!(happening, Some(expected));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amount;
mod event;
mod fields;
mod request;
mod scope;
mod signature;
mod webhook;

pub use amount::{StripeAmount, StripeAmountError, charge_step, payout_step};
pub use event::{EventError, read_event};
pub use request::{CaptureMethod, RequestError, StripeRequest};
pub use scope::{EventScope, Mode};
pub use signature::{MAX_BODY_BYTES, SignatureError, TOLERANCE_SECONDS, WebhookSecret, verify};
pub use webhook::{WebhookError, read_webhook};

/// What Stripe is called as a [`Provider`](crate::provider::Provider), in payments and events.
pub const PROVIDER: &str = "stripe";

/// The names under which our ids stand in Stripe's metadata.
mod metadata {
    pub(super) const PAYMENT: &str = "payment_id";
    pub(super) const REFUND: &str = "refund_id";
    pub(super) const PAYOUT: &str = "payout_id";

    /// Returns the name of a request's parameter that puts an entry there.
    pub(super) fn parameter(key: &str) -> String {
        format!("metadata[{key}]")
    }
}
