//! The threads that read, each with a connection of its own: readers never wait for the writer.

use std::{
    collections::VecDeque,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    error::{backend, failure, panicked},
    rows::Snapshot,
};
use crate::repository::{RepositoryError, Result};

/// What a reader does. It calls back when it is done with the connection, and answers after that:
/// who then asks at once for something else finds the same reader idle.
type Job = Box<dyn FnOnce(&Connection, &mut dyn FnMut()) + Send>;

#[derive(Debug)]
pub(super) struct Readers {
    /// How each reader is given a job.
    jobs: Vec<mpsc::Sender<Job>>,
    dispatch: Arc<Mutex<Dispatch>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn start(connections: Vec<Connection>) -> Result<Self> {
        let mut readers = Self { jobs: Vec::new(), dispatch: Arc::default(), threads: Vec::new() };
        for (reader, connection) in connections.into_iter().enumerate() {
            let (jobs, own) = mpsc::channel::<Job>();
            let dispatch = Arc::clone(&readers.dispatch);
            let thread = thread::Builder::new()
                .name("sitstay-reader".to_owned())
                .spawn(move || {
                    let mut next = lock(&dispatch).next(reader);
                    while let Some(job) = next.take().or_else(|| own.recv().ok()) {
                        job(&connection, &mut || next = lock(&dispatch).next(reader));
                    }
                })
                .map_err(failure)?;
            readers.jobs.push(jobs);
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Runs `work` on what was committed before it began.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(Snapshot<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection, done| {
            let answer = catch_unwind(AssertUnwindSafe(|| {
                begin(connection)?;
                work(Snapshot(connection))
            }));
            let ended = catch_unwind(AssertUnwindSafe(|| end(connection)));
            let answer = ended.and(answer).unwrap_or_else(|_| Err(panicked()));
            done();
            // Whoever asked may have gone.
            let _ = reply.send(answer);
        });
        let handed = lock(&self.dispatch).hand_in(job);
        if let Some((reader, job)) = handed {
            self.jobs[reader].send(job).map_err(|_| RepositoryError::Closed)?;
        }
        answer.await.map_err(|_| RepositoryError::Closed)?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs.clear();
        for thread in self.threads.drain(..) {
            // It ends when nobody can give it a job any more, and its panics were caught.
            let _ = thread.join();
        }
    }
}

/// Where readers and jobs meet.
#[derive(Default)]
struct Dispatch {
    /// The readers that have nothing to do.
    idle: Vec<usize>,
    /// What nobody does yet.
    waiting: VecDeque<Job>,
}

impl Dispatch {
    /// Returns who does a job; `None` if it waits here for the first reader to come.
    fn hand_in(&mut self, job: Job) -> Option<(usize, Job)> {
        // Who came last still has the pages at hand that everybody reads.
        let Some(reader) = self.idle.pop() else {
            self.waiting.push_back(job);
            return None;
        };
        Some((reader, job))
    }

    /// Returns the next job for a reader; `None` if none waits, and the reader is given one later.
    fn next(&mut self, reader: usize) -> Option<Job> {
        let job = self.waiting.pop_front();
        if job.is_none() {
            self.idle.push(reader);
        }
        job
    }
}

impl fmt::Debug for Dispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatch").finish_non_exhaustive()
    }
}

fn lock(dispatch: &Mutex<Dispatch>) -> MutexGuard<'_, Dispatch> {
    dispatch.lock().unwrap_or_else(PoisonError::into_inner)
}

fn begin(connection: &Connection) -> Result<()> {
    connection
        .prepare_cached("BEGIN")
        .and_then(|mut begin| begin.execute([]))
        .map(|_| ())
        .map_err(backend)
}

/// Ends the read transaction, also after an error or a panic; there is nothing to lose.
fn end(connection: &Connection) {
    if !connection.is_autocommit() {
        let _ = connection.prepare_cached("ROLLBACK").and_then(|mut end| end.execute([]));
    }
}
