//! The thread that writes: queued change sets are grouped into one transaction, so that they share
//! the wait for the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    commit::carry_out,
    error::{Shared, backend, failure, panicked},
    rows::execute,
};
use crate::{
    account::UserStatus,
    repository::{Change, Prepared, RepositoryError, Result, Write},
    time::Instant,
};

/// Beyond that, larger groups are no faster.
const LARGEST_GROUP: usize = 256;

/// What is written.
#[derive(Debug)]
pub(super) enum Task {
    /// A change set.
    Commit(Prepared),
    /// Stored commands from before an instant go.
    PurgeCommands(Instant),
    /// The write-ahead log goes into the database and is emptied; never part of a group.
    Checkpoint,
    /// A row is written, and then the thread panics.
    #[cfg(all(test, feature = "testing"))]
    Panic(crate::account::User),
}

impl Task {
    /// Says whether somebody is erased.
    fn erases(&self) -> bool {
        let Self::Commit(prepared) = self else { return false };
        prepared.changes.iter().any(|change| {
            matches!(change, Change::User(Write::Update(user)) if user.status == UserStatus::Deleted)
        })
    }
}

#[derive(Debug)]
struct Job {
    task: Task,
    /// Takes the number of rows that were removed.
    reply: oneshot::Sender<Result<u64>>,
}

#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sitstay-writer".to_owned())
            .spawn(move || run(&connection, &queue))
            .map_err(failure)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Carries out a task, and answers when it is on disk.
    ///
    /// It is carried out also when the future is dropped after its first poll.
    pub(super) async fn write(&self, task: Task) -> Result<u64> {
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or(RepositoryError::Closed)?;
        jobs.send(Job { task, reply }).map_err(|_| RepositoryError::Closed)?;
        answer.await.map_err(|_| RepositoryError::Closed)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It ends when the queue does, and its panics were caught.
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, queue: &mpsc::Receiver<Job>) {
    // Whether the log may still hold something that was erased.
    let mut is_log_dirty = false;
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(LARGEST_GROUP - 1));
        let (checkpoints, group): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|job| matches!(job.task, Task::Checkpoint));
        is_log_dirty |= group.iter().any(|job| job.task.erases());
        // Should it panic all the same, the replies are dropped, which the callers see.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            write_group(connection, group, &mut is_log_dirty);
        }));
        roll_back(connection);
        for job in checkpoints {
            let _ = job.reply.send(checkpoint(connection));
        }
    }
}

/// Writes all tasks in one transaction, each whole or not at all, and replies once it is on disk.
///
/// After an erasure the log is emptied before anybody is answered; where somebody reads from it for
/// too long, the next group tries again.
fn write_group(connection: &Connection, group: Vec<Job>, is_log_dirty: &mut bool) {
    if group.is_empty() {
        return;
    }
    let written = in_transaction(connection, &group);
    match written {
        Ok(answers) => {
            *is_log_dirty = *is_log_dirty && checkpoint(connection).is_err();
            for (job, answer) in group.into_iter().zip(answers) {
                // Whoever asked may have gone; the commit stands.
                let _ = job.reply.send(answer);
            }
        }
        Err(error) => {
            let error = Shared::new(error);
            for job in group {
                let _ = job.reply.send(Err(error.to_repository_error()));
            }
        }
    }
}

fn in_transaction(connection: &Connection, group: &[Job]) -> rusqlite::Result<Vec<Result<u64>>> {
    // IMMEDIATE takes the write lock up front: a deferred transaction would read first, and could
    // then find what it had read overtaken by another process.
    statement(connection, "BEGIN IMMEDIATE")?;
    let mut answers = Vec::with_capacity(group.len());
    for job in group {
        statement(connection, "SAVEPOINT task")?;
        let answer = catch_unwind(AssertUnwindSafe(|| perform(connection, &job.task)))
            .unwrap_or_else(|_| Err(panicked()));
        if answer.is_err() {
            // On a full disk and the like SQLite itself has rolled back everything; then this
            // fails, and with it the whole group.
            statement(connection, "ROLLBACK TO task")?;
        }
        statement(connection, "RELEASE task")?;
        answers.push(answer);
    }
    statement(connection, "COMMIT")?;
    Ok(answers)
}

fn perform(connection: &Connection, task: &Task) -> Result<u64> {
    match task {
        Task::Commit(changes) => carry_out(connection, changes).map(|()| 0),
        Task::PurgeCommands(before) => {
            let purged =
                execute(connection, "DELETE FROM commands WHERE created_at < $1", |binding| {
                    binding.value((*before).into())
                });
            Ok(purged.map_err(backend)? as u64)
        }
        Task::Checkpoint => Ok(0),
        #[cfg(all(test, feature = "testing"))]
        #[expect(clippy::panic, reason = "it is what the task is for")]
        Task::Panic(user) => {
            let changes = crate::repository::ChangeSet::new().inserting(user.clone()).prepare()?;
            carry_out(connection, &changes)?;
            panic!("on purpose")
        }
    }
}

/// Empties the write-ahead log; SQLite waits for readers as long as for other writers.
fn checkpoint(connection: &Connection) -> Result<u64> {
    let is_busy = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        .map_err(backend)?;
    if is_busy == 0 {
        Ok(0)
    } else {
        Err(RepositoryError::Contention("somebody is reading from the write-ahead log".into()))
    }
}

fn statement(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        let _ = statement(connection, "ROLLBACK");
    }
}
