//! A throw-away Postgres for tests and benchmarks.
//!
//! The server is the one at the URL in `TEST_DATABASE_URL`, if that is set: the user there may
//! create databases. Else it is started from the binaries that are found in the folder `PG_BIN`,
//! by `pg_config`, below `/usr/lib/postgresql`, or on the `PATH`; as root it runs as another user.
//!
//! It is taken away when this process ends, also by `kill -9`: a shell waits for the end of a pipe
//! that this process holds.
#![allow(dead_code, unreachable_pub, reason = "every test binary uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use sitstay::postgres::PostgresRepository;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

/// `$1` is the folder of the binaries, `$2` that of the server to stand by, if it is to be a
/// standby; the rest are options of the server.
const GUARD: &str = r#"set -eu
bin=$1; primary=$2; shift 2
folder=$(mktemp -d "${TMPDIR:-/tmp}/sitstay-postgres.XXXXXX")
trap 'rm -rf "$folder"' EXIT
if [ -n "$primary" ]; then
    "$bin/pg_basebackup" -h "$primary" -U postgres -D "$folder/data" -R -X stream -c fast \
        >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
else
    "$bin/initdb" -D "$folder/data" -N -A trust -U postgres -E UTF8 --locale=C \
        --no-instructions >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
fi
start() {
    "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= "$@" \
        >>"$folder/log" 2>&1 </dev/null 3>&- &
    server=$!
}
# The server's own note of its state: some packages come without `pg_isready`.
is_ready() { sed -n 8p "$folder/data/postmaster.pid" 2>/dev/null | grep -q '^\(ready\|standby\)'; }
start "$@"
tries=0
until is_ready; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || { cat "$folder/log"; exit 1; }
    sleep 0.05
done
echo "$folder"
# Each line asks for the server to be started again, after a test has killed it.
while read -r _; do
    wait $server || true
    # It says that the server is ready, which it was.
    rm -f "$folder/data/postmaster.pid"
    start "$@"
    until is_ready; do sleep 0.05; done
    echo started
done
kill -QUIT $server 2>/dev/null || true
wait $server || true
"#;

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
    folder: Option<PathBuf>,
    guard: Option<Child>,
}

impl Server {
    /// Returns the server that all tests of this binary share.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| match env::var("TEST_DATABASE_URL") {
            Ok(url) => Self {
                options: url.parse().expect("TEST_DATABASE_URL must be a URL of Postgres"),
                folder: None,
                guard: None,
            },
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
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some((user, group)) = unprivileged() {
            shell.gid(group).uid(user);
        }
        let mut guard = shell.spawn().expect("a shell");
        let mut output = BufReader::new(guard.stdout.take().unwrap());
        let mut folder = String::new();
        output.read_line(&mut folder).unwrap();
        if !folder.starts_with('/') {
            output.read_to_string(&mut folder).unwrap();
            panic!("Postgres did not start:\n{folder}");
        }
        guard.stdout = Some(output.into_inner());
        let folder = PathBuf::from(folder.trim());
        let options = PgConnectOptions::new_without_pgpass()
            .socket(&folder)
            .username("postgres")
            .database("postgres");
        Self { options, folder: Some(folder), guard: Some(guard) }
    }

    /// Returns how to connect to the database `postgres`.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Returns the folder of the server's socket, log and, below `data`, files.
    pub fn folder(&self) -> &Path {
        self.folder.as_deref().expect("a server that this process started")
    }

    /// Kills the server and all its processes on the spot, and starts it again.
    pub fn kill_and_restart(&mut self) {
        self.kill();
        self.restart();
    }

    /// Kills the server and all its processes on the spot.
    pub fn kill(&self) {
        let pid_file = self.folder().join("data/postmaster.pid");
        let pid = fs::read_to_string(pid_file).unwrap().lines().next().unwrap().to_owned();
        let signal = |signal: &str, pid: &str| {
            let sent = Command::new("kill").args([signal, pid]).stderr(Stdio::null()).status();
            sent.unwrap().success()
        };
        // A server that stands still starts no process that nobody kills.
        assert!(signal("-STOP", &pid), "the server was not there to kill");
        let children = Command::new("pgrep").args(["-P", &pid]).output().unwrap().stdout;
        let children = String::from_utf8(children).unwrap();
        for child in children.lines().chain([&*pid]) {
            signal("-KILL", child);
        }
        // While one of them is going, it keeps the data locked.
        for child in children.lines() {
            for _ in 0..1_000 {
                if !signal("-0", child) {
                    break;
                }
                thread::sleep(std::time::Duration::from_millis(5));
            }
        }
    }

    /// Starts a server that was killed.
    pub fn restart(&mut self) {
        use std::io::Write as _;

        let guard = self.guard.as_mut().expect("a server that this process started");
        guard.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
        let mut answer = String::new();
        BufReader::new(guard.stdout.as_mut().unwrap()).read_line(&mut answer).unwrap();
        assert_eq!(answer, "started\n");
    }

    /// Makes an empty database.
    pub async fn empty(&self) -> Database {
        self.create("").await
    }

    async fn create(&self, template: &str) -> Database {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        execute(&self.options, &format!("CREATE DATABASE {name} {template}")).await;
        Database { server: self.options.clone(), name }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(guard) = &mut self.guard {
            // The end of its input ends the shell, and it the server.
            drop(guard.stdin.take());
            let _ = guard.wait();
        }
    }
}

/// A database of its own, dropped with this value.
#[derive(Debug)]
pub struct Database {
    server: PgConnectOptions,
    name: String,
}

impl Database {
    /// Makes a database on the shared server, with the library's schema in it.
    pub async fn migrated() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let server = Server::shared();
        let template = TEMPLATE
            .get_or_init(|| async {
                let template = server.empty().await;
                drop(PostgresRepository::builder(template.options()).connect().await.unwrap());
                let name = template.name.clone();
                // It lasts as long as the server, or on a foreign one until the next run.
                std::mem::forget(template);
                wait_until_unused(&server.options, &name).await;
                name
            })
            .await;
        server.create(&format!("TEMPLATE {template}")).await
    }

    /// Returns how to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        self.server.clone().database(&self.name)
    }

    /// Opens a connection past the library.
    pub async fn connection(&self) -> PgConnection {
        PgConnection::connect_with(&self.options()).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), std::mem::take(&mut self.name));
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                // The server itself may be gone.
                if let Ok(mut connection) = PgConnection::connect_with(&server).await {
                    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    let _ = sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut connection).await;
                }
            });
        });
        let _ = dropped.join();
    }
}

async fn execute(options: &PgConnectOptions, sql: &str) {
    let mut connection = PgConnection::connect_with(options).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A database that somebody is connected to is no template.
async fn wait_until_unused(server: &PgConnectOptions, name: &str) {
    let mut connection = PgConnection::connect_with(server).await.unwrap();
    loop {
        let users: i64 =
            sqlx::query_scalar("SELECT count(*) FROM pg_stat_activity WHERE datname = $1")
                .bind(name)
                .fetch_one(&mut connection)
                .await
                .unwrap();
        if users == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// Finds the folder of `initdb` and `postgres`.
pub fn binaries() -> PathBuf {
    let mut folders: Vec<PathBuf> = env::var_os("PG_BIN").map(PathBuf::from).into_iter().collect();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(String::from_utf8_lossy(&output.stdout).trim().into());
    }
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        let mut installed: Vec<_> = versions.flatten().map(|v| v.path().join("bin")).collect();
        installed.sort();
        folders.extend(installed.into_iter().rev());
    }
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .expect(
            "no Postgres was found. Run .ci/test, which installs one; or install it (on Debian: \
             apt-get install postgresql); or name the folder of its binaries in PG_BIN; or name a \
             running server in TEST_DATABASE_URL",
        )
}

/// `initdb` refuses root: then the server runs as `postgres` or `nobody`.
fn unprivileged() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|name| {
        let user = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = user.split(':').skip(2);
        Some((ids.next()?.parse().ok()?, ids.next()?.parse().ok()?))
    })
}
