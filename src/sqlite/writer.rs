//! The thread that writes: queued change sets are grouped into one transaction, so that they share
//! the wait for the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, RecvTimeoutError},
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    commit::{Checked, carry_out, check},
    error::{Shared, backend, failure, panicked, uncommitted},
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
    /// The database is written anew, without what rows left behind; never part of a group.
    Compact,
    /// A row is written, and then the thread panics.
    #[cfg(all(test, feature = "testing"))]
    Panic(crate::account::User),
    /// The database has room for so many pages more.
    #[cfg(all(test, feature = "testing"))]
    LeaveRoom(i64),
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
    let mut log = Log::Clean;
    loop {
        let first = if log == Log::Clean {
            queue.recv().map_err(RecvTimeoutError::from)
        } else {
            queue.recv_timeout(AGAIN)
        };
        let first = match first {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                log = log.tidied(connection);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let mut group = vec![first];
        group.extend(queue.try_iter().take(LARGEST_GROUP - 1));
        let (alone, group): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|job| matches!(job.task, Task::Checkpoint | Task::Compact));
        // Should it panic all the same, the replies are dropped, which the callers see.
        let _ = catch_unwind(AssertUnwindSafe(|| write_group(connection, group, &mut log)));
        roll_back(connection);
        for job in alone {
            let work = if matches!(job.task, Task::Compact) { compact } else { checkpoint };
            let _ = job.reply.send(work(connection));
        }
    }
}

/// How long the log is left alone that somebody is reading from.
const AGAIN: Duration = Duration::from_secs(1);

/// What the write-ahead log still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Log {
    /// Nothing that was erased.
    Clean,
    /// What was erased just now.
    Fresh,
    /// What was erased, and could not be emptied then because somebody was reading from it.
    Stale,
}

impl Log {
    /// Empties the log. Readers are waited for once; after that nobody else waits for them.
    fn tidied(self, connection: &Connection) -> Self {
        let emptied = match self {
            Self::Clean => return self,
            Self::Fresh => checkpoint(connection),
            Self::Stale => without_waiting(connection, checkpoint),
        };
        if emptied.is_ok() { Self::Clean } else { Self::Stale }
    }
}

/// Does something that would wait for others, and does not wait.
fn without_waiting<T>(
    connection: &Connection,
    act: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    let patience = connection.query_row("PRAGMA busy_timeout", [], |row| row.get::<_, u32>(0));
    let patience = Duration::from_millis(patience.map_err(backend)?.into());
    connection.busy_timeout(Duration::ZERO).map_err(backend)?;
    let done = act(connection);
    connection.busy_timeout(patience).map_err(backend)?;
    done
}

/// Writes all tasks in one transaction, each whole or not at all, and replies once it is on disk.
///
/// After an erasure the log is emptied before anybody is answered; where somebody reads from it for
/// too long, that is done as soon as they let go of it.
fn write_group(connection: &Connection, group: Vec<Job>, log: &mut Log) {
    if group.is_empty() {
        return;
    }
    if group.iter().any(|job| job.task.erases()) {
        *log = Log::Fresh;
    }
    // Hardly ever is a task refused once it has written something. Where one is, all of them are
    // carried out again, now with a way back for each.
    let mut written = in_transaction(connection, &group, straight_on);
    if matches!(written, Err(Stop::NoWayBack(_))) {
        roll_back(connection);
        written = in_transaction(connection, &group, with_a_way_back);
    }
    match written {
        Ok(answers) => {
            *log = log.tidied(connection);
            for (job, answer) in group.into_iter().zip(answers) {
                // Whoever asked may have gone; the commit stands.
                let _ = job.reply.send(answer);
            }
        }
        Err(stop) => {
            // Whoever is answered may commit again at once.
            roll_back(connection);
            let error = Shared::new(stop.into_error());
            for job in group {
                let _ = job.reply.send(Err(error.to_repository_error()));
            }
        }
    }
}

/// What becomes of one task.
type Answer = Result<u64>;

/// Why a transaction goes no further.
#[derive(Debug)]
enum Stop {
    /// A task was refused after it had written something, and there is no savepoint to go back to.
    NoWayBack(RepositoryError),
    /// The database failed, and everything in the transaction with it.
    Failed(RepositoryError),
}

impl Stop {
    fn into_error(self) -> RepositoryError {
        match self {
            Self::NoWayBack(error) | Self::Failed(error) => error,
        }
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(backend(error))
    }
}

fn in_transaction(
    connection: &Connection,
    group: &[Job],
    carry_out: fn(&Connection, &Task) -> Result<Answer, Stop>,
) -> Result<Vec<Answer>, Stop> {
    // IMMEDIATE takes the write lock up front: a deferred transaction would read first, and could
    // then find what it had read overtaken by another process.
    statement(connection, "BEGIN IMMEDIATE")?;
    let mut answers = Vec::with_capacity(group.len());
    for job in group {
        let answer = carry_out(connection, &job.task)?;
        // On a full disk and the like SQLite itself may have rolled back everything.
        answers.push(match answer {
            Err(error) if connection.is_autocommit() => return Err(Stop::Failed(error)),
            answer => answer,
        });
    }
    statement(connection, "COMMIT").map_err(|error| Stop::Failed(uncommitted(error)))?;
    Ok(answers)
}

/// Carries out a task without a savepoint: pages need not be copied for a way back.
fn straight_on(connection: &Connection, task: &Task) -> Result<Answer, Stop> {
    let checked = match guarded(|| look(connection, task)) {
        Ok(checked) => checked,
        Err(refused) => return Ok(Err(refused)),
    };
    match guarded(|| perform(connection, task, checked)) {
        Err(error) if !connection.is_autocommit() => Err(Stop::NoWayBack(error)),
        answer => Ok(answer),
    }
}

fn with_a_way_back(connection: &Connection, task: &Task) -> Result<Answer, Stop> {
    statement(connection, "SAVEPOINT task")?;
    let answer = guarded(|| {
        let checked = look(connection, task)?;
        perform(connection, task, checked)
    });
    if !connection.is_autocommit() {
        if answer.is_err() {
            statement(connection, "ROLLBACK TO task")?;
        }
        statement(connection, "RELEASE task")?;
    }
    Ok(answer)
}

/// Turns a panic into an error.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()))
}

/// Looks, without writing, whether a task can be carried out.
fn look(connection: &Connection, task: &Task) -> Result<Checked> {
    match task {
        Task::Commit(changes) => check(connection, changes),
        _ => Ok(Checked::Guards),
    }
}

fn perform(connection: &Connection, task: &Task, checked: Checked) -> Answer {
    match task {
        Task::Commit(changes) => carry_out(connection, changes, checked).map(|()| 0),
        Task::PurgeCommands(before) => {
            let purged =
                execute(connection, "DELETE FROM commands WHERE created_at < $1", |binding| {
                    binding.value((*before).into())
                });
            Ok(purged.map_err(backend)? as u64)
        }
        Task::Checkpoint | Task::Compact => Ok(0),
        #[cfg(all(test, feature = "testing"))]
        #[expect(clippy::panic, reason = "it is what the task is for")]
        Task::Panic(user) => {
            let changes = crate::repository::ChangeSet::new().inserting(user.clone()).prepare()?;
            carry_out(connection, &changes, checked)?;
            panic!("on purpose")
        }
        #[cfg(all(test, feature = "testing"))]
        Task::LeaveRoom(pages) => {
            let used: i64 =
                connection.query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(backend)?;
            let limit = format!("PRAGMA max_page_count = {}", used.saturating_add(*pages));
            connection.query_row(&limit, [], |_| Ok(0)).map_err(backend)
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

/// Writes the database anew, and empties the log, which holds all of it for a moment.
fn compact(connection: &Connection) -> Result<u64> {
    // The copy is as large as the file, which may be more than there is memory.
    connection.pragma_update(None, "temp_store", "FILE").map_err(backend)?;
    let compacted = connection.execute_batch("VACUUM").map_err(backend);
    connection.pragma_update(None, "temp_store", "MEMORY").map_err(backend)?;
    compacted?;
    checkpoint(connection)
}

fn statement(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        let _ = statement(connection, "ROLLBACK");
    }
}
