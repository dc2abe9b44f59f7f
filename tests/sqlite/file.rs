use std::{sync::Barrier, thread, time::Duration};

use sitstay::{
    repository::{AccountQueries as _, ChangeSet, Repository as _, RepositoryError},
    sqlite::{SqliteRepository, Synchronous},
};

use super::{Fixtures, Place, with_everything};

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_belongs_to_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    let repository = place.open();
    with_everything(&repository, &Fixtures::new()).await;
    for file in std::fs::read_dir(place.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

#[test]
fn a_newer_schema_is_refused() {
    let place = Place::new();
    drop(place.open());
    place
        .foreign()
        .execute("INSERT INTO _sitstay_migrations VALUES (1000, 'later', x'00', 0)", [])
        .unwrap();
    let refused = SqliteRepository::open(place.path());
    assert!(
        matches!(refused, Err(RepositoryError::NewerSchema { found: 1000, known: 1 })),
        "{refused:?}"
    );
}

#[test]
fn a_changed_migration_is_refused() {
    let place = Place::new();
    drop(place.open());
    place.foreign().execute("UPDATE _sitstay_migrations SET checksum = x'00'", []).unwrap();
    let refused = SqliteRepository::open(place.path());
    assert!(matches!(refused, Err(RepositoryError::Corrupt { .. })), "{refused:?}");
}

#[test]
fn what_is_no_database_is_refused() {
    let place = Place::new();
    std::fs::write(place.path(), "a letter, and a long one at that ".repeat(64)).unwrap();
    let refused = SqliteRepository::open(place.path());
    assert!(matches!(refused, Err(RepositoryError::Backend { .. })), "{refused:?}");
    let nowhere = SqliteRepository::open(place.path().join("sitstay.db"));
    assert!(matches!(nowhere, Err(RepositoryError::Backend { .. })), "{nowhere:?}");
}

#[test]
fn many_may_open_a_fresh_file_at_once() {
    let place = Place::new();
    let path = place.path();
    let ready = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                ready.wait();
                SqliteRepository::open(&path).unwrap();
            });
        }
    });
    let migrations: i64 = place
        .foreign()
        .query_row("SELECT count(*) FROM _sitstay_migrations", [], |row| row.get(0))
        .unwrap();
    assert_eq!(migrations, 1);
}

#[tokio::test]
async fn what_is_erased_leaves_no_trace_in_the_files() {
    let place = Place::new();
    let repository = place.open();
    let everything = with_everything(&repository, &Fixtures::new()).await;
    let mut user = everything.cast.owner_user.clone();
    user.first_name = "Xanthippe".parse().unwrap();
    let stored = repository.user(user.id).await.unwrap().unwrap();
    repository.commit(ChangeSet::new().updating(stored.with(user.clone()))).await.unwrap();
    repository.checkpoint().await.unwrap();
    assert!(is_somewhere(&place, b"Xanthippe"), "the test looks in the wrong place");

    let stored = repository.user(user.id).await.unwrap().unwrap();
    user.first_name = "-".parse().unwrap();
    repository.commit(ChangeSet::new().updating(stored.with(user))).await.unwrap();
    repository.checkpoint().await.unwrap();
    assert!(!is_somewhere(&place, b"Xanthippe"));
}

fn is_somewhere(place: &Place, needle: &[u8]) -> bool {
    std::fs::read_dir(place.folder.path()).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test]
async fn every_setting_opens_a_working_repository() {
    for synchronous in [Synchronous::Full, Synchronous::Normal] {
        let place = Place::new();
        let repository = SqliteRepository::builder(place.path())
            .synchronous(synchronous)
            .readers(0)
            .busy_timeout(Duration::from_secs(1))
            .open()
            .unwrap();
        let everything = with_everything(&repository, &Fixtures::new()).await;
        assert!(repository.user(everything.cast.owner_user.id).await.unwrap().is_some());
    }
}
