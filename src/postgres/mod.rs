//! The Postgres backend: many instances of a service on one database.
//!
//! Each read and each commit is one statement, and so one round trip; nothing is kept in a session,
//! so that a transaction pooler may stand between. Reads that tolerate lag can go to a replica.
//!
//! The schema guards itself, also against programs that write past the library: exclusion
//! constraints keep out every double booking, a trigger sees to it that no active booking goes
//! without its claims on its trainer's and its dog's time, and what is append-only refuses updates
//! and deletes.
//!
//! # Which query asks which server
//!
//! Everything that decisions rest on is read from the writer: [`DecisionQueries`], the single rows
//! by their keys, money, claims, unread notifications, what is due, and the feed
//! with the notifications that it names. Lists and views go
//! to the replica, if there is one and it answers: a user's locations, a trainer's services, card,
//! schedule, reviews, payouts, statement and balances, dogs and photos, lessons, all notifications,
//! the count of unread ones, and history. Whoever needs to see their own last write in one of these
//! configures no replica.
//!
//! # What an administrator prepares
//!
//! Postgres 14 or newer with UTF-8, and the extension `btree_gist`, which every distribution of
//! Postgres brings along. The first connection makes the extension and the schema; for that the
//! role needs the right to create in the database. Without it an administrator runs
//! `CREATE EXTENSION btree_gist; CREATE SCHEMA sitstay AUTHORIZATION service;` beforehand.
//! A pooler in transaction mode must support prepared statements (`PgBouncer` from version 1.21 on),
//! and let the driver's start-up parameters pass (`PgBouncer`: `ignore_startup_parameters =
//! extra_float_digits`).
//!
//! [`DecisionQueries`]: crate::repository::DecisionQueries

mod accounts;
mod audit;
mod bookings;
mod builder;
mod commit;
mod connections;
mod decisions;
mod dogs;
mod due;
mod erasure;
mod error;
mod files;
mod ledger;
mod migrations;
mod money;
mod newest;
mod notifications;
mod parameters;
mod part;
mod payments;
mod payouts;
mod reviews;
mod schema;
mod search;
mod trainers;
mod wire;

use std::sync::LazyLock;

use async_trait::async_trait;

pub use self::builder::{Endpoint, PostgresBuilder};
use self::{
    connections::Connections,
    parameters::Parameters,
    part::{Part, Statement, count, list},
    schema::Schema,
};
pub use sqlx;

use crate::{
    repository::{Census, ChangeSet, Repository, RepositoryError, Result, Table, TableCount},
    sql::statements_of,
    time::Instant,
};

/// Storage in one schema of a Postgres database.
///
/// An acknowledged commit is committed. The repository is a pool of connections: it is made once,
/// and shared.
///
/// # Example: a repository by URL
///
/// ```no_run
/// use sitstay::postgres::PostgresRepository;
///
/// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
/// let repository = PostgresRepository::connect("postgres://service@db.example/lessons").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PostgresRepository {
    schema: Schema,
    writer: Connections,
    replica: Option<Connections>,
}

impl PostgresRepository {
    /// Connects to the database at a URL, with the defaults of [`builder`](Self::builder).
    ///
    /// # Errors
    ///
    /// See [`PostgresBuilder::connect`]; and [`RepositoryError::Backend`] if the URL is none.
    pub async fn connect(url: &str) -> Result<Self> {
        let options: sqlx::postgres::PgConnectOptions = url.parse().map_err(error::failure)?;
        Self::builder(options).connect().await
    }

    /// Says how to connect to a database: by its options, or through a pool of the service's own.
    pub fn builder(writer: impl Into<Endpoint>) -> PostgresBuilder {
        PostgresBuilder::new(writer.into())
    }

    /// Closes all connections, once what runs on them is done.
    pub async fn close(&self) {
        self.writer.close().await;
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
    }

    /// Asks the writer.
    async fn ask<T>(&self, statement: &'static Statement<T>, parameters: Parameters) -> Result<T> {
        let sql = self.schema.qualified(statement.sql());
        let row = self.writer.fetch(sql, parameters).await?;
        statement.read(&row)
    }

    /// Asks the replica, and the writer if there is none or it does not answer.
    async fn ask_replica<T>(
        &self,
        statement: &'static Statement<T>,
        parameters: Parameters,
    ) -> Result<T> {
        let sql = self.schema.qualified(statement.sql());
        let row = self.fetch_lagging(sql, parameters).await?;
        statement.read(&row)
    }

    /// As [`ask_replica`](Self::ask_replica), with a statement that was made for this call.
    async fn ask_replica_once<T: 'static>(
        &self,
        statement: &Statement<T>,
        parameters: Parameters,
    ) -> Result<T> {
        let sql = self.schema.qualify(statement.sql());
        let row = self.fetch_lagging(sql.into(), parameters).await?;
        statement.read(&row)
    }

    async fn fetch_lagging(
        &self,
        sql: std::sync::Arc<str>,
        parameters: Parameters,
    ) -> Result<sqlx::postgres::PgRow> {
        if let Some(replica) = &self.replica {
            let answer = replica.fetch(std::sync::Arc::clone(&sql), parameters.clone()).await;
            // A standby also gives up reads that hold back what it replays.
            let is_away = match &answer {
                Err(RepositoryError::Unavailable(_) | RepositoryError::Contention(_)) => true,
                Err(error) => error::lacks_schema(error),
                Ok(_) => false,
            };
            if !is_away {
                return answer;
            }
        }
        self.writer.fetch(sql, parameters).await
    }
}

#[async_trait]
impl Repository for PostgresRepository {
    async fn commit(&self, changes: ChangeSet) -> Result<()> {
        commit::commit(self, changes.prepare()?).await
    }

    async fn census(&self) -> Result<Census> {
        static CENSUS: LazyLock<Statement<Census>> = LazyLock::new(|| census().into());
        self.ask(&CENSUS, Parameters::new()).await
    }

    async fn purge_commands(&self, before: Instant) -> Result<u64> {
        const PURGE: &str = "DELETE FROM @.commands WHERE created_at < $1";
        self.writer.execute(self.schema.qualified(PURGE), Parameters::new().and(before)?).await
    }
}

fn census() -> Part<Census> {
    // Every table's counts come as one list, in the order of the tables.
    let counts: Vec<_> = Table::ALL
        .iter()
        .enumerate()
        .map(|(place, table)| {
            let statement = &statements_of(*table);
            format!("SELECT {place} AS place, {}", statement.counts_from(schema::PLACE))
        })
        .collect();
    let counts = format!("FROM ({}) counts ORDER BY place", counts.join(" UNION ALL "));
    list("row_count, write_count", &counts, |fields| {
        let mut number = || {
            let number: i64 = fields.take().map_err(error::failure)?;
            Ok::<_, RepositoryError>(u64::try_from(number).unwrap_or_default())
        };
        Ok(TableCount { rows: number()?, writes: number()? })
    })
    .and(count("FROM @.occupied"))
    .map(|(counts, claims)| {
        Ok(Census { tables: Table::ALL.iter().copied().zip(counts).collect(), claims })
    })
}
