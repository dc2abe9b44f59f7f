//! Connections that end under their users, and users who end under their connections.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sitstay::command::Call;

use super::{
    connect,
    crowd::{Found, Until, mingle, verify},
    deep::is_deep,
    postgres_server::{Database, execute},
    town::{Town, minute_of, on},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_that_are_ended_lose_nothing() {
    let database = Database::migrated().await;
    let town = Town::found(connect(database.options()).await, 4, 16).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (instances, until) = ([town.clone()], Until::Stopped(Arc::clone(&stop)));
    let clients = tokio::spawn(async move { mingle(&instances, until).await });
    let mut administrator = database.connection().await;
    let mut ended = 0;
    for _ in 0..if is_deep() { 1_000 } else { 40 } {
        tokio::time::sleep(Duration::from_millis(25)).await;
        ended += execute(
            &mut administrator,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid()
              ORDER BY random() LIMIT 2",
        )
        .await
        .unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let found = clients.await.unwrap();
    assert!(ended > 0 && !found.acknowledged.is_empty());
    verify(&found, &town, &mut administrator).await;
}

/// A service stops waiting, at any moment of a command.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_caller_who_goes_away_leaves_nothing_half_done() {
    let database = Database::migrated().await;
    let town = Town::found(connect(database.options()).await, 1, 8).await;
    let mut found = Found::default();
    for number in 0..if is_deep() { 4_000 } else { 200 } {
        let owner = number % town.owners.len();
        let start = minute_of(1 + (number / 16) as i64, 360 + 60 * (number % 16) as i64);
        let wish = town.wish(owner, 0, start);
        let (booking, call) = (wish.booking, town.call(town.owner(owner), on(0, "06:00")));
        let patience = Duration::from_micros((number % 50) as u64 * 100);
        let given = town.platform.execute(call, wish.clone());
        let _ = tokio::time::timeout(patience, given).await;
        // Whatever became of it, the same command again is carried out once.
        let requested = repeated(&town, call, wish).await;
        assert_eq!(requested, booking);
        let effect = (call.id.as_uuid(), booking.as_uuid(), "booking.requested");
        found.acknowledged.push(effect);
    }
    verify(&found, &town, &mut database.connection().await).await;
}

async fn repeated(
    town: &Town,
    call: Call,
    wish: sitstay::platform::RequestBooking,
) -> sitstay::ids::BookingId {
    for _ in 0..100 {
        match town.platform.execute(call, wish.clone()).await {
            Ok(requested) => return requested.booking,
            Err(error) if error.is_retryable() => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    panic!("never carried out")
}
