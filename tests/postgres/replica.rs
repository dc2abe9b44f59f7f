//! A real streaming standby: lists come from it, decisions never do.

use std::{sync::Arc, time::Duration};

use sitstay::{
    audit::FeedPosition,
    conformance::fixtures::{Everything, Fixtures, between},
    postgres::PostgresRepository,
    repository::{
        AccountQueries as _, AuditQueries as _, BookingQueries as _, CallerQuery, ChangeSet,
        DecisionQueries as _, DogQueries as _, LessonFilter, PageRequest, Repository as _,
        RepositoryError, TrainerQueries as _, Version, Versioned,
    },
};
use sqlx::{Connection as _, PgConnection};

use super::{
    postgres_server::{FAST, Server, execute, number, until},
    with_everything,
};

struct Pair {
    primary: Server,
    standby: Server,
}

impl Pair {
    fn start() -> Self {
        let primary = Server::start(FAST);
        let standby = primary.start_standby(FAST);
        Self { primary, standby }
    }

    async fn repository(&self) -> PostgresRepository {
        PostgresRepository::builder(self.primary.options())
            .replica(self.standby.options())
            .acquire_timeout(Duration::from_secs(2))
            .connect()
            .await
            .unwrap()
    }

    async fn on_standby(&self) -> PgConnection {
        PgConnection::connect_with(&self.standby.options()).await.unwrap()
    }

    /// Stops what the primary wrote from showing on the standby; all of it before now shows.
    async fn pause(&self) {
        self.settle().await;
        let mut standby = self.on_standby().await;
        execute(&mut standby, "SELECT pg_wal_replay_pause()").await.unwrap();
        // It is asked for only, and comes with the next record.
        until(&mut standby, "SELECT pg_get_wal_replay_pause_state() = 'paused'").await;
    }

    async fn resume(&self) {
        execute(&mut self.on_standby().await, "SELECT pg_wal_replay_resume()").await.unwrap();
    }

    /// Waits until the standby shows what the primary wrote.
    async fn settle(&self) {
        let mut primary = PgConnection::connect_with(&self.primary.options()).await.unwrap();
        let written: String = sqlx::query_scalar("SELECT pg_current_wal_insert_lsn()::text")
            .fetch_one(&mut primary)
            .await
            .unwrap();
        // Without waiting for commits nothing is flushed by itself.
        execute(&mut primary, "CHECKPOINT").await.unwrap();
        let mut standby = self.on_standby().await;
        let shows = format!("SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn");
        until(&mut standby, &shows).await;
    }
}

/// What the lists tell: the number of lessons, dogs, and entries of the history.
async fn lists(repository: &PostgresRepository, rows: &Everything) -> (usize, usize, String) {
    let page = PageRequest::MAX;
    let lessons = repository.lessons(&LessonFilter::default(), page).await.unwrap();
    let dogs = repository.dogs(rows.cast.owner.id).await.unwrap();
    let card = repository.trainer_card(rows.cast.trainer.id).await.unwrap().unwrap();
    (lessons.items.len(), dogs.len(), card.first_name.to_string())
}

async fn changes_everything(repository: &PostgresRepository, rows: &Everything, make: &Fixtures) {
    let mut user = rows.cast.trainer_user.clone();
    user.first_name = "Grace".parse().unwrap();
    let changes = ChangeSet::new()
        .inserting(make.booking(&rows.cast, between("12:00", "13:00")))
        .inserting(make.dog(&rows.cast.owner))
        .updating(Versioned::new(user, Version::FIRST))
        .appending(make.audit_entry(&rows.cast.owner_user));
    repository.commit(changes).await.unwrap();
}

#[tokio::test]
async fn lists_come_from_the_standby_and_decisions_from_the_writer() {
    let pair = Pair::start();
    let (repository, make) = (pair.repository().await, Fixtures::new());
    let rows = with_everything(&repository, &make).await;
    pair.pause().await;
    let before = lists(&repository, &rows).await;
    assert_eq!(before, (2, 1, "Ada".to_owned()));

    changes_everything(&repository, &rows, &make).await;
    assert_eq!(lists(&repository, &rows).await, before);
    let cast = &rows.cast;
    let user = repository.user(cast.trainer_user.id).await.unwrap().unwrap();
    assert_eq!(user.first_name.to_string(), "Grace");
    let caller = CallerQuery { command: make.id(), user: Some(cast.trainer_user.id) };
    let standing = repository.caller(caller).await.unwrap().standing.unwrap();
    assert_eq!(standing.user.first_name.to_string(), "Grace");
    let person = repository.person(caller, cast.trainer_user.id).await.unwrap().1.unwrap();
    assert_eq!(person.active_bookings, 2);
    // The feed says where it is certain, which only the writer knows.
    assert_eq!(repository.feed(FeedPosition::START, 10).await.unwrap().len(), 2);

    pair.resume().await;
    pair.settle().await;
    assert_eq!(lists(&repository, &rows).await, (3, 2, "Grace".to_owned()));
}

#[tokio::test]
async fn lists_come_from_the_writer_while_the_standby_is_away() {
    let mut pair = Pair::start();
    let (repository, make) = (Arc::new(pair.repository().await), Fixtures::new());
    let rows = with_everything(&repository, &make).await;
    pair.settle().await;
    assert_eq!(lists(&repository, &rows).await.0, 2);

    pair.standby.kill();
    changes_everything(&repository, &rows, &make).await;
    // At first the connections are there still, and then there are none.
    for _ in 0..3 {
        assert_eq!(lists(&repository, &rows).await, (3, 2, "Grace".to_owned()));
    }
    pair.standby.restart();
    pair.pause().await;
    repository.commit(ChangeSet::new().inserting(make.dog(&rows.cast.owner))).await.unwrap();
    assert_eq!(lists(&repository, &rows).await.1, 2, "the standby is not asked again");
}

/// A service that starts for the first time is faster than its standby.
#[tokio::test]
async fn lists_come_from_the_writer_while_the_standby_has_no_schema() {
    let pair = Pair::start();
    pair.pause().await;
    let (repository, make) = (pair.repository().await, Fixtures::new());
    let rows = with_everything(&repository, &make).await;
    assert_eq!(lists(&repository, &rows).await, (2, 1, "Ada".to_owned()));
    pair.resume().await;
}

#[tokio::test]
async fn a_standby_is_no_writer() {
    let pair = Pair::start();
    drop(pair.repository().await);
    pair.settle().await;
    for builder in [
        PostgresRepository::builder(pair.standby.options()),
        PostgresRepository::builder(pair.standby.options()).without_migrating(),
    ] {
        let refused = builder.connect().await.unwrap_err();
        assert!(matches!(refused, RepositoryError::Unavailable(_)), "{refused:?}");
        assert!(refused.is_retryable());
    }
}

/// What was the writer stands by now, as after a failover that went the other way.
#[tokio::test]
async fn a_writer_that_becomes_read_only_is_unavailable() {
    let server = Server::start(FAST);
    let repository = super::connect(server.options()).await;
    let make = Fixtures::new();
    with_everything(&repository, &make).await;
    let mut connection = PgConnection::connect_with(&server.options()).await.unwrap();
    let read_only = "ALTER SYSTEM SET default_transaction_read_only = on";
    execute(&mut connection, read_only).await.unwrap();
    execute(&mut connection, "SELECT pg_reload_conf()").await.unwrap();
    let user = make.user();
    let refused = loop {
        // Each server process hears of it in its own time.
        let changes = ChangeSet::new().inserting(make.user());
        if let Err(refused) = repository.commit(changes).await {
            break refused;
        }
    };
    assert!(refused.is_retryable(), "{refused:?}");
    let writable = "SET default_transaction_read_only = off;
                    ALTER SYSTEM RESET default_transaction_read_only";
    let mut connection = PgConnection::connect_with(&server.options()).await.unwrap();
    for sql in writable.split(';') {
        execute(&mut connection, sql).await.unwrap();
    }
    execute(&mut connection, "SELECT pg_reload_conf()").await.unwrap();
    while let Err(error) = repository.commit(ChangeSet::new().inserting(user.clone())).await {
        assert!(error.is_retryable(), "{error:?}");
    }
}

/// What the standby had not received is gone, and its numbers are given out a second time.
#[tokio::test]
async fn the_feed_goes_on_after_a_failover_that_lost_commits() {
    let pair = Pair::start();
    let make = Fixtures::new();
    let repository = super::connect(pair.primary.options()).await;
    let rows = with_everything(&repository, &make).await;
    let append = async |repository: &PostgresRepository| {
        let entry = make.audit_entry(&rows.cast.owner_user);
        repository.commit(ChangeSet::new().appending(entry.clone())).await.unwrap();
        entry.id
    };
    pair.settle().await;
    let mut standby = pair.on_standby().await;
    execute(&mut standby, "ALTER SYSTEM SET primary_conninfo = ''").await.unwrap();
    execute(&mut standby, "SELECT pg_reload_conf()").await.unwrap();
    let cut_off = "SELECT count(*) FROM pg_stat_wal_receiver";
    while number(&mut standby, cut_off).await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut lost = Vec::new();
    for _ in 0..20 {
        lost.push(append(&repository).await);
    }
    let read = repository.feed(FeedPosition::START, 200).await.unwrap();
    let last = read.last().unwrap();
    assert_eq!(last.entry.id, lost[19]);

    pair.primary.kill();
    execute(&mut standby, "SELECT pg_promote()").await.unwrap();
    let promoted = PostgresRepository::builder(pair.standby.options()).without_migrating();
    let promoted = promoted.connect().await.unwrap();
    let first = append(&promoted).await;
    let fresh = promoted.feed(last.position, 10).await.unwrap();
    assert_eq!(fresh.iter().map(|entry| entry.entry.id).collect::<Vec<_>>(), [first]);
}
