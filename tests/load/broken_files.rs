//! The check of a store finds whatever is broken in it. The schema refuses all of this from any
//! writer, so its triggers are dropped first.

use std::{fs, path::Path};

use rusqlite::Connection;
use sitstay::{ids::CommandId, sqlite::SqliteRepository};
use uuid::Uuid;

use super::{
    load::check::{self, Ending, Findings, Given, Journal, Promise},
    run,
};

/// Makes a file in which every kind of row is.
async fn fill(file: &Path) {
    let file = file.display().to_string();
    let given =
        ["--backend", "sqlite", "--database", &file, "--trainers", "3", "--existing", "300"];
    let answer = run(&[&given[..], &["--clients", "2", "--seconds", "1"]].concat()).await;
    assert_eq!(answer.code, 0, "{}", answer.said);
}

/// Breaks a copy of a file by a statement that must change a row, and checks it.
async fn broken_by(file: &Path, sql: &str) -> Findings {
    let copy = file.with_extension("copy");
    fs::copy(file, &copy).unwrap();
    let repository = SqliteRepository::open(&copy).unwrap();
    let journal = check::begin(&repository, Vec::new()).await.unwrap();
    let connection = Connection::open(&copy).unwrap();
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
    check::check(&repository, &journal, &|_| {}).await.unwrap()
}

const ONE_MORE_POINT: &str = "UPDATE dog_trainers SET rating_sum = rating_sum + 1
      WHERE id = (SELECT id FROM dog_trainers WHERE rating_sum < 5 * total_reviews LIMIT 1)";

#[tokio::test]
async fn what_is_broken_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("load.sqlite3");
    fill(&file).await;
    for (promise, sql) in [
        (
            Promise::Overlaps,
            "UPDATE bookings SET (start_time, end_time) =
                    (SELECT start_time - 60000000, end_time - 60000000 FROM bookings other
                      WHERE other.trainer_id = bookings.trainer_id AND other.id <> bookings.id
                        AND other.status = 'accepted' LIMIT 1)
              WHERE id = (SELECT id FROM bookings WHERE status = 'accepted' LIMIT 1)",
        ),
        (
            Promise::Claims,
            "DELETE FROM occupied
              WHERE booking_id = (SELECT id FROM bookings WHERE status = 'accepted' LIMIT 1)",
        ),
        (Promise::Orphans, "DELETE FROM dogs WHERE id = (SELECT dog_id FROM bookings LIMIT 1)"),
        (
            Promise::Orphans,
            "UPDATE notifications SET user_id = zeroblob(16)
              WHERE id = (SELECT id FROM notifications LIMIT 1)",
        ),
        (
            Promise::Orphans,
            "UPDATE reviews SET owner_id = zeroblob(16) WHERE id = (SELECT id FROM reviews LIMIT 1)",
        ),
        (
            Promise::Audit,
            "UPDATE audit_logs SET payload = replace(payload, 'owner_no_show', 'attended')
              WHERE payload LIKE '%owner_no_show%'",
        ),
        (
            Promise::Audit,
            "UPDATE bookings SET price_snapshot = price_snapshot + 1 WHERE id = (SELECT id FROM bookings LIMIT 1)",
        ),
        (
            Promise::Commands,
            "DELETE FROM commands WHERE command_id = (SELECT command_id FROM commands LIMIT 1)",
        ),
        (Promise::Ratings, ONE_MORE_POINT),
        (
            Promise::Ledger,
            "UPDATE ledger_entries SET amount = amount + 1
              WHERE id = (SELECT id FROM ledger_entries LIMIT 1)",
        ),
        (
            Promise::Ledger,
            "UPDATE payments SET refund_reserved = refund_reserved + 1
              WHERE id = (SELECT id FROM payments WHERE refund_reserved < amount LIMIT 1)",
        ),
    ] {
        let findings = broken_by(&file, sql).await;
        assert!(!findings.all_kept());
        assert!(findings.broken(promise) > 0, "{promise:?}: {sql}\n{findings:?}");
    }
}

#[tokio::test]
async fn what_is_not_broken_is_not_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("load.sqlite3");
    fill(&file).await;
    let findings = broken_by(&file, ONE_MORE_POINT).await;
    assert_eq!(findings.broken(Promise::Ratings), 1);
    let others = [Promise::Overlaps, Promise::Claims, Promise::Orphans, Promise::Audit];
    assert!(others.into_iter().all(|promise| findings.broken(promise) == 0), "{findings:?}");
}

#[tokio::test]
async fn a_command_that_is_lost_or_was_refused_and_is_there_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("load.sqlite3");
    fill(&file).await;
    let stored: Vec<u8> = Connection::open(&file)
        .unwrap()
        .query_row("SELECT command_id FROM commands LIMIT 1", [], |row| row.get(0))
        .unwrap();
    let stored = CommandId::from_uuid(Uuid::from_slice(&stored).unwrap());
    let never_given = CommandId::from_uuid(Uuid::from_u128(1));
    let repository = SqliteRepository::open(&file).unwrap();
    let before = check::begin(&repository, vec![stored]).await.unwrap();
    let given = |command, ending| Journal {
        given: vec![Given { command, ending }],
        commands_before: before.commands_before - u64::from(command == stored),
        ..before.clone()
    };
    for (journal, broken) in [
        (before.clone(), 0),
        (given(never_given, Ending::Refused), 0),
        (given(never_given, Ending::Unknown), 0),
        (given(never_given, Ending::Done), 1),
        (Journal { earlier: vec![never_given], ..before.clone() }, 1),
        // Its entries are older than the journal, so it seems to have none.
        (given(stored, Ending::Done), 1),
        (given(stored, Ending::Refused), 2),
    ] {
        let findings = check::check(&repository, &journal, &|_| {}).await.unwrap();
        assert_eq!(findings.broken(Promise::Commands), broken, "{journal:?}\n{findings:?}");
    }
    let all = Journal { entries_before: 0, ..before };
    let findings = check::check(&repository, &all, &|_| {}).await.unwrap();
    assert!(findings.broken(Promise::Commands) > 100, "entries that no command accounts for");
}
