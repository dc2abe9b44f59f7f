use super::{Report, SourceTable};
use crate::{
    error::ErrorKind,
    repository::{BoxError, RepositoryError, RowKey},
};

/// Why an adoption did not go on.
///
/// What was copied so far stays; the next run goes on with the rest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdoptionError {
    /// The source could not be read; 503.
    #[error("the source could not be read")]
    Source(#[source] BoxError),
    /// The source is not the plain schema; 422.
    #[error("{table}.{column} is {found}, not {wanted}")]
    Shape {
        /// In which table.
        table: SourceTable,
        /// Which column.
        column: &'static str,
        /// What it is.
        found: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// Rows break rules, and nobody said that they are to be left behind; nothing was copied. 409.
    #[error("{} findings stand in the way", .0.offenders().len())]
    Offenders(Box<Report>),
    /// An earlier run, which this one would go on with, was made on other terms; 409.
    #[error("an earlier run was made on other terms")]
    OtherTerms,
    /// The journal, by which a run finds its place again, could not be read or begun; see the
    /// source.
    #[error("the journal of the copy could not be read or written")]
    Journal(#[source] RepositoryError),
    /// The target refused a row, or could not be written to; see the source.
    #[error("{} could not be written", of(*table, *key))]
    Target {
        /// Of which table.
        table: SourceTable,
        /// Which row; `None` where it is not for a row that the target failed.
        key: Option<RowKey>,
        /// What the target said.
        #[source]
        source: RepositoryError,
    },
}

fn of(table: SourceTable, key: Option<RowKey>) -> String {
    key.map_or_else(|| format!("a batch of {table}"), |key| format!("the row {key} of {table}"))
}

impl AdoptionError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "adoption.source",
            Self::Shape { .. } => "adoption.shape",
            Self::Offenders(_) => "adoption.offenders",
            Self::OtherTerms => "adoption.other_terms",
            Self::Journal(source) | Self::Target { source, .. } => source.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Source(_) => ErrorKind::Unavailable,
            Self::Shape { .. } => ErrorKind::Invalid,
            Self::Offenders(_) | Self::OtherTerms => ErrorKind::Conflict,
            Self::Journal(source) | Self::Target { source, .. } => source.kind(),
        }
    }
}

impl From<sqlx::Error> for AdoptionError {
    fn from(error: sqlx::Error) -> Self {
        Self::Source(error.into())
    }
}
