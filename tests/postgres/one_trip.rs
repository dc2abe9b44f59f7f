//! Every read and every commit is one round trip.

use std::sync::Arc;

use sitstay::{
    conformance::{
        fixtures::Fixtures,
        tour::{Visitor, of_reads},
    },
    platform::DueReport,
    postgres::PostgresRepository,
};

use super::{
    postgres_server::Database,
    single,
    tap::{Counts, Tap},
    tour,
    town::{Town, on},
    with_everything,
};

/// Compares what each stop cost with what it may cost.
struct Meter<'t> {
    tap: &'t Tap,
    /// Whether every statement was prepared before.
    is_warm: bool,
    stops: usize,
    too_dear: Vec<String>,
}

impl<'t> Meter<'t> {
    fn on(tap: &'t Tap) -> Self {
        Self { tap, is_warm: false, stops: 0, too_dear: Vec::new() }
    }
}

impl Visitor for Meter<'_> {
    fn before(&mut self) {
        self.tap.take();
    }

    fn after(&mut self, stop: &'static str, trips: usize) {
        let Counts { executions, prepared, .. } = self.tap.take();
        self.stops += 1;
        if executions != trips {
            self.too_dear.push(format!("{stop} took {executions} round trips, not {trips}"));
        }
        if self.is_warm && !prepared.is_empty() {
            self.too_dear.push(format!("{stop} prepared {prepared:#?}"));
        }
    }
}

async fn tapped() -> (Tap, Arc<PostgresRepository>, Database) {
    let database = Database::migrated().await;
    let tap = Tap::before(database.options());
    let builder = PostgresRepository::builder(single(tap.options()));
    (tap, Arc::new(builder.connect().await.unwrap()), database)
}

#[tokio::test]
async fn a_command_is_one_read_and_one_commit() {
    let (tap, repository, _database) = tapped().await;
    let town = Town::found(repository, 1, 1).await;
    let mut meter = Meter::on(&tap);
    for day in [1, 2] {
        meter.is_warm = day == 2;
        tour::of_bookings(&town, day, &mut meter).await;
        tour::of_belongings(&town, day, &mut meter).await;
        tour::of_accounts(&town, day, &mut meter).await;
    }
    assert!(meter.stops > 100, "only {} stops", meter.stops);
    assert!(meter.too_dear.is_empty(), "{}", meter.too_dear.join("\n"));
}

#[tokio::test]
async fn a_question_is_one_round_trip() {
    let (tap, repository, _database) = tapped().await;
    let rows = with_everything(&repository, &Fixtures::new()).await;
    let mut meter = Meter::on(&tap);
    for is_warm in [false, true] {
        meter.is_warm = is_warm;
        of_reads(&*repository, &rows, &mut meter).await;
    }
    assert!(meter.stops > 300, "only {} stops", meter.stops);
    assert!(meter.too_dear.is_empty(), "{}", meter.too_dear.join("\n"));
}

#[tokio::test]
async fn due_work_is_one_question_and_a_command_for_each_thing() {
    let (tap, repository, _database) = tapped().await;
    let town = Town::found(repository, 1, 1).await;
    for (day, number) in [(1, 2), (2, 5)] {
        for hour in 0..number {
            let start = crate::town::minute_of(day, 420 + 60 * hour);
            town.gives(town.owner(0), on(0, "06:00"), town.wish(0, 0, start)).await.unwrap();
        }
        tap.take();
        let DueReport { done, overtaken, failed, .. } =
            town.platform.run_due(on(day, "23:00"), 100).await.unwrap();
        assert_eq!((done.len() as i64, overtaken.len(), failed.len()), (number, 0, 0));
        let Counts { executions, prepared, .. } = tap.take();
        assert_eq!(executions, 1 + 2 * done.len());
        assert!(day == 1 || prepared.is_empty(), "{prepared:#?}");
    }
}

/// The library's own pool opens a connection when none is back yet; each prepares for itself.
#[tokio::test]
async fn the_library_s_own_pool_adds_no_round_trips() {
    let database = Database::migrated().await;
    let tap = Tap::before(database.options());
    let repository = super::connect(tap.options()).await;
    let rows = with_everything(&repository, &Fixtures::new()).await;
    let mut meter = Meter::on(&tap);
    of_reads(&repository, &rows, &mut meter).await;
    assert!(meter.too_dear.is_empty(), "{}", meter.too_dear.join("\n"));
}
