//! Signatures: what Stripe signed passes, and nothing else does.

use chrono::TimeDelta;
use proptest::prelude::*;
use sitstay::{
    stripe::{MAX_BODY_BYTES, SignatureError, TOLERANCE_SECONDS, WebhookSecret, verify},
    time::Instant,
};

use crate::bodies::{DISPUTE_CREATED, PAYMENT_SUCCEEDED, morning};

const SECRET: &str = "whsec_ExampleOnly0123456789abcdef";
const OTHER: &str = "whsec_ReplacedOnly9876543210zyxwvu";

/// Signatures that were made with OpenSSL 3.0:
/// `printf '%s.' 1803891600 | cat - FILE | openssl dgst -sha256 -hmac SECRET`.
const OF_PAYMENT: &str = "382c54039e38ac9a5c4858cdc182c4d31e9bf2293d704de1cd5cb44216118475";
const OF_PAYMENT_BY_OTHER: &str =
    "4391a9d90aac1957b2ef987d9f225af85b480153dd3d48697410f50b3aaa1cb6";
const OF_DISPUTE: &str = "41baec8a0deb845c28086a9dd5a853b13e2ce6e83cc7c7300b0591ecd0b28681";
/// Of the largest body there may be, all zeros.
const OF_ZEROS: &str = "208fc2bc27c2761d00a04c18510afcf11df6e5020983afbaefe86482d9861875";
/// Of an empty body at the epoch.
const OF_NOTHING: &str = "f1b3b58035e73d3339ce6390336048b0e48ef10e6885465f43781702374a3815";

fn secret(text: &str) -> WebhookSecret {
    text.parse().unwrap()
}

fn header(tag: &str) -> String {
    format!("t=1803891600,v1={tag}")
}

fn check(header: &str, body: &[u8]) -> Result<(), SignatureError> {
    verify(header, body, &[secret(SECRET)], morning())
}

fn later(micros: i64) -> Instant {
    morning().checked_add(TimeDelta::microseconds(micros)).unwrap()
}

#[test]
fn signatures_of_an_independent_implementation_pass() {
    let zeros = vec![0; MAX_BODY_BYTES];
    for (tag, body) in [
        (OF_PAYMENT, PAYMENT_SUCCEEDED.as_bytes()),
        (OF_DISPUTE, DISPUTE_CREATED.as_bytes()),
        (OF_ZEROS, &zeros),
    ] {
        assert_eq!(check(&header(tag), body), Ok(()));
        assert_eq!(secret(SECRET).sign(body, morning()), header(tag));
    }
    assert_eq!(secret(SECRET).sign(b"", Instant::MIN), format!("t=0,v1={OF_NOTHING}"));
}

#[test]
fn a_signature_is_for_one_body_and_one_time() {
    let refused = Err(SignatureError::Mismatch);
    assert_eq!(check(&header(OF_PAYMENT), DISPUTE_CREATED.as_bytes()), refused);
    assert_eq!(
        check(&format!("t=1803891601,v1={OF_PAYMENT}"), PAYMENT_SUCCEEDED.as_bytes()),
        refused
    );
    // The same number, and another text.
    assert_eq!(
        check(&format!("t=01803891600,v1={OF_PAYMENT}"), PAYMENT_SUCCEEDED.as_bytes()),
        refused
    );
}

#[test]
fn any_signature_may_fit_any_secret_while_secrets_rotate() {
    let body = PAYMENT_SUCCEEDED.as_bytes();
    let by_both = format!("t=1803891600,v1={OF_PAYMENT_BY_OTHER},v1={OF_PAYMENT}");
    for header in [&header(OF_PAYMENT), &header(OF_PAYMENT_BY_OTHER), &by_both] {
        for secrets in [[SECRET, OTHER], [OTHER, SECRET]] {
            assert_eq!(verify(header, body, &secrets.map(secret), morning()), Ok(()));
        }
    }
    assert_eq!(verify(&by_both, body, &[secret(OTHER)], morning()), Ok(()));
    let gone = verify(&header(OF_PAYMENT), body, &[secret(OTHER)], morning());
    assert_eq!(gone, Err(SignatureError::Mismatch));
    let none = verify(&header(OF_PAYMENT), body, &[], morning());
    assert_eq!(none, Err(SignatureError::Mismatch));
}

#[test]
fn other_schemes_count_for_nothing() {
    let body = PAYMENT_SUCCEEDED.as_bytes();
    let (fits, zeros) = (OF_PAYMENT, "0".repeat(64));
    for passes in [
        format!("t=1803891600,v1={fits},v0={zeros}"),
        format!("v0={zeros},v1={fits},t=1803891600"),
        format!("t=1803891600,v1=,v1=xyz,v1={fits},v2=a=b"),
    ] {
        assert_eq!(check(&passes, body), Ok(()), "{passes}");
    }
    for (refused, error) in [
        (format!("t=1803891600,v0={fits}"), SignatureError::Malformed),
        (format!("t=1803891600,v2={fits}"), SignatureError::Malformed),
        (format!("t=1803891600,v1={zeros},v0={fits}"), SignatureError::Mismatch),
        (format!("t=1803891600,v1={}", fits.to_uppercase()), SignatureError::Mismatch),
        (format!("t=1803891600,v1={fits}00"), SignatureError::Mismatch),
        (format!("t=1803891600,v1={}", &fits[..62]), SignatureError::Mismatch),
        ("t=1803891600,v1=".to_owned(), SignatureError::Mismatch),
    ] {
        assert_eq!(check(&refused, body), Err(error), "{refused}");
    }
}

#[test]
fn a_header_of_another_form_is_malformed() {
    let v1 = format!("v1={OF_PAYMENT}");
    for malformed in [
        String::new(),
        "t".to_owned(),
        "t=1803891600".to_owned(),
        v1.clone(),
        format!("t=,{v1}"),
        format!("t=now,{v1}"),
        format!("t=-1803891600,{v1}"),
        format!("t=+1803891600,{v1}"),
        format!("t=1803891600.0,{v1}"),
        format!("t=99999999999999999999,{v1}"),
        format!("t=1803891600,t=1803891600,{v1}"),
        format!("t=1803891600, {v1}"),
        format!("t=1803891600;{v1}"),
        format!("t=1803891600,{v1},"),
        format!("t=1803891600,{v1},v0={}", "0".repeat(4_096)),
    ] {
        let answer = check(&malformed, PAYMENT_SUCCEEDED.as_bytes());
        assert_eq!(answer, Err(SignatureError::Malformed), "{malformed}");
    }
}

#[test]
fn a_signature_is_fresh_for_five_minutes_either_way() {
    let tolerance = TOLERANCE_SECONDS * 1_000_000;
    assert_eq!(tolerance, 300_000_000);
    let at = |micros| {
        verify(&header(OF_PAYMENT), PAYMENT_SUCCEEDED.as_bytes(), &[secret(SECRET)], later(micros))
    };
    for fresh in [0, tolerance, -tolerance] {
        assert_eq!(at(fresh), Ok(()), "{fresh}");
    }
    for stale in [tolerance + 1, -tolerance - 1, 86_400_000_000] {
        assert_eq!(at(stale), Err(SignatureError::Stale), "{stale}");
    }
}

#[test]
fn staleness_is_told_of_genuine_signatures_only() {
    let forged = header(&"0".repeat(64));
    let answer = verify(&forged, b"{}", &[secret(SECRET)], Instant::MAX);
    assert_eq!(answer, Err(SignatureError::Mismatch));
}

#[test]
fn a_body_that_is_too_large_is_not_looked_at() {
    let body = vec![0; MAX_BODY_BYTES + 1];
    assert_eq!(MAX_BODY_BYTES, 262_144);
    let header = secret(SECRET).sign(&body, morning());
    assert_eq!(check(&header, &body), Err(SignatureError::BodyTooLarge));
    assert_eq!(check("", &body), Err(SignatureError::BodyTooLarge));
}

#[test]
fn a_secret_is_what_stripe_shows_and_stays_hidden() {
    let shown = format!("{:?} {:?}", secret(SECRET), vec![secret(OTHER)]);
    assert_eq!(shown, "WebhookSecret(..) [WebhookSecret(..)]");
    let error = WebhookSecret::parse("sk_live_abc").unwrap_err();
    assert_eq!(error.to_string(), "webhook_secret: must be a secret that starts with whsec_");
    let too_long = format!("whsec_{}", "a".repeat(250));
    for wrong in ["", "whsec_", "whsec", "sk_live_abc", "whsec_a b", " whsec_a", &too_long] {
        let error = WebhookSecret::parse(wrong).unwrap_err();
        assert_eq!(error.what(), "webhook_secret", "{wrong}");
    }
}

#[test]
fn errors_have_stable_codes() {
    for (error, code, status) in [
        (SignatureError::BodyTooLarge, "stripe.body_too_large", 422),
        (SignatureError::Malformed, "stripe.signature_malformed", 422),
        (SignatureError::Mismatch, "stripe.signature_mismatch", 403),
        (SignatureError::Stale, "stripe.signature_stale", 403),
    ] {
        assert_eq!((error.code(), error.kind().http_status()), (code, status));
    }
}

proptest! {
    #[test]
    fn what_is_signed_passes(body: Vec<u8>, seconds in 0..7_000_000_000_i64, skew in -300..=300_i64) {
        let at = Instant::from_seconds(seconds).unwrap();
        let now = at.saturating_add(TimeDelta::seconds(skew));
        let header = secret(SECRET).sign(&body, at);
        prop_assert_eq!(verify(&header, &body, &[secret(SECRET)], now), Ok(()));
        let foreign = verify(&header, &body, &[secret(OTHER)], now);
        prop_assert_eq!(foreign, Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_changed_byte_of_a_body_never_passes(at in 0..PAYMENT_SUCCEEDED.len(), flip in 1..=255_u8) {
        let mut body = PAYMENT_SUCCEEDED.as_bytes().to_vec();
        body[at] ^= flip;
        prop_assert_eq!(check(&header(OF_PAYMENT), &body), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_cut_or_longer_body_never_passes(keep in 0..PAYMENT_SUCCEEDED.len(), more in prop::collection::vec(any::<u8>(), 1..9)) {
        let body = PAYMENT_SUCCEEDED.as_bytes();
        prop_assert_eq!(check(&header(OF_PAYMENT), &body[..keep]), Err(SignatureError::Mismatch));
        let longer = [body, &more].concat();
        prop_assert_eq!(check(&header(OF_PAYMENT), &longer), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_changed_header_never_passes(at in 0..80_usize, to in any::<char>()) {
        let genuine = header(OF_PAYMENT);
        let changed: String = genuine
            .chars()
            .enumerate()
            .map(|(position, was)| if position == at { to } else { was })
            .collect();
        let answer = check(&changed, PAYMENT_SUCCEEDED.as_bytes());
        prop_assert_eq!(answer.is_ok(), changed == genuine, "{}", changed);
    }

    #[test]
    fn no_header_panics(header in ".{0,200}", body: Vec<u8>) {
        prop_assert!(check(&header, &body).is_err());
    }

    #[test]
    fn no_header_of_about_the_right_form_panics(
        header in "(t|v0|v1|v2)?=?[0-9a-f]{0,70},?(t|v1)=[0-9]{0,25}(,v1=[0-9a-f]{60,66}){0,3}",
    ) {
        prop_assert_ne!(check(&header, b"body"), Ok(()));
    }
}
