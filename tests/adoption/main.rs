//! A service that runs on the plain schema moves in.
#![cfg(all(feature = "postgres", feature = "sqlite", feature = "memory"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/postgres_server.rs"]
mod postgres_server;

mod batches;
mod copying;
mod failing;
mod killed;
mod money;
mod offenders;
mod removed;
mod restarting;
mod roles;
mod targets;

use sitstay::{
    adoption::{Adoption, Terms},
    ids::UserId,
    money::{BasisPoints, Currency},
    repository::RowKey,
    time::Instant,
};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use self::postgres_server::{Database, Server};

/// The town's noon.
fn now() -> Instant {
    "2027-03-01T11:00:00Z".parse().unwrap()
}

fn terms() -> Terms {
    let (berlin, germany) = ("Europe/Berlin".parse().unwrap(), "DE".parse().unwrap());
    Terms::new(Currency::EUR, berlin, germany, BasisPoints::new(1_500).unwrap())
}

/// A database with a service in it.
async fn town() -> Database {
    let database = Server::shared().empty().await;
    run(&database, include_str!("plain_schema.sql")).await;
    run(&database, include_str!("town.sql")).await;
    database
}

fn adoption(town: &Database) -> Adoption {
    Adoption::of(town.options(), terms())
}

async fn run(database: &Database, sql: &str) {
    let mut connection = database.connection().await;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
}

/// The id that ends in a number.
fn uuid(number: u32) -> Uuid {
    format!("00000000-0000-4000-8000-{number:012}").parse().unwrap()
}

fn key(number: u32) -> RowKey {
    UserId::from_uuid(uuid(number)).into()
}
