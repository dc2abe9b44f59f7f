//! No room left on the device.
//!
//! The file of a table is replaced by a link to `/dev/full`, to which every write fails as on a
//! full disk: that needs neither a device nor rights of its own.

use std::{fs, os::unix::fs::symlink, path::PathBuf, sync::Arc};

use sitstay::{
    conformance::settled,
    postgres::PostgresRepository,
    repository::{BookingQueries as _, Repository as _},
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::{
    postgres_server::{DURABLE, Server, execute},
    town::{Town, on},
};

/// Every command ends with an insert into the first of these, and a request into all of them.
const TABLES: &[&str] = &["commands", "audit_logs", "notifications", "bookings", "occupied"];

#[tokio::test]
async fn a_full_disk_is_unavailable_and_leaves_nothing_half_written() {
    let server = Server::start(DURABLE);
    for table in TABLES {
        runs_full(&server, table).await;
    }
}

async fn runs_full(server: &Server, table: &str) {
    let options = server.options();
    let schema = format!("full_{table}");
    let builder = || PostgresRepository::builder(options.clone()).schema(&schema);
    let repository = Arc::new(builder().connect().await.unwrap());
    let town = Town::found(repository.clone(), 1, 1).await;
    let before = repository.census().await.unwrap();
    let mut administrator = PgConnection::connect_with(&options).await.unwrap();
    let path: String = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT pg_relation_filepath('{schema}.{table}')"
    )))
    .fetch_one(&mut administrator)
    .await
    .unwrap();
    let path: PathBuf = server.folder().join("data").join(path);
    // What is in the file already could not be read any more.
    let is_empty = fs::metadata(&path).unwrap().len() == 0;
    assert!(is_empty, "{table} has rows already");
    repository.close().await;
    let kept = path.with_extension("kept");
    fs::rename(&path, &kept).unwrap();
    symlink("/dev/full", &path).unwrap();

    let repository = Arc::new(builder().connect().await.unwrap());
    let full = town.seen_by(repository.clone());
    let (call, wish) = (town.call(town.owner(0), on(0, "06:00")), town.wish(0, 0, on(1, "09:00")));
    for _ in 0..3 {
        let refused = full.platform.execute(call, wish.clone()).await.unwrap_err();
        assert_eq!(refused.code(), "storage.unavailable", "{table}: {refused:?}");
        assert!(refused.is_retryable());
        assert_eq!(repository.census().await.unwrap(), before, "{table}");
    }

    fs::remove_file(&path).unwrap();
    fs::rename(&kept, &path).unwrap();
    // Server processes keep files open; they open a table's anew once it was altered.
    let alter = format!("ALTER TABLE {schema}.{table} SET (fillfactor = 100)");
    execute(&mut administrator, alter).await.unwrap();
    let requested = full.platform.execute(call, wish).await.unwrap();
    assert!(repository.booking(requested.booking).await.unwrap().is_some());
    assert_eq!(repository.mismatched_claims(10).await.unwrap(), []);
    assert_eq!(settled(&*repository).await.len(), 1);
}
