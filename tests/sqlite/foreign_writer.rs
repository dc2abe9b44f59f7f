//! Programs that write past the library: with foreign keys off, and with none of its checks.

use rusqlite::{Connection, params_from_iter, types::Value};
use sitstay::{
    booking::Booking,
    conformance::fixtures::{accepted, between, completed},
    repository::{BookingQueries as _, RepositoryError},
    sqlite::SqliteRepository,
};

use super::{Cast, Fixtures, Place, book, with_cast, with_everything};

struct Scene {
    place: Place,
    repository: SqliteRepository,
    make: Fixtures,
    cast: Cast,
    morning: Booking,
    evening: Booking,
}

/// A trainer and a dog with two lessons, which other tests try to bring together.
async fn scene() -> Scene {
    let (place, make) = (Place::new(), Fixtures::new());
    let repository = place.open();
    let cast = with_cast(&repository, &make).await;
    let morning = accepted(make.booking(&cast, between("09:00", "10:00")));
    let evening = make.booking(&cast, between("18:00", "19:00"));
    book(&repository, &morning).await;
    book(&repository, &evening).await;
    Scene { place, repository, make, cast, morning, evening }
}

fn refused(written: rusqlite::Result<usize>, because: &str) {
    let error = written.expect_err(because).to_string();
    assert!(error.contains(because), "{error}");
}

fn key(booking: &Booking) -> [u8; 16] {
    booking.id.as_uuid().into_bytes()
}

/// Copies a booking under another id, with some columns changed.
fn copy(
    connection: &Connection,
    how: &str,
    of: &Booking,
    changed: &[(&str, Value)],
) -> rusqlite::Result<usize> {
    let columns: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info('bookings')")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let values: Vec<_> = columns
        .iter()
        .map(|column| {
            let place = changed.iter().position(|(name, _)| name == column);
            place.map_or_else(|| column.clone(), |place| format!("?{}", place + 2))
        })
        .collect();
    let sql = format!(
        "{how} INTO bookings ({}) SELECT {} FROM bookings WHERE id = ?1",
        columns.join(", "),
        values.join(", ")
    );
    let changed = changed.iter().map(|(_, value)| value.clone());
    connection.execute(
        &sql,
        params_from_iter(std::iter::once(Value::Blob(key(of).to_vec())).chain(changed)),
    )
}

fn blob(bytes: &[u8]) -> Value {
    Value::Blob(bytes.to_vec())
}

#[tokio::test]
async fn an_overlapping_booking_is_refused() {
    let scene = scene().await;
    let foreign = scene.place.foreign();
    let id = || blob(scene.make.id::<sitstay::ids::BookingId>().as_uuid().as_bytes());
    let other_dog = || ("dog_id", id());
    let other_trainer = || ("trainer_id", id());
    for how in ["INSERT", "INSERT OR REPLACE", "INSERT OR ROLLBACK"] {
        for other in [other_dog(), other_trainer()] {
            let written = copy(&foreign, how, &scene.morning, &[("id", id()), other]);
            refused(written, "occupied_overlap");
        }
    }
    let free =
        copy(&foreign, "INSERT", &scene.morning, &[("id", id()), other_dog(), other_trainer()]);
    assert_eq!(free.unwrap(), 1, "the copy fails for another reason");
    assert_eq!(scene.repository.mismatched_claims(10).await.unwrap(), []);
}

#[tokio::test]
async fn moving_a_booking_onto_another_is_refused() {
    let scene = scene().await;
    let foreign = scene.place.foreign();
    let onto = [("09:59", "10:59"), ("08:01", "09:01"), ("09:20", "09:40"), ("08:00", "11:00")];
    for (start, end) in onto {
        let session = between(start, end);
        for how in ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR FAIL"] {
            let written = foreign.execute(
                &format!("{how} bookings SET start_time = ?2, end_time = ?3, hold_expires_at = ?2 WHERE id = ?1"),
                (key(&scene.evening), session.start().as_micros(), session.end().as_micros()),
            );
            refused(written, "occupied_overlap");
        }
    }
    let claims = scene.repository.claims(scene.evening.id).await.unwrap();
    assert_eq!(claims, [scene.evening.trainer_claim(), scene.evening.dog_claim()]);
}

#[tokio::test]
async fn moving_a_booking_to_free_time_takes_its_claims_along() {
    let scene = scene().await;
    let session = between("12:00", "13:00");
    scene
        .place
        .foreign()
        .execute(
            "UPDATE bookings SET start_time = ?2, end_time = ?3, hold_expires_at = ?2 WHERE id = ?1",
            (key(&scene.evening), session.start().as_micros(), session.end().as_micros()),
        )
        .unwrap();
    let moved = Booking { session, ..scene.evening };
    let claims = scene.repository.claims(moved.id).await.unwrap();
    assert_eq!(claims, [moved.trainer_claim(), moved.dog_claim()]);
}

#[tokio::test]
async fn waking_a_cancelled_booking_claims_its_time_again() {
    let scene = scene().await;
    let foreign = scene.place.foreign();
    let set = |status: &str, cancelled: bool| {
        foreign.execute(
            "UPDATE bookings
                SET status = ?2, cancelled_at = iif(?3, 1, NULL), cancel_kind = iif(?3, 'expired', NULL)
              WHERE id = ?1",
            (key(&scene.morning), status, cancelled),
        )
    };
    set("cancelled", true).unwrap();
    assert_eq!(scene.repository.claims(scene.morning.id).await.unwrap(), []);
    let rival = accepted(scene.make.booking(&scene.cast, between("09:30", "10:30")));
    book(&scene.repository, &rival).await;
    refused(set("accepted", false), "occupied_overlap");
}

#[tokio::test]
async fn a_claim_of_an_active_booking_cannot_be_touched() {
    let scene = scene().await;
    let foreign = scene.place.foreign();
    let booking = key(&scene.morning);
    refused(
        foreign.execute("DELETE FROM occupied WHERE booking_id = ?1", [booking]),
        "occupied_held",
    );
    for change in ["start_at = start_at + 1", "end_at = end_at - 1", "resource_id = booking_id"] {
        let sql = format!("UPDATE occupied SET {change} WHERE booking_id = ?1");
        refused(foreign.execute(&sql, [booking]), "occupied_unfounded");
    }
    assert_eq!(scene.repository.claims(scene.morning.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_claim_without_a_booking_is_refused() {
    let scene = scene().await;
    let written = scene.place.foreign().execute(
        "INSERT INTO occupied (resource_id, kind, start_at, end_at, booking_id)
         SELECT resource_id, kind, start_at + 86400000000, end_at + 86400000000, ?1 FROM occupied",
        [[7_u8; 16].as_slice()],
    );
    refused(written, "occupied_unfounded");
}

#[tokio::test]
async fn a_completed_booking_keeps_its_trainer_and_never_claims_again() {
    let scene = scene().await;
    let stored = scene.repository.booking(scene.morning.id).await.unwrap().unwrap();
    let done = stored.map(completed);
    let session = done.session;
    let changes = sitstay::repository::ChangeSet::new().updating(done.clone());
    sitstay::repository::Repository::commit(&scene.repository, changes).await.unwrap();
    let foreign = scene.place.foreign();
    let held = || -> Vec<String> {
        foreign
            .prepare("SELECT kind FROM occupied WHERE booking_id = ?1")
            .unwrap()
            .query_map([key(&scene.morning)], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    assert_eq!(held(), ["trainer"]);
    assert_eq!(
        foreign
            .execute(
                "DELETE FROM occupied WHERE start_at <= ?1 AND end_at >= ?2",
                (session.start().as_micros(), session.end().as_micros())
            )
            .unwrap(),
        1
    );
    foreign
        .execute(
            "UPDATE bookings SET start_time = start_time - 60000000 WHERE id = ?1",
            [key(&scene.morning)],
        )
        .unwrap();
    assert_eq!(held(), [""; 0]);
}

#[tokio::test]
async fn a_deleted_booking_leaves_no_claims() {
    let scene = scene().await;
    scene
        .place
        .foreign()
        .execute("DELETE FROM bookings WHERE id = ?1", [key(&scene.morning)])
        .unwrap();
    assert_eq!(scene.repository.claims(scene.morning.id).await.unwrap(), []);
    assert_eq!(scene.repository.mismatched_claims(10).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_append_only_cannot_be_changed() {
    let place = Place::new();
    let repository = place.open();
    with_everything(&repository, &Fixtures::new()).await;
    let foreign = place.foreign();
    for table in ["audit_logs", "ledger_entries", "provider_events", "reminders", "commands"] {
        let update = format!("UPDATE {table} SET created_at = created_at + 1");
        refused(foreign.execute(&update, []), "append_only");
        let replace = format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}");
        refused(foreign.execute(&replace, []), "UNIQUE constraint failed");
    }
    for table in ["audit_logs", "ledger_entries", "provider_events", "reminders"] {
        refused(foreign.execute(&format!("DELETE FROM {table}"), []), "append_only");
    }
}

#[tokio::test]
async fn the_bounds_of_a_row_are_checked() {
    let scene = scene().await;
    let foreign = scene.place.foreign();
    for broken in [
        "status = 'asked'",
        "hold_expires_at = 1",
        "accepted_at = NULL",
        "end_time = start_time",
        "end_time = end_time + 1",
        "buffer_after_minutes = 721",
        "fee = price_snapshot + 1",
        "cancellation_policy = 'strict'",
        "cancelled_at = 1",
        "version = 0",
        "trainer_id = 'a text'",
    ] {
        let sql = format!("UPDATE bookings SET {broken} WHERE id = ?1");
        assert!(foreign.execute(&sql, [key(&scene.morning)]).is_err(), "{broken}");
    }
}

#[tokio::test]
async fn a_corrupt_row_is_told_and_the_next_call_works() {
    let scene = scene().await;
    let foreign = scene.place.foreign();
    foreign
        .execute(
            "UPDATE bookings SET time_zone = 'Moon/Tycho' WHERE id = ?1",
            [key(&scene.morning)],
        )
        .unwrap();
    let corrupt = scene.repository.booking(scene.morning.id).await;
    assert!(
        matches!(corrupt, Err(RepositoryError::Corrupt { table: "bookings", .. })),
        "{corrupt:?}"
    );
    assert!(scene.repository.booking(scene.evening.id).await.unwrap().is_some());

    // Every column is sound, and the row as a whole is not.
    foreign.pragma_update(None, "ignore_check_constraints", true).unwrap();
    foreign
        .execute(
            "UPDATE bookings SET fee = price_snapshot + 1 WHERE id = ?1",
            [key(&scene.evening)],
        )
        .unwrap();
    let corrupt = scene.repository.booking(scene.evening.id).await;
    assert!(matches!(corrupt, Err(RepositoryError::Corrupt { .. })), "{corrupt:?}");
    book(&scene.repository, &scene.make.booking(&scene.cast, between("14:00", "15:00"))).await;
}

#[tokio::test]
async fn replacing_a_booking_is_refused() {
    let scene = scene().await;
    let foreign = scene.place.foreign();
    let same = Value::Blob(key(&scene.morning).to_vec());
    let cancelled = [
        ("id", same.clone()),
        ("status", Value::Text("cancelled".to_owned())),
        ("cancelled_at", Value::Integer(0)),
        ("cancel_kind", Value::Text("cancelled".to_owned())),
    ];
    refused(copy(&foreign, "INSERT OR REPLACE", &scene.morning, &cancelled), "bookings.id");
    let written = foreign.execute(
        "UPDATE OR REPLACE bookings SET id = ?2 WHERE id = ?1",
        (key(&scene.evening), key(&scene.morning)),
    );
    refused(written, "bookings_id");
    assert_eq!(scene.repository.claims(scene.morning.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn entries_out_of_order_are_refused() {
    let (place, make) = (Place::new(), Fixtures::new());
    let repository = place.open();
    with_everything(&repository, &make).await;
    for position in ["9223372036854775807", "0", "-1", "feed_position + 2"] {
        let written = place.foreign().execute(
            &format!(
                "INSERT INTO audit_logs (feed_position, id, action, entity, entity_id, payload, created_at)
                 SELECT {position}, randomblob(16), action, entity, entity_id, payload, created_at
                   FROM audit_logs ORDER BY feed_position DESC LIMIT 1"
            ),
            [],
        );
        refused(written, "feed_position");
    }
}

#[tokio::test]
async fn what_no_payout_holds_is_known_whoever_writes() {
    let (place, make) = (Place::new(), Fixtures::new());
    let repository = place.open();
    let rows = with_everything(&repository, &make).await;
    let foreign = place.foreign();
    let entry = rows.ledger_entry.id.as_uuid().into_bytes();
    let open = || -> i64 {
        foreign.query_row("SELECT count(*) FROM open_earnings", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(open(), 0);
    let copied =
        "SELECT payout_id, entry_id, 1, updated_at, 1 FROM payout_items WHERE entry_id = ?1";
    for (sql, expected) in [
        ("UPDATE payout_items SET released_at = 1 WHERE entry_id = ?1", 1),
        ("UPDATE payout_items SET released_at = NULL WHERE entry_id = ?1", 0),
        (&*format!("INSERT OR REPLACE INTO payout_items {copied}"), 1),
        ("UPDATE payout_items SET released_at = NULL WHERE entry_id = ?1", 0),
        ("DELETE FROM payout_items WHERE entry_id = ?1", 1),
    ] {
        assert_eq!(foreign.execute(sql, [entry]).unwrap(), 1, "{sql}");
        assert_eq!(open(), expected, "{sql}");
    }
    let another = "INSERT INTO ledger_entries
        SELECT randomblob(16), movement_id, debit_account, credit_account, amount, currency,
               booking_id, payment_id, payout_id, debit_trainer_id, credit_trainer_id, created_at
          FROM ledger_entries WHERE id = ?1";
    foreign.execute(another, [entry]).unwrap();
    assert_eq!(open(), 2);
}

#[tokio::test]
async fn whose_a_payment_is_is_known_whoever_writes() {
    let (place, make) = (Place::new(), Fixtures::new());
    let repository = place.open();
    let rows = with_everything(&repository, &make).await;
    let foreign = place.foreign();
    let payment = rows.payment.id.as_uuid().into_bytes();
    let agrees = || -> (i64, i64) {
        foreign
            .query_row(
                "SELECT count(*), (SELECT count(*) FROM payment_parties) FROM payment_parties party
                   JOIN payments ON payments.id = party.payment_id
                   JOIN bookings ON bookings.id = payments.booking_id
                  WHERE party.trainer_id = bookings.trainer_id
                    AND party.owner_id = bookings.owner_id
                    AND party.created_at = payments.created_at",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap()
    };
    assert_eq!(agrees(), (1, 1));
    let copied = "SELECT id, booking_id, amount, currency, provider, provider_reference, status,
        paid_at, refunded_amount, refund_reserved, refund_owed, surplus, created_at + 1,
        updated_at, version FROM payments WHERE id = ?1";
    for (sql, expected) in [
        ("UPDATE payments SET created_at = created_at + 1 WHERE id = ?1", 1),
        (
            "UPDATE bookings SET trainer_id = dog_id, owner_id = dog_id
              WHERE id = (SELECT booking_id FROM payments WHERE id = ?1)",
            1,
        ),
        (
            "UPDATE payments SET booking_id = (SELECT id FROM bookings WHERE status = 'cancelled')
              WHERE id = ?1",
            1,
        ),
        (&*format!("INSERT OR REPLACE INTO payments {copied}"), 1),
        ("DELETE FROM payments WHERE id = ?1", 0),
    ] {
        assert_eq!(foreign.execute(sql, [payment]).unwrap(), 1, "{sql}");
        assert_eq!(agrees(), (expected, expected), "{sql}");
    }
}
