//! `kill -9` of the server while clients write.

use std::{
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
    postgres_server::{DURABLE, Server},
    town::Town,
};

const CLIENTS: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_outlives_the_server() {
    let mut server = Server::start(DURABLE);
    let town = Town::found(connect(server.options()).await, 8, CLIENTS).await;
    let other = town.seen_by(connect(server.options()).await);
    let stop = Arc::new(AtomicBool::new(false));
    let instances = [town.clone(), other];
    let until = Until::Stopped(Arc::clone(&stop));
    let clients = tokio::spawn(async move { mingle(&instances, until).await });
    let rounds = if is_deep() { 100 } else { 4 };
    for round in 0..rounds {
        goes_on(&server.options(), CLIENTS).await;
        // Not always after the same time.
        tokio::time::sleep(Duration::from_millis(37 * (round % 11))).await;
        tokio::task::block_in_place(|| server.kill_and_restart());
    }
    goes_on(&server.options(), CLIENTS).await;
    stop.store(true, Ordering::Relaxed);
    let found = clients.await.unwrap();
    assert!(found.acknowledged.len() > CLIENTS, "{} commands", found.acknowledged.len());
    // Whether a client noticed is luck: a commit that was cut off is decided again by itself, and the
    // pool waits for a server that is soon back.
    let mut connection = PgConnection::connect_with(&server.options()).await.unwrap();
    verify(&found, &town, &mut connection).await;
}
