use sitstay::{
    conformance::fixtures::Fixtures,
    postgres::PostgresRepository,
    repository::{ChangeSet, RatingDelta, Repository as _},
};
use sqlx::AssertSqlSafe;

use super::{connect, postgres_server::Database, tables::TABLES, with_everything};

/// What only this backend has.
const OWN: &[(&str, &str)] =
    &[("audit_logs", "feed_epoch feed_transaction feed_sequence"), ("occupied", "during")];

#[tokio::test]
async fn every_table_has_its_columns() {
    const ODD: &str = "Lessons \"of\" Rex's";
    let database = Database::migrated().await;
    let builder = PostgresRepository::builder(database.options());
    drop(builder.schema(ODD).connect().await.unwrap());
    let mut connection = database.connection().await;
    for schema in ["sitstay", ODD] {
        for (table, expected) in TABLES.iter().chain(OWN) {
            let found: Vec<String> = sqlx::query_scalar(
                "SELECT column_name::text FROM information_schema.columns
                  WHERE table_schema = $1 AND table_name = $2",
            )
            .bind(schema)
            .bind(table)
            .fetch_all(&mut connection)
            .await
            .unwrap();
            for column in expected.split_whitespace() {
                let is_there = found.iter().any(|name| name == column);
                assert!(is_there, "{schema}: {table} lacks {column}: {found:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_mean_rating_is_derived_and_null_without_reviews() {
    let database = Database::migrated().await;
    let repository = connect(database.options()).await;
    let trainer = with_everything(&repository, &Fixtures::new()).await.cast.trainer.id;
    let mut connection = database.connection().await;
    let mean = format!(
        "SELECT average_rating FROM sitstay.dog_trainers WHERE id = '{}'",
        trainer.as_uuid()
    );
    let mut expected = None;
    for (sum, count) in [(0, 0), (9, 2)] {
        if count > 0 {
            let mut changes = ChangeSet::new();
            changes.rate(RatingDelta { trainer, sum, count });
            repository.commit(changes).await.unwrap();
            expected = Some(4.5);
        }
        let found: Option<f64> = sqlx::query_scalar(AssertSqlSafe(mean.clone()))
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(found, expected);
    }
}
