use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::service::Service;

const WEDNESDAY: &str = "2027-03-03T09:00:00Z";

#[tokio::test]
async fn a_lesson_goes_from_the_list_of_trainers_to_the_review() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);

    let known = service.anybody().get("/api/trainers").await.expect(200);
    assert_eq!(known["items"][0]["id"], maya.id);
    let path = maya.slots("2027-03-03T00:00:00Z", "2027-03-04T00:00:00Z");
    let free = service.anybody().get(&path).await.expect(200);
    let starts = free["starts"].as_array().unwrap();
    // Nine to five in Berlin, an hour each, on a grid of a quarter.
    assert_eq!((starts.first().unwrap(), starts.len()), (&json!("2027-03-03T08:00:00Z"), 29));
    assert_eq!(free["price"], json!({ "amount": 5000, "currency": "EUR" }));

    let lesson = ann.asks(&maya, WEDNESDAY).await;
    let seen = maya.client.get(&lesson).await.expect(200);
    assert_eq!(seen["lesson"]["status"], "pending");
    assert_eq!(seen["dog"]["notes"], "pulls");
    assert_eq!(seen["owner"].get("contact"), None);

    service.clock.advance(TimeDelta::hours(1));
    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    let seen = maya.client.get(&lesson).await.expect(200);
    assert_eq!(seen["owner"]["contact"]["email"], "ann@example.com");
    let free = service.anybody().get(&path).await.expect(200);
    assert!(!free["starts"].as_array().unwrap().contains(&json!(WEDNESDAY)));

    let attended = json!({ "attendance": "attended" });
    let completion = format!("{lesson}/completion");
    maya.client.post(&completion, attended.clone()).await.refused(409, "booking.not_over");
    service.clock.advance(TimeDelta::days(3));
    maya.client.post(&completion, attended).await.expect(200);

    let review = json!({ "rating": 5, "comment": "Rex walks." });
    let review = ann.client.post(&format!("{lesson}/review"), review).await.expect(201);
    let answer = json!({ "reply": "Well done, Rex." });
    let path = format!("/api/reviews/{}/reply", review["id"].as_str().unwrap());
    maya.client.post(&path, answer).await.expect(204);
    let path = format!("/api/trainers/{}/reviews", maya.id());
    let reviews = service.anybody().get(&path).await.expect(200);
    assert_eq!(reviews["items"][0]["reply"], "Well done, Rex.");
    assert_eq!(reviews["items"][0]["is_own"], false);
    let card = service.anybody().get(&format!("/api/trainers/{}", maya.id())).await.expect(200);
    assert_eq!(card["rating"], json!({ "count": 1, "mean_e4": 50_000 }));

    let told = ann.client.get("/api/notifications?unread=true").await.expect(200);
    let kinds: Vec<&Value> =
        told["items"].as_array().unwrap().iter().map(|told| &told["kind"]).collect();
    assert!(
        kinds.contains(&&json!("review_replied")) && kinds.contains(&&json!("booking_accepted"))
    );
    let mut told = told["items"].as_array().unwrap().iter();
    let accepted = told.find(|told| told["kind"] == "booking_accepted").unwrap();
    assert_eq!(accepted["title"], "Your lesson is booked");
    let text = accepted["text"].as_str().unwrap();
    assert!(text.ends_with(" with Rex on Wednesday, 3 March, at 10:00."), "{text}");
    assert!(lesson.ends_with(accepted["booking"].as_str().unwrap()), "{accepted}");
    let history = lesson.replace("/bookings/", "/history/booking/");
    let history = ann.client.get(&history).await.expect(200);
    let first = history["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(first["event"]["type"], "booking.requested");
}

#[tokio::test]
async fn a_request_is_declined_withdrawn_or_lapses_and_its_time_is_free_again() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let declined = ann.asks(&maya, WEDNESDAY).await;
    let full = json!({ "reason": "That day is full." });
    maya.client.post(&format!("{declined}/decline"), full).await.expect(200);
    let seen = ann.client.get(&declined).await.expect(200);
    assert_eq!(seen["lesson"]["cancel_kind"], "declined");
    assert_eq!(seen["cancellation_reason"], "That day is full.");

    let withdrawn = ann.asks(&maya, WEDNESDAY).await;
    ann.client.post_nothing(&format!("{withdrawn}/withdrawal")).await.expect(200);

    let lapsed = ann.asks(&maya, WEDNESDAY).await;
    service.clock.advance(TimeDelta::hours(24));
    let path = format!("{lapsed}/acceptance");
    let refusal = maya.client.post_nothing(&path).await;
    assert_eq!(refusal.status, 409);
    assert_eq!(ann.client.get(&lapsed).await.expect(200)["lesson"]["cancel_kind"], "expired");
    ann.asks(&maya, WEDNESDAY).await;
}

#[tokio::test]
async fn a_lesson_is_moved_at_once_or_by_agreement_and_called_off() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, WEDNESDAY).await;
    let later = json!({ "start": "2027-03-03T10:00:00Z" });
    let moved = ann.client.post(&format!("{lesson}/move"), later).await.expect(200);
    assert_eq!(moved["moved"]["session"]["start"], "2027-03-03T10:00:00Z");

    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    let later = json!({ "start": "2027-03-04T10:00:00Z" });
    let asked = ann.client.post(&format!("{lesson}/move"), later.clone()).await.expect(200);
    let proposal = asked["proposed"]["proposal"].as_str().unwrap();
    let path = format!("{lesson}/proposals/{proposal}/acceptance");
    let agreed = maya.client.post(&path, later).await.expect(200);
    assert_eq!(agreed["session"]["end"], "2027-03-04T11:00:00Z");

    let proposed = json!({ "start": "2027-03-05T10:00:00Z" });
    let asked = maya.client.post(&format!("{lesson}/proposals"), proposed).await.expect(200);
    let proposal = asked["proposed"]["proposal"].as_str().unwrap();
    let path = format!("{lesson}/proposals/{proposal}/decline");
    assert_eq!(ann.client.post_nothing(&path).await.expect(200)["status"], "declined");

    ann.client.post(&format!("{lesson}/cancellation"), json!({})).await.expect(200);
    let seen = ann.client.get(&lesson).await.expect(200);
    assert_eq!(seen["lesson"]["status"], "cancelled");
}

#[tokio::test]
async fn a_series_is_booked_whole_or_each_lesson_says_why_not() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let (trainer, dog) = (&maya.id, &ann.dog);
    let series = |start: &str| {
        let wish = json!({ "service": maya.service });
        json!({
            "trainer": trainer, "dog": dog, "wish": wish, "start": start, "lessons": 3,
            "every_weeks": 1,
        })
    };
    let booked = ann.client.post("/api/series", series(WEDNESDAY)).await.expect(201);
    assert_eq!(booked["lessons"].as_array().unwrap().len(), 3);
    let again = ann.client.post("/api/series", series("2027-03-10T09:00:00Z")).await;
    let refusal = again.refused(409, "booking.series_refused");
    let lessons = refusal["lessons"].as_array().unwrap();
    let indexes: Vec<_> = lessons.iter().map(|lesson| lesson["index"].as_u64().unwrap()).collect();
    assert_eq!(indexes, [0, 1]);
    let path = format!("/api/series/{}/cancellation", booked["id"].as_str().unwrap());
    let rest = json!({ "from": "2027-03-10T00:00:00Z" });
    let request = ann.client.get("/api/bookings?status=pending").await.expect(200);
    assert_eq!(request["items"].as_array().unwrap().len(), 3);
    for lesson in request["items"].as_array().unwrap() {
        let path = format!("/api/bookings/{}/acceptance", lesson["id"].as_str().unwrap());
        maya.client.post_nothing(&path).await.expect(204);
    }
    let ended = ann.client.post(&path, rest).await.expect(200);
    assert_eq!(ended["lessons"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_quote_holds_though_the_price_rises() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let wanted = maya.lesson(&ann.dog, WEDNESDAY);
    let quote = ann.client.post("/api/quotes", wanted.clone()).await.expect(201);
    assert_eq!(quote["fee"], json!({ "amount": 750, "currency": "EUR" }));
    let dearer = json!({
        "name": "Loose lead", "duration_minutes": 60,
        "price": { "amount": 9000, "currency": "EUR" },
    });
    let path = format!("/api/trainers/{}/services/{}", maya.id(), maya.service.as_str().unwrap());
    maya.client.put(&path, dearer).await.expect(204);
    let mut wanted = wanted;
    wanted["quote"] = quote["id"].clone();
    let booked = ann.client.post("/api/bookings", wanted).await.expect(201);
    assert_eq!(booked["price"]["amount"], 5000);
}

#[tokio::test]
async fn a_calendar_is_written_and_says_what_lies_outside() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    ann.asks(&maya, WEDNESDAY).await;
    let closed = maya.client.put("/api/me/exceptions/2027-03-03", json!([])).await.expect(200);
    assert_eq!(closed["outside"][0]["start"], WEDNESDAY);
    let path = maya.slots("2027-03-03T00:00:00Z", "2027-03-04T00:00:00Z");
    let free = service.anybody().get(&path).await.expect(200);
    assert_eq!(free["starts"], json!([]));
    maya.client.delete("/api/me/exceptions/2027-03-03").await.expect(200);

    let noon = json!({ "start": "2027-03-04T11:00:00Z", "end": "2027-03-04T12:00:00Z" });
    maya.client.post("/api/me/blocks", noon).await.expect(201);
    let calendar = maya.client.get("/api/me/calendar").await.expect(200);
    let block = calendar["blocks"][0]["id"].as_str().unwrap();
    maya.client.delete(&format!("/api/me/blocks/{block}")).await.expect(200);

    let mut policy = calendar["policy"].clone();
    policy["auto_accept"] = json!(true);
    policy["cancellation"] = json!([
        { "until": { "local_time": { "days_before": 1, "time": "18:00" } }, "refund_basis_points": 10_000 },
        { "until": { "minutes_before": 60 }, "refund_basis_points": 2_500 },
    ]);
    maya.client.put("/api/me/policy", policy.clone()).await.expect(204);
    let calendar = maya.client.get("/api/me/calendar").await.expect(200);
    assert_eq!(calendar["policy"], policy);
    let lesson = ann.asks(&maya, "2027-03-05T09:00:00Z").await;
    assert_eq!(ann.client.get(&lesson).await.expect(200)["lesson"]["status"], "accepted");
}
