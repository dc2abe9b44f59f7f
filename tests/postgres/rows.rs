//! The number of rows in a change set makes neither more round trips nor more texts.

use std::{collections::BTreeMap, sync::Arc};

use sitstay::{
    audit::AuditEntry,
    booking::Booking,
    conformance::fixtures::{Cast, Fixtures, cancelled, completed, minutes, moved},
    postgres::PostgresRepository,
    repository::{ChangeSet, Entity, Repository as _, Version, Versioned},
    trainer::HoursWindow,
};

use super::{postgres_server::Database, single, tap::Tap};

struct Bench {
    repository: Arc<PostgresRepository>,
    make: Fixtures,
    cast: Cast,
    tap: Tap,
    _database: Database,
    /// By what was written: how many texts were prepared once the first numbers had been.
    texts: BTreeMap<&'static str, Vec<(usize, usize)>>,
}

/// After these, every text has been seen that there is: few rows may have texts of their own.
const WARM: [usize; 5] = [1, 2, 3, 4, 5];
const MORE: [usize; 4] = [6, 7, 20, 100];

impl Bench {
    async fn new() -> Self {
        let database = Database::migrated().await;
        let tap = Tap::before(database.options());
        let builder = PostgresRepository::builder(single(tap.options()));
        let repository = Arc::new(builder.connect().await.unwrap());
        let make = Fixtures::new();
        let cast = make.cast();
        let mut changes = ChangeSet::new();
        cast.insert_into(&mut changes);
        repository.commit(changes).await.unwrap();
        Self { repository, make, cast, tap, _database: database, texts: BTreeMap::new() }
    }

    async fn commits(&mut self, what: &'static str, rows: usize, changes: ChangeSet) {
        self.tap.take();
        self.repository.commit(changes).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        let counts = self.tap.take();
        assert_eq!(counts.executions, 1, "{what} of {rows} rows");
        if !WARM.contains(&rows) && !counts.prepared.is_empty() {
            self.texts.entry(what).or_default().push((rows, counts.prepared.len()));
        }
    }

    /// Another hour for each booking.
    fn bookings(&self, rows: usize) -> Vec<Booking> {
        let hour = || 120 * i64::try_from(self.make.number()).unwrap();
        (0..rows).map(|_| self.make.booking(&self.cast, minutes(hour(), 60))).collect()
    }

    async fn write(&mut self, rows: usize) {
        let bookings = self.bookings(rows);
        let changes = inserts(&bookings);
        self.commits("new bookings", rows, changes).await;
        let bookings: Vec<_> = bookings
            .into_iter()
            .map(|booking| {
                let start = booking.session.start();
                let later = start.checked_add(chrono::TimeDelta::minutes(30)).unwrap();
                let end = booking.session.end().checked_add(chrono::TimeDelta::minutes(30));
                moved(booking, sitstay::time::Interval::new(later, end.unwrap()).unwrap())
            })
            .collect();
        self.commits("moves", rows, updates(&bookings, Version::FIRST)).await;
        let second = Version::FIRST.next();
        let (some, others) = bookings.split_at(rows / 2);
        let changed = some.iter().cloned().map(cancelled);
        let changed: Vec<_> = changed.chain(others.iter().cloned().map(completed)).collect();
        self.commits("ends", rows, updates(&changed, second)).await;
        let mut changes = ChangeSet::new();
        for booking in &changed {
            changes.release(booking.id);
        }
        self.commits("releases", rows, changes).await;
        self.commits("expectations", rows, expects(&changed, second.next())).await;

        let photos: Vec<_> = (0..rows).map(|_| self.make.photo(&self.cast.dog)).collect();
        self.commits("photos", rows, inserts(&photos)).await;
        let mut changes = ChangeSet::new();
        for photo in photos {
            changes.remove(Versioned::new(photo, Version::FIRST));
        }
        self.commits("photos that go", rows, changes).await;

        let entries: Vec<AuditEntry> =
            (0..rows).map(|_| self.make.audit_entry(&self.cast.owner_user)).collect();
        let changes = entries.into_iter().fold(ChangeSet::new(), ChangeSet::appending);
        self.commits("entries", rows, changes).await;

        self.write_mixed(rows).await;
    }

    /// A week's hours are replaced, and users are changed.
    async fn write_mixed(&mut self, rows: usize) {
        let hours: Vec<HoursWindow> =
            (0..rows).map(|_| self.make.hours(&self.cast.trainer)).collect();
        self.commits("hours", rows, inserts(&hours)).await;
        let mut changes = inserts(&[self.make.hours(&self.cast.trainer)]);
        for window in hours {
            changes.remove(Versioned::new(window, Version::FIRST));
        }
        self.commits("hours that are replaced", rows, changes).await;

        let users: Vec<_> = (0..rows).map(|_| self.make.user()).collect();
        self.commits("users", rows, inserts(&users)).await;
        self.commits("changed users", rows, updates(&users, Version::FIRST)).await;
    }
}

fn inserts<T: Entity + Clone>(rows: &[T]) -> ChangeSet
where
    sitstay::repository::Change: From<sitstay::repository::Write<T>>,
{
    rows.iter().cloned().fold(ChangeSet::new(), ChangeSet::inserting)
}

fn updates<T: Entity + Clone>(rows: &[T], version: Version) -> ChangeSet
where
    sitstay::repository::Change: From<sitstay::repository::Write<T>>,
{
    let rows = rows.iter().map(|row| Versioned::new(row.clone(), version));
    rows.fold(ChangeSet::new(), ChangeSet::updating)
}

fn expects<T: Entity + Clone>(rows: &[T], version: Version) -> ChangeSet {
    rows.iter().fold(ChangeSet::new(), |changes, row| {
        changes.expecting(&Versioned::new(row.clone(), version))
    })
}

#[tokio::test]
async fn a_hundred_rows_cost_one_round_trip_and_no_text_of_their_own() {
    let mut bench = Bench::new().await;
    for rows in WARM.into_iter().chain(MORE) {
        bench.write(rows).await;
    }
    assert!(bench.texts.is_empty(), "prepared anew, by number of rows: {:#?}", bench.texts);
}
