//! Many clients at once, on one trainer and on many, through several instances on one Postgres.
//!
//! Seconds by default; three minutes each where `SITSTAY_DEEP_TESTS` is set.
#![cfg(all(feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/crowd.rs"]
mod crowd;
#[path = "../support/deep.rs"]
mod deep;
#[path = "../support/postgres_server.rs"]
mod postgres_server;
#[path = "../support/town.rs"]
mod town;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sitstay::{postgres::PostgresRepository, repository::Repository};

use self::{
    crowd::{Until, mingle, verify},
    deep::is_deep,
    postgres_server::Database,
    town::Town,
};

const CLIENTS: usize = 64;
const INSTANCES: usize = 3;

async fn gathers(trainers: usize) {
    let database = Database::migrated().await;
    let instance = || async {
        let builder = PostgresRepository::builder(database.options());
        Arc::new(builder.connect().await.unwrap()) as Arc<dyn Repository>
    };
    let first = Town::adapted(instance().await, trainers, CLIENTS, |number, (_, service)| {
        service.buffer_before_minutes = 10 * u16::try_from(number % 2).unwrap();
        service.buffer_after_minutes = 15;
    })
    .await;
    let mut instances = vec![first.clone()];
    while instances.len() < INSTANCES {
        instances.push(first.seen_by(instance().await));
    }
    let until = if is_deep() {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(180)).await;
            flag.store(true, Ordering::Relaxed);
        });
        Until::Stopped(stop)
    } else {
        Until::Commands(25)
    };
    let found = mingle(&instances, until).await;
    assert!(found.acknowledged.len() > CLIENTS, "{} commands", found.acknowledged.len());
    // What was given up in favour of another is told as such, and nothing else goes wrong.
    let expected = ["storage.conflict", "storage.contention", "storage.time_taken"];
    let surprises: Vec<_> = found
        .codes
        .keys()
        .filter(|code| code.starts_with("storage.") && !expected.contains(code))
        .collect();
    assert!(surprises.is_empty(), "{surprises:?} of {:?}", found.codes);
    verify(&found, &first, &mut database.connection().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_on_one_trainer() {
    gathers(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_on_many_trainers() {
    gathers(24).await;
}
