//! A worker in a process of its own, for whoever kills it: this test binary, run again with a task in
//! its environment.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};

use super::notifier;

/// The file of the platform, a line end, and the outbox.
const TASK: &str = "SITSTAY_WORKING_CHILD";
/// How long a child may take: longer than any machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct WorkingChild(Child);

impl WorkingChild {
    pub(crate) fn start(platform: &Path, outbox: &Path) -> Self {
        let process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "working_child::works", "--nocapture"])
            .env(TASK, format!("{}\n{}", platform.display(), outbox.display()))
            .stdout(Stdio::null())
            .spawn();
        Self(process.unwrap())
    }

    /// Waits until more than so many mails are in an outbox.
    pub(crate) fn await_mail(&self, outbox: &Path, known: u64) {
        let since = Instant::now();
        while count(outbox) <= known {
            assert!(since.elapsed() < PATIENCE, "process {} mails nothing", self.0.id());
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Kills the child with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for WorkingChild {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Counts the mails in an outbox; none where there is no outbox yet.
pub(crate) fn count(outbox: &Path) -> u64 {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let Ok(connection) = Connection::open_with_flags(outbox, flags) else { return 0 };
    let count = connection.query_row("SELECT count(*) FROM mails", [], |row| row.get::<_, i64>(0));
    count.map_or(0, |count| u64::try_from(count).unwrap())
}

/// The child's side; for anybody else it is a test that does nothing.
#[tokio::test]
async fn works() {
    let Ok(task) = std::env::var(TASK) else { return };
    let (platform, outbox) = task.split_once('\n').unwrap();
    let [platform, outbox] = [platform, outbox].map(PathBuf::from);
    let given = ["--platform".into(), platform.display().to_string()];
    let given = given.into_iter().chain(["--outbox".into(), outbox.display().to_string()]);
    notifier::run(given, &mut std::io::stdout(), &mut std::io::stderr()).await;
}
