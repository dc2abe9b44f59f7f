//! Every backend gives the same answers to the same commands, and is the same afterwards.
//!
//! Random commands of a small town go through the platform on memory, SQLite and Postgres, at
//! virtual instants and with ids that are the same on each. A few dozen sequences by default; as many as
//! `PROPTEST_CASES` says, where that is set.
#![cfg(all(feature = "memory", feature = "sqlite", feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/deep.rs"]
mod deep;
mod picture;
#[path = "../support/postgres_server.rs"]
mod postgres_server;
mod scene;
mod step;
#[path = "../support/town.rs"]
mod town;

use std::sync::Arc;

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{TestCaseError, TestRunner},
};
use sitstay::{
    memory::MemoryRepository,
    postgres::PostgresRepository,
    repository::Repository,
    sqlite::{SqliteRepository, Synchronous},
};

use self::{postgres_server::Database, scene::Scene, step::Step};

/// Where a sequence is carried out, and how it went.
struct Course {
    backend: &'static str,
    answers: Vec<String>,
    picture: Vec<(String, String)>,
}

async fn take(backend: &'static str, repository: Arc<dyn Repository>, steps: &[Step]) -> Course {
    let mut scene = Scene::open(repository).await;
    let mut answers = Vec::with_capacity(steps.len());
    for step in steps {
        answers.push(scene.answer(step).await);
    }
    let picture = picture::of(&scene).await;
    Course { backend, answers, picture }
}

async fn on_all(steps: &[Step]) -> [Course; 3] {
    let folder = tempfile::tempdir().unwrap();
    let file = SqliteRepository::builder(folder.path().join("sitstay.sqlite3"));
    let sqlite = Arc::new(file.synchronous(Synchronous::Normal).open().unwrap());
    let database = Database::migrated().await;
    let postgres = PostgresRepository::builder(database.options()).connect().await.unwrap();
    [
        take("memory", Arc::new(MemoryRepository::new()), steps).await,
        take("SQLite", sqlite, steps).await,
        take("Postgres", Arc::new(postgres), steps).await,
    ]
}

fn compare(steps: &[Step], [memory, others @ ..]: &[Course; 3]) -> Result<(), TestCaseError> {
    for other in others {
        let answers = memory.answers.iter().zip(&other.answers);
        for ((expected, answer), step) in answers.zip(steps) {
            prop_assert_eq!(answer, expected, "{} answers {:?}", other.backend, step);
        }
        for ((what, found), (same, expected)) in other.picture.iter().zip(&memory.picture) {
            prop_assert_eq!(what, same);
            prop_assert_eq!(found, expected, "{} tells of {}", other.backend, what);
        }
        prop_assert_eq!(other.picture.len(), memory.picture.len());
    }
    Ok(())
}

#[test]
fn every_backend_answers_as_every_other() {
    let mut config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    };
    // A case takes long: what serves other properties unasked would be too much.
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = if deep::is_deep() { 200 } else { 24 };
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outcome = TestRunner::new(config).run(&step::sequence(), |steps| {
        let courses = runtime.block_on(on_all(&steps));
        compare(&steps, &courses)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// The sequences would show nothing if most commands were refused, or few of a kind ever done.
#[test]
fn the_sequences_reach_every_outcome() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::deterministic();
    let mut done = std::collections::BTreeMap::<&str, usize>::new();
    let (mut all, mut refused) = (0, 0);
    for _ in 0..250 {
        let steps = step::sequence().new_tree(&mut runner).unwrap().current();
        let course = runtime.block_on(take("memory", Arc::new(MemoryRepository::new()), &steps));
        for (step, answer) in steps.iter().zip(&course.answers) {
            all += 1;
            if answer.starts_with("refused") {
                refused += 1;
            } else if !answer.starts_with("nothing") {
                *done.entry(step.act.name()).or_default() += 1;
            }
        }
    }
    assert!(refused * 10 < all * 8, "{refused} of {all} were refused");
    for name in step::NAMES {
        assert!(done.contains_key(name), "{name} was never carried out: {done:#?}");
    }
}
