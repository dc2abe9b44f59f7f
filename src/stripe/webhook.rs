use super::{EventError, EventScope, SignatureError, WebhookSecret, read_event, verify};
use crate::{error::ErrorKind, provider::ProviderEvent, time::Instant};

/// Verifies what was posted to a webhook endpoint, and reads the event in it.
///
/// `header` is the value of `Stripe-Signature` and `body` the bytes as they were received. `None`
/// is an event that does not concern the library: answer 200 and forget it. It is [`verify`] and
/// then [`read_event`]; nothing of a body is read before its signature fits.
///
/// # Errors
///
/// [`WebhookError`]; a service answers with its status, and Stripe sends the event again.
///
/// # Example: the handler of an endpoint
///
/// ```
/// use sitstay::{
///     provider::ProviderEvent,
///     stripe::{EventScope, Mode, WebhookError, WebhookSecret, read_webhook},
///     time::Instant,
/// };
///
/// struct Endpoint {
///     /// Both of them while one replaces the other.
///     secrets: Vec<WebhookSecret>,
///     scope: EventScope,
/// }
///
/// impl Endpoint {
///     fn receive(&self, header: &str, body: &[u8], now: Instant) -> (u16, Option<ProviderEvent>) {
///         match read_webhook(header, body, &self.secrets, self.scope, now) {
///             Ok(event) => (200, event),
///             Err(error) => (error.kind().http_status(), None),
///         }
///     }
/// }
///
/// let secret = WebhookSecret::parse("whsec_9fQ2mZ7kVbX1")?;
/// let now = "2027-03-01T09:00:00Z".parse()?;
/// let body = br#"{"object":"event","type":"customer.created"}"#;
/// let header = secret.sign(body, now);
/// let endpoint = Endpoint { secrets: vec![secret], scope: EventScope::new(Mode::Live) };
/// assert_eq!(endpoint.receive(&header, body, now), (200, None));
/// assert_eq!(endpoint.receive(&header, b"{}", now), (403, None));
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
pub fn read_webhook(
    header: &str,
    body: &[u8],
    secrets: &[WebhookSecret],
    scope: EventScope,
    now: Instant,
) -> Result<Option<ProviderEvent>, WebhookError> {
    verify(header, body, secrets, now)?;
    Ok(read_event(body, scope)?)
}

/// Why a webhook was turned down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// It is not known to be Stripe's.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// It is Stripe's and cannot be understood.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl WebhookError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Signature(error) => error.code(),
            Self::Event(error) => error.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Signature(error) => error.kind(),
            Self::Event(error) => error.kind(),
        }
    }
}
