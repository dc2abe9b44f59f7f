//! Webhooks as a whole: verified first, then read.

use proptest::prelude::*;
use sitstay::{
    provider::{Happening, ProviderEvent},
    stripe::{EventError, SignatureError, WebhookError, WebhookSecret, read_webhook},
};

use crate::bodies::{ALL, CUSTOMER_CREATED, PAYMENT_SUCCEEDED, SCOPE, morning, read_event};

fn secret() -> WebhookSecret {
    "whsec_ExampleOnly0123456789abcdef".parse().unwrap()
}

fn receive(header: &str, body: &[u8]) -> Result<Option<ProviderEvent>, WebhookError> {
    read_webhook(header, body, &[secret()], SCOPE, morning())
}

#[test]
fn a_genuine_webhook_is_read() {
    for body in ALL.iter().map(|body| body.as_bytes()) {
        let header = secret().sign(body, morning());
        let expected = read_event(body).map_err(WebhookError::Event);
        assert_eq!(receive(&header, body), expected);
    }
}

#[test]
fn nothing_of_a_forged_body_is_read() {
    let header = secret().sign(PAYMENT_SUCCEEDED.as_bytes(), morning());
    for forged in [&b"not even JSON"[..], CUSTOMER_CREATED.as_bytes(), b""] {
        let mismatch = WebhookError::Signature(SignatureError::Mismatch);
        assert_eq!(receive(&header, forged), Err(mismatch));
    }
}

#[test]
fn an_event_survives_being_stored() {
    for body in ALL {
        let Ok(Some(event)) = read_event(body.as_bytes()) else { continue };
        let stored = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<ProviderEvent>(&stored).unwrap(), event);
        // An owner's name and card stay at Stripe.
        assert!(!stored.contains("Owner") && !stored.contains("4242"), "{stored}");
    }
}

#[test]
fn errors_answer_as_the_errors_in_them() {
    let stale = WebhookError::from(SignatureError::Stale);
    assert_eq!((stale.code(), stale.kind().http_status()), ("stripe.signature_stale", 403));
    let garbage = WebhookError::from(EventError::NotJson);
    assert_eq!((garbage.code(), garbage.kind().http_status()), ("stripe.not_json", 422));
    assert_eq!(garbage.to_string(), "the body is not JSON");
}

proptest! {
    #[test]
    fn a_changed_webhook_never_gives_an_event(
        body in proptest::sample::select(ALL),
        at in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
        in_header: bool,
    ) {
        let mut body = body.as_bytes().to_vec();
        let mut header = secret().sign(&body, morning()).into_bytes();
        let changed = if in_header { &mut header } else { &mut body };
        let at = at.index(changed.len());
        changed[at] ^= flip;
        let header = String::from_utf8_lossy(&header);
        prop_assert!(matches!(receive(&header, &body), Err(WebhookError::Signature(_))));
    }

    #[test]
    fn no_body_that_is_signed_panics(body: Vec<u8>) {
        let header = secret().sign(&body, morning());
        prop_assert!(matches!(receive(&header, &body), Err(WebhookError::Event(_))));
    }

    #[test]
    fn events_of_one_payment_have_one_reference(
        body in proptest::sample::select(&ALL[..21]),
    ) {
        let Ok(Some(event)) = read_event(body.as_bytes()) else { return Ok(()) };
        if !matches!(event.happening, Happening::Payout { .. }) {
            prop_assert_eq!(event.happening.reference().as_str(), crate::bodies::INTENT);
        }
    }
}
