use std::panic::{AssertUnwindSafe, catch_unwind};

use super::world::{
    at, audit, become_status, booking, command, id, interval, notification, settled, settlers,
    stored, user,
};
use crate::{
    account::{Role, RoleName, User},
    booking::BookingStatus,
    ids::{BookingId, TrainerId},
    memory::{MemoryRepository, commit::Commit, tables::Tables},
    repository::{
        Change, ChangeSet, EntityRef, RatingDelta, Repository, RepositoryError, Table, Version,
        Versioned, Write,
    },
    time::Instant,
    trainer::CalendarGuard,
};

/// Shows all that is stored, indexes included.
fn everything(repository: &MemoryRepository) -> String {
    format!("{:?}", repository.read())
}

/// A change of each kind that writes differently, in an order in which they can be carried out.
///
/// User 9 takes the address that user 1 gives up, booking 4 the time of booking 1: what is written
/// last must be undone first.
fn changes() -> Vec<Change> {
    let renamed = User { email: "other@example.com".parse().unwrap(), ..user(1) };
    let heir = User { email: user(1).email, ..user(9) };
    let moved = Versioned::new(booking(1, interval(300, 360)), Version::FIRST);
    vec![
        Change::Release(id(2)),
        Write::Update(Versioned::new(renamed, Version::FIRST)).into(),
        Write::Insert(heir).into(),
        Write::Update(moved).into(),
        Change::Rating(RatingDelta { trainer: id(1), sum: 5, count: 1 }),
        Write::Insert(booking(4, interval(0, 60))).into(),
        Write::Insert(notification(1, id(3), at(0))).into(),
        command(1, at(0)).into(),
        audit(1, 1, at(0)).into(),
        audit(2, 1, at(0)).into(),
    ]
}

/// Booking 1 is pending, booking 2 is completed and still claims its time.
async fn with_bookings() -> MemoryRepository {
    let repository = settled().await;
    let completed = become_status(booking(2, interval(60, 120)), BookingStatus::Completed);
    let changes = ChangeSet::new().inserting(booking(1, interval(0, 60))).inserting(completed);
    repository.commit(changes).await.unwrap();
    repository
}

#[tokio::test]
async fn a_commit_that_is_dropped_after_any_number_of_changes_leaves_no_trace() {
    let repository = with_bookings().await;
    let before = everything(&repository);
    for done in 1..=changes().len() {
        let mut tables = repository.write();
        let mut commit = Commit::new(&mut tables, 0);
        commit.take_time(&changes()[..done]).unwrap();
        for change in changes().into_iter().take(done) {
            commit.carry_out(change).unwrap();
        }
        assert_ne!(format!("{:?}", commit.tables), before, "change {done} wrote nothing");
        drop(commit);
        drop(tables);
        assert_eq!(everything(&repository), before, "after {done} changes");
    }
}

#[tokio::test]
async fn a_panic_in_a_commit_leaves_no_trace_and_the_next_call_works() {
    let repository = with_bookings().await;
    let before = everything(&repository);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut tables = repository.write();
        let mut commit = Commit::new(&mut tables, 0);
        commit.take_time(&changes()).unwrap();
        for change in changes() {
            commit.carry_out(change).unwrap();
        }
        panic!("in the middle of a commit");
    }));
    assert!(panicked.is_err());
    assert!(repository.tables.is_poisoned());
    assert_eq!(everything(&repository), before);
    repository.commit(ChangeSet::new().inserting(user(9))).await.unwrap();
}

#[tokio::test]
async fn a_refused_commit_leaves_no_trace() {
    let repository = with_bookings().await;
    let entries = ChangeSet::new().appending(audit(7, 1, at(0))).appending(audit(8, 1, at(0)));
    repository.commit(entries).await.unwrap();
    let before = everything(&repository);
    let sound = || ChangeSet::new().inserting(user(9)).inserting(booking(4, interval(400, 460)));
    let mut released = sound();
    released.release(id(1));
    let mut released_nothing = sound();
    released_nothing.release(id(99));
    let mut rated = sound();
    rated.rate(RatingDelta { trainer: id(1), sum: 6, count: 1 });
    let mut rated_nobody = sound();
    rated_nobody.rate(RatingDelta { trainer: id(99), sum: 5, count: 1 });
    // Frees what it takes, and takes some of it twice.
    let mut moved = sound()
        .updating(Versioned::new(booking(1, interval(70, 130)), Version::FIRST))
        .inserting(booking(5, interval(100, 160)));
    moved.release(id(2));
    let stale =
        Versioned::new(CalendarGuard { trainer: id(1), updated_at: at(0) }, Version::FIRST.next());
    let twin = User { email: user(1).email, ..user(10) };
    let lost = crate::booking::Booking { dog: id(99), ..booking(5, interval(500, 560)) };
    let refusals = [
        (sound().expecting(&stale), "storage.conflict"),
        (released, "storage.conflict"),
        (released_nothing, "storage.missing_reference"),
        (rated, "storage.invalid"),
        (rated_nobody, "storage.missing_reference"),
        (sound().inserting(user(1)), "storage.already_exists"),
        (sound().appending(audit(7, 1, at(0))), "storage.already_exists"),
        (sound().inserting(twin), "storage.duplicate"),
        (sound().inserting(lost), "storage.missing_reference"),
        (sound().inserting(booking(5, interval(459, 519))), "storage.time_taken"),
        (moved, "storage.time_taken"),
        (sound().inserting(booking(1, interval(0, 60))), "storage.already_exists"),
        (sound().inserting(user(9)), "storage.written_twice"),
    ];
    for (number, (changes, code)) in refusals.into_iter().enumerate() {
        let refusal = repository.commit(changes).await.unwrap_err();
        assert_eq!(refusal.code(), code, "case {number}");
        assert_eq!(everything(&repository), before, "case {number}");
    }
    repository.commit(sound()).await.unwrap();
}

#[tokio::test]
async fn a_stale_version_is_named_before_taken_time() {
    let repository = with_bookings().await;
    let stale = stored(&repository, 1).await;
    repository.commit(ChangeSet::new().updating(stale.clone())).await.unwrap();
    let changes = ChangeSet::new().inserting(booking(4, interval(0, 60))).updating(stale);
    let refusal = repository.commit(changes).await.unwrap_err();
    let expected = EntityRef::new(Table::Booking, id::<BookingId>(1));
    assert!(matches!(refusal, RepositoryError::Conflict(row) if row == expected));
}

#[tokio::test]
async fn a_rating_survives_an_update_and_bumps_no_version() {
    use crate::repository::TrainerQueries;
    let repository = settled().await;
    let read = repository.trainer(id::<TrainerId>(1)).await.unwrap().unwrap();
    let mut rated = ChangeSet::new();
    rated.rate(RatingDelta { trainer: id(1), sum: 4, count: 1 });
    repository.commit(rated).await.unwrap();
    repository.commit(ChangeSet::new().updating(read)).await.unwrap();
    let trainer = repository.trainer(id::<TrainerId>(1)).await.unwrap().unwrap();
    assert_eq!(trainer.rating.mean_e4(), Some(40_000));
    assert_eq!(trainer.version(), Version::FIRST.next());
}

#[tokio::test]
async fn a_census_counts_rows_writes_and_claims() {
    let repository = with_bookings().await;
    let pending = stored(&repository, 1).await;
    repository.commit(ChangeSet::new().updating(pending)).await.unwrap();
    let census = repository.census().await.unwrap();
    let tables: Vec<_> = census.tables.iter().map(|(table, _)| *table).collect();
    assert_eq!(tables, Table::ALL);
    let count = |wanted| census.tables.iter().find(|(table, _)| *table == wanted).unwrap().1;
    assert_eq!((count(Table::Role).rows, count(Table::Role).writes), (3, 3));
    assert_eq!((count(Table::Booking).rows, count(Table::Booking).writes), (2, 3));
    assert_eq!(census.claims, 3);
}

#[test]
fn the_roles_are_seeded() {
    let tables = Tables::seeded();
    for role in RoleName::ALL {
        let name = role.code().parse().unwrap();
        let seeded = Role { id: role.id(), name, updated_at: Instant::MIN };
        assert_eq!(tables.roles.cloned(role.id()), Some(Versioned::new(seeded, Version::FIRST)));
    }
}

#[tokio::test]
async fn a_location_is_kept_while_a_trainer_is_found_there() {
    use crate::{
        account::Location,
        contact::{Address, CountryCode},
        geo::GeoPoint,
        repository::{AccountQueries, TrainerQueries},
    };
    let repository = MemoryRepository::new();
    let place = Location {
        id: id(1),
        user: id(1),
        address: Address::new(
            "Hauptstraße 1".parse().unwrap(),
            "Berlin".parse().unwrap(),
            None,
            None,
            CountryCode::parse("DE").unwrap(),
        )
        .unwrap(),
        point: GeoPoint::new(0, 0).unwrap(),
        created_at: at(0),
        updated_at: at(0),
    };
    repository.commit(settlers().inserting(place)).await.unwrap();
    let trainer = repository.trainer(id::<TrainerId>(1)).await.unwrap().unwrap();
    let found = trainer.map(|mut trainer| {
        trainer.search_location = Some(id(1));
        trainer
    });
    repository.commit(ChangeSet::new().updating(found)).await.unwrap();

    let place = repository.location(id(1)).await.unwrap().unwrap();
    let mut removal = ChangeSet::new();
    removal.remove(place);
    let refusal = repository.commit(removal.clone()).await.unwrap_err();
    assert_eq!(refusal.code(), "storage.still_referenced");

    let trainer = repository.trainer(id::<TrainerId>(1)).await.unwrap().unwrap();
    let gone = trainer.map(|mut trainer| {
        trainer.search_location = None;
        trainer
    });
    repository.commit(removal.updating(gone)).await.unwrap();
    assert_eq!(repository.locations(id(1)).await.unwrap(), []);
}
