//! Requests: Stripe's names and units, our ids, and one key for one effect.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sitstay::{
    ids::PaymentId,
    money::Money,
    stripe::{CaptureMethod, RequestError, StripeAmountError, StripeRequest},
};

use crate::bodies::{ACCOUNT, INTENT, money, payment, payout, refund, token};

fn parameters(request: &StripeRequest) -> Vec<(&str, &str)> {
    request.parameters().collect()
}

#[test]
fn a_payment_is_started_with_its_amount_and_our_id() {
    let request =
        StripeRequest::create_payment_intent(payment(), money("49.99 EUR"), CaptureMethod::Manual)
            .unwrap();
    assert_eq!(request.path(), "/v1/payment_intents");
    assert_eq!(
        parameters(&request),
        [
            ("amount", "4999"),
            ("currency", "eur"),
            ("capture_method", "manual"),
            ("automatic_payment_methods[enabled]", "true"),
            ("metadata[payment_id]", "01954f2c-7a10-7c3e-9b1d-2f6a41d0c001"),
        ]
    );
    assert_eq!(
        request.body(),
        "amount=4999&currency=eur&capture_method=manual\
         &automatic_payment_methods%5Benabled%5D=true\
         &metadata%5Bpayment_id%5D=01954f2c-7a10-7c3e-9b1d-2f6a41d0c001"
    );
    assert_eq!(request.idempotency_key(), "payment-01954f2c-7a10-7c3e-9b1d-2f6a41d0c001");
}

#[test]
fn a_payment_is_captured_and_canceled_by_its_reference() {
    let capture = StripeRequest::capture(payment(), &token(INTENT), money("12500 ISK")).unwrap();
    assert_eq!(capture.path(), "/v1/payment_intents/pi_3Qx7RkLw9TzVb2Nc0uJhYgFd/capture");
    assert_eq!(parameters(&capture), [("amount_to_capture", "1250000")]);
    assert_eq!(capture.idempotency_key(), "capture-01954f2c-7a10-7c3e-9b1d-2f6a41d0c001");

    let cancel = StripeRequest::cancel(payment(), &token(INTENT)).unwrap();
    assert_eq!(cancel.path(), "/v1/payment_intents/pi_3Qx7RkLw9TzVb2Nc0uJhYgFd/cancel");
    assert_eq!((parameters(&cancel), cancel.body()), (vec![], String::new()));
    assert_eq!(cancel.idempotency_key(), "cancel-01954f2c-7a10-7c3e-9b1d-2f6a41d0c001");
}

#[test]
fn a_refund_names_the_payment_and_our_id() {
    let request = StripeRequest::refund(refund(), &token(INTENT), money("4.500 KWD")).unwrap();
    assert_eq!(request.path(), "/v1/refunds");
    assert_eq!(
        parameters(&request),
        [
            ("payment_intent", INTENT),
            ("amount", "4500"),
            ("metadata[refund_id]", "01954f2c-7a10-7c3e-9b1d-2f6a41d0c002"),
        ]
    );
    assert_eq!(request.idempotency_key(), "refund-01954f2c-7a10-7c3e-9b1d-2f6a41d0c002");
}

#[test]
fn a_transfer_names_the_account_and_our_id() {
    let request = StripeRequest::transfer(payout(), &token(ACCOUNT), money("8800 JPY")).unwrap();
    assert_eq!(request.path(), "/v1/transfers");
    assert_eq!(
        parameters(&request),
        [
            ("amount", "8800"),
            ("currency", "jpy"),
            ("destination", ACCOUNT),
            ("metadata[payout_id]", "01954f2c-7a10-7c3e-9b1d-2f6a41d0c003"),
        ]
    );
    assert_eq!(request.idempotency_key(), "payout-01954f2c-7a10-7c3e-9b1d-2f6a41d0c003");
}

/// Every request that has an amount.
fn with_amount(amount: Money) -> [Result<StripeRequest, RequestError>; 4] {
    let intent = token(INTENT);
    [
        StripeRequest::create_payment_intent(payment(), amount, CaptureMethod::Automatic),
        StripeRequest::capture(payment(), &intent, amount),
        StripeRequest::refund(refund(), &intent, amount),
        StripeRequest::transfer(payout(), &token(ACCOUNT), amount),
    ]
}

#[test]
fn amounts_that_stripe_does_not_take_make_no_request() {
    for (amount, error) in [
        ("0.00 EUR", RequestError::NotPositive),
        ("-0.01 EUR", RequestError::NotPositive),
        ("4.505 KWD", StripeAmountError::OffStep { step: money("0.010 KWD") }.into()),
        (
            "5.00 GHS",
            StripeAmountError::CurrencyNotTaken { currency: "GHS".parse().unwrap() }.into(),
        ),
    ] {
        for request in with_amount(money(amount)) {
            assert_eq!(request, Err(error), "{amount}");
        }
    }
}

#[test]
fn a_reference_cannot_lead_to_another_path() {
    for wrong in ["pi_", "re_1", "ch_1", "pi_1/../../refunds", "pi_1?x=1", "pi_1#", "pi_%2F", ".."]
    {
        let wrong = token(wrong);
        let error = Err(RequestError::Reference { prefix: "pi_" });
        assert_eq!(StripeRequest::capture(payment(), &wrong, money("1 JPY")), error);
        assert_eq!(StripeRequest::cancel(payment(), &wrong), error);
        assert_eq!(StripeRequest::refund(refund(), &wrong, money("1 JPY")), error);
    }
    let error = Err(RequestError::Reference { prefix: "acct_" });
    assert_eq!(StripeRequest::transfer(payout(), &token(INTENT), money("1 JPY")), error);
}

#[test]
fn errors_have_stable_codes() {
    for (error, code) in [
        (RequestError::NotPositive, "stripe.amount_not_positive"),
        (RequestError::Amount(StripeAmountError::Overflow), "stripe.amount_overflow"),
        (RequestError::Reference { prefix: "pi_" }, "stripe.reference_malformed"),
    ] {
        assert_eq!((error.code(), error.kind().http_status()), (code, 422));
    }
}

proptest! {
    /// Two calls have one key exactly if they do the same thing to the same id, whatever else
    /// they say: Stripe answers a repeated call, and refuses one that says something else.
    #[test]
    fn keys_are_of_the_action_and_the_id(ids in prop::collection::btree_set(any::<u128>(), 1..8)) {
        let intent = token(INTENT);
        let mut keys = BTreeSet::new();
        for id in &ids {
            let id = PaymentId::from_uuid(uuid::Uuid::from_u128(*id));
            for amount in ["1 JPY", "2 JPY"].map(money) {
                let create = StripeRequest::create_payment_intent(id, amount, CaptureMethod::Manual);
                let capture = StripeRequest::capture(id, &intent, amount);
                for request in [create, capture, StripeRequest::cancel(id, &intent)] {
                    let key = request.unwrap().idempotency_key().to_owned();
                    prop_assert!(key.len() <= 255 && key.bytes().all(|byte| byte.is_ascii_graphic()));
                    keys.insert(key);
                }
            }
        }
        prop_assert_eq!(keys.len(), 3 * ids.len());
    }
}
