//! A process that copies is killed on the spot, again and again, and the copy begun anew each time.
//!
//! The process is this test binary, run again with a task in its environment.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use sitstay::{
    adoption::{Adoption, Outcome},
    memory::MemoryRepository,
    postgres::{PostgresRepository, sqlx::ConnectOptions as _},
    repository::{Census, Repository, Table, TableCount},
    sqlite::SqliteRepository,
};

use super::{
    adoption, copying::content, failing::Failing, now, postgres_server::Database, run, terms, town,
};

/// The source and the target, each as a URL or a path, in two lines.
const TASK: &str = "SITSTAY_COPYING_CHILD";
/// What the child says before each commit and behind it.
const SAID: &str = "said";
/// How long a child may be silent.
const PATIENCE: Duration = Duration::from_secs(60);
/// In batches of so many rows, so that there are many moments to be killed at.
const BATCH: usize = 2;
/// Lessons of long ago that overlap each other, and what was paid for them.
const MORE: &str = "
    INSERT INTO bookings
    SELECT n(1000 + i), n(21), n(31), n(81), n(51), timestamp '2026-03-01 10:00' + i * interval '20 min',
           timestamp '2026-03-01 11:00' + i * interval '20 min', 50, 'completed', NULL, '2026-01-01'
      FROM generate_series(0, 39) i;
    INSERT INTO payments SELECT n(2000 + i), n(1000 + i), 50, 'EUR', 'stripe', 'paid', '2026-01-01'
      FROM generate_series(0, 39) i;";

/// Starts a child that copies, and kills it when it has said so many words more. Returns whether it
/// finished before that.
fn copy_until(source: &str, target: &str, words: usize) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::copies", "--nocapture"])
        .env(TASK, format!("{source}\n{target}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (tell, said) = mpsc::channel();
    thread::spawn(move || {
        let words = lines.map_while(Result::ok).filter(|line| line.ends_with(SAID));
        for _ in words {
            if tell.send(()).is_err() {
                return;
            }
        }
    });
    let fell_silent = (0..words).find_map(|_| said.recv_timeout(PATIENCE).err());
    if fell_silent != Some(RecvTimeoutError::Disconnected) {
        child.kill().unwrap();
    }
    let ended = child.wait().unwrap();
    assert_ne!(fell_silent, Some(RecvTimeoutError::Timeout), "the child hangs");
    assert!(fell_silent.is_none() || ended.success(), "the child failed by itself: {ended}");
    fell_silent.is_some()
}

/// The sizes of the tables whose rows do not depend on how the copy was cut into commits.
fn rows(census: &Census) -> Vec<(Table, TableCount)> {
    let of_the_run = [Table::Command, Table::AuditEntry];
    census.tables.iter().copied().filter(|(table, _)| !of_the_run.contains(table)).collect()
}

async fn kill_and_go_on(town: &Database, place: &str) {
    let source = town.options().to_url_lossy().to_string();
    // It dies before, in or behind a commit, as it happens.
    let finished = (0..200).position(|round| copy_until(&source, place, 6 + round % 9));
    assert!(finished.is_some_and(|times| times >= 10), "{finished:?}");
}

async fn whole(town: &Database) -> (MemoryRepository, Outcome) {
    let target = MemoryRepository::new();
    let outcome = adoption(town).copy_into(&target, now(), &mut |_| {}).await.unwrap();
    (target, outcome)
}

async fn assert_whole(town: &Database, target: &dyn Repository) {
    let (expected, outcome) = whole(town).await;
    let (census, all) = (target.census().await.unwrap(), expected.census().await.unwrap());
    assert_eq!(rows(&census), rows(&all), "nothing is lost, and nothing there twice");
    assert_eq!(census.claims, all.claims);
    let (copied, undisturbed) = (content(target).await, content(&expected).await);
    assert_eq!(copied[..copied.len() - 1], undisturbed[..undisturbed.len() - 1]);
    // And the journal says so.
    let last = adoption(town).copy_into(target, now(), &mut |_| {}).await.unwrap();
    for (table, tally) in last.tables {
        let first = &outcome.tables[&table];
        assert_eq!((tally.copied, tally.read), (0, first.read), "{table}");
        assert_eq!(tally.already_there, first.copied + first.already_there, "{table}");
    }
}

#[tokio::test]
async fn a_copy_into_sqlite_that_is_killed_again_and_again_is_whole_in_the_end() {
    let town = town().await;
    run(&town, MORE).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("adopted.sqlite3");
    kill_and_go_on(&town, file.to_str().unwrap()).await;
    assert_whole(&town, &SqliteRepository::open(&file).unwrap()).await;
}

#[tokio::test]
async fn a_copy_into_postgres_that_is_killed_again_and_again_is_whole_in_the_end() {
    let town = town().await;
    run(&town, MORE).await;
    let database = Database::migrated().await;
    kill_and_go_on(&town, database.options().to_url_lossy().as_str()).await;
    let target = PostgresRepository::builder(database.options()).connect().await.unwrap();
    assert_whole(&town, &target).await;
}

/// The child's side; for anybody else it is a test that does nothing.
#[tokio::test]
async fn copies() {
    let Ok(task) = std::env::var(TASK) else { return };
    let (source, target) = task.split_once('\n').unwrap();
    if target.starts_with("postgres") {
        copy(source, PostgresRepository::connect(target).await.unwrap()).await;
    } else {
        copy(source, SqliteRepository::open(target).unwrap()).await;
    }
}

async fn copy(source: &str, target: impl Repository) {
    let options: sitstay::postgres::sqlx::postgres::PgConnectOptions = source.parse().unwrap();
    let target = Failing::telling(target, || {
        let mut output = std::io::stdout().lock();
        writeln!(output, "{SAID}").unwrap();
    });
    let adoption = Adoption::of(options, terms()).batch(BATCH);
    assert!(adoption.copy_into(&target, now(), &mut |_| {}).await.unwrap().adds_up());
}
