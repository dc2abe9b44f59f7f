use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use rusqlite::Connection;

use super::fresh;
use crate::{
    conformance::{
        fixtures::{Everything, Fixtures, at},
        tour,
    },
    repository::{ChangeSet, RatingDelta, Repository as _, Version, Versioned},
    sqlite::SqliteRepository,
};

/// The texts of all statements that any test has run.
static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Remembers the text of a statement.
pub(in crate::sqlite) fn note(sql: &str) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.contains(sql) {
        seen.insert(sql.to_owned());
    }
}

/// How the statements begin that may go through a whole table: each counts, adds up or checks all of
/// it, for operations and tests.
const MAY_SCAN: &[&str] = &[
    "SELECT count(*) AS row_count, ",
    "SELECT count(*) FROM occupied",
    "SELECT account, currency, sum(amount) FROM (",
    "SELECT booking_id FROM (
                 SELECT booking_id, kind, resource_id, start_at, end_at FROM occupied
                 EXCEPT",
];

#[tokio::test]
async fn no_statement_goes_through_a_table_that_grows() {
    let (repository, folder) = fresh();
    let make = Fixtures::new();
    let rows = make.everything();
    write(&repository, &rows).await;
    tour::of_reads(&repository, &rows, &mut ()).await;

    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(seen.len() > 80, "only {} statements were seen", seen.len());
    // As the planner takes them without statistics, which the library never makes, and as it does
    // where somebody made them.
    for is_analysed in [false, true] {
        let connection = Connection::open(folder.path().join("sitstay.db")).unwrap();
        if is_analysed {
            connection.execute_batch(TEN_MILLION_ROWS).unwrap();
        }
        let offenders: Vec<_> = seen
            .iter()
            .filter(|sql| !MAY_SCAN.iter().any(|start| sql.starts_with(start)))
            .map(|sql| (too_dear(&connection, sql), sql))
            .filter(|(steps, _)| !steps.is_empty())
            .collect();
        assert!(offenders.is_empty(), "analysed: {is_analysed}, {offenders:#?}");
    }
}

/// Tells the planner that every table holds ten million rows, and ten of each key.
const TEN_MILLION_ROWS: &str = "
    ANALYZE;
    UPDATE sqlite_stat1
       SET stat = '10000000' || replace(
               hex(zeroblob(length(stat) - length(replace(stat, ' ', '')))), '00', ' 10')
     WHERE idx IS NOT NULL;
    ANALYZE sqlite_schema";

/// Returns the steps of a statement's plan that go through all rows of something, or that sort the
/// rows of which a page is cut.
fn too_dear(connection: &Connection, sql: &str) -> Vec<String> {
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut steps = plan.raw_query();
    let mut found = Vec::new();
    while let Some(step) = steps.next().unwrap() {
        let step: String = step.get(3).unwrap();
        // Of one trainer's services a search takes the cheapest.
        let is_of_one = sql.starts_with("SELECT l.trainer_id, ");
        if sql.contains("LIMIT") && step.starts_with("USE TEMP B-TREE") && !is_of_one {
            found.push(step);
            continue;
        }
        let Some(scanned) = step.strip_prefix("SCAN ") else { continue };
        let is_result =
            scanned.starts_with("(subquery") || sql.contains(&format!("WITH {scanned} "));
        // Open proposals are few: each closes with its booking.
        let is_short = scanned.contains("reschedule_requests_expiry");
        // A statement with triggers may insert the row that one of its own references lacked: then,
        // and only then, those who refer to the new row are counted.
        let is_for_repair = sql.starts_with("INSERT INTO dog_trainers ")
            && ["quotes", "booking_series"].contains(&scanned);
        if !is_result && !is_short && !is_for_repair {
            found.push(step);
        }
    }
    found
}

async fn write(repository: &SqliteRepository, rows: &Everything) {
    let mut changes = ChangeSet::new();
    rows.insert_into(&mut changes);
    repository.commit(changes).await.unwrap();
    let mut changes = ChangeSet::new();
    changes.rate(RatingDelta { trainer: rows.cast.trainer.id, sum: 5, count: 1 });
    changes.release(rows.spare.id);
    changes.update(Versioned::new(rows.booking.clone(), Version::FIRST));
    changes.remove(Versioned::new(rows.photo.clone(), Version::FIRST));
    repository.commit(changes).await.unwrap();
    repository.purge_commands(at("00:00")).await.unwrap();
}
