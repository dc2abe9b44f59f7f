//! What becomes of commands while Postgres is killed, cut off, full or busy.
//!
//! A few rounds by default; about a hundred where `SITSTAY_DEEP_TESTS` is set.
#![cfg(all(feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/crowd.rs"]
mod crowd;
mod cut_off;
#[path = "../support/deep.rs"]
mod deep;
mod full_disk;
mod full_log;
mod killed;
mod orphaned;
#[path = "../support/postgres_server.rs"]
mod postgres_server;
#[path = "../support/town.rs"]
mod town;
mod waiting;

use std::sync::Arc;

use sitstay::{postgres::PostgresRepository, repository::Repository};
use sqlx::postgres::PgConnectOptions;

async fn connect(options: PgConnectOptions) -> Arc<dyn Repository> {
    Arc::new(PostgresRepository::builder(options).connect().await.unwrap())
}
