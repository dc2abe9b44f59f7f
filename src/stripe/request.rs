use super::{StripeAmount, StripeAmountError, metadata};
use crate::{
    code::codes,
    error::ErrorKind,
    ids::{PaymentId, PayoutId, RefundId},
    money::Money,
    provider::IdempotencyKey,
    text::Token,
};

codes! {
    /// When Stripe collects what an owner's bank has granted.
    pub enum CaptureMethod as "capture_method" {
        /// At once.
        Automatic = "automatic",
        /// When the service asks for it, within some days.
        Manual = "manual",
    }
}

/// One call to Stripe, for a service to post with the HTTP client that it has.
///
/// It goes to `https://api.stripe.com` with [`path`](Self::path), [`body`](Self::body) as
/// `application/x-www-form-urlencoded`, and [`idempotency_key`](Self::idempotency_key) in the
/// header `Idempotency-Key`. The key is made of what is done and of our id, so that a call that is
/// repeated has no second effect. Stripe forgets a key after 24 hours at the earliest: whoever asks
/// again later looks first whether the call got through. A service may add parameters of its own.
///
/// Source: <https://docs.stripe.com/api>, "Idempotent requests" and each object's own page.
///
/// # Example: a partial refund
///
/// ```
/// use sitstay::{
///     money::{Currency, Money},
///     stripe::StripeRequest,
/// };
///
/// let refund = "018f3b4e-0000-7000-8000-000000000002".parse()?;
/// let amount = Money::parse("12.50", Currency::EUR)?;
/// let request = StripeRequest::refund(refund, &"pi_3OqX".parse()?, amount)?;
/// assert_eq!(request.path(), "/v1/refunds");
/// assert_eq!(request.idempotency_key(), "refund-018f3b4e-0000-7000-8000-000000000002");
/// assert_eq!(
///     request.body(),
///     "payment_intent=pi_3OqX&amount=1250\
///      &metadata%5Brefund_id%5D=018f3b4e-0000-7000-8000-000000000002",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeRequest {
    path: String,
    parameters: Vec<(String, String)>,
    idempotency_key: IdempotencyKey,
}

impl StripeRequest {
    /// Starts a payment; its intent's id becomes the payment's reference.
    ///
    /// # Errors
    ///
    /// [`RequestError::NotPositive`] or [`RequestError::Amount`].
    pub fn create_payment_intent(
        payment: PaymentId,
        amount: Money,
        capture: CaptureMethod,
    ) -> Result<Self, RequestError> {
        let amount = positive(amount)?;
        let parameters = [
            ("amount", amount.units().to_string()),
            ("currency", amount.currency_code()),
            ("capture_method", capture.to_string()),
            ("automatic_payment_methods[enabled]", "true".to_owned()),
            (&metadata::parameter(metadata::PAYMENT), payment.to_string()),
        ];
        Ok(Self::new("/v1/payment_intents", &parameters, IdempotencyKey::create(payment)))
    }

    /// Collects a payment that was started with [`CaptureMethod::Manual`].
    ///
    /// # Errors
    ///
    /// [`RequestError::Reference`] unless `intent` is a payment intent's id,
    /// [`RequestError::NotPositive`] or [`RequestError::Amount`].
    pub fn capture(
        payment: PaymentId,
        intent: &Token,
        amount: Money,
    ) -> Result<Self, RequestError> {
        let intent = reference(intent, "pi_")?;
        let amount = positive(amount)?;
        let path = format!("/v1/payment_intents/{intent}/capture");
        let parameters = [("amount_to_capture", amount.units().to_string())];
        Ok(Self::new(&path, &parameters, IdempotencyKey::capture(payment)))
    }

    /// Calls off a payment that was not collected.
    ///
    /// # Errors
    ///
    /// [`RequestError::Reference`] unless `intent` is a payment intent's id.
    pub fn cancel(payment: PaymentId, intent: &Token) -> Result<Self, RequestError> {
        let intent = reference(intent, "pi_")?;
        let path = format!("/v1/payment_intents/{intent}/cancel");
        Ok(Self::new(&path, &[], IdempotencyKey::cancel(payment)))
    }

    /// Gives back all or a part of a payment.
    ///
    /// # Errors
    ///
    /// Those of [`capture`](Self::capture).
    pub fn refund(refund: RefundId, intent: &Token, amount: Money) -> Result<Self, RequestError> {
        let intent = reference(intent, "pi_")?;
        let amount = positive(amount)?;
        let parameters = [
            ("payment_intent", intent.to_owned()),
            ("amount", amount.units().to_string()),
            (&metadata::parameter(metadata::REFUND), refund.to_string()),
        ];
        Ok(Self::new("/v1/refunds", &parameters, IdempotencyKey::refund(refund)))
    }

    /// Moves earnings from the platform to a trainer's connected account.
    ///
    /// What the account pays out to a bank has to keep the [`payout_step`](super::payout_step).
    ///
    /// # Errors
    ///
    /// [`RequestError::Reference`] unless `account` is an account's id,
    /// [`RequestError::NotPositive`] or [`RequestError::Amount`].
    pub fn transfer(
        payout: PayoutId,
        account: &Token,
        amount: Money,
    ) -> Result<Self, RequestError> {
        let account = reference(account, "acct_")?;
        let amount = positive(amount)?;
        let parameters = [
            ("amount", amount.units().to_string()),
            ("currency", amount.currency_code()),
            ("destination", account.to_owned()),
            (&metadata::parameter(metadata::PAYOUT), payout.to_string()),
        ];
        Ok(Self::new("/v1/transfers", &parameters, IdempotencyKey::payout(payout)))
    }

    /// Returns where to post it, from the host on.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the parameters by Stripe's names, in order and not encoded.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the parameters as a form: `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = String::new();
        for (name, value) in &self.parameters {
            if !body.is_empty() {
                body.push('&');
            }
            encode(name, &mut body);
            body.push('=');
            encode(value, &mut body);
        }
        body
    }

    /// Returns what makes Stripe carry the call out once.
    #[must_use]
    pub fn idempotency_key(&self) -> &str {
        self.idempotency_key.as_str()
    }

    fn new(path: &str, parameters: &[(&str, String)], idempotency_key: IdempotencyKey) -> Self {
        let parameters =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { path: path.to_owned(), parameters, idempotency_key }
    }
}

fn positive(amount: Money) -> Result<StripeAmount, RequestError> {
    if amount.is_positive() {
        Ok(StripeAmount::from_money(amount)?)
    } else {
        Err(RequestError::NotPositive)
    }
}

/// Returns an id of Stripe's, which can stand in a path as it is.
fn reference<'a>(token: &'a Token, prefix: &'static str) -> Result<&'a str, RequestError> {
    let id = token.as_str();
    let is_id = id.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    if is_id { Ok(id) } else { Err(RequestError::Reference { prefix }) }
}

/// Writes everything but the unreserved characters of RFC 3986 as `%XX`.
fn encode(text: &str, form: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            form.push(char::from(byte));
        } else {
            let [high, low] = [byte >> 4, byte & 0xf].map(|digit| DIGITS[usize::from(digit)]);
            form.extend(['%', char::from(high), char::from(low)]);
        }
    }
}

/// Why a request cannot be made; services answer 422.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The amount is nothing, or less.
    #[error("the amount must be more than nothing")]
    NotPositive,
    /// The amount cannot be told to Stripe.
    #[error(transparent)]
    Amount(#[from] StripeAmountError),
    /// The reference is not of the kind of object that the request is about.
    #[error("the reference must be an id of Stripe's that starts with {prefix}")]
    Reference {
        /// What ids of that kind of object start with.
        prefix: &'static str,
    },
}

impl RequestError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotPositive => "stripe.amount_not_positive",
            Self::Amount(error) => error.code(),
            Self::Reference { .. } => "stripe.reference_malformed",
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        ErrorKind::Invalid
    }
}
