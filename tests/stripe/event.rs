//! Events: what each kind of Stripe's becomes, what is none of ours, and what is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use sitstay::{
    money::Money,
    provider::{DisputeOutcome, Happening, PayoutOutcome, ProviderEvent, RefundOutcome},
    stripe::{self, EventError, EventScope, Mode, PROVIDER, StripeAmountError},
};

use crate::bodies::{self, money, morning, payment, payout, read_event, refund, token};

fn read(body: &str) -> ProviderEvent {
    read_event(body.as_bytes()).unwrap().unwrap()
}

fn succeeded(amount: &str) -> Happening {
    Happening::PaymentSucceeded {
        payment: Some(payment()),
        reference: token(bodies::INTENT),
        amount: money(amount),
    }
}

fn failed() -> Happening {
    Happening::PaymentFailed { payment: Some(payment()), reference: token(bodies::INTENT) }
}

fn refunded(outcome: RefundOutcome) -> Happening {
    Happening::Refund {
        refund: Some(refund()),
        reference: token(bodies::REFUND),
        payment_reference: token(bodies::INTENT),
        amount: money("12.50 EUR"),
        outcome,
    }
}

fn disputed(outcome: DisputeOutcome) -> Happening {
    Happening::Dispute {
        reference: token(bodies::DISPUTE),
        payment_reference: token(bodies::INTENT),
        amount: money("49.99 EUR"),
        outcome,
    }
}

fn paid_out(reference: &str, outcome: PayoutOutcome) -> Happening {
    Happening::Payout {
        payout: Some(payout()),
        reference: token(reference),
        amount: money("42.49 EUR"),
        outcome,
    }
}

/// What every body becomes.
fn readings() -> Vec<(&'static str, Result<Option<Happening>, EventError>)> {
    let by_dashboard = Happening::Refund {
        refund: None,
        reference: token(bodies::REFUND),
        payment_reference: token(bodies::INTENT),
        amount: money("12.50 EUR"),
        outcome: RefundOutcome::Canceled,
    };
    let partly_returned = Happening::PayoutPartlyReturned {
        payout: Some(payout()),
        reference: token(bodies::TRANSFER),
        amount: money("10.00 EUR"),
    };
    let of_ours = |happening| Ok(Some(happening));
    vec![
        (bodies::PAYMENT_SUCCEEDED, of_ours(succeeded("49.99 EUR"))),
        (bodies::PAYMENT_SUCCEEDED_JPY, of_ours(succeeded("8800 JPY"))),
        (bodies::PAYMENT_SUCCEEDED_ISK, of_ours(succeeded("12500 ISK"))),
        (bodies::PAYMENT_SUCCEEDED_KWD, of_ours(succeeded("25.500 KWD"))),
        (bodies::PAYMENT_FAILED, of_ours(failed())),
        (bodies::PAYMENT_CANCELED, of_ours(failed())),
        (bodies::REFUND_CREATED, of_ours(refunded(RefundOutcome::Pending))),
        (bodies::REFUND_UPDATED, of_ours(refunded(RefundOutcome::Succeeded))),
        (bodies::REFUND_FAILED, of_ours(refunded(RefundOutcome::Failed))),
        (bodies::CHARGE_REFUND_UPDATED, of_ours(by_dashboard)),
        (bodies::CHARGE_REFUNDED, of_ours(refunded(RefundOutcome::Succeeded))),
        (bodies::CHARGE_REFUNDED_WITHOUT_REFUNDS, Ok(None)),
        (bodies::DISPUTE_CREATED, of_ours(disputed(DisputeOutcome::Open))),
        (bodies::DISPUTE_FUNDS_WITHDRAWN, of_ours(disputed(DisputeOutcome::Open))),
        (bodies::DISPUTE_UPDATED, of_ours(disputed(DisputeOutcome::Open))),
        (bodies::DISPUTE_WON, of_ours(disputed(DisputeOutcome::Won))),
        (bodies::DISPUTE_FUNDS_REINSTATED, of_ours(disputed(DisputeOutcome::Won))),
        (bodies::DISPUTE_LOST, of_ours(disputed(DisputeOutcome::Lost))),
        (bodies::DISPUTE_INQUIRY, Ok(None)),
        (bodies::TRANSFER_CREATED, of_ours(paid_out(bodies::TRANSFER, PayoutOutcome::InFlight))),
        (bodies::TRANSFER_REVERSED, of_ours(paid_out(bodies::TRANSFER, PayoutOutcome::Failed))),
        (bodies::TRANSFER_PARTLY_REVERSED, of_ours(partly_returned)),
        (bodies::PAYOUT_PAID, of_ours(paid_out(bodies::PAYOUT, PayoutOutcome::Processed))),
        (bodies::PAYOUT_FAILED, of_ours(paid_out(bodies::PAYOUT, PayoutOutcome::Failed))),
        (bodies::PAYOUT_CANCELED, of_ours(paid_out(bodies::PAYOUT, PayoutOutcome::Failed))),
        (bodies::PAYOUT_OF_THE_PLATFORM, Ok(None)),
        (bodies::CUSTOMER_CREATED, Ok(None)),
    ]
}

#[test]
fn every_kind_becomes_what_it_means() {
    let readings = readings();
    let read: Vec<_> = readings.iter().map(|(body, _)| *body).collect();
    assert_eq!(read, bodies::ALL);
    for (body, expected) in readings {
        let happening = read_event(body.as_bytes()).map(|event| event.map(|it| it.happening));
        assert_eq!(happening, expected, "{body}");
    }
}

#[test]
fn an_event_has_stripes_name_id_and_time() {
    let event = read(bodies::PAYMENT_SUCCEEDED);
    assert_eq!((event.provider.as_str(), PROVIDER), ("stripe", "stripe"));
    assert_eq!(event.id.as_str(), "evt_3Qx7RkLw9TzVb2Nc1001KdPm");
    assert_eq!(event.occurred_at, morning());
}

/// A body with one value set, found by a JSON pointer.
fn with(body: &str, pointer: &str, value: Value) -> Vec<u8> {
    let mut body: Value = serde_json::from_str(body).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[key] = value;
    serde_json::to_vec(&body).unwrap()
}

fn without(body: &str, pointer: &str) -> Vec<u8> {
    let mut body: Value = serde_json::from_str(body).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
    serde_json::to_vec(&body).unwrap()
}

/// The fields that are used, as pointers, with the object's and the field's name.
fn used(body: &str) -> Vec<(&'static str, &'static str, &'static str)> {
    let event = [
        ("/id", "event", "id"),
        ("/created", "event", "created"),
        ("/livemode", "event", "livemode"),
    ];
    let intent = |field, name| {
        [("/data/object/id", "payment_intent", "id"), (field, "payment_intent", name)]
    };
    let of_object: &[_] = match body {
        bodies::PAYMENT_SUCCEEDED => &intent("/data/object/amount_received", "amount_received"),
        bodies::PAYMENT_FAILED => &intent("/data/object/object", "object"),
        bodies::REFUND_UPDATED => &[
            ("/data/object/id", "refund", "id"),
            ("/data/object/amount", "refund", "amount"),
            ("/data/object/currency", "refund", "currency"),
            ("/data/object/status", "refund", "status"),
        ],
        bodies::DISPUTE_CREATED => &[
            ("/data/object/id", "dispute", "id"),
            ("/data/object/amount", "dispute", "amount"),
            ("/data/object/currency", "dispute", "currency"),
            ("/data/object/status", "dispute", "status"),
        ],
        bodies::TRANSFER_REVERSED => &[
            ("/data/object/id", "transfer", "id"),
            ("/data/object/amount", "transfer", "amount"),
            ("/data/object/reversed", "transfer", "reversed"),
        ],
        bodies::TRANSFER_PARTLY_REVERSED => &[
            ("/data/object/id", "transfer", "id"),
            ("/data/object/amount_reversed", "transfer", "amount_reversed"),
        ],
        _ => &[("/data/object/id", "payout", "id"), ("/data/object/amount", "payout", "amount")],
    };
    event.iter().chain(of_object).copied().collect()
}

#[test]
fn fields_that_are_used_must_be_as_documented() {
    for body in [
        bodies::PAYMENT_SUCCEEDED,
        bodies::PAYMENT_FAILED,
        bodies::REFUND_UPDATED,
        bodies::DISPUTE_CREATED,
        bodies::TRANSFER_REVERSED,
        bodies::TRANSFER_PARTLY_REVERSED,
        bodies::PAYOUT_PAID,
    ] {
        for (pointer, object, field) in used(body) {
            let missing = Err(EventError::Missing { object, field });
            assert_eq!(read_event(&without(body, pointer)), missing, "{pointer}");
            assert_eq!(read_event(&with(body, pointer, Value::Null)), missing, "{pointer}");
            for wrong in [json!([]), json!({}), json!("a b"), json!(1.5)] {
                let malformed = Err(EventError::Malformed { object, field });
                let answer = read_event(&with(body, pointer, wrong.clone()));
                assert_eq!(answer, malformed, "{pointer} = {wrong}");
            }
        }
    }
}

#[test]
fn what_is_not_used_may_be_anything() {
    let mut body: Value = serde_json::from_str(bodies::PAYMENT_SUCCEEDED).unwrap();
    for field in ["api_version", "pending_webhooks", "request"] {
        body[field] = json!({"new": [1.5, null]});
    }
    let intent = body["data"]["object"].as_object_mut().unwrap();
    let used = ["id", "object", "amount_received", "currency", "metadata"];
    intent.retain(|field, _| used.contains(&field.as_str()));
    intent.insert("amount".to_owned(), json!("gone"));
    intent["metadata"]["campaign"] = json!("spring");
    let event = read_event(&serde_json::to_vec(&body).unwrap()).unwrap().unwrap();
    assert_eq!(event, read(bodies::PAYMENT_SUCCEEDED));
}

#[test]
fn our_ids_are_taken_from_the_metadata_or_absent() {
    let id = |metadata: Value| {
        read_event(&with(bodies::PAYMENT_SUCCEEDED, "/data/object/metadata", metadata)).map(
            |event| match event.unwrap().happening {
                Happening::PaymentSucceeded { payment, .. } => payment,
                _ => None,
            },
        )
    };
    for none in [
        json!(null),
        json!({}),
        json!({"refund_id": "x"}),
        // Somebody else's use of the name.
        json!({"payment_id": "4711"}),
        json!({"payment_id": 4711}),
        json!({"payment_id": null}),
        json!({"payment_id": {"id": payment().to_string()}}),
    ] {
        assert_eq!(id(none.clone()), Ok(None), "{none}");
    }
    assert_eq!(id(json!({"payment_id": payment().to_string()})), Ok(Some(payment())));
    let malformed = EventError::Malformed { object: "payment_intent", field: "metadata" };
    for wrong in [json!("payment_id"), json!(["payment_id"]), json!(1)] {
        assert_eq!(id(wrong.clone()), Err(malformed), "{wrong}");
    }
}

#[test]
fn a_payout_with_somebody_elses_id_is_none_of_ours() {
    let metadata = json!({"payout_id": "week 9"});
    let body = with(bodies::PAYOUT_PAID, "/data/object/metadata", metadata.clone());
    assert_eq!(read_event(&body), Ok(None));
    let body = with(bodies::TRANSFER_CREATED, "/data/object/metadata", metadata);
    let happening = read_event(&body).unwrap().unwrap().happening;
    assert!(matches!(happening, Happening::Payout { payout: None, .. }), "{happening:?}");
}

/// The scopes of one mode, without and with payouts of connected accounts.
fn scopes(mode: Mode) -> [EventScope; 2] {
    [EventScope::new(mode), EventScope::new(mode).with_connected_payouts()]
}

#[test]
fn what_a_connected_account_reports_of_its_own_is_none_of_ours() {
    for (body, plain) in readings() {
        for scope in scopes(Mode::Live) {
            let connected = with(body, "/account", json!(bodies::ACCOUNT));
            let payouts = [bodies::PAYOUT_PAID, bodies::PAYOUT_FAILED, bodies::PAYOUT_CANCELED];
            let is_payout = payouts.contains(&body);
            let counts = is_payout && scope != EventScope::new(Mode::Live);
            let expected = if counts { plain.clone() } else { Ok(None) };
            let read = stripe::read_event(&connected, scope);
            assert_eq!(read.map(|event| event.map(|event| event.happening)), expected, "{body}");
        }
    }
    // Whatever stands there, it is not the platform's.
    for account in [json!(""), json!(1), json!({})] {
        let connected = with(bodies::PAYMENT_SUCCEEDED, "/account", account);
        assert_eq!(read_event(&connected), Ok(None));
    }
    let own = with(bodies::PAYMENT_SUCCEEDED, "/account", Value::Null);
    assert_eq!(read_event(&own).unwrap().unwrap(), read(bodies::PAYMENT_SUCCEEDED));
}

#[test]
fn an_event_of_the_other_mode_never_counts() {
    for body in bodies::ALL {
        for (mode, other) in [(Mode::Live, Mode::Test), (Mode::Test, Mode::Live)] {
            let told = |account: Value| {
                let body = with(body, "/livemode", json!(mode == Mode::Live));
                with(std::str::from_utf8(&body).unwrap(), "/account", account)
            };
            let (own, connected) = (told(Value::Null), told(json!(bodies::ACCOUNT)));
            // Of the platform's own account, that is a mistake which somebody has to see.
            let concerns = *body != bodies::CUSTOMER_CREATED;
            let expected = if concerns { Err(EventError::OtherMode { mode }) } else { Ok(None) };
            for scope in scopes(other) {
                assert_eq!(stripe::read_event(&own, scope), expected, "{body}");
                assert_eq!(stripe::read_event(&connected, scope), Ok(None), "{body}");
            }
            if concerns {
                assert_ne!(stripe::read_event(&own, EventScope::new(mode)), expected, "{body}");
            }
        }
    }
}

#[test]
fn a_payment_intent_may_stand_there_whole() {
    for body in [bodies::REFUND_UPDATED, bodies::DISPUTE_CREATED] {
        let pointer = "/data/object/payment_intent";
        let whole = json!({"id": bodies::INTENT, "object": "payment_intent", "amount": 4999});
        let event = read_event(&with(body, pointer, whole)).unwrap().unwrap();
        assert_eq!(event, read(body));
        assert_eq!(read_event(&with(body, pointer, Value::Null)), Ok(None));
        for wrong in [json!(1), json!({}), json!({"id": 1}), json!("")] {
            let answer = read_event(&with(body, pointer, wrong.clone()));
            assert!(matches!(answer, Err(EventError::Malformed { field: "payment_intent", .. })));
        }
    }
}

#[test]
fn statuses_mean_one_thing_each_and_unknown_ones_are_refused() {
    let outcome = |body, status: &str| {
        read_event(&with(body, "/data/object/status", json!(status))).map(|event| {
            event.map(|event| match event.happening {
                Happening::Refund { outcome, .. } => format!("{outcome:?}"),
                Happening::Dispute { outcome, .. } => format!("{outcome:?}"),
                other => format!("{other:?}"),
            })
        })
    };
    for (status, expected) in [
        ("pending", "Pending"),
        ("requires_action", "Pending"),
        ("succeeded", "Succeeded"),
        ("canceled", "Canceled"),
        ("failed", "Failed"),
    ] {
        assert_eq!(outcome(bodies::REFUND_UPDATED, status), Ok(Some(expected.to_owned())));
    }
    for (status, expected) in [
        ("needs_response", Some("Open")),
        ("under_review", Some("Open")),
        ("won", Some("Won")),
        ("lost", Some("Lost")),
        ("warning_needs_response", None),
        ("warning_under_review", None),
        ("warning_closed", None),
        ("prevented", None),
    ] {
        let expected = Ok(expected.map(str::to_owned));
        assert_eq!(outcome(bodies::DISPUTE_UPDATED, status), expected, "{status}");
    }
    for (body, object) in [(bodies::REFUND_UPDATED, "refund"), (bodies::DISPUTE_UPDATED, "dispute")]
    {
        for status in ["", "Succeeded", "reversed"] {
            let unknown = Err(EventError::Malformed { object, field: "status" });
            assert_eq!(outcome(body, status), unknown, "{status}");
        }
    }
}

#[test]
fn amounts_are_exact_positive_and_in_a_known_currency() {
    let amount = |units: Value, currency: &str| {
        let body = with(bodies::PAYMENT_SUCCEEDED, "/data/object/amount_received", units);
        let body = String::from_utf8(body).unwrap();
        read_event(&with(&body, "/data/object/currency", json!(currency)))
    };
    let currency = "ugx".to_uppercase().parse().unwrap();
    let fraction = EventError::Amount(StripeAmountError::Fraction { currency });
    assert_eq!(amount(json!(1_250), "ugx"), Err(fraction));
    let currency = "GHS".parse().unwrap();
    let not_taken = EventError::Amount(StripeAmountError::CurrencyNotTaken { currency });
    assert_eq!(amount(json!(1_250), "ghs"), Err(not_taken));
    for code in ["", "e", "euro", "xxx", "usdc"] {
        let unknown = EventError::Malformed { object: "payment_intent", field: "currency" };
        assert_eq!(amount(json!(1_250), code), Err(unknown), "{code}");
    }
    for units in [0, -1, i64::MIN, i64::MAX, 1_000_000_000_001] {
        assert!(matches!(amount(json!(units), "eur"), Err(EventError::Value(_))), "{units}");
    }
    let beyond = EventError::Malformed { object: "payment_intent", field: "amount_received" };
    assert_eq!(amount(json!(u64::MAX), "eur"), Err(beyond));
}

#[test]
fn the_newest_of_a_charges_refunds_is_read() {
    let refunds = |value| read_event(&with(bodies::CHARGE_REFUNDED, "/data/object/refunds", value));
    assert_eq!(refunds(json!(null)), Ok(None));
    assert_eq!(refunds(json!({"object": "list", "data": []})), Ok(None));
    let malformed = Err(EventError::Malformed { object: "charge", field: "refunds" });
    for wrong in [json!([]), json!({}), json!({"data": {}}), json!(1)] {
        assert_eq!(refunds(wrong.clone()), malformed, "{wrong}");
    }
}

#[test]
fn a_body_that_is_no_event_is_refused() {
    for garbage in ["", "null nul", "{", "\u{feff}{}", "{\"object\":\"event\"} {}"] {
        assert_eq!(read_event(garbage.as_bytes()), Err(EventError::NotJson), "{garbage}");
    }
    assert_eq!(read_event(b"{\"object\":\"\xff\"}"), Err(EventError::NotJson));
    let deep = "[".repeat(100_000);
    assert_eq!(read_event(deep.as_bytes()), Err(EventError::NotJson));
    let malformed = Err(EventError::Malformed { object: "event", field: "object" });
    for other in ["null", "[]", "1", "\"event\"", r#"{"object":"v2.core.event"}"#] {
        assert_eq!(read_event(other.as_bytes()), malformed, "{other}");
    }
    let missing = |field| Err(EventError::Missing { object: "event", field });
    assert_eq!(read_event(b"{}"), missing("object"));
    assert_eq!(read_event(br#"{"object":"event"}"#), missing("type"));
    assert_eq!(read_event(&without(bodies::PAYOUT_PAID, "/data")), missing("data"));
    assert_eq!(read_event(&without(bodies::PAYOUT_PAID, "/data/object")), missing("data.object"));
}

#[test]
fn a_kind_holds_the_object_that_it_is_about() {
    let object = json!({"id": "ch_1", "object": "charge"});
    let answer = read_event(&with(bodies::PAYMENT_SUCCEEDED, "/data/object", object));
    let malformed = EventError::Malformed { object: "payment_intent", field: "object" };
    assert_eq!(answer, Err(malformed));
}

#[test]
fn errors_have_stable_codes_and_show_no_values() {
    let missing = EventError::Missing { object: "refund", field: "status" };
    let malformed = EventError::Malformed { object: "refund", field: "status" };
    for (error, code, message) in [
        (EventError::NotJson, "stripe.not_json", "the body is not JSON"),
        (missing, "stripe.field_missing", "the refund has no status"),
        (malformed, "stripe.field_malformed", "the refund has a status that is not as documented"),
        (
            EventError::OtherMode { mode: Mode::Test },
            "stripe.other_mode",
            "the event is of test mode",
        ),
        (
            EventError::Amount(StripeAmountError::Overflow),
            "stripe.amount_overflow",
            "the amount is too large",
        ),
    ] {
        assert_eq!((error.code(), error.kind().http_status()), (code, 422));
        assert_eq!(error.to_string(), message);
    }
}

/// Any JSON, with Stripe's own names often enough to be read some way.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z_]{0,9}".prop_map(Value::from),
        Just(json!(bodies::INTENT)),
        Just(json!("eur")),
        Just(json!("isk")),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let name = proptest::sample::select(vec![
            "id", "object", "status", "amount", "currency", "metadata", "data", "reversed",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.prop_map(str::to_owned), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_panic(body: Vec<u8>) {
        let _ = read_event(&body);
    }

    #[test]
    fn no_changed_byte_of_a_body_panics(
        body in proptest::sample::select(bodies::ALL),
        at in any::<prop::sample::Index>(),
        to: u8,
    ) {
        let mut body = body.as_bytes().to_vec();
        let at = at.index(body.len());
        body[at] = to;
        let _ = read_event(&body);
    }

    /// Whatever stands in a field, the answer is an event that keeps the bounds, or an error.
    #[test]
    fn no_value_in_any_field_panics(
        body in proptest::sample::select(bodies::ALL),
        field in any::<prop::sample::Index>(),
        value in any_json(),
    ) {
        let parsed: Value = serde_json::from_str(body).unwrap();
        let fields: Vec<_> = parsed["data"]["object"].as_object().unwrap().keys().collect();
        let pointer = format!("/data/object/{}", field.get(&fields));
        if let Ok(Some(event)) = read_event(&with(body, &pointer, value)) {
            prop_assert!(event.happening.check().is_ok());
        }
    }

    #[test]
    fn amounts_are_read_to_the_unit(units in 1..=1_000_000_000_000_i64) {
        let body = with(bodies::REFUND_UPDATED, "/data/object/amount", json!(units));
        let amount = read_event(&body).unwrap().unwrap().happening.amount();
        prop_assert_eq!(amount.map(Money::minor), Some(units));
    }

    #[test]
    fn kinds_that_do_not_concern_the_library_are_none(kind in "[a-z_]{1,12}(\\.[a-z_]{1,12}){0,3}") {
        let known = [
            "payment_intent.succeeded", "payout.paid", "payout.failed", "payout.canceled",
            "transfer.created",
            "charge.refunded", "refund.created", "refund.updated", "refund.failed",
        ];
        prop_assume!(!known.contains(&kind.as_str()));
        let body = json!({"object": "event", "type": kind, "data": 1});
        prop_assert_eq!(read_event(&serde_json::to_vec(&body).unwrap()), Ok(None));
    }
}
