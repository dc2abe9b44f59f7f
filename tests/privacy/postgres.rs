use std::sync::Arc;

use sitstay::postgres::PostgresRepository;
use sqlx::{AssertSqlSafe, PgConnection};

use super::{
    columns::{Column, find, require, require_complete},
    postgres_server::Database,
    story::{Story, VICTIMS},
    telling,
};

/// What only this backend has.
const OWN: &[(&str, &str, &str)] =
    &[("_sitstay_feed_epochs", "system_identifier", "a number of the server's")];

/// The types that hold no words.
const WORDLESS: &[&str] = &[
    "bigint",
    "boolean",
    "bytea",
    "date",
    "double precision",
    "integer",
    "numeric",
    "smallint",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "tstzrange",
    "uuid",
    "xid8",
];

#[tokio::test]
async fn postgres_keeps_nothing_of_whom_it_erased() {
    for victim in VICTIMS {
        let database = Database::migrated().await;
        let repository = PostgresRepository::builder(database.options()).connect().await.unwrap();
        let mut story = Story::tell(Arc::new(repository)).await;
        let mut connection = database.connection().await;

        let before = columns(&mut connection).await;
        require_complete(&before, &story.people, OWN);
        require(&story, None, |mark| find(&before, mark));

        telling::check(&mut story, victim).await;
        let after = columns(&mut connection).await;
        require(&story, Some(victim), |mark| find(&after, mark));
    }
}

/// Reads every column of every table and view, past the library.
async fn columns(connection: &mut PgConnection) -> Vec<Column> {
    let named: Vec<(String, String, String, String, bool)> = sqlx::query_as(
        "SELECT table_schema::text, table_name::text, column_name::text, data_type::text,
                table_type = 'BASE TABLE'
           FROM information_schema.columns
           JOIN information_schema.tables USING (table_schema, table_name)
          WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    assert!(named.len() > 200, "the catalogue was not found");
    let mut columns = Vec::new();
    for (schema, table, name, kind, is_table) in named {
        let text = match kind.as_str() {
            "bytea" => format!("encode(\"{name}\", 'escape')"),
            _ => format!("\"{name}\"::text"),
        };
        let sql =
            format!("SELECT {text} FROM \"{schema}\".\"{table}\" WHERE \"{name}\" IS NOT NULL");
        let values: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *connection).await.unwrap();
        let holds_text = is_table && !WORDLESS.contains(&kind.as_str());
        columns.push(Column { table, name, holds_text, content: values.join("\n").to_lowercase() });
    }
    columns
}
