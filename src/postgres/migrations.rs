//! The schema, as a list of migrations of which a database has carried out the first ones.
//!
//! # Rules for a migration
//!
//! While it runs, instances of the version before it go on reading and writing. So a migration
//! *expands*: it adds tables, columns that are nullable or have a default, indexes, and constraints
//! that the version before keeps already. What that version still uses is dropped by a migration of a
//! later release (*contract*). No step may block writers of a table that grows for longer than an
//! instant:
//!
//! - a column is added nullable, or with a constant default; rows that are there already are filled
//!   by the writers of the next version, or by a step that takes some thousand rows at a time;
//! - an index on a table with rows is a [`Step::Index`], which is built concurrently;
//! - a constraint is added `NOT VALID` in one step and validated in the next, which lets writers go
//!   on; a column becomes `NOT NULL` by such a check;
//! - no table is rewritten, and no column changes its type.
//!
//! Statements that take a strong lock wait for it for two seconds at most, so that nobody queues up
//! behind them for longer, and are then tried again. A step that was interrupted is carried out
//! again: each but a [`Step::Transaction`] must bear that.

use std::time::Duration;

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, postgres::PgRow,
};
use uuid::Uuid;

use super::{
    connections::Connections,
    error::{Meaning, failure, unwritten},
    schema::Schema,
};
use crate::{
    repository::{BoxError, RepositoryError, Result},
    sql::{ChangedMigration, MIGRATIONS_TABLE, checksum},
};

struct Migration {
    name: &'static str,
    steps: &'static [Step],
}

/// A step of a migration; `@.` stands for the schema.
enum Step {
    /// Statements that are carried out together, whole or not at all.
    Transaction(&'static str),
    /// An index that is built while others write.
    Index { name: &'static str, on: &'static str },
}

/// Every migration, the oldest first. Their texts never change once they are released.
const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "schema",
        steps: &[Step::Transaction(include_str!("migrations/0001_schema.sql"))],
    },
    Migration {
        name: "open bookings",
        steps: &[
            // Few bookings are open; lists of them need not go through all that were ever made.
            Step::Index {
                name: "bookings_open_trainer",
                on: "@.bookings (trainer_id, start_time, id) WHERE status IN ('pending', 'accepted')",
            },
            Step::Index {
                name: "bookings_open_owner",
                on: "@.bookings (owner_id, start_time, id) WHERE status IN ('pending', 'accepted')",
            },
            Step::Transaction(
                "ALTER TABLE @.bookings ADD CONSTRAINT bookings_utc_offset
                 CHECK (utc_offset BETWEEN -93599 AND 93599) NOT VALID",
            ),
            Step::Transaction("ALTER TABLE @.bookings VALIDATE CONSTRAINT bookings_utc_offset"),
        ],
    },
];

/// The oldest server that has everything the statements use.
const OLDEST_SERVER: i32 = 140_000;
/// Any number that nobody else locks by.
const LOCK: i32 = 0x5349_5453;
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '2s'";
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(200);
const WAIT: Duration = Duration::from_millis(50);

impl Step {
    const fn texts(&self) -> [&'static str; 2] {
        match self {
            Self::Transaction(sql) => [sql, ""],
            Self::Index { name, on } => [name, on],
        }
    }
}

impl Migration {
    fn checksum(&self) -> Uuid {
        checksum(self.name, self.steps.iter().flat_map(Step::texts))
    }
}

/// Checks that a server is fit and its schema the right one, and brings the schema up to date.
pub(super) async fn prepare(writer: &Connections, schema: &Schema, migrates: bool) -> Result<()> {
    let mut connection = writer.acquire().await?;
    check_server(&mut connection).await?;
    let pending = pending(&mut connection, schema).await?;
    if pending.is_empty() && !is_new_cluster(&mut connection, schema).await? {
        return Ok(());
    }
    if !migrates {
        let what = if pending.is_empty() {
            "the data has moved to another cluster, which somebody who migrates has to note"
        } else {
            "the schema is not up to date"
        };
        return Err(failure(format!("{what}, and no migration is to be run")));
    }
    // The lock is held by a transaction that does nothing else: it needs no session, and holds
    // back neither concurrent builds of indexes nor the feed. Nor does whoever waits for it: the
    // build of an index waits for the end of every transaction that it met while that had a
    // snapshot, so each look is a transaction of its own, which ends at once.
    // One lock is for all schemas of a database, because they share the extension.
    let mut waiting = writer.acquire().await?;
    let mut lock = loop {
        let mut look = waiting.begin().await.map_err(unwritten)?;
        let query = sqlx::query("SELECT pg_try_advisory_xact_lock($1, 0)").bind(LOCK);
        if get(&look.fetch_one(query).await.map_err(unwritten)?, 0)? {
            break look;
        }
        look.rollback().await.map_err(unwritten)?;
        tokio::time::sleep(WAIT).await;
    };
    // It is idle for as long as the longest step takes.
    let patience = "SET LOCAL idle_in_transaction_session_timeout = 0";
    lock.execute(patience).await.map_err(unwritten)?;
    migrate(&mut connection, &mut lock, schema).await?;
    lock.rollback().await.map_err(unwritten)
}

async fn check_server(connection: &mut PgConnection) -> Result<()> {
    let row = fetch(
        connection,
        "SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'),
                current_setting('default_transaction_isolation'), pg_is_in_recovery()",
    )
    .await?;
    let (version, encoding): (i32, String) = (get(&row, 0)?, get(&row, 1)?);
    let (isolation, is_standby): (String, bool) = (get(&row, 2)?, get(&row, 3)?);
    if version < OLDEST_SERVER {
        return Err(failure(format!("Postgres {} is older than 14", version / 10_000)));
    }
    if encoding != "UTF8" {
        return Err(failure(format!("the database's encoding is {encoding} and not UTF8")));
    }
    if isolation != "read committed" {
        // Under a stricter level whoever waited for a lock would fail instead of looking again.
        return Err(failure(format!(
            "the default isolation is {isolation}; set it back for the role: \
             ALTER ROLE … SET default_transaction_isolation = 'read committed'"
        )));
    }
    if is_standby {
        return Err(RepositoryError::Unavailable("the server is a standby".into()));
    }
    Ok(())
}

/// Returns the migrations that are still to be carried out, each with its version and the number
/// of its steps that are done.
async fn pending(
    connection: &mut PgConnection,
    schema: &Schema,
) -> Result<Vec<(i32, usize, &'static Migration)>> {
    let table = schema.qualify(&format!("@.{MIGRATIONS_TABLE}"));
    let exists: bool = get(
        &connection
            .fetch_one(sqlx::query("SELECT to_regclass($1) IS NOT NULL").bind(&table))
            .await
            .map_err(unwritten)?,
        0,
    )?;
    let mut applied: Vec<(i32, Uuid, i32)> = Vec::new();
    if exists {
        let list = format!("SELECT version, checksum, steps FROM {table} ORDER BY version");
        let rows = connection.fetch_all(AssertSqlSafe(list)).await.map_err(unwritten)?;
        for row in &rows {
            applied.push((get(row, 0)?, get(row, 1)?, get(row, 2)?));
        }
    }
    let known = i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX);
    if let Some((found, ..)) = applied.iter().find(|(version, ..)| *version > known) {
        return Err(RepositoryError::NewerSchema { found: (*found).into(), known: known.into() });
    }
    let mut pending = Vec::new();
    for (version, migration) in (1..).zip(MIGRATIONS) {
        let row = applied.iter().find(|(applied, ..)| *applied == version);
        let done = row.map_or(0, |(.., steps)| usize::try_from(*steps).unwrap_or_default());
        if row.is_some_and(|(_, checksum, _)| *checksum != migration.checksum()) {
            let source: BoxError = ChangedMigration { version: version.into() }.into();
            return Err(RepositoryError::Corrupt { table: MIGRATIONS_TABLE, source });
        }
        if done < migration.steps.len() {
            pending.push((version, done, migration));
        }
    }
    Ok(pending)
}

/// Carries out what is pending, under the lock.
async fn migrate(
    connection: &mut PgConnection,
    lock: &mut PgConnection,
    schema: &Schema,
) -> Result<()> {
    let exists: bool = get(
        &connection
            .fetch_one(
                sqlx::query("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)")
                    .bind(schema.name()),
            )
            .await
            .map_err(unwritten)?,
        0,
    )?;
    // `IF NOT EXISTS` would ask for the right to create also where it is there.
    if !exists {
        let name = schema.prefix().trim_end_matches('.');
        run(connection, &format!("CREATE SCHEMA {name}")).await?;
    }
    let table = format!(
        "CREATE TABLE IF NOT EXISTS @.{MIGRATIONS_TABLE} (
             version    integer NOT NULL PRIMARY KEY,
             name       text NOT NULL,
             checksum   uuid NOT NULL,
             steps      integer NOT NULL, -- that are done
             applied_at timestamptz NOT NULL DEFAULT now()
         )"
    );
    run(connection, &schema.qualify(&table)).await?;
    for (version, done, migration) in pending(connection, schema).await? {
        for (number, step) in (1..).zip(migration.steps).skip(done) {
            // Whoever lost the lock, for instance with its connection, is not alone any more.
            lock.ping().await.map_err(unwritten)?;
            carry_out(connection, schema, step, (version, migration, number)).await?;
        }
    }
    if is_new_cluster(connection, schema).await? {
        begin_epoch(connection, schema).await?;
    }
    Ok(())
}

async fn carry_out(
    connection: &mut PgConnection,
    schema: &Schema,
    step: &Step,
    done: (i32, &Migration, i32),
) -> Result<()> {
    match step {
        Step::Transaction(sql) => {
            let sql = schema.qualify(sql);
            let mut tries = 0;
            loop {
                let outcome = transact(connection, schema, &sql, done).await;
                if !is_worth_another_try(&outcome, &mut tries).await {
                    return outcome.map_err(unwritten);
                }
            }
        }
        Step::Index { name, on } => {
            // What an interrupted build leaves behind is an index that nobody uses.
            let drop = schema.qualify(&format!("DROP INDEX CONCURRENTLY IF EXISTS @.{name}"));
            let build = schema.qualify(&format!("CREATE INDEX CONCURRENTLY {name} ON {on}"));
            let mut tries = 0;
            loop {
                let outcome = rebuild(connection, schema, [&drop, &build], done).await;
                if !is_worth_another_try(&outcome, &mut tries).await {
                    return outcome.map_err(unwritten);
                }
            }
        }
    }
}

async fn transact(
    connection: &mut PgConnection,
    schema: &Schema,
    sql: &str,
    done: (i32, &Migration, i32),
) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    transaction.execute(LOCK_TIMEOUT).await?;
    transaction.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    record(&mut transaction, schema, done).await?;
    transaction.commit().await
}

async fn rebuild(
    connection: &mut PgConnection,
    schema: &Schema,
    sql: [&str; 2],
    done: (i32, &Migration, i32),
) -> sqlx::Result<()> {
    for sql in sql {
        connection.execute(AssertSqlSafe(sql)).await?;
    }
    record(connection, schema, done).await
}

/// Says whether others held locks, after a pause; a closure to try again would not be `Send`.
async fn is_worth_another_try(outcome: &sqlx::Result<()>, tries: &mut usize) -> bool {
    *tries += 1;
    let is_overtaken =
        outcome.as_ref().is_err_and(|error| Meaning::of(error) == Meaning::Overtaken);
    if !is_overtaken || *tries == TRIES {
        return false;
    }
    tokio::time::sleep(PAUSE).await;
    true
}

/// Notes that a step is done.
async fn record(
    connection: &mut PgConnection,
    schema: &Schema,
    (version, migration, step): (i32, &Migration, i32),
) -> sqlx::Result<()> {
    let upsert = schema.qualify(&format!(
        "INSERT INTO @.{MIGRATIONS_TABLE} (version, name, checksum, steps) VALUES ($1, $2, $3, $4)
         ON CONFLICT (version) DO UPDATE SET steps = excluded.steps, applied_at = now()"
    ));
    let query = sqlx::query(AssertSqlSafe(upsert))
        .bind(version)
        .bind(migration.name)
        .bind(migration.checksum())
        .bind(step);
    connection.execute(query).await.map(|_| ())
}

/// What stands for a cluster whose name the role that came first may not know.
const UNKNOWN: &str = "unknown";

/// Names the cluster, if the role may know it: some providers withhold that.
async fn cluster(connection: &mut PgConnection) -> Result<Option<String>> {
    let may = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')";
    if !get(&fetch(connection, may).await?, 0)? {
        return Ok(None);
    }
    // A statement of its own: the right is asked for before any of its conditions.
    let name = "SELECT system_identifier::text FROM pg_control_system()";
    get(&fetch(connection, name).await?, 0).map(Some)
}

/// Says whether the data has moved to another cluster, which numbers its transactions anew.
///
/// Whoever cannot know it leaves that to who can.
async fn is_new_cluster(connection: &mut PgConnection, schema: &Schema) -> Result<bool> {
    let last = "SELECT (SELECT system_identifier FROM @._sitstay_feed_epochs
                         ORDER BY epoch DESC LIMIT 1)";
    let last = connection.fetch_one(AssertSqlSafe(schema.qualify(last))).await;
    let last: Option<String> = get(&last.map_err(unwritten)?, 0)?;
    Ok(match (last, cluster(connection).await?) {
        (Some(last), Some(cluster)) => last != UNKNOWN && last != cluster,
        (last, _) => last.is_none(),
    })
}

/// Lets the positions of new entries follow all that there are.
async fn begin_epoch(connection: &mut PgConnection, schema: &Schema) -> Result<()> {
    let cluster = cluster(connection).await?.unwrap_or_else(|| UNKNOWN.to_owned());
    let insert = schema.qualify(
        "INSERT INTO @._sitstay_feed_epochs (epoch, system_identifier)
         SELECT coalesce(max(epoch), 0) + 1, $1 FROM @._sitstay_feed_epochs RETURNING epoch",
    );
    let mut tries = 0;
    loop {
        let outcome = try_epoch(connection, schema, &insert, &cluster).await;
        if !is_worth_another_try(&outcome, &mut tries).await {
            return outcome.map_err(unwritten);
        }
    }
}

async fn try_epoch(
    connection: &mut PgConnection,
    schema: &Schema,
    insert: &str,
    cluster: &str,
) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    transaction.execute(LOCK_TIMEOUT).await?;
    let query = sqlx::query(AssertSqlSafe(insert)).bind(cluster);
    let row = transaction.fetch_one(query).await?;
    let epoch: i32 = row.try_get(0)?;
    let next = schema.qualify(&format!(
        "CREATE OR REPLACE FUNCTION @.feed_epoch() RETURNS bigint LANGUAGE sql VOLATILE AS $sitstay$
         SELECT ({epoch}::bigint << 32)
              | ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint
         $sitstay$"
    ));
    transaction.execute(sqlx::raw_sql(AssertSqlSafe(next))).await?;
    transaction.commit().await
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<()> {
    let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await;
    done.map(|_| ()).map_err(unwritten)
}

async fn fetch(connection: &mut PgConnection, sql: &'static str) -> Result<PgRow> {
    connection.fetch_one(sql).await.map_err(unwritten)
}

fn get<'r, T>(row: &'r PgRow, index: usize) -> Result<T>
where
    T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    row.try_get(index).map_err(failure)
}
