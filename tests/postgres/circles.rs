//! No two commits wait for each other in a circle: the server never has to end one of them.

use std::sync::Arc;

use sitstay::{
    booking::Booking,
    conformance::fixtures::{Fixtures, completed, minutes},
    postgres::PostgresRepository,
    repository::{ChangeSet, Repository, RepositoryError, Versioned},
};

use super::{
    connect,
    postgres_server::{Database, number},
};

/// Releases the bookings and writes them, as two instances do that find the same work due.
async fn release(
    repository: Arc<PostgresRepository>,
    bookings: Vec<Versioned<Booking>>,
) -> Result<(), RepositoryError> {
    let mut changes = ChangeSet::new();
    for booking in bookings {
        changes.release(booking.id);
        changes.update(booking);
    }
    repository.commit(changes).await
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_release_the_same_bookings_do_not_block_each_other() {
    let database = Database::migrated().await;
    let repository = Arc::new(connect(database.options()).await);
    let make = Fixtures::new();
    let cast = make.cast();
    let mut changes = ChangeSet::new();
    cast.insert_into(&mut changes);
    repository.commit(changes).await.unwrap();
    // Few are locked one by one, and more together.
    for round in 0..40 {
        let count = if round % 2 == 0 { 3 } else { 7 };
        let hour = || 120 * i64::try_from(make.number()).unwrap();
        let bookings: Vec<Booking> =
            (0..count).map(|_| completed(make.booking(&cast, minutes(hour(), 60)))).collect();
        let mut changes = ChangeSet::new();
        for booking in &bookings {
            changes.insert(booking.clone());
        }
        repository.commit(changes).await.unwrap();
        let mut stored = Vec::new();
        for booking in &bookings {
            let version = sitstay::repository::Version::FIRST;
            stored.push(Versioned::new(booking.clone(), version));
        }
        let rivals = [0; 4].map(|_| tokio::spawn(release(repository.clone(), stored.clone())));
        let mut winners = 0;
        for rival in rivals {
            match rival.await.unwrap() {
                Ok(()) => winners += 1,
                Err(RepositoryError::Conflict(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(winners, 1);
    }
    // What connections counted is known once they are gone.
    repository.close().await;
    let mut connection = database.connection().await;
    let waiting = "SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                      AND backend_type = 'client backend'";
    while number(&mut connection, waiting).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(number(&mut connection, deadlocks).await, 0);
}
