//! The example, run as a new user would.

use std::fs;

use sitstay::provider::ProviderEvent;

use crate::bodies::{PAYMENT_SUCCEEDED, read_event};

#[path = "../../examples/stripe_webhook.rs"]
#[expect(dead_code, reason = "the program's `main`; the tests call what it calls")]
mod program;

/// What a run answers: its exit code, what it says and what it complains of.
fn run(arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let arguments = arguments.iter().map(|&argument| argument.to_owned());
    let code = program::run(arguments, &mut out, &mut complaints);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (code, text(out), text(complaints))
}

#[test]
fn the_shipped_webhook_gives_its_event() {
    let (code, out, complaints) = run(&[]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    let event: ProviderEvent = serde_json::from_str(&out).unwrap();
    let expected = read_event(PAYMENT_SUCCEEDED.as_bytes()).unwrap();
    assert_eq!(Some(event), expected);
}

#[test]
fn both_secrets_work_while_they_rotate() {
    let (new, old) = ("whsec_Another", "whsec_ExampleOnly0123456789abcdef");
    assert_eq!(run(&["--secret", new, "--secret", old]).0, 0);
    let (code, out, complaints) = run(&["--secret", new]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(complaints, "refused with 403 stripe.signature_mismatch: no signature fits\n");
}

#[test]
fn a_webhook_of_the_other_mode_is_refused() {
    assert_eq!(run(&["--mode", "live"]).0, 0);
    let (code, out, complaints) = run(&["--mode", "test"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(complaints, "refused with 422 stripe.other_mode: the event is of live mode\n");
}

#[test]
fn a_replayed_webhook_is_refused() {
    let (code, out, complaints) = run(&["--now", "2027-03-01T09:05:01Z"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(complaints.starts_with("refused with 403 stripe.signature_stale: "), "{complaints}");
}

#[test]
fn files_of_ones_own_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let body = r#"{"object":"event","type":"customer.created"}"#;
    let secret: sitstay::stripe::WebhookSecret = "whsec_Mine".parse().unwrap();
    let header = secret.sign(body.as_bytes(), "2030-01-01T00:00:00Z".parse().unwrap());
    let (body, signature) = (write("body", body), write("signature", &header));
    let (code, out, complaints) = run(&[
        "--body",
        &body,
        "--signature",
        &signature,
        "--secret",
        "whsec_Mine",
        "--now",
        "2030-01-01T00:00:00Z",
    ]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert_eq!(out, "does not concern the library; answer 200\n");
}

#[test]
fn mistakes_in_the_arguments_are_named() {
    for (arguments, complaint) in [
        (&["--now", "soon"][..], "--now: "),
        (&["--secret", "sk_live_1"], "--secret: "),
        (&["--mode", "production"], "--mode: "),
        (&["--body", "/no/such/file"], "/no/such/file: "),
        (&["--now"], "usage: "),
        (&["--what", "ever"], "usage: "),
    ] {
        let (code, out, complaints) = run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(complaints.starts_with(complaint), "{complaints}");
    }
}
