//! How values get into statements and rows out of them.

use std::{borrow::Cow, fmt::Display};

use chrono::{NaiveDate, NaiveDateTime};
use rusqlite::{
    CachedStatement, Connection, Row, Rows, Statement, ToSql,
    types::{ToSqlOutput, Value as Owned, ValueRef},
};
use uuid::Uuid;

use super::error::backend;
use crate::{
    ids::Id,
    repository::{BoxError, Cursor, PageRequest, Result, Versioned},
    sql::{Fields, Kind, Part, Record, Source, Value},
    time::Instant,
};

const DATE: &str = "%Y-%m-%d";
const LOCAL_DATE_TIME: &str = "%Y-%m-%dT%H:%M:%S%.f";

/// A value that is bound to a statement.
struct Bound<'v>(Value<'v>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            Value::Null => ToSqlOutput::Owned(Owned::Null),
            Value::Bool(value) => ToSqlOutput::Owned(Owned::Integer((*value).into())),
            Value::Integer(value) => ToSqlOutput::Owned(Owned::Integer(*value)),
            Value::Uuid(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value.as_bytes())),
            Value::Text(text) | Value::Json(text) => {
                ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
            }
            Value::Instant(value) => ToSqlOutput::Owned(Owned::Integer(value.as_micros())),
            Value::Date(value) => ToSqlOutput::Owned(Owned::Text(value.format(DATE).to_string())),
            Value::Time(value) => ToSqlOutput::Owned(Owned::Text(value.to_string())),
            Value::LocalDateTime(value) => {
                ToSqlOutput::Owned(Owned::Text(value.format(LOCAL_DATE_TIME).to_string()))
            }
        })
    }
}

impl Source for Row<'_> {
    fn value(&self, index: usize, kind: Kind) -> std::result::Result<Value<'_>, BoxError> {
        Ok(match (self.get_ref(index)?, kind) {
            (ValueRef::Null, _) => Value::Null,
            (ValueRef::Integer(0), Kind::Bool) => Value::Bool(false),
            (ValueRef::Integer(1), Kind::Bool) => Value::Bool(true),
            (ValueRef::Integer(value), Kind::Integer) => Value::Integer(value),
            (ValueRef::Integer(value), Kind::Instant) => {
                Value::Instant(Instant::from_micros(value)?)
            }
            (ValueRef::Blob(bytes), Kind::Uuid) => Value::Uuid(Uuid::from_slice(bytes)?),
            (ValueRef::Text(text), kind) => {
                let text = str::from_utf8(text)?;
                match kind {
                    Kind::Text => Value::Text(Cow::Borrowed(text)),
                    Kind::Json => Value::Json(Cow::Borrowed(text)),
                    Kind::Date => Value::Date(NaiveDate::parse_from_str(text, DATE)?),
                    Kind::Time => Value::Time(text.parse()?),
                    Kind::LocalDateTime => {
                        Value::LocalDateTime(NaiveDateTime::parse_from_str(text, LOCAL_DATE_TIME)?)
                    }
                    _ => return Err(format!("text where {kind:?} must be").into()),
                }
            }
            (other, kind) => {
                return Err(format!("{} where {kind:?} must be", other.data_type()).into());
            }
        })
    }
}

/// Binds values to a statement, from left to right.
pub(super) struct Binding<'s, 'c> {
    statement: &'s mut Statement<'c>,
    bound: usize,
}

impl<'s, 'c> Binding<'s, 'c> {
    pub(super) fn new(statement: &'s mut Statement<'c>) -> Self {
        Self { statement, bound: 0 }
    }

    pub(super) fn value(&mut self, value: Value<'_>) -> rusqlite::Result<()> {
        self.bound += 1;
        self.statement.raw_bind_parameter(self.bound, Bound(value))
    }

    pub(super) fn part<R: Record>(&mut self, row: &R, part: Part) -> rusqlite::Result<()> {
        row.encode(part, &mut |value| Ok(self.value(value)?))
            .map_err(rusqlite::Error::ToSqlConversionFailure)
    }
}

fn prepared<'c>(connection: &'c Connection, sql: &str) -> rusqlite::Result<CachedStatement<'c>> {
    #[cfg(all(test, feature = "testing"))]
    super::tests::note(sql);
    connection.prepare_cached(sql)
}

/// Runs a statement that writes, and returns how many rows it touched.
pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    bind: impl FnOnce(&mut Binding<'_, '_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<usize> {
    let mut statement = prepared(connection, sql)?;
    bind(&mut Binding::new(&mut statement))?;
    statement.raw_execute()
}

/// The database as it was at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Snapshot<'c>(pub(super) &'c Connection);

/// A query that is asked with several sets of parameters.
pub(super) struct Query<'c>(CachedStatement<'c>);

impl Query<'_> {
    fn bind(&mut self, parameters: &[Value<'_>]) -> Result<Rows<'_>> {
        let mut binding = Binding::new(&mut self.0);
        for parameter in parameters {
            binding.value(parameter.clone()).map_err(backend)?;
        }
        Ok(self.0.raw_query())
    }

    /// Reads all rows.
    pub(super) fn all<T>(
        &mut self,
        parameters: &[Value<'_>],
        mut read: impl FnMut(&mut Fields<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = self.bind(parameters)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(backend)? {
            found.push(read(&mut Fields::new(row))?);
        }
        Ok(found)
    }

    /// Reads the first row.
    fn first<T>(
        &mut self,
        parameters: &[Value<'_>],
        read: impl FnOnce(&mut Fields<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut rows = self.bind(parameters)?;
        let row = rows.next().map_err(backend)?;
        row.map(|row| read(&mut Fields::new(row))).transpose()
    }
}

impl<'c> Snapshot<'c> {
    /// Prepares a query that is asked more than once.
    pub(super) fn query(self, sql: &str) -> Result<Query<'c>> {
        prepared(self.0, sql).map(Query).map_err(backend)
    }

    /// Reads all rows of a query.
    pub(super) fn all<T>(
        self,
        sql: &str,
        parameters: &[Value<'_>],
        read: impl FnMut(&mut Fields<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.query(sql)?.all(parameters, read)
    }

    /// Reads the first row of a query.
    pub(super) fn first<T>(
        self,
        sql: &str,
        parameters: &[Value<'_>],
        read: impl FnOnce(&mut Fields<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.query(sql)?.first(parameters, read)
    }

    /// Reads the versioned rows of a query.
    pub(super) fn rows<R: Record>(
        self,
        sql: &str,
        parameters: &[Value<'_>],
    ) -> Result<Vec<Versioned<R>>> {
        self.all(sql, parameters, R::decode_versioned)
    }

    /// Reads the first versioned row of a query.
    pub(super) fn row<R: Record>(
        self,
        sql: &str,
        parameters: &[Value<'_>],
    ) -> Result<Option<Versioned<R>>> {
        self.first(sql, parameters, R::decode_versioned)
    }

    /// Reads the one number that a query returns.
    pub(super) fn count(self, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
        let count = self
            .first(sql, parameters, |fields| fields.take::<i64>().map_err(super::error::failure))?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }

    /// Says whether a query returns a row.
    pub(super) fn exists(self, sql: &str, parameters: &[Value<'_>]) -> Result<bool> {
        Ok(self.first(sql, parameters, |_| Ok(()))?.is_some())
    }
}

/// Returns the parameters of a page of the newest rows: those of the list, the key before which the
/// page begins, and one row more than the page holds.
pub(super) fn newest<'v>(list: &[Value<'v>], page: PageRequest) -> Vec<Value<'v>> {
    let mut parameters = list.to_vec();
    match page.cursor() {
        Some(last) => parameters.extend([last.at().into(), last.id().into()]),
        // No row has a key as high as that.
        None => parameters.extend([Value::Integer(i64::MAX), Value::Uuid(Uuid::max())]),
    }
    parameters.push(one_more(page));
    parameters
}

/// Returns codes as one text, in which `instr` finds them between commas; none stand for all. As
/// parameters of their own they would make a text for every number of them, and as rows of JSON be
/// planned as a scan.
pub(super) fn codes(codes: impl IntoIterator<Item = impl Display>) -> Value<'static> {
    let text = codes.into_iter().fold(String::new(), |text, code| {
        let comma = if text.is_empty() { "," } else { "" };
        format!("{text}{comma}{code},")
    });
    Value::Text(Cow::Owned(text))
}

/// Returns the cursor behind a row of the newest ones.
pub(super) fn newest_of(at: Instant, id: impl Id) -> Cursor {
    Cursor::new(at, id.as_uuid())
}

/// Returns how many rows to read, so that it shows whether there is another page.
pub(super) fn one_more(page: PageRequest) -> Value<'static> {
    Value::Integer(i64::from(page.limit()) + 1)
}

/// Makes the text of a query for whole rows: the record, then everything after the columns, in
/// which the table is called `t`.
macro_rules! select {
    ($record:ty, $rest:literal) => {
        $crate::sqlite::rows::select!(@text $record, "", $rest)
    };
    ($record:ident and $column:literal, $rest:literal) => {
        $crate::sqlite::rows::select!(@text $record, concat!(", ", $column), $rest)
    };
    ($record:ident with $columns:path, $rest:literal) => {
        $crate::sqlite::rows::select!(@text $record, $columns, $rest)
    };
    (@text $record:ty, $more:expr, $rest:literal) => {{
        static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            format!(
                "SELECT {}{} FROM {} t {}",
                <$record as $crate::sql::Record>::statements().columns_of("t"),
                $more,
                <$record as $crate::repository::Entity>::TABLE,
                $rest
            )
        });
        SQL.as_str()
    }};
}

pub(super) use select;
