use serde_json::json;

use crate::service::Service;

#[tokio::test]
async fn a_trainer_finds_a_service_again_that_cannot_be_booked() {
    let service = Service::start().await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let terms = json!({
        "name": "Loose lead", "description": "On a street.", "duration_minutes": 45,
        "price": { "amount": 4000, "currency": "EUR" }, "is_active": false,
        "buffer_before_minutes": 5, "buffer_after_minutes": 15, "accepted_dog_sizes": ["small"],
    });
    let offered = maya.service.as_str().unwrap();
    let path = format!("/api/trainers/{}/services/{offered}", maya.id());
    maya.client.put(&path, terms.clone()).await.expect(204);
    let card = format!("/api/trainers/{}", maya.id());
    assert_eq!(service.anybody().get(&card).await.expect(200)["services"], json!([]));
    let own = maya.client.get("/api/me/services").await.expect(200);
    assert_eq!(own, json!([{ "id": offered, "terms": terms }]));
    ann.client.get("/api/me/services").await.refused(403, "denied.role_not_held");
}
