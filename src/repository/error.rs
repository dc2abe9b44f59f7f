use super::{EntityRef, Unique};
use crate::{
    booking::Resource,
    error::{ErrorKind, InvalidValue},
    time::Interval,
};

/// Any error, boxed: how a backend hands over its driver's error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why storage could not do what was asked.
///
/// Nothing was written, unless it is [`Uncertain`](Self::Uncertain). Messages do not repeat their [`source`](std::error::Error::source); print
/// the chain to see it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepositoryError {
    /// A row changed, or went away, between read and commit: read again and retry. 409.
    #[error("{0} changed since it was read")]
    Conflict(EntityRef),
    /// Storage gave this commit up in favour of a concurrent one: retry. 503.
    #[error("the commit lost to a concurrent one")]
    Contention(#[source] BoxError),
    /// Storage cannot be reached, or has no room, at the moment: retry later. 503.
    #[error("storage is not available at the moment")]
    Unavailable(#[source] BoxError),
    /// The connection was lost in the middle of a commit, and nobody knows on which side of it. 503.
    ///
    /// Whoever tries again must not carry out twice what was carried out already: what a command
    /// wrote is found by its id, and [`Platform::execute`](crate::platform::Platform::execute)
    /// looks for it.
    #[error("it is not known whether the commit was carried out")]
    Uncertain(#[source] BoxError),
    /// Another booking takes part of the time of this trainer or dog. 409.
    #[error("{resource:?} is already taken during part of {during}")]
    TimeTaken {
        /// Whose time.
        resource: Resource,
        /// The time that was asked for.
        during: Interval,
    },
    /// A row with this key exists already. 409.
    #[error("{0} already exists")]
    AlreadyExists(EntityRef),
    /// A row with the same value exists already where only one may. 409.
    #[error("{0} is taken")]
    Duplicate(Unique),
    /// The change set refers to a row that does not exist. 409.
    #[error("{0} does not exist")]
    MissingReference(EntityRef),
    /// Another row refers to the row that the change set removes. 409.
    #[error("{0} is still referred to")]
    StillReferenced(EntityRef),
    /// The change set writes one row twice. 500, a mistake in the caller.
    #[error("{0} is written twice in one change set")]
    WrittenTwice(EntityRef),
    /// A row breaks a rule that every stored row keeps. 422.
    #[error("{entity} breaks a rule of its table")]
    Invalid {
        /// Which row.
        entity: EntityRef,
        /// Which rule.
        #[source]
        source: InvalidValue,
    },
    /// A stored row does not satisfy the domain's own rules. 500.
    #[error("a stored row of {table} is invalid")]
    Corrupt {
        /// In which table.
        table: &'static str,
        /// Which rule.
        #[source]
        source: BoxError,
    },
    /// The database was written by a newer version of the library. 500.
    #[error("the database has schema version {found}, this library knows {known}")]
    NewerSchema {
        /// The version found.
        found: i64,
        /// The newest version that this library knows.
        known: i64,
    },
    /// The repository was closed, or its last call panicked and took its thread along. 503.
    #[error("the repository is closed")]
    Closed,
    /// Anything else the driver reported. 500.
    #[error("{backend} failed")]
    Backend {
        /// Which backend.
        backend: &'static str,
        /// What the driver said.
        #[source]
        source: BoxError,
    },
}

impl RepositoryError {
    /// Says whether reading again and trying again has a chance.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Conflict(_) | Self::Contention(_) | Self::Unavailable(_) | Self::Uncertain(_)
        )
    }

    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conflict(_) => "storage.conflict",
            Self::Contention(_) => "storage.contention",
            Self::Unavailable(_) => "storage.unavailable",
            Self::Uncertain(_) => "storage.uncertain",
            Self::TimeTaken { .. } => "storage.time_taken",
            Self::AlreadyExists(_) => "storage.already_exists",
            Self::Duplicate(_) => "storage.duplicate",
            Self::MissingReference(_) => "storage.missing_reference",
            Self::StillReferenced(_) => "storage.still_referenced",
            Self::WrittenTwice(_) => "storage.written_twice",
            Self::Invalid { .. } => "storage.invalid",
            Self::Corrupt { .. } => "storage.corrupt",
            Self::NewerSchema { .. } => "storage.newer_schema",
            Self::Closed => "storage.closed",
            Self::Backend { .. } => "storage.backend",
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Conflict(_)
            | Self::TimeTaken { .. }
            | Self::AlreadyExists(_)
            | Self::Duplicate(_)
            | Self::MissingReference(_)
            | Self::StillReferenced(_) => ErrorKind::Conflict,
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::Contention(_) | Self::Unavailable(_) | Self::Uncertain(_) | Self::Closed => {
                ErrorKind::Unavailable
            }
            Self::WrittenTwice(_)
            | Self::Corrupt { .. }
            | Self::NewerSchema { .. }
            | Self::Backend { .. } => ErrorKind::Internal,
        }
    }
}
