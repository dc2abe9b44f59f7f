use chrono::TimeDelta;
use rest_api::Config;
use serde_json::{Value, json};
use sitstay::{
    command::{Actor, SystemReason},
    money::Currency,
    platform::CreatePayout,
};
use uuid::Uuid;

use crate::{
    aside::Aside,
    service::{Owner, Service, Trainer, administered},
};

#[tokio::test]
async fn a_lesson_is_paid_and_called_off_and_the_money_goes_back() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, "2027-03-10T09:00:00Z").await;
    let payments = format!("{lesson}/payments");
    maya.client.post_nothing(&payments).await.refused(403, "denied.role_not_held");
    let paid = ann.client.post_nothing(&payments).await.expect(201);
    assert_eq!((&paid["status"], &paid["amount"]["amount"]), (&json!("paid"), &json!(5000)));
    ann.client.post_nothing(&payments).await.refused(409, "payment.already_paid");
    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);

    let ended = ann.client.post(&format!("{lesson}/cancellation"), json!({})).await.expect(200);
    assert_eq!(ended["refund_due"], json!({ "amount": 5000, "currency": "EUR" }));
    let money = ann.client.get(&payments).await.expect(200);
    assert_eq!(money["payments"][0]["status"], "refunded");
    assert_eq!(money["refunds"][0]["status"], "succeeded");

    let owner = ann.client.get("/api/me").await.expect(200)["account"]["owner"].clone();
    let path = format!("/api/owners/{}/payments", owner.as_str().unwrap());
    let listed = ann.client.get(&path).await.expect(200);
    assert_eq!(listed["items"][0]["refunded"]["amount"], 5000);
    assert_eq!(listed["items"][0]["lesson"]["dog_name"], "Rex");
    maya.client.get(&path).await.refused(404, "not_found");
    let path = format!("/api/trainers/{}/payments", maya.id());
    assert_eq!(maya.client.get(&path).await.expect(200)["items"][0]["id"], paid["id"]);
    let of = async |query: &str| {
        let listed = maya.client.get(&format!("{path}?{query}")).await.expect(200);
        listed["items"].as_array().unwrap().len()
    };
    assert_eq!((of("status=refunded").await, of("status=failed").await), (1, 0));
    let monday = "2027-03-01T08:00:00Z";
    assert_eq!((of(&format!("from={monday}")).await, of(&format!("until={monday}")).await), (1, 0));
    let later = "2027-03-01T08:00:01Z";
    assert_eq!((of(&format!("from={later}")).await, of(&format!("until={later}")).await), (0, 1));
}

/// Has a lesson be paid for, and take place.
async fn taught(service: &Service, maya: &Trainer, ann: &Owner) {
    let lesson = ann.asks(maya, "2027-03-03T09:00:00Z").await;
    ann.client.post_nothing(&format!("{lesson}/payments")).await.expect(201);
    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    service.clock.advance(TimeDelta::days(2) + TimeDelta::hours(6));
    let attended = json!({ "attendance": "attended" });
    maya.client.post(&format!("{lesson}/completion"), attended).await.expect(200);
}

#[tokio::test]
async fn what_a_lesson_earns_is_paid_out_once() {
    let (service, admin) = Service::with_admin().await;
    let (maya, ann) = (service.trainer("Maria").await, service.owner("Ann").await);
    taught(&service, &maya, &ann).await;

    let trainer = format!("/api/trainers/{}", maya.id());
    let balances = maya.client.get(&format!("{trainer}/balances")).await.expect(200);
    assert_eq!(balances[0]["pending"]["amount"], 4250);
    ann.client.get(&format!("{trainer}/balances")).await.refused(404, "not_found");
    service.clock.advance(TimeDelta::days(3));
    let euros = json!({ "currency": "EUR" });
    let payouts = format!("{trainer}/payouts");
    maya.client.post(&payouts, euros.clone()).await.refused(403, "denied.role_not_held");
    let key = Uuid::now_v7();
    let paid = admin.post_under(key, &payouts, euros.clone()).await.expect(201);
    assert_eq!((&paid["state"], &paid["amount"]["amount"]), (&json!("processed"), &json!(4250)));
    assert_eq!(admin.post(&payouts, euros).await.status, 409);
    let last = json!({ "currency": "EUR", "is_last": true });
    admin.post_under(key, &payouts, last).await.refused(409, "id_reused");
    let listed = maya.client.get(&payouts).await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let statement = format!(
        "{trainer}/statement?from=2027-03-01T00:00:00Z&until=2027-04-01T00:00:00Z&currency=EUR",
    );
    let statement = maya.client.get(&statement).await.expect(200);
    assert_eq!(statement["closing"]["amount"], 0);
    assert_eq!(statement["lines"].as_array().unwrap().len(), 2);
    assert_eq!(admin.get("/api/audit").await.expect(200)["differences"], json!([]));
}

#[tokio::test]
async fn a_payout_that_was_made_and_not_sent_is_sent_by_an_admin() {
    let (service, aside) = Aside::with(administered()).await;
    let admin = service.admin().await;
    let (maya, ann) = (service.trainer("Maria").await, service.owner("Ann").await);
    taught(&service, &maya, &ann).await;
    service.clock.advance(TimeDelta::days(3));
    let create = CreatePayout {
        trainer: maya.id().parse().unwrap(),
        currency: Currency::EUR,
        provider: "fake".parse().unwrap(),
        is_last: false,
    };
    let system = Actor::System(SystemReason::Maintenance);
    let waits = aside.execute(system, create).await.payout;
    let path = format!("/api/payouts/{waits}/sending");
    maya.client.post_nothing(&path).await.refused(403, "denied.role_not_held");
    let sent = admin.post_nothing(&path).await.expect(200);
    assert_eq!((&sent["id"], &sent["state"]), (&json!(waits), &json!("processed")));
    assert_eq!(admin.post_nothing(&path).await.status, 409);
    let unknown = format!("/api/payouts/{}/sending", Uuid::now_v7());
    admin.post_nothing(&unknown).await.refused(404, "not_found");
    service.stop().await;
}

#[tokio::test]
async fn trainers_are_paid_out_every_day() {
    let service = Service::with(Config { pays_out: true, ..Config::default() }).await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    ann.client.post_nothing(&format!("{lesson}/payments")).await.expect(201);
    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    // The service completes the lesson a day after its end, and pays what it earned two days later.
    service.clock.advance(TimeDelta::days(4));
    maya.client.eventually(&lesson, |seen| seen["lesson"]["status"] == "completed").await;
    service.clock.advance(TimeDelta::days(3));
    let payouts = format!("/api/trainers/{}/payouts", maya.id());
    let paid = |listed: &Value| listed["items"][0]["state"] == "processed";
    maya.client.eventually(&payouts, paid).await;
}
