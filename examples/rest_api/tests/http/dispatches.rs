use serde_json::Value;

use crate::service::Service;

#[tokio::test]
async fn a_worker_reads_what_is_to_be_told_to_whom_once() {
    let (service, admin) = Service::with_admin().await;
    let (maya, ann) = (service.trainer("Maria").await, service.owner("Ann").await);
    let before = admin.get("/api/dispatches?limit=1000").await.expect(200);
    let position = |read: &Value| {
        let last = read.as_array().unwrap().last().unwrap();
        last["entry"]["position"].as_str().unwrap().to_owned()
    };
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let after = format!("/api/dispatches?after={}", position(&before));
    let read = admin.get(&after).await.expect(200);
    let told: Vec<&Value> = read
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|dispatch| dispatch["told"].as_array().unwrap())
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["to"]["email"], "maria@example.com");
    assert_eq!(told[0]["notification"]["kind"], "booking_requested");
    let booking = lesson.rsplit('/').next().unwrap();
    assert_eq!(told[0]["notification"]["booking"], booking);
    assert!(told[0]["notification"]["text"].as_str().unwrap().contains("Rex"));

    let rest = format!("/api/dispatches?after={}", position(&read));
    assert_eq!(admin.get(&rest).await.expect(200), Value::Array(Vec::new()));
    maya.client.get("/api/dispatches").await.refused(403, "denied.role_not_held");
}
