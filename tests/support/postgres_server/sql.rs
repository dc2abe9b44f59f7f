//! Statements past the library.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

/// Carries out statements, and returns how many rows the last one touched.
pub async fn execute(connection: &mut PgConnection, sql: impl Into<String>) -> sqlx::Result<u64> {
    let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.into()))).await;
    done.map(|done| done.rows_affected())
}

/// Asks for one number.
pub async fn number(connection: &mut PgConnection, sql: impl Into<String>) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.into())).fetch_one(connection).await.unwrap()
}

/// Waits until a statement says that it is so.
///
/// # Panics
///
/// If it is not so within a minute.
pub async fn until(connection: &mut PgConnection, sql: &str) {
    for _ in 0..12_000 {
        let query = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()));
        if query.fetch_one(&mut *connection).await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("not so within a minute: {sql}");
}
