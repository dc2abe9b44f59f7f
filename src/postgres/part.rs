//! Statements that load many things in one round trip, put together from parts.

use sqlx::{Row as _, ValueRef as _, postgres::PgRow};

use super::{error::failure, schema::PLACE, wire::records};
use crate::{
    repository::{Result, Versioned},
    sql::{Fields, Record},
};

type Read<T> = Box<dyn Fn(&mut Answer<'_>) -> Result<T> + Send + Sync>;

/// A part of a statement: the columns that ask for something, and how it is read from them.
pub(super) struct Part<T> {
    /// What the columns read more than once, each as `name AS (…)`.
    shared: Vec<String>,
    columns: String,
    read: Read<T>,
}

/// A whole statement.
pub(super) struct Statement<T> {
    sql: String,
    read: Read<T>,
}

/// The row with which the server answers.
#[derive(Debug)]
pub(super) struct Answer<'r> {
    row: &'r PgRow,
    next: usize,
}

impl Answer<'_> {
    fn column<T>(&mut self, mut read: impl FnMut(&mut Fields<'_>) -> Result<T>) -> Result<Vec<T>> {
        let column = self.row.try_get_raw(self.next).map_err(failure)?;
        self.next += 1;
        if column.is_null() {
            return Err(failure("null for an array"));
        }
        let bytes = column.as_bytes().map_err(failure)?;
        let found = records(bytes).map_err(failure)?;
        found.iter().map(|record| read(&mut Fields::new(record))).collect()
    }
}

impl<T: 'static> Part<T> {
    fn new(
        columns: String,
        read: impl Fn(&mut Answer<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Self {
        Self { shared: Vec::new(), columns, read: Box::new(read) }
    }

    /// Gives a name to something that the part reads more than once, as `name AS (…)`.
    pub(super) fn sharing(mut self, named: String) -> Self {
        self.shared.push(named);
        self
    }

    /// Asks for two things.
    pub(super) fn and<U: 'static>(self, other: Part<U>) -> Part<(T, U)> {
        let (first, second) = (self.read, other.read);
        let both = Part::new(format!("{},\n{}", self.columns, other.columns), move |answer| {
            Ok((first(answer)?, second(answer)?))
        });
        Part { shared: [self.shared, other.shared].concat(), ..both }
    }

    /// Makes something else of what was read.
    pub(super) fn map<U: 'static>(
        self,
        make: impl Fn(T) -> Result<U> + Send + Sync + 'static,
    ) -> Part<U> {
        let read = self.read;
        let made = Part::new(self.columns, move |answer| make(read(answer)?));
        Part { shared: self.shared, ..made }
    }
}

impl<T: 'static> Part<Vec<T>> {
    /// Takes the first of the rows.
    pub(super) fn first(self) -> Part<Option<T>> {
        self.map(|rows| Ok(rows.into_iter().next()))
    }
}

/// Asks for rows of a table: everything after `FROM`, where the table is called `t`.
pub(super) fn rows<R: Record>(rest: &str) -> Part<Vec<Versioned<R>>> {
    records_of::<R, _>("", rest, R::decode_versioned)
}

/// Asks for the one row of a table that a condition holds for.
pub(super) fn row<R: Record>(rest: &str) -> Part<Option<Versioned<R>>> {
    rows(rest).first()
}

/// Asks for rows of a table, with more columns behind those of the record.
pub(super) fn records_of<R: Record, T: 'static>(
    more: &str,
    rest: &str,
    read: fn(&mut Fields<'_>) -> Result<T>,
) -> Part<Vec<T>> {
    let columns = R::statements().columns_of("t");
    list(&format!("{columns}{more}"), &format!("FROM {PLACE}{} t {rest}", R::TABLE), read)
}

/// Asks for columns of whatever `from` selects, beginning with `FROM`.
pub(super) fn list<T: 'static>(
    columns: &str,
    from: &str,
    read: fn(&mut Fields<'_>) -> Result<T>,
) -> Part<Vec<T>> {
    made(&array(columns, from), read)
}

/// Writes the array of columns of whatever `from` selects.
pub(super) fn array(columns: &str, from: &str) -> String {
    format!("ARRAY(SELECT ROW({columns}) {from})")
}

/// Asks for an array that an expression has.
pub(super) fn made<T: 'static>(
    expression: &str,
    read: fn(&mut Fields<'_>) -> Result<T>,
) -> Part<Vec<T>> {
    Part::new(expression.to_owned(), move |answer| answer.column(read))
}

/// Asks for a number.
pub(super) fn count(from: &str) -> Part<u64> {
    list("count(*)", from, read_count).first().map(|count| Ok(count.unwrap_or_default()))
}

/// Asks whether something is there.
pub(super) fn exists(from: &str) -> Part<bool> {
    Part::new(format!("ARRAY(SELECT ROW(1) {from} LIMIT 1)"), |answer| {
        Ok(!answer.column(|_| Ok(()))?.is_empty())
    })
}

fn read_count(fields: &mut Fields<'_>) -> Result<u64> {
    let count: i64 = fields.take().map_err(failure)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

impl<T: 'static> From<Part<T>> for Statement<T> {
    fn from(part: Part<T>) -> Self {
        Self::with("", part)
    }
}

impl<T: 'static> Statement<T> {
    /// Makes a statement whose parts read what `prelude`, beginning with `WITH`, gives names to.
    pub(super) fn with(prelude: &str, part: Part<T>) -> Self {
        let mut sql = prelude.to_owned();
        for named in &part.shared {
            sql.push_str(if sql.is_empty() { "WITH " } else { ",\n" });
            sql.push_str(named);
        }
        sql.push_str(" SELECT ");
        sql.push_str(&part.columns);
        Self { sql, read: part.read }
    }

    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    pub(super) fn read(&self, row: &PgRow) -> Result<T> {
        (self.read)(&mut Answer { row, next: 0 })
    }
}
