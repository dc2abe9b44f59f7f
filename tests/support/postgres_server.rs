//! A throw-away Postgres for tests and benchmarks.
//!
//! The server that tests share is the one at the URL in `TEST_DATABASE_URL`, if that is set: the user
//! there must be a superuser. Else it is started from the binaries that are found in the folder
//! `PG_BIN`, by `pg_config`, below `/usr/lib/postgresql`, or on the `PATH`; as root it runs as another
//! user. A test that kills, fills or copies a server, or that wants to be alone on one, always starts
//! one of its own.
//!
//! A server that was started is taken away when this process ends, also by `kill -9`: a shell waits
//! for the end of a pipe that this process holds. What a process leaves behind on a foreign server is
//! dropped by the next one that comes there.
#![allow(dead_code, unreachable_pub, reason = "every test binary uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "postgres_server/binaries.rs"]
mod binaries;
#[path = "postgres_server/database.rs"]
mod database;
#[path = "postgres_server/processes.rs"]
mod processes;
#[path = "postgres_server/run.rs"]
mod run;
#[path = "postgres_server/sql.rs"]
mod sql;

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use sqlx::postgres::PgConnectOptions;

#[allow(unused_imports, reason = "every test binary uses its own part of this")]
pub use self::{
    binaries::binaries,
    database::Database,
    processes::is_running,
    sql::{execute, number, until},
};

const GUARD: &str = include_str!("postgres_server/guard.sh");

/// The options of a server whose data need not outlive it.
pub const FAST: &[&str] = &[
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "max_connections=300",
    "-c",
    "shared_buffers=256MB",
    "-c",
    "max_wal_size=4GB",
];

/// The options of a server that keeps what it acknowledged.
pub const DURABLE: &[&str] =
    &["-c", "max_connections=300", "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"];

/// A running server.
#[derive(Debug)]
pub struct Server {
    options: PgConnectOptions,
    own: Option<Own>,
}

/// A server that this process started.
#[derive(Debug)]
struct Own {
    folder: PathBuf,
    guard: Child,
    /// The lines that the guard says.
    said: Mutex<Receiver<String>>,
}

impl Server {
    /// Returns the server that all tests of this binary share.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| match env::var("TEST_DATABASE_URL") {
            Ok(url) => {
                let options = url.parse().expect("TEST_DATABASE_URL must be a URL of Postgres");
                run::announce(&options);
                Self { options, own: None }
            }
            Err(_) => Self::start(FAST),
        })
    }

    /// Starts a server of one's own.
    pub fn start(options: &[&str]) -> Self {
        Self::launch(Path::new(""), options)
    }

    /// Starts a streaming standby of a server that this process started.
    pub fn start_standby(&self, options: &[&str]) -> Self {
        Self::launch(self.folder(), options)
    }

    fn launch(primary: &Path, options: &[&str]) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", GUARD, "guard"]).arg(binaries()).arg(primary).args(options);
        shell.current_dir("/");
        // Who ends the tests by a signal to all of their group leaves it to clean up.
        shell.process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut guard = binaries::as_server(&mut shell).spawn().expect("a shell");
        let lines = BufReader::new(guard.stdout.take().unwrap()).lines();
        let (say, said) = channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| say.send(line)));
        let mut own = Own { folder: PathBuf::new(), guard, said: Mutex::new(said) };
        own.folder = own.hears("at ").into();
        let options = PgConnectOptions::new_without_pgpass()
            .socket(&own.folder)
            .username("postgres")
            .database("postgres");
        Self { options, own: Some(own) }
    }

    /// Returns how to connect to the database `postgres`.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Returns the folder of the server's socket, log and, below `data`, files.
    pub fn folder(&self) -> &Path {
        &self.own.as_ref().expect("a server that this process started").folder
    }

    /// Returns the number of the server's first process, the parent of all others.
    pub fn pid(&self) -> u32 {
        let pid_file = fs::read_to_string(self.folder().join("data/postmaster.pid")).unwrap();
        pid_file.lines().next().unwrap().parse().unwrap()
    }

    /// Kills the server and all its processes on the spot, and starts it again.
    pub fn kill_and_restart(&mut self) {
        self.kill();
        self.restart();
    }

    /// Kills the server and all its processes on the spot.
    pub fn kill(&self) {
        processes::kill_all(self.pid());
    }

    /// Starts a server that was killed.
    pub fn restart(&mut self) {
        let own = self.own.as_mut().expect("a server that this process started");
        own.guard.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
        own.hears("started");
    }

    /// Makes an empty database.
    pub async fn empty(&self) -> Database {
        Database::create(self, "").await
    }
}

impl Own {
    /// Waits for what the guard says of a server that has started, and returns the rest of the line.
    ///
    /// # Panics
    ///
    /// If the server did not start: with its log.
    fn hears(&self, beginning: &str) -> String {
        // The guard gives up earlier.
        let patience = Duration::from_secs(120);
        let said = self.said.lock().unwrap();
        let mut log = Vec::new();
        while let Ok(line) = said.recv_timeout(patience) {
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
            log.push(line);
        }
        panic!("Postgres did not start:\n{}", log.join("\n"));
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // The end of its input ends the shell, and it the server.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
