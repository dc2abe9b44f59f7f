//! A copy that was stopped goes on, and a second one writes nothing.

use sitstay::{
    adoption::{Adoption, AdoptionError, Outcome, SourceTable, Tally},
    memory::MemoryRepository,
    postgres::PostgresRepository,
    repository::Repository,
    sqlite::SqliteRepository,
    time::Instant,
};

use super::{
    adoption,
    copying::{content, copied},
    failing::{Failing, Failure},
    key, now,
    postgres_server::Database,
    run, terms, town,
};

/// In batches of two rows, so that there are many commits to fail at.
async fn in_small_batches(
    town: &Database,
    target: &dyn Repository,
) -> Result<Outcome, AdoptionError> {
    adoption(town).batch(2).copy_into(target, now(), &mut |_| {}).await
}

fn read(outcome: &Outcome) -> u64 {
    outcome.tables.values().map(|tally| tally.read).sum()
}

fn copied_rows(outcome: &Outcome) -> u64 {
    outcome.tables.values().map(|tally| tally.copied).sum()
}

async fn undisturbed(town: &Database) -> (Vec<String>, usize) {
    let target = Failing::never(MemoryRepository::new());
    assert!(in_small_batches(town, &target).await.unwrap().adds_up());
    (content(&target).await, target.commits())
}

/// Without the sizes of tables, which say how the rows were batched.
fn rows_only(content: &[String]) -> &[String] {
    &content[..content.len() - 1]
}

#[tokio::test]
async fn a_copy_that_is_stopped_at_any_commit_goes_on_there() {
    let town = town().await;
    let (whole, commits) = undisturbed(&town).await;
    assert!(commits > 25, "{commits}");
    for at in 0..commits {
        let target = Failing::new(MemoryRepository::new(), Failure::Down, at);
        let stopped = in_small_batches(&town, &target).await.unwrap_err();
        assert_eq!(stopped.code(), "storage.unavailable");
        let is_of_the_journal = matches!(stopped, AdoptionError::Journal(_));
        assert_eq!(is_of_the_journal, at == 0, "{stopped}");
        // A later run, in which nothing fails: it goes on for the first run's instant.
        let later: Instant = "2027-03-09T11:00:00Z".parse().unwrap();
        let finished =
            adoption(&town).batch(2).copy_into(&target.inner, later, &mut |_| {}).await.unwrap();
        assert!(finished.adds_up());
        assert_eq!(finished.now, if at == 0 { later } else { now() });
        if at > 0 {
            assert_eq!(content(&target.inner).await, whole, "stopped at commit {at}");
        }
    }
}

#[tokio::test]
async fn a_commit_that_nobody_heard_of_is_not_written_twice_and_one_that_was_lost_is_repeated() {
    let town = town().await;
    let (whole, commits) = undisturbed(&town).await;
    for failure in [Failure::Unheard, Failure::Lost] {
        for at in 0..commits {
            let target = Failing::new(MemoryRepository::new(), failure, at);
            let outcome = in_small_batches(&town, &target).await.unwrap();
            assert!(outcome.adds_up());
            assert_eq!(content(&target).await, whole, "{failure:?} at commit {at}");
            let seeded = 3;
            let left: u64 = outcome.tables.values().map(Tally::all_left_behind).sum();
            assert_eq!(copied_rows(&outcome), read(&outcome) - left - seeded);
        }
    }
}

#[tokio::test]
async fn a_second_run_writes_nothing_on_any_backend() {
    let town = town().await;
    let folder = tempfile::tempdir().unwrap();
    let database = Database::migrated().await;
    let memory = MemoryRepository::new();
    let sqlite = SqliteRepository::open(folder.path().join("adopted.sqlite3")).unwrap();
    let postgres = PostgresRepository::builder(database.options()).connect().await.unwrap();
    let targets: [&dyn Repository; 3] = [&memory, &sqlite, &postgres];
    for target in targets {
        let first = copied(&town, target).await;
        let census = target.census().await.unwrap();
        let second = copied(&town, target).await;
        assert!(second.adds_up());
        assert_eq!(copied_rows(&second), 0);
        assert_eq!(read(&second), read(&first));
        assert_eq!(target.census().await.unwrap(), census);
    }
}

#[tokio::test]
async fn a_second_run_in_other_batches_writes_nothing_on_any_backend() {
    let town = town().await;
    let folder = tempfile::tempdir().unwrap();
    let database = Database::migrated().await;
    let memory = MemoryRepository::new();
    let sqlite = SqliteRepository::open(folder.path().join("adopted.sqlite3")).unwrap();
    let postgres = PostgresRepository::builder(database.options()).connect().await.unwrap();
    let targets: [&dyn Repository; 3] = [&memory, &sqlite, &postgres];
    for target in targets {
        copied(&town, target).await;
        let before = content(target).await;
        let again = in_small_batches(&town, target).await.unwrap();
        assert!(again.adds_up());
        assert_eq!(copied_rows(&again), 0);
        assert_eq!(content(target).await, before);
    }
}

#[tokio::test]
async fn a_run_whose_journal_was_purged_is_refused_at_the_first_row_that_is_there() {
    let town = town().await;
    let folder = tempfile::tempdir().unwrap();
    let database = Database::migrated().await;
    let memory = MemoryRepository::new();
    let sqlite = SqliteRepository::open(folder.path().join("adopted.sqlite3")).unwrap();
    let postgres = PostgresRepository::builder(database.options()).connect().await.unwrap();
    let targets: [&dyn Repository; 3] = [&memory, &sqlite, &postgres];
    for target in targets {
        copied(&town, target).await;
        let before = content(target).await;
        assert!(target.purge_commands(Instant::MAX).await.unwrap() > 0);
        let refused = in_small_batches(&town, target).await.unwrap_err();
        let AdoptionError::Target { table, key: Some(row), source } = &refused else {
            panic!("{refused}")
        };
        assert_eq!((*table, *row), (SourceTable::Roles, key(4)));
        assert_eq!(source.code(), "storage.already_exists");
        assert_eq!(rows_only(&content(target).await), rows_only(&before));
    }
}

#[tokio::test]
async fn what_the_source_got_since_is_copied_by_the_next_run() {
    let town = town().await;
    let target = MemoryRepository::new();
    in_small_batches(&town, &target).await.unwrap();
    // It comes first by its id, so that every batch behind it is another one.
    run(
        &town,
        "INSERT INTO users VALUES (n(5), 'eve@example.com', NULL, 'Eve', 'New', NULL, 'active', '2027-02-01', NULL)",
    )
    .await;
    let next = in_small_batches(&town, &target).await.unwrap();
    assert!(next.adds_up());
    assert_eq!(copied_rows(&next), 1);
    assert_eq!(next.tables[&SourceTable::Users].copied, 1);
}

#[tokio::test]
async fn other_terms_do_not_go_on_with_a_run() {
    let town = town().await;
    let target = MemoryRepository::new();
    copied(&town, &target).await;
    let other = Adoption::of(town.options(), terms().trainer_zone("Asia/Tokyo".parse().unwrap()));
    let refused = other.copy_into(&target, now(), &mut |_| {}).await.unwrap_err();
    assert_eq!(refused.code(), "adoption.other_terms");
}

#[tokio::test]
async fn of_two_copies_at_once_each_takes_up_what_the_other_wrote() {
    let town = town().await;
    let (whole, _) = undisturbed(&town).await;
    for other in [2, 3, 500] {
        let target = Failing::never(MemoryRepository::new());
        let other = adoption(&town).batch(other);
        let mut nothing = |_| {};
        let (first, second) = tokio::join!(
            in_small_batches(&town, &target),
            other.copy_into(&target, now(), &mut nothing)
        );
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first.adds_up() && second.adds_up());
        let seeded = 3;
        let left: u64 = first.tables.values().map(Tally::all_left_behind).sum();
        assert_eq!(copied_rows(&first) + copied_rows(&second), read(&first) - left - seeded);
        assert_eq!(rows_only(&content(&target).await), rows_only(&whole));
    }
}
