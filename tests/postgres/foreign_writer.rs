//! Programs that write past the library, by plain SQL.

use std::fmt::Display;

use sitstay::{
    booking::Booking,
    conformance::{
        fixtures::{Cast, Fixtures, accepted, between, cancelled, completed},
        settled,
    },
    ids::Id,
    postgres::PostgresRepository,
    repository::{BookingQueries as _, ChangeSet, Repository as _, RepositoryError},
    time::Interval,
};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{
    connect,
    postgres_server::{Database, execute, number},
    with_everything,
};

struct Scene {
    database: Database,
    repository: PostgresRepository,
    make: Fixtures,
    cast: Cast,
    morning: Booking,
    evening: Booking,
}

/// A trainer and a dog with two lessons, which tests try to bring together.
async fn scene() -> Scene {
    let (database, make) = (Database::migrated().await, Fixtures::new());
    let repository = connect(database.options()).await;
    let cast = make.cast();
    let mut changes = ChangeSet::new();
    cast.insert_into(&mut changes);
    let morning = accepted(make.booking(&cast, between("09:00", "10:00")));
    let evening = make.booking(&cast, between("18:00", "19:00"));
    changes.insert(morning.clone());
    changes.insert(evening.clone());
    repository.commit(changes).await.unwrap();
    Scene { database, repository, make, cast, morning, evening }
}

impl Scene {
    async fn foreign(&self) -> PgConnection {
        let mut connection = self.database.connection().await;
        execute(&mut connection, "SET search_path TO sitstay, public").await.unwrap();
        connection
    }

    async fn claims_agree(&self) {
        assert_eq!(self.repository.mismatched_claims(10).await.unwrap(), []);
    }

    async fn stores(&self, booking: &Booking) {
        let changes = ChangeSet::new().inserting(booking.clone());
        self.repository.commit(changes).await.unwrap();
    }
}

fn key(id: impl Id) -> String {
    format!("'{}'", id.as_uuid())
}

fn range(interval: Interval) -> String {
    format!("tstzrange('{}', '{}')", interval.start(), interval.end())
}

#[track_caller]
fn refused<T: std::fmt::Debug>(written: sqlx::Result<T>, because: impl Display) {
    let error = written.expect_err(&because.to_string());
    let said = format!("{error:?}");
    assert!(said.contains(&because.to_string()), "{because}: {said}");
}

/// Carries out statements in one transaction, at whose end the constraints are checked.
async fn deferred(connection: &mut PgConnection, sql: String) -> sqlx::Result<u64> {
    let done =
        execute(connection, format!("BEGIN; SET CONSTRAINTS ALL DEFERRED; {sql}; COMMIT")).await;
    if done.is_err() {
        execute(connection, "ROLLBACK").await.unwrap();
    }
    done
}

/// Copies a booking under another id, with some columns changed.
async fn copy(
    connection: &mut PgConnection,
    of: &Booking,
    id: &str,
    changed: &[(&str, String)],
) -> String {
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns
          WHERE table_schema = 'sitstay' AND table_name = 'bookings'",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    let values: Vec<_> = columns
        .iter()
        .map(|column| match changed.iter().find(|(name, _)| name == column) {
            Some((_, value)) => value.clone(),
            None if column == "id" => id.to_owned(),
            None => column.clone(),
        })
        .collect();
    format!(
        "INSERT INTO bookings ({}) SELECT {} FROM bookings WHERE id = {}",
        columns.join(", "),
        values.join(", "),
        key(of.id)
    )
}

fn claim(id: &str, kind: &str, resource: impl Display, during: &str) -> String {
    format!(
        "INSERT INTO occupied (booking_id, kind, resource_id, during)
         VALUES ({id}, '{kind}', {resource}, {during})"
    )
}

#[tokio::test]
async fn an_active_booking_without_its_claims_is_refused() {
    let scene = scene().await;
    let mut foreign = scene.foreign().await;
    let id = key(scene.make.id::<sitstay::ids::BookingId>());
    let twelve = between("12:00", "13:00");
    let times = [
        ("start_time", format!("'{}'", twelve.start())),
        ("end_time", format!("'{}'", twelve.end())),
    ];
    let copied = copy(&mut foreign, &scene.morning, &id, &times).await;
    refused(execute(&mut foreign, &copied).await, "bookings_claimed");
    let during = range(twelve);
    let trainer = claim(&id, "trainer", key(scene.cast.trainer.id), &during);
    let dog = claim(&id, "dog", key(scene.cast.dog.id), &during);
    for some in [&trainer, &dog] {
        refused(deferred(&mut foreign, format!("{copied}; {some}")).await, "bookings_claimed");
    }
    let longer = claim(&id, "dog", key(scene.cast.dog.id), &range(between("12:00", "13:01")));
    refused(
        deferred(&mut foreign, format!("{copied}; {trainer}; {longer}")).await,
        "bookings_claimed",
    );
    let foreign_dog = claim(&id, "dog", &id, &during);
    refused(
        deferred(&mut foreign, format!("{copied}; {trainer}; {foreign_dog}")).await,
        "bookings_claimed",
    );
    // In whichever order, with all of them it is a booking.
    deferred(&mut foreign, format!("{copied}; {trainer}; {dog}")).await.unwrap();
    scene.claims_agree().await;
}

#[tokio::test]
async fn an_overlapping_booking_is_refused_with_its_claims_too() {
    let scene = scene().await;
    let mut foreign = scene.foreign().await;
    let other = || key(scene.make.id::<sitstay::ids::BookingId>());
    for (start, end) in
        [("09:00", "10:00"), ("09:59", "10:59"), ("08:01", "09:01"), ("09:20", "09:40")]
    {
        let (id, session) = (other(), between(start, end));
        let times = [
            ("start_time", format!("'{}'", session.start())),
            ("end_time", format!("'{}'", session.end())),
        ];
        let copied = copy(&mut foreign, &scene.morning, &id, &times).await;
        let during = range(session);
        let trainer = claim(&id, "trainer", key(scene.cast.trainer.id), &during);
        refused(deferred(&mut foreign, format!("{copied}; {trainer}")).await, "occupied_trainer");
        let dog = claim(&id, "dog", key(scene.cast.dog.id), &during);
        refused(deferred(&mut foreign, format!("{copied}; {dog}")).await, "occupied_dog");
    }
    scene.claims_agree().await;
}

fn move_to(booking: &Booking, session: Interval) -> String {
    let (id, start, end) = (key(booking.id), session.start(), session.end());
    let hold =
        if booking.hold_expires_at.is_some() { ", hold_expires_at = start_time" } else { "" };
    let hold = hold.replace("start_time", &format!("'{start}'"));
    format!("UPDATE bookings SET start_time = '{start}', end_time = '{end}'{hold} WHERE id = {id}")
}

#[tokio::test]
async fn a_booking_moves_with_its_claims_and_onto_nobody() {
    let scene = scene().await;
    let mut foreign = scene.foreign().await;
    let onto = [("09:59", "10:59"), ("08:01", "09:01"), ("09:20", "09:40"), ("08:00", "11:00")];
    let claims_to = |session| {
        format!(
            "UPDATE occupied SET during = {} WHERE booking_id = {}",
            range(session),
            key(scene.evening.id)
        )
    };
    for (start, end) in onto {
        let session = between(start, end);
        let moves = move_to(&scene.evening, session);
        refused(execute(&mut foreign, &moves).await, "bookings_claimed");
        refused(execute(&mut foreign, claims_to(session)).await, "occupied_");
        let both = format!("{moves}; {}", claims_to(session));
        refused(deferred(&mut foreign, both).await, "occupied_");
    }
    let free = between("12:00", "13:00");
    refused(execute(&mut foreign, move_to(&scene.evening, free)).await, "bookings_claimed");
    refused(execute(&mut foreign, claims_to(free)).await, "occupied_founded");
    let both = format!("{}; {}", claims_to(free), move_to(&scene.evening, free));
    deferred(&mut foreign, both).await.unwrap();
    let moved = Booking { session: free, ..scene.evening.clone() };
    let claims = scene.repository.claims(moved.id).await.unwrap();
    assert_eq!(claims, [moved.trainer_claim(), moved.dog_claim()]);
    scene.claims_agree().await;
}

#[tokio::test]
async fn a_claim_of_an_active_booking_cannot_be_touched() {
    let scene = scene().await;
    let mut foreign = scene.foreign().await;
    let (booking, other) = (key(scene.morning.id), key(scene.evening.id));
    for sql in [
        format!("DELETE FROM occupied WHERE booking_id = {booking}"),
        format!("DELETE FROM occupied WHERE booking_id = {booking} AND kind = 'dog'"),
        format!("UPDATE occupied SET resource_id = {other} WHERE booking_id = {booking}"),
        format!(
            "UPDATE occupied SET during = during * {} WHERE booking_id = {booking}",
            range(between("09:00", "09:30"))
        ),
        format!("UPDATE bookings SET buffer_after_minutes = 15 WHERE id = {booking}"),
        format!(
            "UPDATE bookings SET dog_id = (SELECT id FROM dogs WHERE id <> dog_id LIMIT 1), trainer_id = trainer_id WHERE id = {booking}"
        ),
        format!(
            "UPDATE bookings SET status = 'cancelled', cancelled_at = now(), cancel_kind = 'cancelled' WHERE id = {booking}"
        ),
        format!(
            "UPDATE bookings SET status = 'completed', completed_at = now(), attendance = 'attended' WHERE id = {booking}"
        ),
        format!("DELETE FROM bookings WHERE id = {booking}"),
        "TRUNCATE occupied".to_owned(),
        "TRUNCATE bookings CASCADE".to_owned(),
    ] {
        assert!(execute(&mut foreign, &sql).await.is_err(), "{sql}");
        assert!(deferred(&mut foreign, sql.clone()).await.is_err(), "deferred: {sql}");
    }
    assert_eq!(scene.repository.claims(scene.morning.id).await.unwrap().len(), 2);
    scene.claims_agree().await;
}

/// Time that no booking takes would be lost for everybody.
#[tokio::test]
async fn a_claim_that_no_booking_needs_is_refused() {
    let scene = scene().await;
    let mut foreign = scene.foreign().await;
    let called_off = cancelled(scene.make.booking(&scene.cast, between("12:00", "13:00")));
    let done = completed(scene.make.booking(&scene.cast, between("14:00", "15:00")));
    scene.stores(&called_off).await;
    scene.stores(&done).await;
    let (trainer, dog) = (key(scene.cast.trainer.id), key(scene.cast.dog.id));
    let nobody = key(scene.make.id::<sitstay::ids::BookingId>());
    let (free, lesson) = (range(between("16:00", "17:00")), range(done.session));
    for sql in [
        claim(&nobody, "trainer", &trainer, &free),
        claim(&key(called_off.id), "trainer", &trainer, &range(called_off.session)),
        claim(&key(called_off.id), "dog", &dog, &range(called_off.session)),
        claim(&key(done.id), "dog", &dog, &lesson),
        // Where a completed booking may have a claim, it is its own.
        format!("UPDATE occupied SET during = {free} WHERE booking_id = {}", key(done.id)),
        format!(
            "UPDATE occupied SET booking_id = {} WHERE booking_id = {}",
            key(called_off.id),
            key(done.id)
        ),
    ] {
        assert!(execute(&mut foreign, &sql).await.is_err(), "{sql}");
        assert!(deferred(&mut foreign, sql.clone()).await.is_err(), "deferred: {sql}");
    }
    scene.claims_agree().await;
}

#[tokio::test]
async fn a_booking_wakes_with_its_claims_only() {
    let scene = scene().await;
    let mut foreign = scene.foreign().await;
    let id = key(scene.morning.id);
    let sleep = format!(
        "DELETE FROM occupied WHERE booking_id = {id};
         UPDATE bookings SET status = 'cancelled', cancelled_at = now(), cancel_kind = 'cancelled'
          WHERE id = {id}"
    );
    deferred(&mut foreign, sleep).await.unwrap();
    scene.claims_agree().await;
    let wake = format!(
        "UPDATE bookings SET status = 'accepted', cancelled_at = NULL, cancel_kind = NULL WHERE id = {id}"
    );
    refused(execute(&mut foreign, &wake).await, "bookings_claimed");
    let rival = accepted(scene.make.booking(&scene.cast, between("09:30", "10:30")));
    scene.stores(&rival).await;
    let during = range(scene.morning.session);
    let claims = format!(
        "{}; {}",
        claim(&id, "trainer", key(scene.cast.trainer.id), &during),
        claim(&id, "dog", key(scene.cast.dog.id), &during)
    );
    refused(deferred(&mut foreign, format!("{wake}; {claims}")).await, "occupied_");
    scene.claims_agree().await;
}

/// Each of two writers sees the booking as the other one found it.
#[tokio::test]
async fn two_writers_together_cannot_leave_a_booking_without_its_claims() {
    let scene = scene().await;
    let done = completed(scene.make.booking(&scene.cast, between("14:00", "15:00")));
    scene.stores(&done).await;
    let (id, dog) = (key(done.id), key(scene.cast.dog.id));
    let (mut one, mut other) = (scene.foreign().await, scene.foreign().await);
    // One wakes the booking, which keeps its trainer's claim; the other releases that meanwhile.
    let wake = format!(
        "BEGIN; SET CONSTRAINTS ALL DEFERRED;
         UPDATE bookings SET status = 'accepted', completed_at = NULL, attendance = NULL WHERE id = {id};
         {}; SET CONSTRAINTS ALL IMMEDIATE",
        claim(&id, "dog", dog, &range(done.session))
    );
    execute(&mut one, wake).await.unwrap();
    let release = format!("DELETE FROM occupied WHERE booking_id = {id} AND kind = 'trainer'");
    let released = tokio::spawn(async move { execute(&mut other, release).await });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let woken = execute(&mut one, "COMMIT").await;
    let released = released.await.unwrap();
    assert!(woken.is_err() || released.is_err(), "both: {woken:?}, {released:?}");
    scene.claims_agree().await;
}

/// Two programs that check before they write, at the same time.
#[tokio::test]
async fn two_writers_at_once_cannot_double_book() {
    let scene = scene().await;
    let noon = range(between("12:00", "13:00"));
    let mut inserts = Vec::new();
    for _ in 0..8 {
        let mut foreign = scene.foreign().await;
        let id = key(scene.make.id::<sitstay::ids::BookingId>());
        let session = between("12:00", "13:00");
        let times = [
            ("start_time", format!("'{}'", session.start())),
            ("end_time", format!("'{}'", session.end())),
        ];
        let copied = copy(&mut foreign, &scene.morning, &id, &times).await;
        let trainer = claim(&id, "trainer", key(scene.cast.trainer.id), &noon);
        let dog = claim(&id, "dog", key(scene.cast.dog.id), &noon);
        inserts.push(tokio::spawn(async move {
            deferred(&mut foreign, format!("{copied}; {trainer}; {dog}")).await.is_ok()
        }));
    }
    let mut won = 0;
    for insert in inserts {
        won += usize::from(insert.await.unwrap());
    }
    assert!(won <= 1, "{won} bookings of one time");
    scene.claims_agree().await;
}

#[tokio::test]
async fn what_is_append_only_cannot_be_changed() {
    let database = Database::migrated().await;
    let repository = connect(database.options()).await;
    with_everything(&repository, &Fixtures::new()).await;
    let before = repository.census().await.unwrap();
    let mut foreign = database.connection().await;
    for table in ["audit_logs", "ledger_entries", "provider_events", "reminders", "commands"] {
        let (table, is_kept) = (format!("sitstay.{table}"), table != "commands");
        let key = if is_kept { "id" } else { "command_id" };
        for sql in [
            format!("UPDATE {table} SET created_at = created_at + interval '1 second'"),
            format!("UPDATE {table} SET {key} = gen_random_uuid()"),
            format!("INSERT INTO {table} SELECT * FROM {table}"),
            format!(
                "INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM {table}
                 ON CONFLICT ({key}) DO UPDATE SET created_at = now()"
            ),
            format!("TRUNCATE {table} CASCADE"),
        ] {
            assert!(execute(&mut foreign, &sql).await.is_err(), "{sql}");
        }
        if is_kept {
            refused(execute(&mut foreign, format!("DELETE FROM {table}")).await, "append_only");
        }
    }
    assert_eq!(repository.census().await.unwrap(), before);
}

/// A consumer of the feed would never see an entry that is put before its position.
#[tokio::test]
async fn an_entry_cannot_be_put_into_the_past_of_the_feed() {
    let database = Database::migrated().await;
    let repository = connect(database.options()).await;
    with_everything(&repository, &Fixtures::new()).await;
    let mut foreign = database.connection().await;
    for (column, value) in [
        ("feed_transaction", "'3'::xid8"),
        ("feed_transaction", "'9223372036854775807'::xid8"),
        ("feed_sequence", "-1"),
        ("feed_epoch", "0"),
        ("feed_epoch", "7"),
    ] {
        let written = execute(
            &mut foreign,
            format!(
                "INSERT INTO sitstay.audit_logs
                        (id, action, entity, entity_id, payload, created_at, {column})
                 SELECT gen_random_uuid(), action, entity, entity_id, payload, created_at, {value}
                   FROM sitstay.audit_logs LIMIT 1"
            ),
        )
        .await;
        assert!(written.is_err(), "{column} = {value}");
    }
    assert_eq!(settled(&repository).await.len(), 1);
}

#[tokio::test]
async fn the_bounds_of_a_row_are_checked() {
    let scene = scene().await;
    let mut foreign = scene.foreign().await;
    for broken in [
        "status = 'asked'",
        "hold_expires_at = now()",
        "accepted_at = NULL",
        "end_time = start_time",
        "end_time = end_time + interval '1 microsecond'",
        "buffer_after_minutes = 721",
        "fee = price_snapshot + 1",
        "cancellation_policy = 'strict'",
        "cancelled_at = now()",
        "version = 0",
        "trainer_id = dog_id",
        "owner_id = dog_id",
        "dog_id = owner_id",
        "service_id = id",
        "series_id = id",
    ] {
        let sql = format!("UPDATE bookings SET {broken} WHERE id = {}", key(scene.morning.id));
        assert!(execute(&mut foreign, sql.clone()).await.is_err(), "{broken}");
        assert!(deferred(&mut foreign, sql).await.is_err(), "deferred: {broken}");
    }
}

#[tokio::test]
async fn a_corrupt_row_is_told_and_the_next_call_works() {
    let scene = scene().await;
    let mut foreign = scene.foreign().await;
    let set = |what: &str, id| format!("UPDATE bookings SET {what} WHERE id = {}", key(id));
    for broken in [
        "time_zone = 'Moon/Tycho'",
        "time_zone = 'UTC', cancellation_policy = '{\"tiers\": 7}'",
        "cancellation_policy = '[]', local_start = 'infinity'",
        "start_time = '2027-03-01T09:00:30Z', end_time = '2027-03-01T10:00:30Z'",
    ] {
        // Only checks of single rows are in force; a half minute takes claims along.
        let moves = broken.starts_with("start_time");
        let sql = set(broken, scene.morning.id);
        let sql = if moves {
            let during = "tstzrange('2027-03-01T09:00:30Z', '2027-03-01T10:00:30Z')";
            let id = key(scene.morning.id);
            format!("{sql}; UPDATE occupied SET during = {during} WHERE booking_id = {id}")
        } else {
            sql
        };
        deferred(&mut foreign, sql).await.unwrap();
        let read = scene.repository.booking(scene.morning.id).await;
        assert!(
            matches!(read, Err(RepositoryError::Corrupt { table: "bookings", .. })),
            "{broken}: {read:?}"
        );
        assert!(scene.repository.booking(scene.evening.id).await.unwrap().is_some());
    }
    let rows: i64 =
        sqlx::query_scalar(AssertSqlSafe("SELECT count(*) FROM sitstay.bookings".to_owned()))
            .fetch_one(&mut foreign)
            .await
            .unwrap();
    assert_eq!(rows, number(&mut foreign, "SELECT count(*) FROM bookings").await);
    scene.stores(&scene.make.booking(&scene.cast, between("14:00", "15:00"))).await;
}

#[tokio::test]
async fn what_no_payout_holds_is_known_whoever_writes() {
    let scene = scene().await;
    let rows = with_everything(&scene.repository, &scene.make).await;
    let mut foreign = scene.foreign().await;
    let of_entry = format!("WHERE entry_id = {}", key(rows.ledger_entry.id));
    let another = format!(
        "INSERT INTO ledger_entries
         SELECT gen_random_uuid(), movement_id, debit_account, credit_account, amount, currency,
                booking_id, payment_id, payout_id, debit_trainer_id, credit_trainer_id, created_at
           FROM ledger_entries WHERE id = {}",
        key(rows.ledger_entry.id)
    );
    let open = "SELECT count(*) FROM open_earnings";
    assert_eq!(number(&mut foreign, open).await, 0);
    for (sql, expected) in [
        (format!("UPDATE payout_items SET released_at = updated_at {of_entry}"), 1),
        (format!("UPDATE payout_items SET released_at = NULL {of_entry}"), 0),
        (format!("DELETE FROM payout_items {of_entry}"), 1),
        (another, 2),
    ] {
        execute(&mut foreign, sql.clone()).await.unwrap();
        assert_eq!(number(&mut foreign, open).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn whose_a_payment_is_is_known_whoever_writes() {
    let scene = scene().await;
    let rows = with_everything(&scene.repository, &scene.make).await;
    let mut foreign = scene.foreign().await;
    let (payment, booking) = (key(rows.payment.id), key(rows.booking.id));
    let (cancelled, trainer) = (key(rows.spare.id), key(scene.cast.trainer.id));
    let all = "SELECT count(*) FROM payment_parties";
    let right = "SELECT count(*) FROM payment_parties party
        JOIN payments ON payments.id = party.payment_id
        JOIN bookings ON bookings.id = payments.booking_id
       WHERE (party.trainer_id, party.owner_id, party.created_at)
           = (bookings.trainer_id, bookings.owner_id, payments.created_at)";
    for (sql, expected) in [
        (format!("UPDATE payments SET created_at = now() WHERE id = {payment}"), 1),
        (format!("UPDATE payments SET booking_id = {cancelled} WHERE id = {payment}"), 1),
        (format!("UPDATE bookings SET trainer_id = {trainer} WHERE id = {cancelled}"), 1),
        (format!("UPDATE payments SET booking_id = {booking} WHERE id = {payment}"), 1),
        (
            format!(
                "INSERT INTO payments
                 SELECT gen_random_uuid(), booking_id, amount, currency, provider, NULL, 'failed',
                        NULL, 0, 0, 0, false, created_at, updated_at, version
                   FROM payments WHERE id = {payment}"
            ),
            2,
        ),
        ("DELETE FROM payments WHERE status = 'failed'".to_owned(), 1),
    ] {
        execute(&mut foreign, sql.clone()).await.unwrap();
        assert_eq!(number(&mut foreign, all).await, expected, "{sql}");
        assert_eq!(number(&mut foreign, right).await, expected, "{sql}");
    }
}
