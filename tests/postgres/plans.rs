//! No statement goes through a table that grows, and none sorts the rows of which it cuts a page.
//!
//! Every statement is caught on the wire and explained with its generic plan, the one that serves
//! all values. The planner is told that each table holds ten million rows, so that it goes
//! through one only where it has no index to go by.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;
use sitstay::{
    conformance::{fixtures::Fixtures, tour::of_reads},
    ledger::LedgerEntry,
    postgres::PostgresRepository,
    repository::{ChangeSet, Repository as _},
};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{
    postgres_server::{Database, execute},
    single,
    tap::Tap,
    tour,
    town::Town,
    with_everything,
};

/// Statements that count, add up or check all there is, for operations and tests.
const MAY_SCAN: &[&str] = &["row_count", "claims_due", "totals)"];
/// Tables that do not grow with the service's use.
const SMALL: &[&str] = &["roles", "_sitstay_feed_epochs", "_sitstay_migrations"];

#[tokio::test]
async fn no_statement_goes_through_a_table_that_grows() {
    let mut seen = BTreeSet::new();
    {
        let database = Database::migrated().await;
        let tap = Tap::before(database.options());
        let builder = PostgresRepository::builder(single(tap.options()));
        let repository = Arc::new(builder.connect().await.unwrap());
        let town = Town::found(repository.clone(), 1, 1).await;
        for day in [1, 2] {
            tour::of_bookings(&town, day, &mut ()).await;
            tour::of_belongings(&town, day, &mut ()).await;
            tour::of_accounts(&town, day, &mut ()).await;
        }
        seen.extend(tap.prepared());
    }
    // A table without rows is planned as one, whatever is told of it: here are some in each.
    let database = Database::migrated().await;
    let tap = Tap::before(database.options());
    let builder = PostgresRepository::builder(single(tap.options()));
    let repository = builder.connect().await.unwrap();
    let make = Fixtures::new();
    let rows = with_everything(&repository, &make).await;
    // All that was earned is in a payout, but for this.
    let open = LedgerEntry { id: make.id(), ..rows.ledger_entry.clone() };
    repository.commit(ChangeSet::new().appending(open)).await.unwrap();
    of_reads(&repository, &rows, &mut ()).await;
    seen.extend(tap.prepared());
    let ours = |sql: &str| sql.contains("\"sitstay\".") && !sql.contains("_sitstay_migrations");
    seen.retain(|(sql, _)| ours(sql));
    assert!(seen.len() > 150, "only {} statements were seen", seen.len());

    let mut connection = database.connection().await;
    // Ten rows of each key, a quarter of all in each status, and ten million in all.
    let statistics = "
        DO $$ DECLARE known record; BEGIN
            FOR known IN SELECT table_name, column_name,
                    CASE data_type WHEN 'uuid' THEN -0.1 WHEN 'boolean' THEN 2 ELSE 4 END AS values
                   FROM information_schema.columns
                   JOIN information_schema.tables USING (table_schema, table_name)
                  WHERE table_schema = 'sitstay' AND table_type = 'BASE TABLE'
                    AND (data_type IN ('uuid', 'boolean')
                      OR column_name IN ('status', 'state', 'kind', 'entity')) LOOP
                EXECUTE format('ALTER TABLE sitstay.%I ALTER COLUMN %I SET (n_distinct = %s)',
                               known.table_name, known.column_name, known.values);
            END LOOP;
        END $$;
        ANALYZE;
        UPDATE pg_class SET relpages = 1, reltuples = 10000000, relallvisible = 0
         WHERE relnamespace = 'sitstay'::regnamespace AND relkind IN ('r', 'i')
           AND relname NOT IN ('roles', '_sitstay_feed_epochs')";
    execute(&mut connection, statistics).await.unwrap();
    execute(&mut connection, "SET plan_cache_mode = force_generic_plan").await.unwrap();
    let mut offenders = Vec::new();
    for (sql, types) in seen {
        if MAY_SCAN.iter().any(|part| sql.contains(part)) {
            continue;
        }
        let mut scans = BTreeSet::new();
        find_scans(&plan(&mut connection, &sql, &types).await, false, &mut scans);
        // Of one trainer's services a search takes the cheapest.
        if sql.contains(".listed_trainers l") {
            scans.retain(|step| !step.ends_with("below a limit"));
        }
        if !scans.is_empty() {
            offenders.push((scans, sql));
        }
    }
    assert!(offenders.is_empty(), "{offenders:#?}");
}

async fn plan(connection: &mut PgConnection, sql: &str, types: &[u32]) -> Value {
    let types: Vec<i64> = types.iter().copied().map(i64::from).collect();
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT format_type(oid::oid, NULL) FROM unnest($1) WITH ORDINALITY AS t (oid, place)
          ORDER BY place",
    )
    .bind(types)
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let types = if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) };
    execute(connection, format!("PREPARE explained {types} AS {sql}"))
        .await
        .unwrap_or_else(|error| panic!("{error:?}: {sql}"));
    let nulls = vec!["NULL"; names.len()].join(", ");
    let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    let explain = format!("EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE explained {nulls}");
    let explained: Vec<String> = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_all(&mut *connection)
        .await
        .unwrap()
        .iter()
        .map(|row| {
            use sqlx::Row as _;

            row.try_get_raw(0).unwrap().as_str().unwrap().to_owned()
        })
        .collect();
    execute(connection, "DEALLOCATE explained").await.unwrap();
    serde_json::from_str(&explained.concat()).unwrap()
}

/// Finds the steps that go through all rows of a table that grows, or all entries of an index, and
/// those that sort below a limit.
fn find_scans(plan: &Value, is_limited: bool, scans: &mut BTreeSet<String>) {
    match plan {
        Value::Array(parts) => parts.iter().for_each(|part| find_scans(part, is_limited, scans)),
        Value::Object(step) => {
            let text = |key: &str| step.get(key).and_then(Value::as_str).unwrap_or_default();
            let (node, table) = (text("Node Type"), text("Relation Name"));
            let index = text("Index Name");
            let grows = !SMALL.contains(&table);
            let is_scan = node == "Seq Scan"
                || (matches!(node, "Index Scan" | "Index Only Scan" | "Bitmap Index Scan")
                    && !step.contains_key("Index Cond"));
            // Open proposals are few: each closes with its booking.
            if is_scan && grows && index != "reschedule_requests_expiry" {
                scans.insert(format!("{node} of {table} {index}"));
            }
            if is_limited && matches!(node, "Sort" | "Incremental Sort") {
                scans.insert(format!("{node} below a limit"));
            }
            let is_limited = is_limited || node == "Limit";
            step.values().for_each(|part| find_scans(part, is_limited, scans));
        }
        _ => {}
    }
}
