//! What a run is doing, told once a second on standard error.

use std::{
    io::Write,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use tokio::task::JoinHandle;

/// Where progress is told.
pub(crate) type Listener = Arc<Mutex<dyn Write + Send>>;

/// What is counted while a run goes on.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    filled: AtomicU64,
    pub(crate) done: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) reads: AtomicU64,
    checked: AtomicU64,
}

impl Progress {
    pub(crate) fn filled(&self, bookings: usize) {
        self.filled.store(bookings as u64, Ordering::Relaxed);
    }

    pub(crate) fn checked(&self, rows: usize) {
        self.checked.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// How many commands and reads were answered.
    pub(crate) fn answered(&self) -> u64 {
        [&self.done, &self.refused, &self.reads]
            .map(|count| count.load(Ordering::Relaxed))
            .iter()
            .sum()
    }

    fn counts(&self) -> [u64; 5] {
        [&self.filled, &self.done, &self.refused, &self.reads, &self.checked]
            .map(|count| count.load(Ordering::Relaxed))
    }

    /// Tells every second what has changed, until the handle is aborted.
    pub(crate) fn tell(self: &Arc<Self>, listener: &Listener) -> JoinHandle<()> {
        let (progress, listener) = (Arc::clone(self), Arc::clone(listener));
        tokio::spawn(async move {
            let begun = Stopwatch::now();
            let mut before = progress.counts();
            let mut every_second = tokio::time::interval(Duration::from_secs(1));
            every_second.tick().await;
            loop {
                every_second.tick().await;
                let after = progress.counts();
                let line = line(before, after);
                if !line.is_empty() {
                    say(&listener, &format!("{:>4} s  {line}", begun.elapsed().as_secs()));
                }
                before = after;
            }
        })
    }
}

fn line(before: [u64; 5], after: [u64; 5]) -> String {
    let [filled, done, refused, reads, checked] = after;
    let changed = |which: usize| after[which] - before[which];
    if changed(1) + changed(2) + changed(3) > 0 {
        format!(
            "{done} commands done, {} a second; {refused} refused, {} a second; {reads} reads, {} a \
             second",
            changed(1),
            changed(2),
            changed(3)
        )
    } else if changed(0) > 0 {
        format!("{filled} bookings filled in, {} a second", changed(0))
    } else if changed(4) > 0 {
        format!("{checked} rows checked, {} a second", changed(4))
    } else {
        String::new()
    }
}

/// Tells one line; nobody is left to tell if standard error is closed.
pub(crate) fn say(listener: &Listener, line: &str) {
    let mut listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = writeln!(listener, "{line}");
}
