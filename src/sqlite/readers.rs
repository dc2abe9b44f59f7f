//! The threads that read, each with a connection of its own: readers never wait for the writer.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    error::{backend, failure, panicked},
    rows::Snapshot,
};
use crate::repository::{RepositoryError, Result};

type Job = Box<dyn FnOnce(&Connection) + Send>;

#[derive(Debug)]
pub(super) struct Readers {
    jobs: Option<mpsc::Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn start(connections: Vec<Connection>) -> Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let mut readers = Self { jobs: Some(jobs), threads: Vec::new() };
        for connection in connections {
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new()
                .name("sitstay-reader".to_owned())
                .spawn(move || {
                    while let Some(job) = next(&queue) {
                        job(&connection);
                    }
                })
                .map_err(failure)?;
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
        let job: Job = Box::new(move |connection| {
            let answer = catch_unwind(AssertUnwindSafe(|| {
                begin(connection)?;
                work(Snapshot(connection))
            }));
            end(connection);
            // Whoever asked may have gone.
            let _ = reply.send(answer.unwrap_or_else(|_| Err(panicked())));
        });
        let jobs = self.jobs.as_ref().ok_or(RepositoryError::Closed)?;
        jobs.send(job).map_err(|_| RepositoryError::Closed)?;
        answer.await.map_err(|_| RepositoryError::Closed)?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // It ends when the queue does, and its panics were caught.
            let _ = thread.join();
        }
    }
}

fn next(queue: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
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
