use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::service::Service;

const WEDNESDAY: &str = "2027-03-03T09:00:00Z";

#[tokio::test]
async fn a_repeat_gets_the_same_answer_and_books_once() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let (key, lesson) = (Uuid::now_v7(), maya.lesson(&ann.dog, WEDNESDAY));
    let first = ann.client.post_under(key, "/api/bookings", lesson.clone()).await;
    assert_eq!(first.headers["location"], format!("/api/bookings/{key}"));
    let first = first.expect(201);
    assert_eq!(first["id"], key.to_string());
    let again = ann.client.post_under(key, "/api/bookings", lesson).await.expect(201);
    assert_eq!(again, first);
    let lessons = ann.client.get("/api/bookings").await.expect(200);
    assert_eq!(lessons["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn repeats_at_the_same_moment_book_once() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let (key, lesson) = (Uuid::now_v7(), maya.lesson(&ann.dog, WEDNESDAY));
    let repeats = (0..8).map(|_| {
        let (client, lesson) = (ann.client.clone(), lesson.clone());
        tokio::spawn(
            async move { client.post_under(key, "/api/bookings", lesson).await.expect(201) },
        )
    });
    let mut answers = Vec::new();
    for repeat in repeats.collect::<Vec<_>>() {
        answers.push(repeat.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let lessons = ann.client.get("/api/bookings").await.expect(200);
    assert_eq!(lessons["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused_and_so_is_another_user() {
    let service = Service::start().await;
    let (maya, ann, ben) =
        (service.trainer("Maya").await, service.owner("Ann").await, service.owner("Ben").await);
    let key = Uuid::now_v7();
    let lesson = maya.lesson(&ann.dog, WEDNESDAY);
    ann.client.post_under(key, "/api/bookings", lesson.clone()).await.expect(201);
    let other = maya.lesson(&ann.dog, "2027-03-03T11:00:00Z");
    ann.client.post_under(key, "/api/bookings", other).await.refused(409, "id_reused");
    ben.client.post_under(key, "/api/bookings", lesson).await.refused(409, "id_reused");
}

#[tokio::test]
async fn a_post_needs_a_key_that_is_a_uuid_of_the_clients() {
    let service = Service::start().await;
    let ann = service.owner("Ann").await;
    let dog = json!({ "name": "Fido", "size": "small" });
    let missing = ann.client.ask(Method::POST, "/api/dogs", Some(dog.clone()), None).await;
    missing.refused(400, "request.idempotency_key");
    // Version 8 is the system's.
    let systems: Uuid = "01890a5d-ac96-8b3d-8000-000000000000".parse().unwrap();
    let answer = ann.client.post_under(systems, "/api/dogs", dog).await;
    assert_eq!(answer.refused(422, "value.malformed")["value"], "command_id");
}

#[tokio::test]
async fn a_sign_up_is_repeated_safely() {
    let service = Service::start().await;
    let new = json!({
        "email": "ann@example.com", "password": "correct horse", "first_name": "Ann",
        "last_name": "Lee",
    });
    let key = Uuid::now_v7();
    let anybody = service.anybody();
    let first = anybody.post_under(key, "/api/users", new.clone()).await.expect(201);
    assert_eq!(anybody.post_under(key, "/api/users", new.clone()).await.expect(201), first);
    anybody.post("/api/users", new).await.refused(409, "account.email_taken");
}
