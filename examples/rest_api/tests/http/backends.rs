//! What does not depend on where things are kept: a lesson, and everybody's session, after a restart.

use rest_api::{Config, Database};
use sqlx::ConnectOptions as _;

use crate::{postgres_server, service::Service};

#[tokio::test]
async fn a_restart_on_sqlite_forgets_nothing_and_signs_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        database: Database::Sqlite(folder.path().join("lessons.sqlite3")),
        sessions: Some(folder.path().join("sessions.sqlite3")),
        demo: true,
        ..Config::default()
    };
    let service = Service::with(config.clone()).await;
    let (maya, ann) = (service.trainer("Maria").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    let clock = service.stop().await;

    let service = Service::at(config, clock).await;
    let maya = maya.client.moved_to(&service);
    assert_eq!(maya.get(&lesson).await.expect(200)["lesson"]["status"], "pending");
    maya.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    let known = service.anybody().get("/api/trainers").await.expect(200);
    // Three of the demo, made once, and one of this test.
    assert_eq!(known["items"].as_array().unwrap().len(), 4);
    service.stop().await;
}

#[tokio::test]
async fn a_lesson_is_asked_for_and_accepted_on_postgres() {
    let database = postgres_server::Database::migrated().await;
    let url = database.options().to_url_lossy();
    let config = Config { database: Database::Postgres(url.to_string()), ..Config::default() };
    let service = Service::with(config).await;
    let (maya, ann) = (service.trainer("Maya").await, service.owner("Ann").await);
    let lesson = ann.asks(&maya, "2027-03-03T09:00:00Z").await;
    maya.client.post_nothing(&format!("{lesson}/acceptance")).await.expect(204);
    let known = service.anybody().get("/api/trainers").await.expect(200);
    assert_eq!(known["items"][0]["id"], maya.id);
    service.stop().await;
}

#[test]
fn the_environment_says_where_things_are_kept() {
    let of = |url: Option<&str>| {
        let url = url.map(ToOwned::to_owned);
        Config::read(|name| url.clone().filter(|_| name == "DATABASE_URL")).map(|it| it.database)
    };
    assert_eq!(of(None).unwrap(), Database::Sqlite("lessons.sqlite3".into()));
    assert_eq!(of(Some("memory:")).unwrap(), Database::Memory);
    assert_eq!(of(Some("sqlite:/tmp/a.db")).unwrap(), Database::Sqlite("/tmp/a.db".into()));
    let postgres = of(Some("postgres://service:secret@db.example/lessons")).unwrap();
    assert!(!format!("{postgres:?}").contains("secret"));
    let refusal = of(Some("mysql://service:secret@db.example")).unwrap_err();
    assert!(!format!("{refusal:?} {refusal}").contains("secret"));
}
