use chrono::TimeDelta;
use rest_api::Config;
use serde_json::{Value, json};

use crate::service::Service;

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
}

#[tokio::test]
async fn what_a_lesson_earns_is_paid_out_once() {
    let config =
        Config { demo: true, admin: Some("olu@example.com".parse().unwrap()), ..Config::default() };
    let service = Service::with(config).await;
    let admin = service.anybody().sign_in("olu@example.com", "sit and stay").await;
    let admin = admin.acting_as("admin");
    let (maya, ann) = (service.trainer("Maria").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    ann.client.post_nothing(&format!("{lesson}/payments")).await.expect(201);
    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    service.clock.advance(TimeDelta::days(2) + TimeDelta::hours(6));
    let attended = json!({ "attendance": "attended" });
    maya.client.post(&format!("{lesson}/completion"), attended).await.expect(200);

    let trainer = format!("/api/trainers/{}", maya.id());
    let balances = maya.client.get(&format!("{trainer}/balances")).await.expect(200);
    assert_eq!(balances[0]["pending"]["amount"], 4250);
    ann.client.get(&format!("{trainer}/balances")).await.refused(404, "not_found");
    service.clock.advance(TimeDelta::days(3));
    let euros = json!({ "currency": "EUR" });
    let payouts = format!("{trainer}/payouts");
    maya.client.post(&payouts, euros.clone()).await.refused(403, "denied.role_not_held");
    let paid = admin.post(&payouts, euros.clone()).await.expect(201);
    assert_eq!((&paid["state"], &paid["amount"]["amount"]), (&json!("processed"), &json!(4250)));
    assert_eq!(admin.post(&payouts, euros).await.status, 409);
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
