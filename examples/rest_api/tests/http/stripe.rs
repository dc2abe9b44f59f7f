//! Stripe's reports. The service begins no payments there, so that a test does, past it.

use chrono::TimeDelta;
use reqwest::Method;
use rest_api::{Config, StripeEndpoint};
use serde_json::{Value, json};
use sitstay::{
    command::Actor,
    ids::{BookingId, PaymentId, UserId},
    platform::StartPayment,
    stripe::{EventScope, Mode, PROVIDER, WebhookSecret},
    time::{Clock, Instant},
};
use uuid::Uuid;

use crate::{aside::Aside, client::Answer, service::Service};

const PATH: &str = "/api/stripe/events";

const SECRETS: [&str; 2] = ["whsec_TheOldOne", "whsec_TheNewOne"];

fn secret(text: &str) -> WebhookSecret {
    text.parse().unwrap()
}

fn endpoint() -> StripeEndpoint {
    StripeEndpoint { secrets: SECRETS.map(secret).into(), scope: EventScope::new(Mode::Live) }
}

async fn started() -> Service {
    Service::with(Config { stripe: Some(endpoint()), ..Config::default() }).await
}

/// Says under an event's name that a payment of 50 euros succeeded.
fn paid(event: &str, payment: Uuid) -> Value {
    json!({
        "id": event, "object": "event", "type": "payment_intent.succeeded",
        "created": 1_803_888_000, "livemode": true,
        "data": { "object": {
            "id": "pi_1", "object": "payment_intent", "amount_received": 5_000,
            "currency": "eur", "metadata": { "payment_id": payment },
        } },
    })
}

/// Posts a body with a header.
async fn post(service: &Service, body: &Value, signature: String) -> Answer {
    let body = Some(("application/json", body.clone()));
    let headers = [("stripe-signature", signature)];
    service.anybody().send(Method::POST, PATH, body, &headers).await
}

/// Posts a body that was signed at a time.
async fn signed(service: &Service, body: &Value, secret: &WebhookSecret, at: Instant) -> Answer {
    post(service, body, secret.sign(body.to_string().as_bytes(), at)).await
}

/// Begins a payment at Stripe for a lesson.
async fn begin(aside: &Aside, owner: UserId, booking: BookingId) -> Uuid {
    let payment = PaymentId::from_uuid(Uuid::now_v7());
    let start = StartPayment { payment, booking, provider: PROVIDER.parse().unwrap() };
    aside.execute(Actor::owner(owner), start).await;
    payment.as_uuid()
}

#[tokio::test]
async fn a_report_pays_a_lesson_once_however_often_it_comes() {
    let config = Config { stripe: Some(endpoint()), ..Config::default() };
    let (service, aside) = Aside::with(config).await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let user = ann.client.get("/api/me").await.expect(200)["id"].as_str().unwrap().parse().unwrap();
    let booking = lesson.rsplit('/').next().unwrap().parse().unwrap();
    let payment = begin(&aside, user, booking).await;
    let payments = format!("{lesson}/payments");
    let stands = async || {
        let payments = ann.client.get(&payments).await.expect(200);
        payments["payments"][0]["status"].clone()
    };
    assert_eq!(stands().await, "pending");

    let (event, now) = (paid("evt_1", payment), service.clock.now());
    signed(&service, &event, &secret(SECRETS[0]), now).await.expect(204);
    assert_eq!(stands().await, "paid");
    // While secrets change, a repeat may be signed with the other one.
    signed(&service, &event, &secret(SECRETS[1]), now).await.expect(204);
    let payments = ann.client.get(&payments).await.expect(200);
    assert_eq!(payments["payments"].as_array().unwrap().len(), 1);
    assert_eq!(payments["refunds"], json!([]));
    service.stop().await;
}

#[tokio::test]
async fn what_is_forged_stale_or_not_meant_is_refused_and_not_kept() {
    let service = started().await;
    let now = service.clock.now();
    let stranger = secret("whsec_OfSomebodyElse");
    let event = paid("evt_1", Uuid::now_v7());
    let forged = paid("evt_1", Uuid::now_v7());
    signed(&service, &forged, &stranger, now).await.refused(403, "stripe.signature_mismatch");
    let known = secret(SECRETS[1]);
    let borrowed = known.sign(event.to_string().as_bytes(), now);
    post(&service, &forged, borrowed).await.refused(403, "stripe.signature_mismatch");
    for minutes in [-6, 6] {
        let then = now.saturating_add(TimeDelta::minutes(minutes));
        signed(&service, &forged, &known, then).await.refused(403, "stripe.signature_stale");
    }
    let unsigned = Some(("application/json", forged.clone()));
    let unsigned = service.anybody().send(Method::POST, PATH, unsigned, &[]).await;
    unsigned.refused(422, "stripe.signature_malformed");
    let tried = json!({ "livemode": false });
    let tried = merged(&forged, &tried);
    signed(&service, &tried, &known, now).await.refused(422, "stripe.other_mode");

    // Had one of them been kept, this would be another event of the same name.
    signed(&service, &event, &known, now).await.expect(204);
    signed(&service, &event, &known, now).await.expect(204);
    signed(&service, &forged, &known, now).await.refused(409, "id_reused");
    let nothing = json!({ "id": "evt_2", "object": "event", "type": "customer.created" });
    signed(&service, &nothing, &known, now).await.expect(204);
}

/// An object with what another one says.
fn merged(object: &Value, other: &Value) -> Value {
    let mut fields = object.as_object().unwrap().clone();
    fields.extend(other.as_object().unwrap().clone());
    fields.into()
}

#[tokio::test]
async fn a_report_has_its_bounds() {
    let service = started().await;
    let (known, now) = (secret(SECRETS[0]), service.clock.now());
    let of = |bytes: usize| {
        merged(
            &json!({ "id": "evt_1", "object": "event", "type": "customer.created" }),
            &json!({ "padding": "x".repeat(bytes) }),
        )
    };
    // Longer than what other routes read.
    signed(&service, &of(200 * 1_024), &known, now).await.expect(204);
    signed(&service, &of(256 * 1_024), &known, now).await.refused(413, "request.body");
}

#[tokio::test]
async fn without_secrets_nobody_reports() {
    let service = Service::start().await;
    let event = paid("evt_1", Uuid::now_v7());
    let answer = signed(&service, &event, &secret(SECRETS[0]), service.clock.now()).await;
    answer.refused(404, "stripe.not_configured");
}

#[test]
fn the_environment_says_how_stripe_is_known() {
    let read = |variables: &[(&str, &str)]| {
        let variables: Vec<_> =
            variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Config::read(|name| {
            variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        })
    };
    let stripe = |variables: &[(&str, &str)]| read(variables).unwrap().stripe;
    assert!(stripe(&[]).is_none());
    assert!(stripe(&[("STRIPE_WEBHOOK_SECRETS", "")]).is_none());
    let both = ("STRIPE_WEBHOOK_SECRETS", "whsec_TheOldOne, whsec_TheNewOne");
    let live = stripe(&[both]).unwrap();
    assert_eq!((live.secrets.len(), live.scope), (2, EventScope::new(Mode::Live)));
    let test = stripe(&[both, ("STRIPE_MODE", "test")]).unwrap();
    assert_eq!(test.scope, EventScope::new(Mode::Test));
    for (name, wrong) in [
        ("STRIPE_WEBHOOK_SECRETS", "sk_live_Secret"),
        ("STRIPE_WEBHOOK_SECRETS", "whsec_TheOldOne,"),
        ("STRIPE_MODE", "sandbox_Secret"),
    ] {
        let refusal = read(&[(name, wrong)]).unwrap_err();
        let told = format!("{refusal:?} {refusal}");
        assert!(told.contains(name) && !told.contains("Secret"), "{told}");
    }
}
