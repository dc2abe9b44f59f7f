use super::{Report, SourceTable};
use crate::{
    error::ErrorKind,
    repository::{BoxError, RepositoryError},
};

/// Why an adoption did not go on.
///
/// What was copied so far stays; the next run goes on behind it.
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
    /// The target refused a batch; see the source.
    #[error("a batch of {table} could not be written")]
    Target {
        /// Of which table.
        table: SourceTable,
        /// What the target said.
        #[source]
        source: RepositoryError,
    },
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
            Self::Target { source, .. } => source.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Source(_) => ErrorKind::Unavailable,
            Self::Shape { .. } => ErrorKind::Invalid,
            Self::Offenders(_) | Self::OtherTerms => ErrorKind::Conflict,
            Self::Target { source, .. } => source.kind(),
        }
    }
}

impl From<sqlx::Error> for AdoptionError {
    fn from(error: sqlx::Error) -> Self {
        Self::Source(error.into())
    }
}
