#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sitstay::{
    stripe::{EventScope, MAX_BODY_BYTES, Mode, WebhookSecret, read_event, read_webhook, verify},
    time::Instant,
};

static ENDPOINT: LazyLock<(WebhookSecret, Instant)> = LazyLock::new(|| {
    let secret = WebhookSecret::parse("whsec_9fQ2mZ7kVbX1").expect("a secret");
    (secret, "2027-03-01T09:00:00Z".parse().expect("an instant"))
});

fuzz_target!(|data: &[u8]| {
    let (secret, now) = &*ENDPOINT;
    let secrets = std::slice::from_ref(secret);
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (header, body) = data.split_at(end);
    if let Ok(header) = str::from_utf8(header) {
        assert!(verify(header, body, secrets, *now).is_err(), "nobody can guess a signature");
        // Parsed or refused.
        let _ = WebhookSecret::parse(header);
    }
    if body.len() < MAX_BODY_BYTES {
        let signed = secret.sign(body, *now);
        assert_eq!(verify(&signed, body, secrets, *now), Ok(()));
        let scope = EventScope::new(Mode::Live);
        let read = read_webhook(&signed, body, secrets, scope, *now);
        assert_eq!(read.ok(), read_event(body, scope).ok());
        assert!(verify(&signed, &[body, b" "].concat(), secrets, *now).is_err());
    }
});
