//! No room left for the write-ahead log, the one file without which Postgres cannot go on at all.
//!
//! The next file of the log is a link to `/dev/full`, to which every write fails as on a full disk: that
//! needs neither a device nor rights of its own. The server panics, and panics again whenever it has
//! recovered, until there is room.

use std::{
    fs,
    os::unix::fs::symlink,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection as _, PgConnection};

use super::{
    connect,
    crowd::{Until, goes_on, mingle, verify},
    deep::is_deep,
    postgres_server::{DURABLE, Server, execute},
    town::Town,
};

const CLIENTS: usize = 8;

/// Counts how often the server gave up for want of room.
fn panics(server: &Server) -> usize {
    let log = fs::read_to_string(server.folder().join("log")).unwrap();
    log.lines().filter(|line| line.contains("PANIC:") && line.contains("No space left")).count()
}

/// Returns the file that the log goes on in when the present one is full.
async fn next_file(server: &Server, connection: &mut PgConnection) -> PathBuf {
    let present: String = sqlx::query_scalar("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
        .fetch_one(connection)
        .await
        .unwrap();
    // A name of 24 digits, of which the last two count up to ff.
    let (log, number) = present.split_at(22);
    let number = u8::from_str_radix(number, 16).unwrap().checked_add(1).expect("a short test");
    server.folder().join("data/pg_wal").join(format!("{log}{number:02X}"))
}

/// Takes the room for the log away, until the server has noticed twice.
async fn fill_up(server: &Server) {
    let mut connection = PgConnection::connect_with(&server.options()).await.unwrap();
    let file = next_file(server, &mut connection).await;
    // It may be there already, from before.
    let _ = fs::remove_file(&file);
    symlink("/dev/full", &file).unwrap();
    let before = panics(server);
    // The log goes on in the next file.
    let _ = execute(&mut connection, "SELECT pg_switch_wal()").await;
    eventually("a panic", async || panics(server) > before + 1).await;
    fs::remove_file(&file).unwrap();
    let connects = async || PgConnection::connect_with(&server.options()).await.is_ok();
    eventually("a server that is up again", connects).await;
}

async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..6_000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not come");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_outlives_a_full_log() {
    let server = Server::start(DURABLE);
    let town = Town::found(connect(server.options()).await, 4, CLIENTS).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (instances, until) = ([town.clone()], Until::Stopped(Arc::clone(&stop)));
    let clients = tokio::spawn(async move { mingle(&instances, until).await });
    for _ in 0..if is_deep() { 30 } else { 2 } {
        goes_on(&server.options(), CLIENTS).await;
        fill_up(&server).await;
    }
    goes_on(&server.options(), CLIENTS).await;
    stop.store(true, Ordering::Relaxed);
    let found = clients.await.unwrap();
    assert!(found.acknowledged.len() > CLIENTS, "{} commands", found.acknowledged.len());
    // The log told of every panic. Whether a client did notice is luck: a commit that was cut off is
    // decided again by itself, and the pool waits for a server that is soon back.
    let mut connection = PgConnection::connect_with(&server.options()).await.unwrap();
    verify(&found, &town, &mut connection).await;
}
