//! A transaction pooler may stand between: nothing is kept in a session.

use std::{sync::Arc, time::Duration};

use sitstay::{
    conformance::{fixtures::Fixtures, tour::of_reads},
    postgres::PostgresRepository,
    repository::{BookingQueries as _, Repository as _},
};
use sqlx::{
    Executor as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    postgres_server::{Database, Server},
    tour,
    town::Town,
    with_everything,
};

fn pool() -> PgPoolOptions {
    PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(60))
}

/// A connection that forgets everything between two calls but what is prepared, as a pooler makes
/// it that keeps account of that.
fn forgetful(options: PgConnectOptions) -> PgPool {
    pool()
        .before_acquire(|connection, _| {
            Box::pin(async move {
                for forgets in [
                    "CLOSE ALL",
                    "SET SESSION AUTHORIZATION DEFAULT",
                    "RESET ALL",
                    "UNLISTEN *",
                    "SELECT pg_advisory_unlock_all()",
                    "DISCARD PLANS",
                    "DISCARD TEMP",
                    "DISCARD SEQUENCES",
                    // What the next client of this server session may have left behind.
                    "SET search_path = ''",
                    "SET TimeZone = 'Asia/Kathmandu'",
                    "SET DateStyle = 'SQL, DMY'",
                    "SET IntervalStyle = 'iso_8601'",
                    "SET bytea_output = 'escape'",
                    "SET extra_float_digits = 0",
                ] {
                    connection.execute(forgets).await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options.statement_cache_capacity(512))
}

/// Another server session for each call.
fn fickle(options: PgConnectOptions) -> PgPool {
    pool().after_release(|_, _| Box::pin(async { Ok(false) })).connect_lazy_with(options)
}

/// Migrates, gives every command and asks every question.
async fn works(pool: fn(PgConnectOptions) -> PgPool) {
    let database = Server::shared().empty().await;
    let builder = || PostgresRepository::builder(pool(database.options()));
    drop(builder().connect().await.unwrap());
    let repository = Arc::new(builder().connect().await.unwrap());
    let town = Town::found(repository.clone(), 1, 1).await;
    tour::of_bookings(&town, 1, &mut ()).await;
    tour::of_belongings(&town, 1, &mut ()).await;
    tour::of_accounts(&town, 1, &mut ()).await;
    assert_eq!(repository.mismatched_claims(10).await.unwrap(), []);

    let database = Database::migrated().await;
    let builder = PostgresRepository::builder(pool(database.options()));
    let repository = builder.connect().await.unwrap();
    let rows = with_everything(&repository, &Fixtures::new()).await;
    of_reads(&repository, &rows, &mut ()).await;
    assert!(repository.census().await.unwrap().claims > 0);
}

#[tokio::test]
async fn a_session_that_forgets_serves() {
    works(forgetful).await;
}

#[tokio::test]
async fn a_session_for_each_statement_serves() {
    works(fickle).await;
}
