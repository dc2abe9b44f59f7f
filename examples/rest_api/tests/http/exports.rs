use serde_json::json;
use uuid::Uuid;

use crate::service::Service;

#[tokio::test]
async fn a_user_takes_all_along_that_is_stored_of_them_and_no_password() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let answer = ann.client.get("/api/me/export").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let export = answer.expect(200);
    assert_eq!(export["user"]["email"], "ann@example.com");
    assert_eq!(export["owner"]["dogs"][0]["name"], "Rex");
    assert_eq!(export["owner"]["lessons"].as_array().unwrap().len(), 1);
    assert_eq!(export["trainer"], json!(null));
    let text = export.to_string();
    assert!(!text.contains("argon2") && !text.contains("maya@example.com"), "{text}");
    let export = maya.client.get("/api/me/export").await.expect(200);
    assert_eq!(export["trainer"]["services"][0]["name"], "Loose lead");
    service.anybody().get("/api/me/export").await.refused(401, "session.missing");
}

#[tokio::test]
async fn an_admin_exports_anybody_and_nobody_else_does() {
    let (service, admin) = Service::with_admin().await;
    let (ann, ben) = (service.owner("Ann").await, service.owner("Ben").await);
    let user = ann.client.get("/api/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    let path = format!("/api/users/{user}/export");
    assert_eq!(admin.get(&path).await.expect(200)["user"]["id"], user);
    ben.client.get(&path).await.refused(403, "denied.role_not_held");
    let nobody = format!("/api/users/{}/export", Uuid::now_v7());
    admin.get(&nobody).await.refused(404, "not_found");
}
