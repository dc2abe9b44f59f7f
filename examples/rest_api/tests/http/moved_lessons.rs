use serde_json::json;

use crate::service::Service;

#[tokio::test]
async fn a_trainer_reads_of_their_own_lessons_that_would_move() {
    let (service, admin) = Service::with_admin().await;
    let (maria, tom) = (service.trainer("Maria").await, service.trainer("Tom").await);
    let path = format!("/api/trainers/{}/moved-lessons", maria.id());
    for reader in [&maria.client, &admin] {
        assert_eq!(reader.get(&path).await.expect(200)["items"], json!([]));
    }
    tom.client.get(&path).await.refused(403, "denied.not_permitted");
}
