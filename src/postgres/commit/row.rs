//! Rows of any table, and their inserts.

use super::text::Text;
use crate::{
    repository::{BoxError, Change, RowKey, Table, Write, for_each_row},
    sql::{Bind, Column, Part, Record, Value, statements_of},
};

/// A row of any table.
pub(super) trait AnyRow {
    fn table(&self) -> Table;
    fn columns(&self) -> &'static [Column];
    fn row_key(&self) -> RowKey;
    fn values(&self, part: Part, bind: &mut Bind<'_>) -> Result<(), BoxError>;
}

impl<R: Record> AnyRow for R {
    fn table(&self) -> Table {
        R::TABLE
    }

    fn columns(&self) -> &'static [Column] {
        R::COLUMNS
    }

    fn row_key(&self) -> RowKey {
        self.key().into()
    }

    fn values(&self, part: Part, bind: &mut Bind<'_>) -> Result<(), BoxError> {
        self.encode(part, bind)
    }
}

/// What happens to a row.
pub(super) enum RowWrite<'c> {
    Insert(&'c dyn AnyRow),
    Update(&'c dyn AnyRow),
    Delete(&'c dyn AnyRow),
}

macro_rules! write_of {
    (($change:expr) versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        match $change {
            $(Change::$versioned(Write::Insert(row)) => Some(RowWrite::Insert(row)),
            Change::$versioned(Write::Update(row)) => Some(RowWrite::Update(&**row)),
            Change::$versioned(Write::Delete(row)) => Some(RowWrite::Delete(&**row)),)+
            $(Change::$append(row) => Some(RowWrite::Insert(row)),)+
            Change::Rating(_) | Change::Release(_) => None,
        }
    };
}

/// Returns what happens to which row; `None` for deltas and releases.
pub(super) fn write_of(change: &Change) -> Option<RowWrite<'_>> {
    for_each_row!(write_of, change)
}

/// The parts of the columns that an insert writes.
const INSERTED: [Part; 4] = [Part::Key, Part::Data, Part::Kept, Part::Derived];

/// Inserts all new rows, those of one table by one part.
pub(super) fn insert(text: &mut Text, changes: &[Change]) -> Result<(), BoxError> {
    let rows: Vec<&dyn AnyRow> = changes
        .iter()
        .filter_map(|change| match write_of(change) {
            Some(RowWrite::Insert(row)) => Some(row),
            _ => None,
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    text.close_gate();
    // Changes are in the order of their tables.
    for rows in rows.chunk_by(|one, other| one.table() == other.table()) {
        let _ = text.begin();
        text.push("(INSERT INTO ");
        text.push_table(rows[0].table().name());
        text.push(" (");
        text.push(&statements_of(rows[0].table()).inserted);
        text.push(") SELECT ");
        match rows {
            [row] => {
                let mut separator = "";
                let mut columns = inserted_columns(*row);
                each_value(*row, &mut |value| {
                    let Some(column) = columns.next() else { return Ok(()) };
                    text.push(separator);
                    separator = ", ";
                    text.push_value(column.kind, value)
                })?;
                text.push(" FROM gate");
            }
            rows => insert_many(text, rows)?,
        }
        text.end_infallible();
    }
    Ok(())
}

fn insert_many(text: &mut Text, rows: &[&dyn AnyRow]) -> Result<(), BoxError> {
    let columns: Vec<_> = inserted_columns(rows[0]).collect();
    let mut values: Vec<Vec<Value<'static>>> = vec![Vec::with_capacity(rows.len()); columns.len()];
    for row in rows {
        let mut place = 0;
        each_value(*row, &mut |value| {
            values[place].push(value.into_owned());
            place += 1;
            Ok(())
        })?;
    }
    push_columns(text, &columns);
    text.push(" FROM gate, unnest(");
    push_arrays(text, &columns, values)?;
    text.push(") AS e (");
    push_names(text, &columns);
    text.push(")");
    Ok(())
}

/// Adds `e.a, e.b, …`.
fn push_columns(text: &mut Text, columns: &[&Column]) {
    for (place, column) in columns.iter().enumerate() {
        text.push(if place == 0 { "e." } else { ", e." });
        text.push(column.sql_name());
        if column.kind == crate::sql::Kind::Json {
            text.push("::jsonb");
        }
    }
}

/// Adds `a, b, …`.
pub(super) fn push_names(text: &mut Text, columns: &[&Column]) {
    for (place, column) in columns.iter().enumerate() {
        text.push(if place == 0 { "" } else { ", " });
        text.push(column.sql_name());
    }
}

/// Adds an array for each column.
pub(super) fn push_arrays(
    text: &mut Text,
    columns: &[&Column],
    values: Vec<Vec<Value<'static>>>,
) -> Result<(), BoxError> {
    for (place, (column, values)) in columns.iter().zip(values).enumerate() {
        text.push(if place == 0 { "" } else { ", " });
        text.push_values(column.kind, values)?;
    }
    Ok(())
}

fn inserted_columns(row: &dyn AnyRow) -> impl Iterator<Item = &'static Column> + use<> {
    let columns = row.columns();
    INSERTED.into_iter().flat_map(move |part| columns_of(columns, part))
}

pub(super) fn columns_of(
    columns: &'static [Column],
    part: Part,
) -> impl Iterator<Item = &'static Column> {
    columns.iter().filter(move |column| column.part == part)
}

fn each_value(row: &dyn AnyRow, visit: &mut Bind<'_>) -> Result<(), BoxError> {
    INSERTED.into_iter().try_for_each(|part| row.values(part, visit))
}
