//! The source: one snapshot of it, its shape, and its rows in portions.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, postgres::PgRow};

use super::{AdoptionError, SourceTable, table::Kind};
use crate::postgres::Endpoint;

/// How many rows are fetched at once.
const PORTION: usize = 2_000;

/// One snapshot of the source: whatever the service writes meanwhile, every read sees the same.
#[derive(Debug)]
pub(super) struct Source {
    connection: PgConnection,
    prefix: String,
    schema: String,
    cursors: u32,
}

impl Source {
    /// Begins to read, and checks that the tables are those of the plain schema.
    pub(super) async fn open(endpoint: &Endpoint, schema: &str) -> Result<Self, AdoptionError> {
        let connection = match endpoint {
            Endpoint::Options(options) => PgConnection::connect_with(options).await?,
            // It is closed at the end, and with it the transaction.
            Endpoint::Pool(pool) => pool.acquire().await?.detach(),
        };
        let prefix = format!("\"{}\".", schema.replace('"', "\"\""));
        let mut source = Self { connection, prefix, schema: schema.to_owned(), cursors: 0 };
        source.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        source.check_shape().await?;
        Ok(source)
    }

    pub(super) async fn close(self) -> Result<(), AdoptionError> {
        Ok(self.connection.close().await?)
    }

    /// Returns what tells this source from another: its cluster, database and schema.
    pub(super) async fn name(&mut self) -> Result<String, AdoptionError> {
        let database: String = sqlx::query_scalar(
            "SELECT format('%s %s', system_identifier, current_database()) FROM pg_control_system()",
        )
        .fetch_one(&mut self.connection)
        .await?;
        Ok(format!("{database} {}", self.schema))
    }

    async fn execute(&mut self, sql: &str) -> Result<(), AdoptionError> {
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn check_shape(&mut self) -> Result<(), AdoptionError> {
        let rows = sqlx::query(
            "SELECT table_name::text, column_name::text, data_type::text
               FROM information_schema.columns WHERE table_schema = $1",
        )
        .bind(&self.schema)
        .fetch_all(&mut self.connection)
        .await?;
        let mut types = HashMap::with_capacity(rows.len());
        for row in &rows {
            let (table, column): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            types.insert((table, column), row.try_get::<String, _>(2)?);
        }
        for &table in SourceTable::ALL {
            for &(column, kind) in table.columns() {
                let found = types.get(&(table.code().to_owned(), column.to_owned()));
                if let Some(wanted) = kind.unfit(found.map(String::as_str)) {
                    let found = found.map_or("missing", String::as_str).to_owned();
                    return Err(AdoptionError::Shape { table, column, found, wanted });
                }
            }
        }
        Ok(())
    }

    /// Counts the rows of a table.
    pub(super) async fn count(&mut self, table: SourceTable) -> Result<u64, AdoptionError> {
        let sql = format!("SELECT count(*) FROM {}{}", self.prefix, table.code());
        let count: i64 =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.connection).await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Begins to read a table; `which` restricts and orders its rows.
    pub(super) async fn rows(
        &mut self,
        table: SourceTable,
        which: &str,
    ) -> Result<Rows, AdoptionError> {
        // Each cursor has a name of its own, since a statement that fetches is prepared by its text.
        self.cursors += 1;
        let name = format!("adoption_{}", self.cursors);
        let select = table.select(which).replace("@.", &self.prefix);
        self.execute(&format!("DECLARE {name} NO SCROLL CURSOR FOR {select}")).await?;
        Ok(Rows {
            fetch: format!("FETCH {PORTION} FROM {name}"),
            close: format!("CLOSE {name}"),
            is_done: false,
        })
    }

    /// Fetches the next rows; none at the end.
    pub(super) async fn next(&mut self, rows: &mut Rows) -> Result<Vec<PgRow>, AdoptionError> {
        if rows.is_done {
            return Ok(Vec::new());
        }
        let fetch = sqlx::query(AssertSqlSafe(rows.fetch.clone())).persistent(false);
        let portion = fetch.fetch_all(&mut self.connection).await?;
        if portion.len() < PORTION {
            rows.is_done = true;
            let close = rows.close.clone();
            self.execute(&close).await?;
        }
        Ok(portion)
    }
}

/// A table that is being read.
#[derive(Debug)]
pub(super) struct Rows {
    fetch: String,
    close: String,
    is_done: bool,
}

impl Kind {
    /// Says what a column should be, if it is something else.
    fn unfit(self, found: Option<&str>) -> Option<&'static str> {
        let Some(found) = found else { return Some("a column") };
        let (fits, wanted) = match self {
            Self::Id => (found == "uuid", "uuid"),
            Self::Text => (true, "anything"),
            Self::Time => (found == "timestamp without time zone", "timestamp without time zone"),
            Self::Flag => (found == "boolean", "boolean"),
            Self::Degrees => {
                (matches!(found, "double precision" | "real" | "numeric"), "double precision")
            }
        };
        (!fits).then_some(wanted)
    }
}
