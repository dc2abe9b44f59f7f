use serde_json::json;

use crate::service::Service;

#[tokio::test]
async fn an_admin_reads_what_somebody_was_told_and_nobody_else_does() {
    let (service, admin) = Service::with_admin().await;
    let (maria, ann) = (service.trainer("Maria").await, service.owner("Ann").await);
    let lesson = ann.asks(&maria, "2027-03-03T09:00:00Z").await;
    maria.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    let user = ann.client.get("/api/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    let path = format!("/api/users/{user}/notifications");
    let told = admin.get(&path).await.expect(200);
    assert_eq!(told["items"][0]["kind"], "booking_accepted");
    assert_eq!(told, ann.client.get("/api/notifications").await.expect(200));
    for (kind, count) in [("booking_accepted", 1), ("booking_declined", 0)] {
        let told = admin.get(&format!("{path}?kind={kind}")).await.expect(200);
        assert_eq!(told["items"].as_array().unwrap().len(), count, "{kind}");
    }
    admin.get(&format!("{path}?kind=gossip")).await.refused(400, "request.query");
    maria.client.get(&path).await.refused(403, "denied.role_not_held");
    ann.client.get(&path).await.refused(403, "denied.role_not_held");
    assert_eq!(
        ann.client.get("/api/notifications?kind=booking_moved").await.expect(200)["items"],
        json!([])
    );
}
