//! Connections to one server, and the round trips on them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow},
};

use super::{
    error::{Meaning, unwritten},
    parameters::Parameters,
};
use crate::repository::Result;

/// A connection that nobody used for so long may have been cut off on the way.
const IDLE_FOR_LONG: Duration = Duration::from_secs(30);
/// More than there are statements, so that none is prepared twice on a connection.
const CACHED_STATEMENTS: usize = 512;

/// Connections to one server.
#[derive(Debug)]
pub(super) struct Connections {
    pool: PgPool,
    /// How many connections are to be tried before they are used again, because another one broke.
    suspects: AtomicU32,
}

impl Connections {
    /// Opens connections as they are needed.
    pub(super) fn open(options: PgConnectOptions, limit: u32, patience: Duration) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(limit)
            .acquire_timeout(patience)
            // It would cost a round trip each time.
            .test_before_acquire(false)
            .before_acquire(|connection, usage| {
                let is_old = usage.idle_for > IDLE_FOR_LONG;
                Box::pin(async move { Ok(!is_old || connection.ping().await.is_ok()) })
            })
            .connect_lazy_with(options.statement_cache_capacity(CACHED_STATEMENTS));
        Self { pool, suspects: AtomicU32::new(0) }
    }

    /// Uses the service's own pool.
    pub(super) fn of(pool: PgPool) -> Self {
        Self { pool, suspects: AtomicU32::new(0) }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) async fn acquire(&self) -> Result<PoolConnection<Postgres>> {
        loop {
            let mut connection = self.pool.acquire().await.map_err(unwritten)?;
            if !take_one(&self.suspects) || connection.ping().await.is_ok() {
                return Ok(connection);
            }
            connection.close_on_drop();
        }
    }

    /// Runs a statement that reads, and returns the one row that it answers with.
    ///
    /// It is asked once more if the connection turns out to be broken: the server may have been
    /// started anew since that was used last.
    pub(super) async fn fetch(&self, sql: Arc<str>, parameters: Parameters) -> Result<PgRow> {
        let again = (Arc::clone(&sql), parameters.clone());
        match self.fetch_once(sql, parameters).await? {
            Ok(row) => Ok(row),
            Err(error) if Meaning::of(&error) == Meaning::Broken => {
                self.fetch_once(again.0, again.1).await?.map_err(unwritten)
            }
            Err(error) => Err(unwritten(error)),
        }
    }

    /// Runs a statement once; the inner result is that of the statement itself.
    pub(super) async fn fetch_once(
        &self,
        sql: Arc<str>,
        parameters: Parameters,
    ) -> Result<sqlx::Result<PgRow>> {
        let mut connection = self.acquire().await?;
        let query = sqlx::query_with(AssertSqlSafe(sql), parameters.into_arguments());
        let answer = connection.fetch_one(query).await;
        Ok(answer.inspect_err(|error| self.suspect(error)))
    }

    /// Runs a statement that writes, and returns how many rows it touched.
    pub(super) async fn execute(&self, sql: Arc<str>, parameters: Parameters) -> Result<u64> {
        let mut connection = self.acquire().await?;
        let query = sqlx::query_with(AssertSqlSafe(sql), parameters.into_arguments());
        let done = connection.execute(query).await;
        let done = done.inspect_err(|error| self.suspect(error));
        done.map(|done| done.rows_affected()).map_err(super::error::written)
    }

    /// Where one connection broke, the others probably did too.
    fn suspect(&self, error: &sqlx::Error) {
        if Meaning::of(error) == Meaning::Broken {
            self.suspects.store(self.pool.size(), Ordering::Relaxed);
        }
    }
}

fn take_one(count: &AtomicU32) -> bool {
    count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}
