//! The SQLite backend against plain code on `rusqlite`: held statements, and one thread that writes
//! whatever is queued in one transaction.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

use rusqlite::{Connection, Statement, params};
use sitstay::{ids::Id, sqlite::SqliteRepository, time::Instant};
use tokio::sync::oneshot;

use crate::{
    Options,
    measure::{Contender, Library, Setting, compare},
    scene::{Crowd, Request, Scene},
};

pub(crate) async fn run(options: &Options, existing: u64) {
    let folder = tempfile::tempdir_in(&options.folder).unwrap();
    let [ours, theirs] = ["library.db", "raw.db"].map(|name| folder.path().join(name));
    let repository = SqliteRepository::open(&ours).unwrap();
    Scene::new().settle(&repository).await;
    repository.checkpoint().await.unwrap();
    drop(repository);
    fill(&ours, existing);
    std::fs::copy(&ours, &theirs).unwrap();

    let library = Arc::new(Library(Arc::new(SqliteRepository::open(&ours).unwrap())));
    let raw = Arc::new(Raw::open(&theirs));
    let mut next = existing;
    for &crowd in &options.crowds {
        for &clients in &options.clients {
            let setting = Setting { backend: "sqlite", existing, clients, crowd };
            let first = next;
            next = compare(options, setting, first, &library, Some(&raw)).await;
            if crowd == Crowd::Spread || clients == 1 {
                assert_same_rows(&ours, &theirs, first);
            }
        }
    }
}

/// Books without waiting for the disk.
fn fill(path: &Path, existing: u64) {
    let connection = connect(path);
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000").unwrap();
    let scene = Scene::new();
    let mut statements = Statements::prepare(&connection).unwrap();
    for number in 0..existing {
        if number % 20_000 == 0 {
            connection.execute_batch("BEGIN").unwrap();
        }
        let request = scene.request(Crowd::Spread, number);
        assert!(statements.carry_out(&request).unwrap());
        if number % 20_000 == 19_999 || number + 1 == existing {
            connection.execute_batch("COMMIT").unwrap();
        }
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

/// Says that both wrote the very same rows since the request `first`, but for the order of their
/// audit entries.
fn assert_same_rows(ours: &Path, theirs: &Path, first: u64) {
    let connection = Connection::open(ours).unwrap();
    connection.execute("ATTACH ?1 AS raw", [theirs.to_str().unwrap()]).unwrap();
    let first: sitstay::ids::BookingId = crate::scene::id(first);
    for (table, columns, key) in [
        ("bookings", "*", "id"),
        ("notifications", "*", "id"),
        ("commands", "*", "command_id"),
        ("occupied", "*", "booking_id"),
        (
            "audit_logs",
            "id, actor_user_id, action, entity, entity_id, payload, notified, created_at",
            "id",
        ),
    ] {
        for [one, other] in [["main", "raw"], ["raw", "main"]] {
            let sql = format!(
                "SELECT count(*) FROM (
                     SELECT {columns} FROM {one}.{table} WHERE {key} >= ?1
                     EXCEPT SELECT {columns} FROM {other}.{table} WHERE {key} >= ?1)"
            );
            let differing: i64 =
                connection.query_row(&sql, [first.as_uuid().as_bytes()], |row| row.get(0)).unwrap();
            assert_eq!(differing, 0, "{table} of {one}");
        }
    }
}

/// Opens a connection with the settings of the library's.
fn connect(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384",
        )
        .unwrap();
    connection
}

struct Job {
    request: Request,
    reply: oneshot::Sender<bool>,
}

struct Raw {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Raw {
    fn open(path: &Path) -> Self {
        let connection = connect(path);
        let (jobs, queue) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("raw-writer".to_owned())
            .spawn(move || write(&connection, &queue).unwrap())
            .unwrap();
        Self { jobs: Some(jobs), thread: Some(thread) }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.jobs = None;
        let _ = self.thread.take().unwrap().join();
    }
}

impl Contender for Raw {
    type Work = Request;

    fn work(request: Request) -> Request {
        request
    }

    async fn carry_out(&self, request: Request) -> bool {
        let (reply, answer) = oneshot::channel();
        self.jobs.as_ref().unwrap().send(Job { request, reply }).unwrap();
        answer.await.unwrap()
    }
}

fn write(connection: &Connection, queue: &mpsc::Receiver<Job>) -> rusqlite::Result<()> {
    let mut statements = Statements::prepare(connection)?;
    while let Ok(first) = queue.recv() {
        statements.begin.execute([])?;
        let mut answers = Vec::new();
        for job in std::iter::once(first).chain(queue.try_iter().take(255)) {
            answers.push((job.reply, statements.carry_out(&job.request)?));
        }
        statements.commit.execute([])?;
        for (reply, answer) in answers {
            let _ = reply.send(answer);
        }
    }
    Ok(())
}

struct Statements<'c> {
    begin: Statement<'c>,
    commit: Statement<'c>,
    calendar: Statement<'c>,
    user: Statement<'c>,
    booking: Statement<'c>,
    notification: Statement<'c>,
    command: Statement<'c>,
    entry: Statement<'c>,
}

impl<'c> Statements<'c> {
    fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            commit: connection.prepare("COMMIT")?,
            calendar: connection
                .prepare("SELECT version FROM trainer_calendars WHERE trainer_id = ?1")?,
            user: connection.prepare("SELECT version FROM users WHERE id = ?1")?,
            booking: connection.prepare(
                "INSERT INTO bookings
                     (id, trainer_id, owner_id, dog_id, service_id, start_time, end_time,
                      buffer_before_minutes, buffer_after_minutes, price_snapshot, currency, fee,
                      cancellation_policy, status, hold_expires_at, local_start, time_zone,
                      utc_offset, refund_cap_bp, reschedules, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, NULL, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                         ?16, ?17, ?18, ?19, ?20, ?21)",
            )?,
            notification: connection.prepare(
                "INSERT INTO notifications
                     (id, user_id, type, message, subject_kind, subject_id, is_read, created_at,
                      updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?,
            command: connection.prepare(
                "INSERT INTO commands
                     (command_id, actor_user_id, kind, fingerprint, result, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?,
            entry: connection.prepare(
                "INSERT INTO audit_logs
                     (id, actor_user_id, action, entity, entity_id, payload, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
        })
    }

    /// Says whether the time was free.
    ///
    /// The booking goes first, and the triggers refuse it where the time is taken: then nothing was
    /// written. Any other failure stops the benchmark, so no savepoint is needed.
    fn carry_out(&mut self, request: &Request) -> rusqlite::Result<bool> {
        let Request { calendar, owner, booking, notification, command, entry } = request;
        let version: i64 = self.calendar.query_row([key(calendar.trainer)], |row| row.get(0))?;
        assert_eq!(version, 1, "the calendar has changed");
        let version: i64 = self.user.query_row([key(owner.id)], |row| row.get(0))?;
        assert_eq!(version, 1, "the user has changed");

        let written = self.booking.execute(params![
            key(booking.id),
            key(booking.trainer),
            key(booking.owner),
            key(booking.dog),
            booking.session.start().as_micros(),
            booking.session.end().as_micros(),
            booking.buffer_before_minutes,
            booking.buffer_after_minutes,
            booking.price.minor(),
            booking.price.currency().code(),
            booking.fee.minor(),
            serde_json::to_string(&booking.cancellation_policy).unwrap(),
            booking.status.code(),
            booking.hold_expires_at.map(Instant::as_micros),
            booking.wall_start.local.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            booking.wall_start.zone.as_str(),
            booking.wall_start.utc_offset,
            u16::from(booking.refund_cap),
            booking.reschedules,
            booking.created_at.as_micros(),
            booking.updated_at.as_micros(),
        ]);
        match written {
            Err(rusqlite::Error::SqliteFailure(_, Some(message)))
                if message == "occupied_overlap" =>
            {
                return Ok(false);
            }
            written => written?,
        };
        self.notification.execute(params![
            key(notification.id),
            key(notification.user),
            notification.kind.code(),
            notification.kind.message(),
            notification.subject.kind.code(),
            notification.subject.id.as_bytes(),
            notification.is_read,
            notification.created_at.as_micros(),
            notification.updated_at.as_micros(),
        ])?;
        self.command.execute(params![
            key(command.id),
            command.actor.map(key),
            command.kind.code(),
            command.fingerprint.as_uuid().as_bytes(),
            command.result,
            command.created_at.as_micros(),
        ])?;
        let subject = entry.event.subject();
        self.entry.execute(params![
            key(entry.id),
            entry.actor.map(key),
            entry.event.code(),
            subject.kind.code(),
            subject.id.as_bytes(),
            serde_json::to_string(&entry.event).unwrap(),
            entry.created_at.as_micros(),
        ])?;
        Ok(true)
    }
}

fn key(id: impl Id) -> [u8; 16] {
    id.as_uuid().into_bytes()
}
