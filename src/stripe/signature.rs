use std::{fmt, fmt::Write as _, str::FromStr};

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    error::{ErrorKind, InvalidValue, Problem},
    text::Token,
    time::Instant,
};

/// The largest body that is looked at, in bytes: 256 KiB.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// How far the time of a signature may lie from now, in seconds, before as well as after.
pub const TOLERANCE_SECONDS: i64 = 300;

/// The longest header that is looked at, in bytes; Stripe's have about a hundred for each secret.
const MAX_HEADER_BYTES: usize = 4 * 1024;

const TAG_BYTES: usize = 32;

/// What Stripe signs the events of one webhook endpoint with: `whsec_…`.
///
/// `Debug` does not show it, and it can neither be displayed nor serialised.
///
/// # Example: it stays out of logs
///
/// ```
/// use sitstay::stripe::WebhookSecret;
///
/// let secret = WebhookSecret::parse("whsec_9fQ2mZ7kVbX1")?;
/// assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
/// assert!(WebhookSecret::parse("sk_live_9fQ2mZ7kVbX1").is_err());
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone)]
pub struct WebhookSecret(Token);

impl WebhookSecret {
    const PREFIX: &str = "whsec_";

    /// Takes the secret as Stripe shows it: `whsec_` and more visible ASCII characters.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for other text, such as an API key, and beyond 255 characters.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        const WHAT: &str = "webhook_secret";
        let token = Token::parse(text).map_err(|error| InvalidValue::new(WHAT, error.problem()))?;
        if text.strip_prefix(Self::PREFIX).is_some_and(|rest| !rest.is_empty()) {
            Ok(Self(token))
        } else {
            Err(InvalidValue::new(WHAT, Problem::Malformed("a secret that starts with whsec_")))
        }
    }

    /// Signs a body as Stripe does, and returns the `Stripe-Signature` header.
    ///
    /// A service needs it for the tests of its own webhook. The time of the signature is `at` in
    /// whole seconds since the Unix epoch, rounded down.
    ///
    /// # Example: a body and its header
    ///
    /// ```
    /// use sitstay::stripe::{WebhookSecret, verify};
    ///
    /// let secret = WebhookSecret::parse("whsec_9fQ2mZ7kVbX1")?;
    /// let now = "2027-03-01T09:00:00Z".parse()?;
    /// let header = secret.sign(b"{}", now);
    /// assert!(header.starts_with("t=1803891600,v1="));
    /// assert!(verify(&header, b"{}", &[secret], now).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sign(&self, body: &[u8], at: Instant) -> String {
        let seconds = at.as_seconds().to_string();
        let mut header = format!("t={seconds},v1=");
        if let Some(mac) = self.mac(&seconds, body) {
            for byte in mac.finalize().into_bytes() {
                // Writing to a string cannot fail.
                let _ = write!(header, "{byte:02x}");
            }
        }
        header
    }

    /// Starts the code over `time.body`; `None` never, as HMAC takes keys of any length.
    fn mac(&self, time: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
        // Stripe's key is the whole text, its prefix included.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_str().as_bytes()).ok()?;
        mac.update(time.as_bytes());
        mac.update(b".");
        mac.update(body);
        Some(mac)
    }
}

impl FromStr for WebhookSecret {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text)
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

/// Checks that Stripe signed a body, and that it did so within [`TOLERANCE_SECONDS`] of `now`.
///
/// `header` is the value of `Stripe-Signature`, `body` the bytes as they were received: a body
/// that was parsed and written again is another one. While an endpoint's secret is being rotated,
/// Stripe signs with the old and the new one; any signature of version 1 that fits any of
/// `secrets` will do. Signatures are compared in constant time. Without secrets nothing passes.
///
/// Source: <https://docs.stripe.com/webhooks/signature>.
///
/// # Errors
///
/// [`SignatureError`] names the first of its variants that holds.
pub fn verify(
    header: &str,
    body: &[u8],
    secrets: &[WebhookSecret],
    now: Instant,
) -> Result<(), SignatureError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(SignatureError::BodyTooLarge);
    }
    let header = Header::parse(header).ok_or(SignatureError::Malformed)?;
    let is_signed = secrets
        .iter()
        .filter_map(|secret| secret.mac(header.time, body))
        .any(|mac| header.tags.iter().any(|tag| mac.clone().verify_slice(tag).is_ok()));
    if !is_signed {
        return Err(SignatureError::Mismatch);
    }
    let signed_at = Instant::from_seconds(header.seconds).map_err(|_| SignatureError::Stale)?;
    if now.since(signed_at).abs() > TimeDelta::seconds(TOLERANCE_SECONDS) {
        return Err(SignatureError::Stale);
    }
    Ok(())
}

/// The parts of a `Stripe-Signature` that count.
struct Header<'a> {
    /// As it was written, because it is signed as text.
    time: &'a str,
    seconds: i64,
    tags: Vec<[u8; TAG_BYTES]>,
}

impl<'a> Header<'a> {
    /// Reads `t=…,v1=…[,v1=…][,v0=…]`; other schemes, and tags that nobody could fit, are skipped.
    fn parse(header: &'a str) -> Option<Self> {
        if header.len() > MAX_HEADER_BYTES {
            return None;
        }
        let (mut time, mut tags, mut is_signed) = (None, Vec::new(), false);
        for part in header.split(',') {
            match part.split_once('=')? {
                ("t", _) if time.is_some() => return None,
                ("t", text) => time = Some(text),
                ("v1", hex) => {
                    is_signed = true;
                    tags.extend(tag(hex));
                }
                _ => {}
            }
        }
        let time = time.filter(|time| time.bytes().all(|byte| byte.is_ascii_digit()))?;
        let seconds = time.parse().ok()?;
        is_signed.then_some(Self { time, seconds, tags })
    }
}

/// Reads 64 digits of base 16; only small letters, so that a tag has one form.
fn tag(hex: &str) -> Option<[u8; TAG_BYTES]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect();
    bytes?.try_into().ok()
}

/// Why a webhook is not taken for Stripe's.
///
/// Nothing of it may be used. Stripe repeats what was answered with an error, for some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The body has more than [`MAX_BODY_BYTES`]; 422.
    #[error("the body is larger than {MAX_BODY_BYTES} bytes")]
    BodyTooLarge,
    /// The header is not of Stripe's form, or has no signature of version 1; 422.
    #[error("the header is no signature of Stripe's")]
    Malformed,
    /// No signature fits any of the secrets; 403.
    #[error("no signature fits")]
    Mismatch,
    /// The signature fits and lies more than [`TOLERANCE_SECONDS`] from now; 403.
    #[error("the signature is more than {TOLERANCE_SECONDS} seconds away from now")]
    Stale,
}

impl SignatureError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BodyTooLarge => "stripe.body_too_large",
            Self::Malformed => "stripe.signature_malformed",
            Self::Mismatch => "stripe.signature_mismatch",
            Self::Stale => "stripe.signature_stale",
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::BodyTooLarge | Self::Malformed => ErrorKind::Invalid,
            Self::Mismatch | Self::Stale => ErrorKind::Forbidden,
        }
    }
}
