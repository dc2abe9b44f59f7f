//! Several repositories on one file, and several commits in one transaction.

use std::{sync::Arc, time::Duration};

use sitstay::{
    conformance::fixtures::{between, minutes},
    ids::UserId,
    repository::{
        AccountQueries as _, AuditQueries as _, BookingQueries as _, ChangeSet, Repository,
        RepositoryError, Unique,
    },
    sqlite::SqliteRepository,
};

use super::{Fixtures, Place, book, with_cast};

#[tokio::test]
async fn two_repositories_on_one_file_keep_all_promises() {
    let (place, make) = (Place::new(), Fixtures::new());
    let (one, other) = (place.open(), place.open());
    let cast = with_cast(&one, &make).await;
    let booking = make.booking(&cast, between("09:00", "10:00"));
    book(&one, &booking).await;
    assert_eq!(other.booking(booking.id).await.unwrap().unwrap().into_value(), booking);

    let rival = make.booking(&cast, between("09:30", "10:30"));
    let refused = other.commit(ChangeSet::new().inserting(rival)).await;
    assert!(matches!(refused, Err(RepositoryError::TimeTaken { .. })), "{refused:?}");

    let seen = one.user(cast.owner_user.id).await.unwrap().unwrap();
    other.commit(ChangeSet::new().updating(seen.clone())).await.unwrap();
    let stale = one.commit(ChangeSet::new().updating(seen)).await;
    assert!(matches!(stale, Err(RepositoryError::Conflict(_))), "{stale:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_repositories_lose_nothing_and_book_nothing_twice() {
    let (place, make) = (Place::new(), Fixtures::new());
    let repositories: Vec<_> = (0..3).map(|_| Arc::new(place.open())).collect();
    let cast = with_cast(&repositories[0], &make).await;
    let mut rivals = Vec::new();
    for slot in 0..20 {
        for repository in &repositories {
            let booking = make.booking(&cast, minutes(24 * 60 + slot * 60, 60));
            let entry = make.audit_entry(&cast.owner_user);
            let changes = ChangeSet::new().inserting(booking).appending(entry);
            let repository = Arc::clone(repository);
            rivals.push(tokio::spawn(async move { repository.commit(changes).await }));
        }
    }
    let mut won = 0;
    for rival in rivals {
        match rival.await.unwrap() {
            Ok(()) => won += 1,
            Err(RepositoryError::TimeTaken { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(won, 20);
    let repository = &repositories[1];
    assert_eq!(repository.census().await.unwrap().claims, 40);
    let feed = repository.feed(Default::default(), 200).await.unwrap();
    assert_eq!(feed.len(), 20);
    assert!(feed.is_sorted_by(|one, next| one.position < next.position));
}

#[tokio::test]
async fn a_refused_set_does_not_harm_its_neighbours_in_the_group() {
    let (place, make) = (Place::new(), Fixtures::new());
    let repository = Arc::new(place.open());
    let taken = make.user();
    repository.commit(ChangeSet::new().inserting(taken.clone())).await.unwrap();

    let before = transactions(&place);
    // While a foreign writer holds the lock, everything else queues up and makes one group.
    let foreign = place.foreign();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut calls = Vec::new();
    for number in 0..60_u32 {
        let mut user = make.user();
        let mut changes = ChangeSet::new().inserting(user.clone());
        let is_refused = number % 3 == 0;
        if is_refused {
            let second =
                sitstay::account::User { id: make.id(), email: taken.email.clone(), ..user };
            changes.insert(second.clone());
            user = second;
        }
        let repository = Arc::clone(&repository);
        let call = tokio::spawn(async move { repository.commit(changes).await });
        calls.push((is_refused, user.id, call));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    foreign.execute_batch("COMMIT").unwrap();

    let mut stored = vec![taken.id];
    for (is_refused, id, call) in calls {
        match call.await.unwrap() {
            Ok(()) if !is_refused => stored.push(id),
            Err(RepositoryError::Duplicate(Unique::EmailKey)) if is_refused => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(users(&place), stored.len());
    // They did share: there were fewer transactions than sets that were carried out.
    let shared = transactions(&place) - before;
    assert!(shared < stored.len() - 1, "{shared} transactions");
}

/// Counts the transactions in the write-ahead log: the last page of each says how large the database
/// is after it (<https://www.sqlite.org/fileformat2.html#walformat>).
fn transactions(place: &Place) -> usize {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let log = std::fs::read(place.path().with_extension("db-wal")).unwrap();
    let word = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame = FRAME_HEADER + usize::try_from(word(8)).unwrap();
    (HEADER..log.len()).step_by(frame).filter(|at| word(at + 4) > 0).count()
}

fn users(place: &Place) -> usize {
    let count: i64 =
        place.foreign().query_row("SELECT count(*) FROM users", [], |row| row.get(0)).unwrap();
    usize::try_from(count).unwrap()
}

#[tokio::test]
async fn a_writer_that_waits_for_too_long_says_so_and_goes_on() {
    let (place, make) = (Place::new(), Fixtures::new());
    let repository = SqliteRepository::builder(place.path())
        .busy_timeout(Duration::from_millis(50))
        .open()
        .unwrap();
    let foreign = place.foreign();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let user = make.user();
    let changes = ChangeSet::new().inserting(user.clone());
    let refused = repository.commit(changes.clone()).await;
    assert!(matches!(refused, Err(RepositoryError::Contention(_))), "{refused:?}");
    assert_eq!(repository.user(user.id).await.unwrap(), None::<_>, "readers do not wait");

    foreign.execute_batch("ROLLBACK").unwrap();
    repository.commit(changes).await.unwrap();
    assert!(repository.user(user.id).await.unwrap().is_some());
}

#[tokio::test]
async fn dropping_the_repository_finishes_what_is_queued() {
    let (place, make) = (Place::new(), Fixtures::new());
    let repository = Arc::new(place.open());
    let users: Vec<_> = (0..50).map(|_| make.user()).collect();
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    for user in users {
        let mut call = Box::pin(repository.commit(ChangeSet::new().inserting(user)));
        // One poll queues the commit; then its caller goes.
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(call.as_mut().poll(context).is_ready())
        });
        let _ = polled.await;
    }
    drop(repository);
    let repository = place.open();
    for id in ids {
        assert!(repository.user(id).await.unwrap().is_some());
    }
}
