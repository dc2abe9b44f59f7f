use std::fmt::Write as _;

use super::{Field, Kind, Source, Value};
use crate::repository::{
    BoxError, Entity, RepositoryError, Table, Version, Versioned, for_each_row,
};

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) part: Part,
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "SQLite binds values without a type of their own")
    )]
    pub(crate) kind: Kind,
}

/// Which statements touch a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Part of the key.
    Key,
    /// Written by inserts and updates.
    Data,
    /// Written by inserts only: an update keeps what is stored.
    Kept,
    /// Computed from the row for queries and people to use: written, and never read back.
    Derived,
}

/// Takes one value after the other, for instance to bind it to a statement.
pub(crate) type Bind<'b> = dyn FnMut(Value<'_>) -> Result<(), BoxError> + 'b;

/// A row type with its layout in columns.
pub(crate) trait Record: Entity {
    /// The columns but `version`, in the order in which an insert binds them.
    const COLUMNS: &'static [Column];

    /// Whether the table has a column `version`; append-only tables have none.
    const VERSIONED: bool;

    /// Hands over the values of one part of the columns, in their order.
    fn encode(&self, part: Part, bind: &mut Bind<'_>) -> Result<(), BoxError>;

    /// Makes the row from its columns, without checking it as a whole.
    fn assemble(fields: &mut Fields<'_>) -> Result<Self, BoxError>;

    /// Returns the statements that write and read rows.
    fn statements() -> &'static Statements;

    /// Makes the row from its columns and checks it.
    fn decode(fields: &mut Fields<'_>) -> Result<Self, RepositoryError> {
        Self::assemble(fields)
            .and_then(|row| {
                row.check()?;
                Ok(row)
            })
            .map_err(|source| RepositoryError::Corrupt { table: Self::TABLE.name(), source })
    }

    /// Makes the row and its version, which follows the other columns.
    fn decode_versioned(fields: &mut Fields<'_>) -> Result<Versioned<Self>, RepositoryError> {
        let row = Self::decode(fields)?;
        let version: Version = fields
            .take()
            .map_err(|source| RepositoryError::Corrupt { table: Self::TABLE.name(), source })?;
        Ok(Versioned::new(row, version))
    }
}

/// The columns of a row that is being read, from left to right.
pub(crate) struct Fields<'s> {
    source: &'s dyn Source,
    next: usize,
}

impl<'s> Fields<'s> {
    pub(crate) const fn new(source: &'s dyn Source) -> Self {
        Self { source, next: 0 }
    }

    /// Reads the next column.
    pub(crate) fn take<F: Field>(&mut self) -> Result<F, BoxError> {
        let index = self.next;
        self.next += 1;
        F::decode(self.source.value(index, F::KIND)?)
    }

    /// Reads the next column, which is one of `table`.
    pub(crate) fn take_of<F: Field>(&mut self, table: Table) -> Result<F, RepositoryError> {
        self.take().map_err(|source| RepositoryError::Corrupt { table: table.name(), source })
    }

    /// Reads the next column, which an error names.
    pub(crate) fn take_named<F: Field>(&mut self, column: &'static str) -> Result<F, BoxError> {
        self.take().map_err(|source| UnreadableColumn { column, source }.into())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("column {column} cannot be read")]
struct UnreadableColumn {
    column: &'static str,
    #[source]
    source: BoxError,
}

/// The statements of one table, with `$1`, `$2` … for parameters, which both databases understand.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "sqlite"),
    expect(dead_code, reason = "Postgres writes whole change sets by statements of its own")
)]
pub(crate) struct Statements {
    /// Names what an insert binds: key, data, kept and derived columns.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "SQLite's own insert names them")
    )]
    pub(crate) inserted: String,
    /// Inserts a row; binds key, data, kept and derived columns.
    pub(crate) insert: String,
    /// Replaces a row at a version; binds data and derived columns, key, version.
    pub(crate) update: String,
    /// Deletes a row at a version; binds key, version.
    pub(crate) delete: String,
    /// Reads a row's version, or 1 in an append-only table; binds the key.
    pub(crate) version: String,
    columns: Vec<String>,
    /// How often rows were written, as an aggregate.
    writes: &'static str,
    table: &'static str,
}

impl Statements {
    pub(crate) fn of<R: Record>() -> Self {
        let table = R::TABLE.name();
        let names = |part: Part| {
            R::COLUMNS.iter().filter(move |column| column.part == part).map(Column::sql_name)
        };
        let stored = || names(Part::Key).chain(names(Part::Data)).chain(names(Part::Kept));

        let written: Vec<_> = stored().chain(names(Part::Derived)).collect();
        let parameters: Vec<_> = (1..=written.len()).map(|number| format!("${number}")).collect();
        let inserted = written.join(", ");
        let (mut columns, mut values) = (inserted.clone(), parameters.join(", "));
        if R::VERSIONED {
            columns.push_str(", version");
            values.push_str(", 1");
        }
        let insert = format!("INSERT INTO {table} ({columns}) VALUES ({values})");

        let changed: Vec<_> = names(Part::Data).chain(names(Part::Derived)).collect();
        let mut update = format!("UPDATE {table} SET version = version + 1");
        for (number, name) in (1..).zip(&changed) {
            let _ = write!(update, ", {name} = ${number}");
        }
        update.push_str(&at_version(names(Part::Key), changed.len()));

        Self {
            inserted,
            insert,
            update,
            delete: format!("DELETE FROM {table}{}", at_version(names(Part::Key), 0)),
            version: format!(
                "SELECT {} FROM {table} WHERE {}",
                if R::VERSIONED { "version" } else { "1" },
                key_condition(names(Part::Key), 0)
            ),
            writes: if R::VERSIONED {
                "CAST(coalesce(sum(version), 0) AS bigint)"
            } else {
                "count(*)"
            },
            table,
            columns: stored()
                .map(str::to_owned)
                .chain(R::VERSIONED.then(|| "version".to_owned()))
                .collect(),
        }
    }

    /// Counts rows, and how often they were written; `place` stands before the table's name.
    pub(crate) fn counts_from(&self, place: &str) -> String {
        format!("count(*) AS row_count, {} AS write_count FROM {place}{}", self.writes, self.table)
    }

    /// Lists the columns that a row is read from, of the table or its alias `of`.
    pub(crate) fn columns_of(&self, of: &str) -> String {
        let columns: Vec<_> = self.columns.iter().map(|name| format!("{of}.{name}")).collect();
        columns.join(", ")
    }
}

impl Column {
    /// Returns the name as SQL writes it.
    pub(crate) fn sql_name(&self) -> &'static str {
        self.name.strip_prefix("r#").unwrap_or(self.name)
    }
}

fn key_condition(key: impl Iterator<Item = &'static str>, bound: usize) -> String {
    let conditions: Vec<_> =
        (bound + 1..).zip(key).map(|(number, name)| format!("{name} = ${number}")).collect();
    conditions.join(" AND ")
}

fn at_version(key: impl Iterator<Item = &'static str> + Clone, bound: usize) -> String {
    let version = bound + key.clone().count() + 1;
    format!(" WHERE {} AND version = ${version}", key_condition(key, bound))
}

macro_rules! dispatch {
    (() versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        /// Returns the columns of a table.
        #[cfg(feature = "postgres")]
        pub(crate) const fn columns_of(table: Table) -> &'static [Column] {
            match table {
                $(Table::$versioned => <$v_type>::COLUMNS,)+
                $(Table::$append => <$a_type>::COLUMNS,)+
            }
        }

        /// Returns the statements of a table.
        pub(crate) fn statements_of(table: Table) -> &'static Statements {
            match table {
                $(Table::$versioned => <$v_type>::statements(),)+
                $(Table::$append => <$a_type>::statements(),)+
            }
        }
    };
}

for_each_row!(dispatch);

/// Lays a row type out in columns.
///
/// Each line names a column, its type and where the value comes from; `=>` makes the row from
/// values that are named like their columns, and may use `?`.
macro_rules! record {
    (
        $row:ty as $binding:ident, $versioned:ident
        key { $($key:ident: $key_type:ty = $key_value:expr;)+ }
        data { $($data:ident: $data_type:ty = $data_value:expr;)* }
        $(kept { $($kept:ident: $kept_type:ty = $kept_value:expr;)+ })?
        $(derived { $($derived:ident: $derived_type:ty = $derived_value:expr;)+ })?
        => $make:expr
    ) => {
        impl $crate::sql::Record for $row {
            const COLUMNS: &'static [$crate::sql::Column] = &[
                $($crate::sql::record::column::<$key_type>(stringify!($key), Part::Key),)+
                $($crate::sql::record::column::<$data_type>(stringify!($data), Part::Data),)*
                $($($crate::sql::record::column::<$kept_type>(stringify!($kept), Part::Kept),)+)?
                $($($crate::sql::record::column::<$derived_type>(stringify!($derived), Part::Derived),)+)?
            ];
            const VERSIONED: bool = $crate::sql::record::$versioned;

            fn encode(&self, part: Part, bind: &mut Bind<'_>) -> Result<(), BoxError> {
                let $binding = self;
                match part {
                    Part::Key => { $(bind(<$key_type as Field>::encode(&$key_value)?)?;)+ }
                    Part::Data => { $(bind(<$data_type as Field>::encode(&$data_value)?)?;)* }
                    Part::Kept => { $($(bind(<$kept_type as Field>::encode(&$kept_value)?)?;)+)? }
                    Part::Derived => {
                        $($(bind(<$derived_type as Field>::encode(&$derived_value)?)?;)+)?
                    }
                }
                Ok(())
            }

            fn assemble(fields: &mut Fields<'_>) -> Result<Self, BoxError> {
                $(let $key: $key_type = fields.take_named(stringify!($key))?;)+
                $(let $data: $data_type = fields.take_named(stringify!($data))?;)*
                $($(let $kept: $kept_type = fields.take_named(stringify!($kept))?;)+)?
                Ok($make)
            }

            fn statements() -> &'static Statements {
                static STATEMENTS: std::sync::OnceLock<Statements> = std::sync::OnceLock::new();
                STATEMENTS.get_or_init(Statements::of::<Self>)
            }
        }
    };
}

pub(super) const VERSIONED: bool = true;
pub(super) const APPEND_ONLY: bool = false;

pub(super) const fn column<F: Field>(name: &'static str, part: Part) -> Column {
    Column { name, part, kind: F::KIND }
}

pub(super) use record;
