//! What becomes of commands while Postgres is killed, cut off, full or busy.
//!
//! A few rounds by default; about a hundred where `SITSTAY_DEEP_TESTS` is set.
#![cfg(all(feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/crowd.rs"]
mod crowd;
mod cut_off;
mod full_disk;
mod killed;
#[path = "../support/postgres_server.rs"]
mod postgres_server;
#[path = "../support/town.rs"]
mod town;
mod waiting;

use std::sync::Arc;

use sitstay::{postgres::PostgresRepository, repository::Repository};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, postgres::PgConnectOptions};

async fn connect(options: PgConnectOptions) -> Arc<dyn Repository> {
    Arc::new(PostgresRepository::builder(options).connect().await.unwrap())
}

async fn execute(connection: &mut PgConnection, sql: impl Into<String>) -> sqlx::Result<u64> {
    let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.into()))).await;
    done.map(|done| done.rows_affected())
}
