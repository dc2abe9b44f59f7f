//! Whatever happens to money, and in whatever order, it adds up on every backend.
//!
//! Random histories of a small town go through the platform: lessons are paid, called off, held and
//! missed, refunds are made here and at the provider, banks dispute, and everything that the provider
//! tells arrives late, repeated and in any order, several things at once. After every step an audit
//! finds nothing, and at the end the ledger has what the provider says that it has.
#![cfg(all(feature = "memory", feature = "sqlite", feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/deep.rs"]
mod deep;
#[path = "../support/postgres_server.rs"]
mod postgres_server;
mod scene;
mod step;
#[path = "../support/town.rs"]
mod town;

use std::{any::Any, future::Future, sync::Arc};

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{TestCaseError, TestRunner},
};
use sitstay::{
    booking::Attendance,
    memory::MemoryRepository,
    postgres::PostgresRepository,
    provider::{RefundOutcome, fake::Behaviour},
    repository::Repository,
    sqlite::{SqliteRepository, Synchronous},
};

use self::{postgres_server::Database, scene::Scene, step::Step};

async fn live(repository: Arc<dyn Repository>, steps: &[Vec<Step>]) -> Result<(), TestCaseError> {
    let scene = Scene::open(repository).await;
    for group in steps {
        scene.carry_out(group).await;
        scene.adds_up().await?;
    }
    scene.comes_to_rest().await
}

/// Lets histories happen on a backend: few by default, many where `SITSTAY_DEEP_TESTS` is set, or as
/// many as `PROPTEST_CASES` says.
fn histories<F, G>(fresh: F)
where
    F: Fn() -> G,
    G: Future<Output = (Arc<dyn Repository>, Box<dyn Any>)>,
{
    let mut config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = if deep::is_deep() { 300 } else { 20 };
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outcome = TestRunner::new(config).run(&step::history(), |steps| {
        runtime.block_on(async {
            let (repository, _place) = fresh().await;
            live(repository, &steps).await
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn money_adds_up_in_memory() {
    histories(|| async {
        (Arc::new(MemoryRepository::new()) as Arc<dyn Repository>, Box::new(()) as Box<dyn Any>)
    });
}

#[test]
fn money_adds_up_on_sqlite() {
    histories(|| async {
        let folder = tempfile::tempdir().unwrap();
        let file = SqliteRepository::builder(folder.path().join("sitstay.sqlite3"));
        let sqlite = file.synchronous(Synchronous::Normal).open().unwrap();
        (Arc::new(sqlite) as Arc<dyn Repository>, Box::new(folder) as Box<dyn Any>)
    });
}

#[test]
fn money_adds_up_on_postgres() {
    histories(|| async {
        let database = Database::migrated().await;
        let postgres = PostgresRepository::builder(database.options()).connect().await.unwrap();
        (Arc::new(postgres) as Arc<dyn Repository>, Box::new(database) as Box<dyn Any>)
    });
}

/// A payment that went back before another took its place owes what both owe: it may return.
#[test]
fn what_returns_for_a_lesson_that_was_missed_is_owed() {
    let one_by_one = |steps: &[Step]| steps.iter().map(|step| vec![step.clone()]).collect();
    let serve = Behaviour::Serve;
    let steps: Vec<_> = one_by_one(&[
        Step::Book { owner: 0, hour: 0 },
        Step::Pay { lesson: 0, behaviour: serve },
        Step::Deliver,
        Step::GiveBack { payment: 0, percent: 100 },
        Step::Refund { lesson: 0, behaviour: serve },
        Step::Deliver,
        Step::Pay { lesson: 0, behaviour: serve },
        Step::Deliver,
        Step::Wait { hours: 32 },
        Step::Complete { lesson: 0, attendance: Attendance::TrainerNoShow },
        Step::Refund { lesson: 0, behaviour: serve },
        Step::Deliver,
        Step::MoveRefund { refund: 0, outcome: RefundOutcome::Failed },
        Step::Deliver,
        Step::Refund { lesson: 0, behaviour: serve },
        Step::Deliver,
    ]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let scene = Scene::open(Arc::new(MemoryRepository::new())).await;
        for group in &steps {
            scene.carry_out(group).await;
            scene.adds_up().await.unwrap_or_else(|found| panic!("{group:?}: {found}"));
        }
        let trail = scene.trail().await;
        let refunded = trail.iter().filter(|code| **code == "refund.succeeded").count();
        assert_eq!(refunded, 3, "{trail:?}");
        scene.comes_to_rest().await.unwrap();
    });
}

/// The histories would show nothing if hardly anything in them went through.
#[test]
fn the_histories_reach_everything() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::deterministic();
    let mut done = std::collections::BTreeMap::<&str, usize>::new();
    for _ in 0..150 {
        let steps = step::history().new_tree(&mut runner).unwrap().current();
        runtime.block_on(async {
            let scene = Scene::open(Arc::new(MemoryRepository::new())).await;
            for group in &steps {
                scene.carry_out(group).await;
            }
            for code in scene.trail().await {
                *done.entry(code).or_default() += 1;
            }
        });
    }
    for code in step::REACHED {
        assert!(done.contains_key(code), "{code} never happened: {done:#?}");
    }
}
