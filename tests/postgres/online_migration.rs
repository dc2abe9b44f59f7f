//! The second migration runs while instances of the version before go on writing.
//!
//! It meets a million bookings where `SITSTAY_DEEP_TESTS` is set, and else some thousand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{
    connect,
    deep::is_deep,
    postgres_server::{Database, Server, execute, number},
};

const FIRST: &str = include_str!("../../src/postgres/migrations/0001_schema.sql");
const WRITERS: u32 = 4;
/// How many bookings are made beside the build of an index.
const BOOKED: u64 = 20;
/// How often the watcher looks: minutes.
const PATIENCE: u32 = 200_000;

/// Makes the schema as the version with one migration left it.
async fn apply_first(connection: &mut PgConnection) {
    let name = Uuid::new_v5(&Uuid::NAMESPACE_OID, b"schema");
    let checksum = [FIRST, ""].iter().fold(name, |sum, text| Uuid::new_v5(&sum, text.as_bytes()));
    let schema = FIRST.replace("@.", "sitstay.");
    let sql = format!(
        "CREATE SCHEMA sitstay;
         {schema}
         CREATE TABLE sitstay._sitstay_migrations (
             version integer NOT NULL PRIMARY KEY, name text NOT NULL, checksum uuid NOT NULL,
             steps integer NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
         INSERT INTO sitstay._sitstay_migrations VALUES (1, 'schema', '{checksum}', 1);"
    );
    execute(connection, sql).await.unwrap();
}

/// An id of something that belongs to a writer.
fn id(kind: u32, writer: u32) -> Uuid {
    Uuid::from_u64_pair(0x0195_0000_0000_7000 | u64::from(kind) << 32, u64::from(writer) | 1 << 63)
}

/// Adds a trainer and an owner with a dog for each writer, and completed bookings of the past.
async fn fill(connection: &mut PgConnection, bookings: u32) {
    let mut sql = String::from("SET session_replication_role = replica;");
    for writer in 0..WRITERS {
        let [user, trainer, owner, dog] = [1, 2, 3, 4].map(|kind| id(kind, writer));
        sql.push_str(&format!(
            "INSERT INTO sitstay.users (id, email, email_key, first_name, last_name, status, created_at, updated_at)
             VALUES ('{user}', '{writer}@example.com', '{writer}@example.com', 'A', 'B', 'active', '2027-01-01+00', '2027-01-01+00');
             INSERT INTO sitstay.dog_trainers
                 (id, user_id, years_of_experience, bio, is_verified, rating_sum, total_reviews, time_zone,
                  slot_step_minutes, notice_minutes, days_ahead, hold_minutes, auto_accept,
                  cancellation_policy, created_at, updated_at)
             VALUES ('{trainer}', '{user}', 1, '', false, 0, 0, 'UTC', 15, 0, 60, 60, false, '{{}}',
                     '2027-01-01+00', '2027-01-01+00');
             INSERT INTO sitstay.dog_owners (id, user_id, created_at, updated_at)
             VALUES ('{owner}', '{user}', '2027-01-01+00', '2027-01-01+00');
             INSERT INTO sitstay.dogs (id, owner_id, name, size, notes, created_at, updated_at)
             VALUES ('{dog}', '{owner}', 'Rex', 'small', '', '2027-01-01+00', '2027-01-01+00');"
        ));
    }
    let [trainer, owner, dog] = [2, 3, 4].map(|kind| id(kind, 0));
    sql.push_str(&format!(
        "INSERT INTO sitstay.bookings
             (id, trainer_id, owner_id, dog_id, start_time, end_time, buffer_before_minutes,
              buffer_after_minutes, price_snapshot, currency, fee, cancellation_policy, status,
              local_start, time_zone, utc_offset, accepted_at, completed_at, attendance,
              refund_cap_bp, reschedules, created_at, updated_at)
         SELECT gen_random_uuid(), '{trainer}', '{owner}', '{dog}', at, at + interval '1 hour', 0, 0,
                5000, 'EUR', 500, '{{}}', 'completed', at AT TIME ZONE 'UTC', 'UTC', 0, at, at,
                'attended', 10000, 0, at, at
           FROM generate_series(1, {bookings}) number,
                LATERAL (SELECT '2000-01-01+00'::timestamptz + number * interval '10 minutes' AS at) t;
         SET session_replication_role = origin;
         ANALYZE sitstay.bookings;"
    ));
    execute(connection, sql).await.unwrap();
}

/// Books one hour after the other, as the version before did, and touches each booking once more.
async fn write(database: Arc<Database>, writer: u32, done: Arc<AtomicBool>, count: Arc<AtomicU64>) {
    let mut connection = database.connection().await;
    let [trainer, owner, dog] = [2, 3, 4].map(|kind| id(kind, writer));
    let book = format!(
        "WITH booking AS (
             INSERT INTO sitstay.bookings
                 (id, trainer_id, owner_id, dog_id, start_time, end_time, buffer_before_minutes,
                  buffer_after_minutes, price_snapshot, currency, fee, cancellation_policy, status,
                  hold_expires_at, local_start, time_zone, utc_offset, refund_cap_bp, reschedules,
                  created_at, updated_at)
             SELECT gen_random_uuid(), '{trainer}', '{owner}', '{dog}', at, at + interval '1 hour',
                    0, 0, 5000, 'EUR', 500, '{{}}', 'pending', at, at AT TIME ZONE 'UTC', 'UTC', 0,
                    10000, 0, at, at
               FROM (SELECT '2027-01-01+00'::timestamptz + $1 * interval '1 hour' AS at) t
             RETURNING id, trainer_id, dog_id, start_time, end_time)
         INSERT INTO sitstay.occupied (booking_id, kind, resource_id, during)
         SELECT id, kind, CASE kind WHEN 'dog' THEN dog_id ELSE trainer_id END,
                tstzrange(start_time, end_time)
           FROM booking, unnest(ARRAY['trainer', 'dog']) kind RETURNING booking_id"
    );
    let touch = "UPDATE sitstay.bookings SET version = version + 1 WHERE id = $1";
    for hour in 0_i32.. {
        if done.load(Ordering::Relaxed) {
            return;
        }
        let query = sqlx::query_scalar(AssertSqlSafe(book.as_str())).bind(hour);
        let booking: Uuid = query.fetch_one(&mut connection).await.unwrap();
        connection.execute(sqlx::query(touch).bind(booking)).await.unwrap();
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// What was seen while the migration ran.
#[derive(Debug, Default)]
struct Seen {
    /// The strong locks on the bookings that were held at the same time as an index was built.
    locks_while_building: Vec<String>,
    /// How many bookings were made from the first to the last look at the build of an index.
    booked_while_building: u64,
}

/// Watches the build of the indexes. A transaction from before holds up the first one until enough
/// was booked beside it: else it might be over before anybody looked.
async fn watch(database: Arc<Database>, done: Arc<AtomicBool>, count: Arc<AtomicU64>) -> Seen {
    let mut connection = database.connection().await;
    let mut old = Some(transaction(&database).await);
    let mut seen = Seen::default();
    let mut first = None;
    for _ in 0..PATIENCE {
        if done.load(Ordering::Relaxed) {
            return seen;
        }
        let rows = connection
            .fetch_all(
                "SELECT l.mode FROM pg_stat_progress_create_index p
                   JOIN pg_locks l ON l.pid = p.pid AND l.relation = 'sitstay.bookings'::regclass
                  WHERE l.granted",
            )
            .await
            .unwrap();
        if !rows.is_empty() {
            let now = count.load(Ordering::Relaxed);
            seen.booked_while_building = now - *first.get_or_insert(now);
            seen.locks_while_building.extend(rows.iter().map(|row| row.get::<String, _>(0)));
        }
        if seen.booked_while_building >= BOOKED {
            old = None;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("{} bookings while an index was built, {old:?}", seen.booked_while_building);
}

/// A transaction that reads what was there when it began, and holds no lock.
async fn transaction(database: &Database) -> PgConnection {
    let mut connection = database.connection().await;
    execute(&mut connection, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").await.unwrap();
    connection
}

/// Waits until so many bookings are made.
async fn booked(count: &AtomicU64, enough: u64, writers: &[JoinHandle<()>]) {
    while count.load(Ordering::Relaxed) < enough {
        assert!(!writers.iter().any(JoinHandle::is_finished), "a writer stopped");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_go_on_while_the_second_migration_runs() {
    let existing = if is_deep() { 1_000_000 } else { 5_000 };
    let database = Arc::new(Server::shared().empty().await);
    let mut connection = database.connection().await;
    apply_first(&mut connection).await;
    fill(&mut connection, existing).await;

    let (done, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let shared = || (Arc::clone(&database), Arc::clone(&done), Arc::clone(&count));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (database, done, count) = shared();
            tokio::spawn(write(database, writer, done, count))
        })
        .collect();
    let (watched, over, counted) = shared();
    let watcher = tokio::spawn(watch(watched, over, counted));
    booked(&count, 20, &writers).await;
    let repository = connect(database.options()).await;
    // Writers of the version before also go on after it.
    booked(&count, count.load(Ordering::Relaxed) + 20, &writers).await;
    done.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let seen = watcher.await.unwrap();
    repository.close().await;

    let unfit: Vec<_> = seen
        .locks_while_building
        .iter()
        .filter(|mode| !["ShareUpdateExclusiveLock", "AccessShareLock"].contains(&mode.as_str()))
        .collect();
    assert!(unfit.is_empty(), "locks that keep writers out: {unfit:?}");
    assert!(seen.booked_while_building >= BOOKED, "{} bookings", seen.booked_while_building);
    let booked = i64::try_from(count.load(Ordering::Relaxed)).unwrap();
    let stored = number(&mut connection, "SELECT count(*) FROM sitstay.bookings").await;
    assert_eq!(stored, i64::from(existing) + booked);
    let indexes = "SELECT count(*) FROM pg_index WHERE indisvalid
                      AND indexrelid::regclass::text LIKE 'sitstay.bookings\\_open\\_%'";
    assert_eq!(number(&mut connection, indexes).await, 2);
    let checked = "SELECT count(*) FROM pg_constraint
                    WHERE conname = 'bookings_utc_offset' AND convalidated";
    assert_eq!(number(&mut connection, checked).await, 1);
    // Who connects next finds nothing to do.
    connect(database.options()).await.close().await;
}

/// What an interrupted build of an index leaves behind is built again.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_migration_goes_on_where_it_stopped() {
    let database = Server::shared().empty().await;
    let mut connection = database.connection().await;
    apply_first(&mut connection).await;
    fill(&mut connection, 100).await;
    // The first index is there and broken, and nobody noted it.
    execute(
        &mut connection,
        "CREATE INDEX bookings_open_trainer ON sitstay.bookings (id);
         UPDATE pg_index SET indisvalid = false
          WHERE indexrelid = 'sitstay.bookings_open_trainer'::regclass",
    )
    .await
    .unwrap();
    connect(database.options()).await.close().await;
    let indexes = "SELECT count(*) FROM pg_index WHERE indisvalid
                      AND indexrelid::regclass::text LIKE 'sitstay.bookings\\_open\\_%'";
    assert_eq!(number(&mut connection, indexes).await, 2);
    let steps = "SELECT steps::bigint FROM sitstay._sitstay_migrations WHERE version = 2";
    assert_eq!(number(&mut connection, steps).await, 4);
}
