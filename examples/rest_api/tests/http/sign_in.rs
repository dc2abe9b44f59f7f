use chrono::TimeDelta;
use serde_json::json;

use crate::service::Service;

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_told_alike() {
    let service = Service::start().await;
    service.member("Ann").await;
    let wrong = json!({ "email": "ann@example.com", "password": "wrong horse" });
    let unknown = json!({ "email": "bob@example.com", "password": "correct horse" });
    let wrong = service.anybody().post("/api/sessions", wrong).await;
    let unknown = service.anybody().post("/api/sessions", unknown).await;
    assert_eq!(wrong.refused(401, "session.refused"), unknown.refused(401, "session.refused"));
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_a_new_password_and_by_itself() {
    let service = Service::start().await;
    let ann = service.member("Ann").await;
    let other = service.anybody().sign_in("ann@example.com", "correct horse").await;
    ann.delete("/api/sessions").await.expect(204);
    ann.get("/api/me").await.refused(401, "session.over");
    other.get("/api/me").await.expect(200);

    let change = json!({ "current": "correct horse", "new": "battery staple" });
    other.put("/api/me/password", change).await.expect(204);
    other.get("/api/me").await.refused(401, "session.over");
    let old = json!({ "email": "ann@example.com", "password": "correct horse" });
    service.anybody().post("/api/sessions", old).await.refused(401, "session.refused");

    let again = service.anybody().sign_in("ann@example.com", "battery staple").await;
    service.clock.advance(TimeDelta::days(14));
    again.get("/api/me").await.refused(401, "session.over");
}

#[tokio::test]
async fn tokens_that_are_none_are_refused_and_the_scheme_is_named() {
    let service = Service::start().await;
    let stranger = service.anybody().with_token("let me in");
    let answer = stranger.get("/api/me").await;
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    answer.refused(401, "session.invalid");
    service.anybody().get("/api/me").await.refused(401, "session.missing");
}

#[tokio::test]
async fn who_guesses_passwords_of_one_account_has_to_wait() {
    let service = Service::start().await;
    service.member("Ann").await;
    let guess = json!({ "email": "ann@example.com", "password": "a guess or so" });
    let mut last = None;
    for _ in 0..20 {
        last = Some(service.anybody().post("/api/sessions", guess.clone()).await);
    }
    let last = last.unwrap();
    assert!(last.headers.contains_key("retry-after"));
    last.refused(429, "session.too_many_tries");
    // Other accounts are not held up.
    service.member("Bob").await;
}

#[tokio::test]
async fn a_short_password_is_refused() {
    let service = Service::start().await;
    let new = json!({
        "email": "ann@example.com", "password": "short", "first_name": "Ann", "last_name": "Lee",
    });
    service.anybody().post("/api/users", new).await.refused(422, "password.length");
}
