use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    service::Service,
};

const PATH: &str = "/api/me/busy-time";

/// A week of the trainer's.
const WEEK: (&str, &str) = ("2027-03-01T00:00:00Z", "2027-03-08T00:00:00Z");

async fn import(client: &Client, file: &str) -> Answer {
    let body = Some(("text/calendar", Value::String(file.to_owned())));
    client.send(Method::PUT, PATH, body, &[]).await
}

/// A calendar of these lines.
fn calendar(lines: &[&str]) -> String {
    let lines = [&["BEGIN:VCALENDAR"], lines, &["END:VCALENDAR", ""]].concat();
    lines.join("\r\n")
}

#[tokio::test]
async fn busy_time_cannot_be_booked_until_a_later_file_leaves_it_out() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    // Every Wednesday from nine to noon in Berlin.
    let choir = calendar(&[
        "BEGIN:VEVENT",
        "UID:choir",
        "DTSTART;TZID=Europe/Berlin:20270303T090000",
        "DURATION:PT3H",
        "RRULE:FREQ=WEEKLY",
        "END:VEVENT",
    ]);
    let answer = import(&maya.client, &choir).await.expect(200);
    assert_eq!(answer["unread"], json!([]));
    assert_eq!(answer["outside"][0]["booking"], lesson.rsplit('/').next().unwrap());
    let starts = async || {
        let slots = service.anybody().get(&maya.slots(WEEK.0, WEEK.1)).await.expect(200);
        let starts = slots["starts"].as_array().unwrap().clone();
        starts.iter().filter(|start| start.as_str().unwrap().starts_with("2027-03-03")).count()
    };
    // From noon to four, on a grid of a quarter.
    assert_eq!(starts().await, 17);
    let later = maya.lesson(&ann.dog, "2027-03-17T08:00:00Z");
    let refusal = ann.client.post("/api/bookings", later).await.refused(409, "booking.refused");
    assert_eq!(refusal["reasons"], json!(["outside_availability"]));

    import(&maya.client, &calendar(&[])).await.expect(200);
    // All but the hour that is booked, and the starts that would run into it.
    assert_eq!(starts().await, 22);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_by_line_and_the_rest_counts() {
    let service = Service::start().await;
    let maya = service.trainer("Maya").await;
    let file = calendar(&[
        "BEGIN:VEVENT",
        "UID:a",
        "DTSTART:20270303T080000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=HOURLY",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:b",
        "SUMMARY:of nobody's concern",
        "END:VEVENT",
    ]);
    let answer = import(&maya.client, &file).await.expect(200);
    assert_eq!(
        answer["unread"],
        json!([
            { "line": 6, "reason": "unsupported_recurrence" },
            { "line": 8, "reason": "no_start" },
        ]),
    );
    let known = maya.client.get("/api/me/calendar").await.expect(200);
    let hour = json!({ "start": "2027-03-03T08:00:00Z", "end": "2027-03-03T09:00:00Z" });
    assert_eq!(known["blocks"][0]["during"], hour);
    assert_eq!(known["blocks"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn lessons_of_ones_own_feed_do_not_count() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let made = maya.client.post_nothing("/api/me/calendar-feeds/trainer").await.expect(201);
    let feed = service.anybody().get(made["path"].as_str().unwrap()).await.expect(200);
    let feed = feed.as_str().unwrap();
    assert!(feed.contains("DTSTART:20270303T090000Z"));
    import(&maya.client, feed).await.expect(200);
    assert_eq!(maya.client.get("/api/me/calendar").await.expect(200)["blocks"], json!([]));
    // Anybody else's do.
    import(&maya.client, &feed.replace("@lessons.example", "@trainings.example")).await.expect(200);
    let known = maya.client.get("/api/me/calendar").await.expect(200);
    assert_eq!(known["blocks"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_calendar_is_refused_and_what_was_imported_stays() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let busy = ["BEGIN:VEVENT", "DTSTART:20270303T080000Z", "DURATION:PT1H", "END:VEVENT"];
    import(&maya.client, &calendar(&busy)).await.expect(200);
    import(&maya.client, "busy, sorry").await.refused(422, "ical.not_a_calendar");
    let torn = calendar(&busy);
    let torn = torn.strip_suffix("END:VCALENDAR\r\n").unwrap();
    import(&maya.client, torn).await.refused(422, "ical.truncated");
    let json = Some(("application/json", json!({})));
    let json = maya.client.send(Method::PUT, PATH, json, &[]).await;
    json.refused(415, "request.body");
    // Longer than what other routes read.
    let note = format!("X-NOTE:{}", "x".repeat(1_000_000));
    let long = [&busy[..], &[&note]].concat();
    import(&maya.client, &calendar(&long)).await.expect(200);
    let note = format!("X-NOTE:{}", "x".repeat(8 * 1_024 * 1_024));
    import(&maya.client, &calendar(&[&note])).await.refused(413, "request.body");
    let known = maya.client.get("/api/me/calendar").await.expect(200);
    assert_eq!(known["blocks"].as_array().unwrap().len(), 1);

    import(&ann.client, &calendar(&busy)).await.refused(403, "denied.role_not_held");
    import(&service.anybody(), &calendar(&busy)).await.refused(401, "session.missing");
}
