//! The schema, as a list of migrations of which a database has carried out the first ones.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use uuid::Uuid;

use super::error::backend;
use crate::{
    repository::{RepositoryError, Result},
    sql::{ChangedMigration, MIGRATIONS_TABLE, checksum},
};

struct Migration {
    name: &'static str,
    sql: &'static str,
}

/// Every migration, the oldest first. Their texts never change once they are released.
const MIGRATIONS: &[Migration] =
    &[Migration { name: "schema", sql: include_str!("migrations/0001_schema.sql") }];

impl Migration {
    fn checksum(&self) -> Uuid {
        checksum(self.name, [self.sql])
    }
}

/// Brings a database up to date, under the write lock: several processes may start at once.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(backend)?;
    let found = applied(&transaction)?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(RepositoryError::NewerSchema { found, known });
    }
    for (version, migration) in (1..).zip(MIGRATIONS) {
        if version <= found {
            verify(&transaction, version, migration)?;
        } else {
            apply(&transaction, version, migration).map_err(backend)?;
        }
    }
    transaction.commit().map_err(backend)
}

/// Returns the version of the schema, 0 for a new database.
fn applied(connection: &Connection) -> Result<i64> {
    connection
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS _sitstay_migrations (
                 version    INTEGER NOT NULL PRIMARY KEY,
                 name       TEXT NOT NULL,
                 checksum   BLOB NOT NULL,
                 applied_at INTEGER NOT NULL -- microseconds since the Unix epoch
             ) STRICT",
        )
        .map_err(backend)?;
    connection
        .query_row("SELECT coalesce(max(version), 0) FROM _sitstay_migrations", [], |row| {
            row.get(0)
        })
        .map_err(backend)
}

fn verify(connection: &Connection, version: i64, migration: &Migration) -> Result<()> {
    let checksum: Option<Vec<u8>> = connection
        .query_row(
            "SELECT checksum FROM _sitstay_migrations WHERE version = ?1",
            [version],
            |row| row.get(0),
        )
        .optional()
        .map_err(backend)?;
    if checksum.as_deref() == Some(migration.checksum().as_bytes()) {
        return Ok(());
    }
    let source = ChangedMigration { version };
    Err(RepositoryError::Corrupt { table: MIGRATIONS_TABLE, source: source.into() })
}

fn apply(connection: &Connection, version: i64, migration: &Migration) -> rusqlite::Result<()> {
    connection.execute_batch(migration.sql)?;
    connection.execute(
        "INSERT INTO _sitstay_migrations (version, name, checksum, applied_at)
         VALUES (?1, ?2, ?3, CAST(unixepoch('subsec') * 1000000 AS INTEGER))",
        (version, migration.name, migration.checksum().as_bytes()),
    )?;
    Ok(())
}
