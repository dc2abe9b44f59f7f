//! What the Postgres backend promises beside the storage contract: its schema, its round trips, its
//! feed, and how it stands up to other programs, instances, replicas and poolers.
#![cfg(all(feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod catalogue;
mod circles;
mod connecting;
#[path = "../support/deep.rs"]
mod deep;
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
    conformance::fixtures::{Everything, Fixtures},
    postgres::PostgresRepository,
    repository::{ChangeSet, Repository as _},
};
use sqlx::{
    PgPool,
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

async fn with_everything(repository: &PostgresRepository, make: &Fixtures) -> Everything {
    let everything = make.everything();
    let mut changes = ChangeSet::new();
    everything.insert_into(&mut changes);
    repository.commit(changes).await.unwrap();
    everything
}
