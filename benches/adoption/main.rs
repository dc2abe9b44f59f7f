//! How fast a service on the plain schema moves in: rows a second by table and target.
//!
//! `cargo bench --features postgres,sqlite --bench adoption [-- bookings batch]`
//!
//! Without `--bench` (under `cargo test`) it runs once with a few bookings, whatever else is asked.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::float_arithmetic, reason = "rates are floats")]

#[path = "../../tests/support/postgres_server.rs"]
mod postgres_server;

use std::{collections::BTreeMap, time::Instant as Stopwatch};

use postgres_server::{DURABLE, Server};
use sitstay::{
    adoption::{Adoption, SourceTable, Terms},
    money::{BasisPoints, Currency},
    postgres::PostgresRepository,
    repository::Repository,
    sqlite::SqliteRepository,
    time::ZoneId,
};
use sqlx::AssertSqlSafe;

#[tokio::main]
async fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let (bookings, batch) = if is_bench {
        (numbers.next().unwrap_or(100_000), numbers.next().unwrap_or(500))
    } else {
        (200, 50)
    };
    let server = Server::start(DURABLE);
    let source = server.empty().await;
    let schema = include_str!("../../tests/adoption/plain_schema.sql");
    // A few bookings need no whole town.
    let trainers = (bookings / 100).clamp(1, 1_000);
    let town = [(":trainers", trainers), (":owners", 10 * trainers), (":bookings", bookings)]
        .iter()
        .fold(include_str!("town.sql").to_owned(), |town, (name, number)| {
            town.replace(name, &number.to_string())
        });
    let sql = format!("{schema}{town}; ANALYZE;");
    let mut connection = source.connection().await;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();

    let terms = Terms::new(
        Currency::EUR,
        ZoneId::UTC,
        "DE".parse().unwrap(),
        BasisPoints::new(1_500).unwrap(),
    );
    let adoption = Adoption::of(source.options(), terms).batch(batch);
    let now = "2027-03-01T12:00:00Z".parse().unwrap();
    let begun = Stopwatch::now();
    let report = adoption.dry_run(now).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.counts());
    let rows: u64 = SourceTable::ALL.iter().map(|table| report.rows(*table)).sum();
    let seconds = begun.elapsed().as_secs_f64();
    println!("dry run: {rows} rows in {seconds:.1} s, {:.0} rows/s", rows as f64 / seconds);

    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteRepository::open(folder.path().join("adopted.sqlite3")).unwrap();
    let database = server.empty().await;
    let postgres = PostgresRepository::builder(database.options()).connect().await.unwrap();
    let targets: [(&str, &dyn Repository); 2] = [("postgres", &postgres), ("sqlite", &sqlite)];
    for (name, target) in targets {
        let mut spent: BTreeMap<SourceTable, f64> = BTreeMap::new();
        let begun = Stopwatch::now();
        let mut last = Stopwatch::now();
        let outcome = adoption
            .copy_into(target, now, &mut |step| {
                *spent.entry(step.table).or_default() += last.elapsed().as_secs_f64();
                last = Stopwatch::now();
            })
            .await
            .unwrap();
        assert!(outcome.adds_up());
        let seconds = begun.elapsed().as_secs_f64();
        println!("{name}: {rows} rows in {seconds:.1} s, {:.0} rows/s", rows as f64 / seconds);
        for (table, seconds) in spent {
            let copied = outcome.tables[&table].copied;
            println!(
                "  {table}: {copied} in {seconds:.1} s, {:.0} rows/s",
                copied as f64 / seconds
            );
        }
    }
}
