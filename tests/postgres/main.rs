//! What the Postgres backend promises beside the storage contract: its schema, its round trips, its
//! feed, and how it stands up to other programs, instances, replicas and poolers.
#![cfg(all(feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod catalogue;
mod circles;
mod connecting;
mod feed;
mod foreign_writer;
mod one_trip;
mod online_migration;
mod plans;
mod pooler;
#[path = "../support/postgres_server.rs"]
mod postgres_server;
mod replica;
mod roles;
mod rows;
#[path = "../support/tables.rs"]
mod tables;
mod tap;
mod tour;
#[path = "../support/town.rs"]
mod town;

use std::time::Duration;

use sitstay::{
    audit::{FeedEntry, FeedPosition},
    conformance::fixtures::{Everything, Fixtures},
    postgres::PostgresRepository,
    repository::{AuditQueries as _, ChangeSet, Repository as _},
};
use sqlx::{
    AssertSqlSafe, Executor as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

async fn connect(options: PgConnectOptions) -> PostgresRepository {
    PostgresRepository::builder(options).connect().await.unwrap()
}

/// One connection, so that what was prepared once is prepared.
fn single(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(60))
        .test_before_acquire(false)
        .connect_lazy_with(options.statement_cache_capacity(2_000))
}

/// Carries out statements past the library.
async fn execute(connection: &mut PgConnection, sql: impl Into<String>) -> sqlx::Result<u64> {
    let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.into()))).await;
    done.map(|done| done.rows_affected())
}

async fn number(connection: &mut PgConnection, sql: impl Into<String>) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.into())).fetch_one(connection).await.unwrap()
}

/// Reads the feed from its start once it has as many entries: what others do on the same server may
/// hold it back for a while.
async fn settled_feed(repository: &PostgresRepository, entries: usize) -> Vec<FeedEntry> {
    loop {
        let feed = repository.feed(FeedPosition::START, u16::MAX).await.unwrap();
        if feed.len() >= entries {
            return feed;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn with_everything(repository: &PostgresRepository, make: &Fixtures) -> Everything {
    let everything = make.everything();
    let mut changes = ChangeSet::new();
    everything.insert_into(&mut changes);
    repository.commit(changes).await.unwrap();
    everything
}
