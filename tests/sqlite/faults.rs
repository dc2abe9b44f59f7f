//! Processes that are killed in the middle of their commits, and files that must not grow.

use std::{collections::BTreeSet, process::Command, thread, time::Duration};

use rusqlite::Connection;
use sitstay::{
    conformance::fixtures::Fixtures,
    repository::{BookingQueries as _, Repository as _},
    sqlite::SqliteRepository,
};
use uuid::Uuid;

use super::{
    Place,
    deep::is_deep,
    with_cast,
    writing_child::{LESSONS, Said, WritingChild, lesson},
};

/// How often a process is killed.
fn kills() -> u64 {
    if is_deep() { 300 } else { 6 }
}

/// Moments without an order that anybody would see in them.
fn moment(round: u64) -> Duration {
    Duration::from_micros(round.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48)
}

/// The writer that stands for nobody's child.
const SUCCESSOR: u64 = 99;

struct Scene {
    place: Place,
    acknowledged: BTreeSet<Uuid>,
    next: u64,
}

impl Scene {
    async fn new() -> Self {
        let place = Place::new();
        with_cast(&place.open(), &Fixtures::new()).await;
        Self { place, acknowledged: BTreeSet::new(), next: 0 }
    }

    /// Begins anew with an empty file after so many rounds, as each is checked as a whole.
    async fn renew(&mut self, round: u64) {
        if round % 20 == 19 {
            *self = Self::new().await;
        }
    }

    /// Starts as many writers, all for the same lessons.
    fn start(&mut self, writers: u64) -> Vec<WritingChild> {
        let first = self.next;
        self.next += LESSONS;
        (1..=writers).map(|writer| WritingChild::start(&self.place.path(), writer, first)).collect()
    }

    fn kill(&mut self, child: WritingChild) {
        self.acknowledged.extend(child.kill());
    }

    fn await_acknowledgement(&mut self, child: &WritingChild) {
        self.acknowledged.insert(child.await_acknowledgement());
    }

    /// Commits one lesson more, as the next process would.
    async fn go_on(&mut self, repository: &SqliteRepository) {
        let id = Uuid::from_u64_pair(SUCCESSOR, 0x8000_0000_0000_0000 | self.next);
        let make = Fixtures::new();
        let changes = lesson(&make, &make.cast(), id, self.next);
        self.next += 1;
        repository.commit(changes).await.unwrap();
        self.acknowledged.insert(id);
    }

    /// Says that everything that was acknowledged is there and nothing is half there, and that the
    /// next commit works.
    async fn check(&mut self) {
        let repository = self.place.open();
        self.go_on(&repository).await;
        assert_eq!(repository.mismatched_claims(10).await.unwrap(), []);
        drop(repository);
        let file = self.place.foreign();
        let stored = ids(&file, "SELECT id FROM bookings");
        let lost: Vec<_> = self.acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "acknowledged and gone: {lost:?}");
        for part in [
            "SELECT command_id FROM commands",
            "SELECT id FROM audit_logs",
            "SELECT id FROM notifications",
            "SELECT booking_id FROM occupied GROUP BY booking_id HAVING count(*) = 2",
            "SELECT DISTINCT booking_id FROM occupied",
        ] {
            assert_eq!(ids(&file, part), stored, "{part}");
        }
        let number = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(
            number(
                "SELECT count(*) FROM (
                     SELECT start_at < lag(end_at) OVER (
                         PARTITION BY resource_id, kind ORDER BY start_at) AS overlaps
                       FROM occupied)
                  WHERE overlaps"
            ),
            0
        );
        assert_eq!(
            number("SELECT coalesce(max(feed_position), 0) - count(*) FROM audit_logs"),
            0,
            "the feed has a gap"
        );
        assert_eq!(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        let verdict: String =
            file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok");
    }
}

fn ids(file: &Connection, sql: &str) -> BTreeSet<Uuid> {
    let mut statement = file.prepare(sql).unwrap();
    let ids = statement.query_map([], |row| Ok(Uuid::from_bytes(row.get(0)?))).unwrap();
    ids.collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn what_a_killed_process_was_acknowledged_is_there_and_whole() {
    let (mut scene, mut acknowledged) = (Scene::new().await, 0);
    for round in 0..kills() {
        let before = scene.acknowledged.len();
        for child in scene.start(1) {
            // Now and then before the first commit, and even while the file is being opened.
            if round % 8 != 7 {
                scene.await_acknowledgement(&child);
            }
            thread::sleep(moment(round));
            scene.kill(child);
        }
        acknowledged += scene.acknowledged.len() - before;
        scene.check().await;
        scene.renew(round).await;
    }
    assert!(acknowledged as u64 > kills());
}

#[tokio::test]
async fn a_killed_process_harms_no_other_on_the_same_file() {
    let mut scene = Scene::new().await;
    for round in 0..kills().div_ceil(3) {
        let mut children = scene.start(2);
        for child in &children {
            scene.await_acknowledgement(child);
        }
        thread::sleep(moment(round));
        let (victim, survivor) = (children.remove(0), children.remove(0));
        scene.kill(victim);
        while let Ok(Said::Acknowledged(id)) = survivor.said.try_recv() {
            scene.acknowledged.insert(id);
        }
        // It goes on with what nobody had said when the other one died.
        for _ in 0..20 {
            scene.await_acknowledgement(&survivor);
        }
        let repository = scene.place.open();
        scene.go_on(&repository).await;
        scene.kill(survivor);
        drop(repository);
        scene.check().await;
        scene.renew(round).await;
    }
}

/// Sets how large a file the process may write, in bytes.
#[cfg(target_os = "linux")]
fn limit_files(child: &WritingChild, bytes: &str) {
    let limited = Command::new("prlimit")
        .args(["--pid", &child.id().to_string(), &format!("--fsize={bytes}:")])
        .status();
    assert!(limited.unwrap().success());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_must_not_grow_refuses_commits_until_it_may() {
    let mut scene = Scene::new().await;
    for round in 0..kills().div_ceil(3) {
        let child = scene.start(1).remove(0);
        scene.await_acknowledgement(&child);
        // Less than the log has in use already, or a little more.
        limit_files(&child, &(20_000 + 40_000 * (round % 8)).to_string());
        let mut refused = 0;
        while refused < 20 {
            match child.hear() {
                Said::Unavailable => refused += 1,
                Said::Acknowledged(id) => {
                    scene.acknowledged.insert(id);
                }
            }
        }
        // The same process goes on, without opening anything anew.
        limit_files(&child, "unlimited");
        for _ in 0..30 {
            scene.await_acknowledgement(&child);
        }
        scene.kill(child);
        scene.check().await;
        scene.renew(round).await;
    }
}
