use serde_json::json;
use uuid::Uuid;

use crate::service::Service;

#[tokio::test]
async fn a_refused_time_names_every_reason_and_the_nearest_starts() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let sunday = maya.lesson(&ann.dog, "2027-03-07T09:05:00Z");
    let refusal = ann.client.post("/api/bookings", sunday).await;
    let refusal = refusal.refused(409, "booking.refused");
    assert_eq!(refusal["title"], "Conflict");
    assert_eq!(refusal["reasons"], json!(["outside_availability"]));
    assert_eq!(
        refusal["nearest"],
        json!({ "before": "2027-03-05T15:00:00Z", "after": "2027-03-08T08:00:00Z" }),
    );
}

#[tokio::test]
async fn values_out_of_bounds_are_named() {
    let service = Service::start().await;
    let ann = service.owner("Ann").await;
    let old = json!({ "name": "Methuselah", "size": "small", "age": 41 });
    let refusal = ann.client.post("/api/dogs", old).await.refused(422, "value.out_of_range");
    assert_eq!(refusal["value"], "age");
    let nameless = json!({ "name": " ", "size": "small" });
    ann.client.post("/api/dogs", nameless).await.refused(422, "value.empty");
}

#[tokio::test]
async fn bodies_that_are_not_as_documented_are_refused() {
    let service = Service::start().await;
    let ann = service.owner("Ann").await;
    for body in [
        json!({ "name": "Rex" }),
        json!({ "name": "Rex", "size": "tiny" }),
        json!({ "name": "Rex", "size": "small", "colour": "brown" }),
        json!([]),
    ] {
        ann.client.post("/api/dogs", body).await.refused(422, "request.body");
    }
    let plain = reqwest::Client::new()
        .post(service.url("/api/sessions"))
        .body("email=ann@example.com")
        .send()
        .await
        .unwrap();
    assert_eq!(plain.status(), 415);
    assert_eq!(plain.headers()["content-type"], "application/problem+json");
    let long = "x".repeat(70_000);
    let answer = reqwest::Client::new()
        .post(service.url("/api/sessions"))
        .json(&json!({ "email": long, "password": "" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 413);
}

#[tokio::test]
async fn what_is_not_there_and_what_may_not_be_seen_are_told_alike() {
    let service = Service::start().await;
    let (maya, ann, ben) =
        (service.trainer("Maya").await, service.owner("Ann").await, service.owner("Ben").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let unknown = format!("/api/bookings/{}", Uuid::now_v7());
    let unknown = ann.client.get(&unknown).await.refused(404, "not_found");
    assert_eq!(ben.client.get(&lesson).await.refused(404, "not_found"), unknown);
    ben.client.acting_as("admin").get(&lesson).await.refused(403, "denied.role_not_held");
    ben.client.acting_as("king").get(&lesson).await.refused(400, "request.acting_as");
    ann.client.get("/api/bookings/no-id").await.refused(400, "request.path");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let service = Service::start().await;
    let http = reqwest::Client::new();
    for (method, path, status, code) in [
        (reqwest::Method::GET, "/api/cats", 404, "request.path"),
        (reqwest::Method::GET, "/favicon.ico", 404, "request.path"),
        (reqwest::Method::PATCH, "/api/me", 405, "request.method"),
    ] {
        let answer = http.request(method, service.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], code);
    }
}
