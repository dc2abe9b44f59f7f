use std::time::Duration;

use sqlx::{PgPool, postgres::PgConnectOptions};

use super::{PostgresRepository, connections::Connections, migrations, schema::Schema};
use crate::repository::Result;

/// The schema where none is named.
const DEFAULT_SCHEMA: &str = "sitstay";

/// How long a read waits for a connection to the replica before the writer is asked.
const REPLICA_PATIENCE: Duration = Duration::from_millis(500);

/// Where a database is, and who makes the connections to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Endpoint {
    /// The repository makes a pool of its own.
    Options(Box<PgConnectOptions>),
    /// The service has a pool, whose settings stay what they are.
    ///
    /// For speed it does without `test_before_acquire` and caches 512 statements.
    Pool(PgPool),
}

impl From<PgConnectOptions> for Endpoint {
    fn from(options: PgConnectOptions) -> Self {
        Self::Options(Box::new(options))
    }
}

impl From<PgPool> for Endpoint {
    fn from(pool: PgPool) -> Self {
        Self::Pool(pool)
    }
}

/// How a [`PostgresRepository`] connects.
///
/// # Example: a replica for lists, and migrations that another role runs
///
/// ```no_run
/// use std::time::Duration;
///
/// use sitstay::postgres::{PostgresRepository, sqlx::postgres::PgConnectOptions};
///
/// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
/// let writer: PgConnectOptions = "postgres://service@db.example/lessons".parse()?;
/// let replica: PgConnectOptions = "postgres://service@replica.example/lessons".parse()?;
/// let repository = PostgresRepository::builder(writer)
///     .replica(replica)
///     .connections(32)
///     .acquire_timeout(Duration::from_secs(2))
///     .without_migrating()
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it connects"]
pub struct PostgresBuilder {
    writer: Endpoint,
    replica: Option<Endpoint>,
    schema: String,
    connections: u32,
    acquire_timeout: Duration,
    migrates: bool,
}

impl PostgresBuilder {
    pub(super) fn new(writer: Endpoint) -> Self {
        Self {
            writer,
            replica: None,
            schema: DEFAULT_SCHEMA.to_owned(),
            connections: 16,
            acquire_timeout: Duration::from_secs(10),
            migrates: true,
        }
    }

    /// Sends reads that tolerate lag to a streaming replica; see the [module](super).
    pub fn replica(mut self, replica: impl Into<Endpoint>) -> Self {
        self.replica = Some(replica.into());
        self
    }

    /// Sets the schema in which the tables are; `sitstay` by default.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// Sets how many connections are open at once, to the writer and to the replica each; 16 by
    /// default, at least 2, because a migration holds a lock on one of them.
    pub fn connections(mut self, limit: u32) -> Self {
        self.connections = limit.max(2);
        self
    }

    /// Sets how long a call waits for a connection before it fails as
    /// [`Unavailable`](crate::repository::RepositoryError::Unavailable); 10 seconds by default.
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// Leaves the schema as it is: migrations are run elsewhere, by a role that may.
    pub fn without_migrating(mut self) -> Self {
        self.migrates = false;
        self
    }

    /// Connects, and brings the schema up to date.
    ///
    /// Several instances may do so at once.
    ///
    /// # Errors
    ///
    /// [`RepositoryError::Unavailable`] if the server cannot be reached,
    /// [`RepositoryError::NewerSchema`] if a newer version of the library wrote the schema,
    /// [`RepositoryError::Corrupt`] if the schema is not the one that the library made, and
    /// [`RepositoryError::Backend`] if the server is not fit, the role may not do it, or a
    /// migration is missing and [none is to be run](Self::without_migrating).
    ///
    /// [`RepositoryError::Unavailable`]: crate::repository::RepositoryError::Unavailable
    /// [`RepositoryError::NewerSchema`]: crate::repository::RepositoryError::NewerSchema
    /// [`RepositoryError::Corrupt`]: crate::repository::RepositoryError::Corrupt
    /// [`RepositoryError::Backend`]: crate::repository::RepositoryError::Backend
    pub async fn connect(self) -> Result<PostgresRepository> {
        let open = |endpoint, patience| match endpoint {
            Endpoint::Options(options) => Connections::open(*options, self.connections, patience),
            Endpoint::Pool(pool) => Connections::of(pool),
        };
        let schema = Schema::new(&self.schema)?;
        let writer = open(self.writer, self.acquire_timeout);
        migrations::prepare(&writer, &schema, self.migrates).await?;
        // Where the replica is away, the writer answers in its place, and before long.
        let patience = self.acquire_timeout.min(REPLICA_PATIENCE);
        let replica = self.replica.map(|replica| open(replica, patience));
        Ok(PostgresRepository { schema, writer, replica })
    }
}
