//! Locks, statements, connections and servers that take too long.

use std::{sync::Arc, time::Duration};

use sitstay::{
    conformance::fixtures::{Fixtures, between},
    postgres::PostgresRepository,
    repository::{
        AccountQueries as _, BookingQueries as _, ChangeSet, Repository, RepositoryError,
    },
};
use sqlx::{Connection as _, PgConnection, postgres::PgPoolOptions};

use super::{
    postgres_server::{Database, execute, until},
    town::{Town, on},
};

/// Somebody else holds the row that a request expects.
async fn blocked(setting: (&str, &str)) {
    let database = Database::migrated().await;
    let options = database.options().options([setting]);
    let repository = Arc::new(PostgresRepository::builder(options).connect().await.unwrap());
    let town = Town::found(repository.clone(), 1, 1).await;
    let before = repository.census().await.unwrap();
    let mut other = database.connection().await;
    let hold = "BEGIN; UPDATE sitstay.trainer_calendars SET updated_at = updated_at";
    execute(&mut other, hold).await.unwrap();
    let (call, wish) = (town.call(town.owner(0), on(0, "06:00")), town.wish(0, 0, on(1, "09:00")));
    let refused = town.platform.execute(call, wish.clone()).await.unwrap_err();
    assert_eq!(refused.code(), "storage.contention", "{refused:?}");
    assert!(refused.is_retryable());
    // Reads do not wait, and nothing was written.
    assert_eq!(repository.census().await.unwrap(), before);
    execute(&mut other, "ROLLBACK").await.unwrap();
    town.platform.execute(call, wish).await.unwrap();
    assert_eq!(repository.mismatched_claims(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_lock_that_is_not_had_in_time_is_contention() {
    blocked(("lock_timeout", "100ms")).await;
}

#[tokio::test]
async fn a_statement_that_is_not_done_in_time_is_contention() {
    blocked(("statement_timeout", "500ms")).await;
}

#[tokio::test]
async fn a_read_that_is_not_done_in_time_is_contention() {
    let database = Database::migrated().await;
    let options = database.options().options([("lock_timeout", "100ms")]);
    let repository = PostgresRepository::builder(options).connect().await.unwrap();
    let mut other = database.connection().await;
    execute(&mut other, "BEGIN; LOCK TABLE sitstay.users").await.unwrap();
    let user = Fixtures::new().user();
    let refused = repository.user(user.id).await.unwrap_err();
    assert!(matches!(refused, RepositoryError::Contention(_)), "{refused:?}");
    let refused = repository.commit(ChangeSet::new().inserting(user.clone())).await.unwrap_err();
    assert!(matches!(refused, RepositoryError::Contention(_)), "{refused:?}");
    execute(&mut other, "ROLLBACK").await.unwrap();
    assert_eq!(repository.user(user.id).await.unwrap(), None::<_>);
    repository.commit(ChangeSet::new().inserting(user)).await.unwrap();
}

#[tokio::test]
async fn a_pool_whose_connections_are_all_taken_is_unavailable() {
    let database = Database::migrated().await;
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(Duration::from_millis(200))
        .connect_lazy_with(database.options());
    let repository = PostgresRepository::builder(pool.clone()).connect().await.unwrap();
    let taken = [pool.acquire().await.unwrap(), pool.acquire().await.unwrap()];
    let user = Fixtures::new().user();
    let changes = || ChangeSet::new().inserting(user.clone());
    for _ in 0..3 {
        let refused = repository.commit(changes()).await.unwrap_err();
        assert!(matches!(refused, RepositoryError::Unavailable(_)), "{refused:?}");
        assert!(refused.is_retryable());
        let refused = repository.user(user.id).await.unwrap_err();
        assert!(matches!(refused, RepositoryError::Unavailable(_)), "{refused:?}");
    }
    drop(taken);
    repository.commit(changes()).await.unwrap();
    assert!(repository.user(user.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_server_without_room_for_connections_is_unavailable() {
    let database = Database::migrated().await;
    let mut administrator = database.connection().await;
    let (name, options) = database.role().await;
    let limited = format!(
        "ALTER ROLE {name} CONNECTION LIMIT 1; GRANT USAGE ON SCHEMA sitstay TO {name};
         GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA sitstay TO {name}"
    );
    execute(&mut administrator, limited).await.unwrap();
    let only = PgConnection::connect_with(&options).await.unwrap();
    let open = || {
        let builder = PostgresRepository::builder(options.clone()).without_migrating();
        builder.acquire_timeout(Duration::from_secs(1)).connect()
    };
    let refused = open().await.unwrap_err();
    assert!(matches!(refused, RepositoryError::Unavailable(_)), "{refused:?}");
    only.close().await.unwrap();
    // The server counts the connection a little longer than its client.
    let mut attempts = 0..60;
    let repository = loop {
        match open().await {
            Ok(repository) => break repository,
            Err(error) => assert!(error.is_retryable() && attempts.next().is_some(), "{error:?}"),
        }
    };
    // So it is with one that its own pool has not back yet.
    let user = Fixtures::new().user();
    while let Err(error) = repository.commit(ChangeSet::new().inserting(user.clone())).await {
        let is_away = matches!(error, RepositoryError::Unavailable(_));
        assert!(is_away && attempts.next().is_some(), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass().socket(folder.path());
    let builder = PostgresRepository::builder(options);
    let builder = builder.acquire_timeout(Duration::from_millis(300));
    let refused = builder.connect().await.unwrap_err();
    assert!(matches!(refused, RepositoryError::Unavailable(_)), "{refused:?}");
    assert!(refused.is_retryable());
}

/// Two commits that lock each other out by what a foreign writer does in between.
#[tokio::test]
async fn a_deadlock_with_another_program_ends_for_both() {
    let database = Database::migrated().await;
    // Whoever has waited for that long looks whether there is a circle, and gives way.
    let options = database.options().options([("deadlock_timeout", "2s")]);
    let repository = Arc::new(PostgresRepository::builder(options).connect().await.unwrap());
    let make = Fixtures::new();
    let cast = make.cast();
    let mut changes = ChangeSet::new();
    cast.insert_into(&mut changes);
    repository.commit(changes).await.unwrap();
    let booking = make.booking(&cast, between("09:00", "10:00"));
    repository.commit(ChangeSet::new().inserting(booking.clone())).await.unwrap();

    let mut other = database.connection().await;
    // The library locks users before dogs; this program does not.
    let hold = format!(
        "SET deadlock_timeout = '60s'; BEGIN;
         SELECT 1 FROM sitstay.dogs WHERE id = '{}' FOR UPDATE",
        cast.dog.id.as_uuid()
    );
    execute(&mut other, hold).await.unwrap();
    let user = repository.user(cast.owner_user.id).await.unwrap().unwrap();
    let dog =
        sitstay::repository::DogQueries::dog(&*repository, cast.dog.id).await.unwrap().unwrap();
    let changes = ChangeSet::new().updating(user).updating(dog);
    let committing = tokio::spawn({
        let repository = Arc::clone(&repository);
        async move { repository.commit(changes).await }
    });
    let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity
                  WHERE datname = current_database() AND wait_event_type = 'Lock')";
    until(&mut database.connection().await, waits).await;
    let rest = format!(
        "UPDATE sitstay.users SET updated_at = updated_at WHERE id = '{}'; COMMIT",
        cast.owner_user.id.as_uuid()
    );
    let foreign = execute(&mut other, rest).await;
    let ours = committing.await.unwrap();
    assert!(foreign.is_ok(), "the library's commit is the one that gives way: {foreign:?}");
    // It tried again, and the foreign program changed no version.
    ours.unwrap();
    assert_eq!(repository.mismatched_claims(10).await.unwrap(), []);
}
