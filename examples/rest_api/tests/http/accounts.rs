use rest_api::Config;
use serde_json::json;

use crate::service::Service;

#[tokio::test]
async fn a_user_changes_what_is_theirs() {
    let service = Service::start().await;
    let ann = service.member("Ann").await;
    let named = json!({ "first_name": "Anna", "last_name": "Li", "phone": "+4930901820" });
    ann.put("/api/me", named).await.expect(204);
    let home = json!({
        "line": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE",
        "point": { "latitude": 52.529, "longitude": 13.401 },
    });
    ann.post("/api/me/locations", home.clone()).await.expect(201);
    ann.put("/api/me/email", json!({ "email": "anna@example.com" })).await.expect(204);
    let me = ann.get("/api/me").await.expect(200);
    assert_eq!(
        (&me["first_name"], &me["phone"], &me["email"]),
        (&json!("Anna"), &json!("+4930901820"), &json!("anna@example.com")),
    );
    assert_eq!(me["locations"][0]["place"]["point"], home["point"]);
    let location = format!("/api/me/locations/{}", me["locations"][0]["id"].as_str().unwrap());
    ann.put(&location, home).await.expect(204);
    ann.delete(&location).await.expect(204);
    assert_eq!(ann.get("/api/me").await.expect(200)["locations"], json!([]));
}

#[tokio::test]
async fn dogs_are_their_owners_alone() {
    let service = Service::start().await;
    let (ann, ben) = (service.owner("Ann").await, service.owner("Ben").await);
    let dog = format!("/api/dogs/{}", ann.dog.as_str().unwrap());
    let photo = json!({ "url": "https://photos.example/rex.jpg" });
    ann.client.post(&format!("{dog}/photos"), photo).await.expect(201);
    let seen = ann.client.get(&dog).await.expect(200);
    assert_eq!(seen["photos"][0]["url"], "https://photos.example/rex.jpg");
    ben.client.get(&dog).await.refused(404, "not_found");
    let theirs = json!({ "name": "Mine", "size": "small" });
    ben.client.put(&dog, theirs.clone()).await.refused(404, "not_found");
    ann.client.put(&dog, theirs).await.expect(204);
    ann.client.delete(&dog).await.expect(204);
    let me = ann.client.get("/api/me").await.expect(200);
    let path = format!("/api/owners/{}/dogs", me["account"]["owner"].as_str().unwrap());
    assert_eq!(ann.client.get(&path).await.expect(200), json!([]));
}

#[tokio::test]
async fn an_admin_suspends_verifies_and_reads_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        database: rest_api::Database::Sqlite(folder.path().join("lessons.sqlite3")),
        sessions: Some(folder.path().join("sessions.sqlite3")),
        admin: Some("root@example.com".parse().unwrap()),
        ..Config::default()
    };
    // The admin is appointed at the first start after signing up.
    let service = Service::with(config.clone()).await;
    let root = service.member("Root").await;
    root.acting_as("admin").get("/api/audit").await.refused(403, "denied.role_not_held");
    let clock = service.stop().await;
    let service = Service::at(config, clock).await;
    let root = service.anybody().sign_in("root@example.com", "correct horse").await;
    let root = root.acting_as("admin");
    assert_eq!(root.get("/api/me").await.expect(200)["account"]["is_admin"], true);

    let maya = service.trainer("Maya").await;
    let verification = format!("/api/trainers/{}/verification", maya.id());
    root.put_nothing(&verification).await.expect(204);
    let card = format!("/api/trainers/{}", maya.id());
    assert_eq!(service.anybody().get(&card).await.expect(200)["is_verified"], true);

    let user = maya.client.get("/api/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    root.post_nothing(&format!("/api/users/{user}/suspension")).await.expect(204);
    service.anybody().get(&card).await.refused(404, "not_found");
    let list = service.anybody().get("/api/trainers").await.expect(200);
    assert_eq!(list["items"], json!([]));
    maya.client.put("/api/me/hours", json!([])).await.refused(403, "denied.suspended");
    root.post_nothing(&format!("/api/users/{user}/reactivation")).await.expect(204);
    service.anybody().get(&card).await.expect(200);

    let audit = root.get("/api/audit").await.expect(200);
    assert_eq!(audit["differences"], json!([]));
    let feed = root.get("/api/feed?limit=1000").await.expect(200);
    let happened = feed.as_array().unwrap();
    assert_eq!(happened.first().unwrap()["event"]["type"], "user.signed_up");
    let after = happened[2]["position"].as_str().unwrap();
    let rest = root.get(&format!("/api/feed?limit=1000&after={after}")).await.expect(200);
    assert_eq!(rest.as_array().unwrap().as_slice(), &happened[3..]);
    maya.client.get("/api/feed").await.refused(403, "denied.role_not_held");
    root.get("/api/moved-lessons").await.expect(200);
    service.stop().await;
}

#[tokio::test]
async fn an_erased_user_is_gone_and_the_address_is_free() {
    let service = Service::start().await;
    let ann = service.member("Ann").await;
    ann.delete("/api/me").await.expect(204);
    ann.get("/api/me").await.refused(401, "session.over");
    service.member("Ann").await;
}
