use chrono::TimeDelta;
use reqwest::Method;
use rest_api::{Config, Database};
use serde_json::json;

use crate::{
    client::{Answer, Client},
    service::Service,
};

const ADDRESSES: &str = "/api/me/calendar-feeds";

/// Makes an address, and returns where the feed is.
async fn address(client: &Client, side: &str) -> String {
    let made = client.post_nothing(&format!("{ADDRESSES}/{side}")).await.expect(201);
    made["path"].as_str().unwrap().to_owned()
}

/// Reads a feed as an app that knows what has this tag.
async fn unless_known(service: &Service, path: &str, tag: &str) -> Answer {
    let known = [("if-none-match", tag.to_owned())];
    service.anybody().send(Method::GET, path, None, &known).await
}

#[tokio::test]
async fn both_sides_subscribe_to_their_lessons() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let (hers, anns) =
        (address(&maya.client, "trainer").await, address(&ann.client, "owner").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    for (path, summary) in [
        (&hers, "SUMMARY:Loose lead – Rex – Ann\r\n"),
        (&anns, "SUMMARY:Loose lead – Rex – Maya Lee\r\n"),
    ] {
        let answer = service.anybody().get(path).await;
        assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
        assert_eq!(answer.headers["cache-control"], "private, no-cache");
        let feed = answer.expect(200);
        let feed = feed.as_str().unwrap();
        assert!(feed.contains("X-WR-CALNAME:Lessons\r\n"), "{feed}");
        assert!(feed.contains(summary), "{feed}");
        assert!(feed.contains("STATUS:TENTATIVE\r\n") && feed.contains("SEQUENCE:0\r\n"), "{feed}");
        assert!(feed.contains("DTSTART:20270303T090000Z\r\n"), "{feed}");
    }
    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    let feed = service.anybody().get(&anns).await.expect(200);
    assert!(feed.as_str().unwrap().contains("STATUS:CONFIRMED\r\n"));
    ann.client.post(&format!("{lesson}/cancellation"), json!({})).await.expect(200);
    let feed = service.anybody().get(&hers).await.expect(200);
    assert!(feed.as_str().unwrap().contains("STATUS:CANCELLED\r\n"));
}

#[tokio::test]
async fn an_app_is_told_when_nothing_is_new() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let path = address(&maya.client, "trainer").await;
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let first = service.anybody().get(&path).await;
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    service.clock.advance(TimeDelta::minutes(5));
    // The moment at which a feed was written is nothing new.
    assert_ne!(service.anybody().get(&path).await.body, first.body);
    for known in [tag.clone(), format!("\"other\", {tag}"), "*".to_owned()] {
        let answer = unless_known(&service, &path, &known).await;
        assert_eq!(answer.headers["etag"], tag);
        assert_eq!(answer.expect(304), json!(null));
    }
    unless_known(&service, &path, "W/\"other\"").await.expect(200);
    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    let answer = unless_known(&service, &path, &tag).await;
    assert_ne!(answer.headers["etag"], tag);
    answer.expect(200);
}

#[tokio::test]
async fn an_address_holds_until_it_is_renewed_revoked_or_its_user_erased() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let is_gone = async |path: &str| {
        service.anybody().get(path).await.refused(404, "calendar_feed.unknown");
    };
    let (first, anns) =
        (address(&maya.client, "trainer").await, address(&ann.client, "owner").await);
    let second = address(&maya.client, "trainer").await;
    is_gone(&first).await;
    service.anybody().get(&second).await.expect(200);
    let known = maya.client.get(ADDRESSES).await.expect(200);
    assert_eq!(known, json!([{ "side": "trainer", "made_at": "2027-03-01T08:00:00Z" }]));

    let trainers = format!("{ADDRESSES}/trainer");
    ann.client.delete(&trainers).await.expect(204);
    service.anybody().get(&second).await.expect(200);
    maya.client.delete(&trainers).await.expect(204);
    is_gone(&second).await;
    assert_eq!(maya.client.get(ADDRESSES).await.expect(200), json!([]));

    service.anybody().get(&anns).await.expect(200);
    ann.client.delete("/api/me").await.expect(204);
    is_gone(&anns).await;
    is_gone("/api/calendar-feeds/let-me-in/lessons.ics").await;
    is_gone(&format!("/api/calendar-feeds/{}/lessons.ics", "0".repeat(64))).await;
}

#[tokio::test]
async fn addresses_are_for_ones_own_lessons_alone() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let trainers = format!("{ADDRESSES}/trainer");
    ann.client.post_nothing(&trainers).await.refused(403, "denied.role_not_held");
    service.anybody().post_nothing(&trainers).await.refused(401, "session.missing");
    let admins = format!("{ADDRESSES}/admin");
    ann.client.post_nothing(&admins).await.refused(400, "request.path");
    // What opens a feed opens nothing else, and the other way round.
    let path = address(&maya.client, "trainer").await;
    let token = path.split('/').nth(3).unwrap();
    let stranger = service.anybody().with_token(token);
    stranger.get("/api/me").await.refused(401, "session.over");
}

#[tokio::test]
async fn only_digests_are_kept_and_a_restart_takes_no_address_away() {
    let folder = tempfile::tempdir().unwrap();
    let sessions = folder.path().join("sessions.sqlite3");
    let config = Config {
        database: Database::Sqlite(folder.path().join("lessons.sqlite3")),
        sessions: Some(sessions.clone()),
        ..Config::default()
    };
    let service = Service::with(config.clone()).await;
    let ann = service.owner("Ann").await;
    let path = address(&ann.client, "owner").await;
    let clock = service.stop().await;
    let token = path.split('/').nth(3).unwrap();
    assert_eq!(token.len(), 64);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let kept = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!kept.windows(token.len()).any(|part| part == token.as_bytes()));
    }
    let service = Service::at(config, clock).await;
    service.anybody().get(&path).await.expect(200);
    service.stop().await;
}

#[tokio::test]
async fn events_are_named_within_the_domain_that_the_environment_says() {
    let config = |domain: &str| {
        Config::read(|name| (name == "CALENDAR_DOMAIN").then(|| domain.to_owned())).unwrap()
    };
    let config =
        Config { calendar_domain: config("dogs.example").calendar_domain, ..Config::default() };
    let service = Service::with(config).await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let path = address(&ann.client, "owner").await;
    let feed = service.anybody().get(&path).await.expect(200);
    let identity = format!("UID:{}@dogs.example\r\n", lesson.rsplit('/').next().unwrap());
    assert!(feed.as_str().unwrap().contains(&identity), "{feed}");
}
