use sqlx::postgres::{PgDatabaseError, PgSeverity};

use crate::repository::{BoxError, RepositoryError};

const BACKEND: &str = "postgres";

pub(super) fn failure(source: impl Into<BoxError>) -> RepositoryError {
    RepositoryError::Backend { backend: BACKEND, source: source.into() }
}

/// What a failure of the driver means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Given up in favour of another: a deadlock, a serialisation failure, a lock not had in time.
    Overtaken,
    /// Given up because it took too long.
    TimedOut,
    /// The server refused before it carried anything out: no room, no connection, no writer.
    Refused,
    /// The connection broke.
    Broken,
    /// This pool was closed.
    Closed,
    /// Anything else.
    Failed,
}

impl Meaning {
    pub(super) fn of(error: &sqlx::Error) -> Self {
        match error {
            // A server that panics restarts, whatever made it panic.
            sqlx::Error::Database(_) if is_panic(error) => Self::Broken,
            sqlx::Error::Database(error) => Self::of_code(error.code().as_deref().unwrap_or("")),
            sqlx::Error::PoolTimedOut => Self::Refused,
            sqlx::Error::PoolClosed => Self::Closed,
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
                Self::Broken
            }
            _ => Self::Failed,
        }
    }

    /// Reads an SQLSTATE; see appendix A of the manual of Postgres.
    fn of_code(code: &str) -> Self {
        match code {
            // Serialisation failure, deadlock, lock timeout.
            "40001" | "40P01" | "55P03" => Self::Overtaken,
            // Statement timeout.
            "57014" => Self::TimedOut,
            // The server is going down, or coming up, or the session was ended.
            "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Self::Broken,
            // What was the writer is a standby now.
            "25006" => Self::Refused,
            _ => match code.get(..2) {
                Some("08") => Self::Broken,
                Some("53") => Self::Refused,
                _ => Self::Failed,
            },
        }
    }
}

/// The error of a read, or of a connection that could not be had: nothing was written.
pub(super) fn unwritten(error: sqlx::Error) -> RepositoryError {
    match Meaning::of(&error) {
        Meaning::Overtaken | Meaning::TimedOut => RepositoryError::Contention(error.into()),
        Meaning::Refused | Meaning::Broken => RepositoryError::Unavailable(error.into()),
        Meaning::Closed => RepositoryError::Closed,
        Meaning::Failed => failure(error),
    }
}

/// The error of a statement that writes: if the connection broke, nobody knows when.
pub(super) fn written(error: sqlx::Error) -> RepositoryError {
    match Meaning::of(&error) {
        Meaning::Broken => RepositoryError::Uncertain(error.into()),
        _ => unwritten(error),
    }
}

/// Returns what the server said, if it was the server that refused.
pub(super) fn server_error(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    match error {
        sqlx::Error::Database(error) => error.try_downcast_ref(),
        _ => None,
    }
}

fn is_panic(error: &sqlx::Error) -> bool {
    server_error(error).is_some_and(|error| error.severity() == PgSeverity::Panic)
}

/// Says whether the server lacks a schema, a table, a column or a function: a standby gets them
/// later than its primary.
pub(super) fn lacks_schema(error: &RepositoryError) -> bool {
    let RepositoryError::Backend { source, .. } = error else { return false };
    let code = source
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error)
        .and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("3F000" | "42P01" | "42703" | "42883"))
}
