use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use sitstay::{
    account::{User, UserStatus},
    conformance::settled,
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
async fn a_compacted_file_is_the_same_to_everybody_who_has_it_open() {
    let place = Place::new();
    let (repository, other, make) = (place.open(), place.open(), Fixtures::new());
    with_everything(&repository, &make).await;
    let before = (repository.census().await.unwrap(), settled(&repository).await);
    repository.compact().await.unwrap();
    for seen_by in [&repository, &other] {
        assert_eq!((seen_by.census().await.unwrap(), settled(seen_by).await), before);
    }
    with_everything(&other, &make).await;
    with_everything(&repository, &make).await;
    let places: Vec<_> = settled(&other).await.iter().map(|known| known.position.parts()).collect();
    let expected: Vec<_> = (1..=places.len() as u64).map(|number| (0, 0, number)).collect();
    assert_eq!(places, expected);
    assert_eq!(places.len(), 3 * before.1.len());
}

#[tokio::test]
async fn every_setting_opens_a_working_repository() {
    for (synchronous, mapped) in [(Synchronous::Full, 0), (Synchronous::Normal, u32::MAX)] {
        let place = Place::new();
        let repository = SqliteRepository::builder(place.path())
            .synchronous(synchronous)
            .memory_map(mapped)
            .readers(0)
            .busy_timeout(Duration::from_secs(1))
            .open()
            .unwrap();
        let everything = with_everything(&repository, &Fixtures::new()).await;
        assert!(repository.user(everything.cast.owner_user.id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn an_erasure_leaves_nothing_in_the_file_or_its_log() {
    use std::sync::Arc;

    use sitstay::{
        command::{Actor, Call, SystemReason},
        conformance::fixtures::{Fixtures, made_at},
        money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
        platform::{EraseUser, Platform, SignUp},
        policy::PlatformPolicy,
    };

    let (place, make) = (Place::new(), Fixtures::new());
    let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
    let policy = PlatformPolicy::new(BasisPoints::NONE, money);
    let platform = Platform::new(Arc::new(place.open()), policy);
    let user = make.id();
    let sign_up = SignUp {
        user,
        email: "margarethe.unverwechselbar@example.com".parse().unwrap(),
        password: None,
        first_name: "Margarethe".parse().unwrap(),
        last_name: "Unverwechselbar".parse().unwrap(),
        phone: Some("+4915199887766".parse().unwrap()),
    };
    let call = || Call::new(make.id(), Actor::System(SystemReason::Maintenance), made_at());
    platform.execute(call(), sign_up).await.unwrap();
    let traces = || {
        let files = std::fs::read_dir(place.path().parent().unwrap()).unwrap();
        let bytes: Vec<u8> =
            files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        let words =
            ["margarethe.unverwechselbar", "Margarethe", "Unverwechselbar", "4915199887766"];
        let holds = |word: &&str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        words.into_iter().filter(holds).collect::<Vec<_>>()
    };
    assert_eq!(traces().len(), 4);
    platform.execute(call(), EraseUser { user }).await.unwrap();
    assert_eq!(traces(), [""; 0]);
}

#[tokio::test]
async fn an_erasure_reaches_the_file_once_nobody_reads_the_log_any_more() {
    let place = Place::new();
    let patience = Duration::from_millis(50);
    let repository = SqliteRepository::builder(place.path()).busy_timeout(patience).open().unwrap();
    let everything = with_everything(&repository, &Fixtures::new()).await;
    let stored = repository.user(everything.cast.owner_user.id).await.unwrap().unwrap();
    let named = stored.with(User { first_name: "Xanthippe".parse().unwrap(), ..(*stored).clone() });
    repository.commit(ChangeSet::new().updating(named)).await.unwrap();

    let reader = place.foreign();
    reader.execute_batch("BEGIN; SELECT count(*) FROM users").unwrap();
    let stored = repository.user(stored.id).await.unwrap().unwrap();
    let erased =
        User { first_name: "-".parse().unwrap(), status: UserStatus::Deleted, ..(*stored).clone() };
    repository.commit(ChangeSet::new().updating(stored.with(erased))).await.unwrap();
    assert!(is_somewhere(&place, b"Xanthippe"), "the reader holds back nothing");
    drop(reader);
    // Nothing is written any more; the writer comes back to it by itself.
    let deadline = Instant::now() + Duration::from_secs(60);
    while is_somewhere(&place, b"Xanthippe") {
        assert!(Instant::now() < deadline, "what was erased is still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
