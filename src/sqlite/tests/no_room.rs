use std::{error::Error as _, sync::Arc};

use super::fresh;
use crate::{
    account::User,
    conformance::fixtures::Fixtures,
    error::ErrorKind,
    repository::{ChangeSet, Repository as _, RepositoryError},
    sqlite::{SqliteRepository, writer::Task},
};

fn is_no_room(error: &RepositoryError) -> bool {
    let full = error.source().map(ToString::to_string);
    matches!(error, RepositoryError::Unavailable(_))
        && error.is_retryable()
        && error.kind() == ErrorKind::Unavailable
        && full.is_some_and(|full| full.contains("full"))
}

async fn users(repository: &SqliteRepository) -> u64 {
    let census = repository.census().await.unwrap();
    census.tables.iter().find(|(table, _)| table.name() == "users").unwrap().1.rows
}

/// Makes a change set of so many users that a few pages are not enough for them.
fn crowd(make: &Fixtures) -> ChangeSet {
    let mut changes = ChangeSet::new();
    for _ in 0..100 {
        changes.insert(make.user());
    }
    changes
}

#[tokio::test]
async fn a_commit_without_room_says_so_and_the_next_one_with_room_works() {
    let (repository, _folder) = fresh();
    let make = Fixtures::new();
    for pages in 0..5 {
        repository.writer.write(Task::LeaveRoom(pages)).await.unwrap();
        let before = repository.census().await.unwrap();
        let changes = crowd(&make);
        let refused = repository.commit(changes.clone()).await.unwrap_err();
        assert!(is_no_room(&refused), "{refused:?}");
        assert_eq!(repository.census().await.unwrap(), before);

        repository.writer.write(Task::LeaveRoom(1_000)).await.unwrap();
        repository.commit(changes).await.unwrap();
    }
    assert_eq!(users(&repository).await, 500);
}

#[tokio::test]
async fn every_member_of_a_group_without_room_is_told_why() {
    let (repository, folder) = fresh();
    let (repository, make) = (Arc::new(repository), Fixtures::new());
    repository.writer.write(Task::LeaveRoom(8)).await.unwrap();

    // While a foreign writer holds the lock, the others queue up and make one group.
    let foreign = rusqlite::Connection::open(folder.path().join("sitstay.db")).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut calls = Vec::new();
    for _ in 0..20 {
        let (repository, changes) = (Arc::clone(&repository), crowd(&make));
        calls.push(tokio::spawn(async move { repository.commit(changes).await }));
    }
    let small: User = make.user();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    foreign.execute_batch("ROLLBACK").unwrap();

    let mut stored = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(()) => stored += 100,
            Err(refused) => assert!(is_no_room(&refused), "{refused:?}"),
        }
    }
    assert!(stored < 2_000, "there was room");
    assert_eq!(users(&repository).await, stored);
    repository.writer.write(Task::LeaveRoom(1_000)).await.unwrap();
    repository.commit(ChangeSet::new().inserting(small)).await.unwrap();
    assert_eq!(users(&repository).await, stored + 1);
}
