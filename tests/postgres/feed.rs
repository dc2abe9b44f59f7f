//! The feed returns each entry once, however late it is committed and wherever the data moves.

use sitstay::{
    audit::{FeedEntry, FeedPosition},
    conformance::fixtures::Fixtures,
    postgres::PostgresRepository,
    repository::{AuditQueries as _, ChangeSet, Repository as _},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    connect,
    postgres_server::{FAST, Server, execute},
};

const NOTHING: [Uuid; 0] = [];

/// Somebody who stores the last position with what they read.
#[derive(Debug, Default)]
struct Consumer {
    position: FeedPosition,
    seen: Vec<Uuid>,
}

impl Consumer {
    /// Reads on until there is no more, and returns the ids of what is new.
    async fn reads(&mut self, repository: &PostgresRepository, limit: u16) -> Vec<Uuid> {
        let mut new = Vec::new();
        loop {
            let entries = repository.feed(self.position, limit).await.unwrap();
            let Some(last) = entries.last() else { break };
            assert!(entries.is_sorted_by(|one, next| one.position < next.position));
            assert!(entries[0].position > self.position);
            self.position = last.position;
            new.extend(entries.iter().map(|FeedEntry { entry, .. }| entry.id.as_uuid()));
        }
        self.seen.extend(&new);
        new
    }
}

/// Appends an entry and returns its id.
async fn append(repository: &PostgresRepository, make: &Fixtures) -> Uuid {
    let entry = make.audit_entry(&make.user());
    let id = entry.id.as_uuid();
    repository.commit(ChangeSet::new().appending(entry)).await.unwrap();
    id
}

/// Writes an entry past the library, in the transaction that the connection is in.
async fn write(connection: &mut PgConnection, id: Uuid) {
    let user = Uuid::from_u128(7);
    let insert = format!(
        "INSERT INTO sitstay.audit_logs (id, action, entity, entity_id, payload, created_at)
         VALUES ('{id}', 'user.profile_updated', 'user', '{user}',
                 '{{\"type\": \"user.profile_updated\", \"user\": \"{user}\"}}', '2027-03-01T06:00:00Z')"
    );
    execute(connection, insert).await.unwrap();
}

/// What others do on a shared server would hold the feed back.
async fn alone() -> (Server, PostgresRepository) {
    let server = Server::start(FAST);
    let repository = connect(server.options()).await;
    (server, repository)
}

async fn connection(server: &Server) -> PgConnection {
    use sqlx::Connection as _;

    PgConnection::connect_with(&server.options()).await.unwrap()
}

#[tokio::test]
async fn an_entry_that_is_committed_late_is_not_passed_over() {
    let (server, repository) = alone().await;
    let (make, mut consumer) = (Fixtures::new(), Consumer::default());
    let first = append(&repository, &make).await;
    let mut slow = connection(&server).await;
    let mut slower = connection(&server).await;
    let (late, latest, lost) = (
        make.id::<sitstay::ids::AuditId>(),
        make.id::<sitstay::ids::AuditId>(),
        make.id::<sitstay::ids::AuditId>(),
    );
    execute(&mut slow, "BEGIN").await.unwrap();
    write(&mut slow, late.as_uuid()).await;
    execute(&mut slower, "BEGIN").await.unwrap();
    write(&mut slower, latest.as_uuid()).await;
    let mut undone = connection(&server).await;
    execute(&mut undone, "BEGIN").await.unwrap();
    write(&mut undone, lost.as_uuid()).await;

    let mut overtaking = Vec::new();
    for _ in 0..5 {
        overtaking.push(append(&repository, &make).await);
    }
    // What was begun later and committed earlier waits.
    assert_eq!(consumer.reads(&repository, 2).await, [first]);
    execute(&mut slow, "COMMIT").await.unwrap();
    assert_eq!(consumer.reads(&repository, 2).await, [late.as_uuid()]);
    execute(&mut slower, "COMMIT").await.unwrap();
    assert_eq!(consumer.reads(&repository, 2).await, [latest.as_uuid()]);
    execute(&mut undone, "ROLLBACK").await.unwrap();
    assert_eq!(consumer.reads(&repository, 2).await, overtaking);
    assert_eq!(consumer.reads(&repository, 2).await, NOTHING);
}

/// One that reads only, however long, holds nothing back.
#[tokio::test]
async fn a_long_report_does_not_hold_the_feed_back() {
    let (server, repository) = alone().await;
    let (make, mut consumer) = (Fixtures::new(), Consumer::default());
    let mut report = connection(&server).await;
    let read = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM sitstay.audit_logs";
    execute(&mut report, read).await.unwrap();
    let entry = append(&repository, &make).await;
    assert_eq!(consumer.reads(&repository, 10).await, [entry]);
}

#[tokio::test]
async fn writers_at_once_lose_nothing_and_repeat_nothing() {
    let (_server, repository) = alone().await;
    let repository = std::sync::Arc::new(repository);
    let make = Fixtures::new();
    let writers: Vec<_> = (0..16)
        .map(|_| {
            let (repository, make) = (std::sync::Arc::clone(&repository), make.clone());
            tokio::spawn(async move {
                let mut written = Vec::new();
                for _ in 0..25 {
                    written.push(append(&repository, &make).await);
                }
                written
            })
        })
        .collect();
    let mut consumer = Consumer::default();
    while writers.iter().any(|writer| !writer.is_finished()) {
        consumer.reads(&repository, 7).await;
    }
    let mut written = Vec::new();
    for writer in writers {
        written.extend(writer.await.unwrap());
    }
    consumer.reads(&repository, 7).await;
    consumer.seen.sort_unstable();
    written.sort_unstable();
    assert_eq!(consumer.seen, written);
}

#[tokio::test]
async fn positions_grow_when_the_data_moves_to_another_cluster() {
    let (server, repository) = alone().await;
    let (make, mut consumer) = (Fixtures::new(), Consumer::default());
    let mut all = vec![append(&repository, &make).await, append(&repository, &make).await];
    assert_eq!(consumer.reads(&repository, 1).await, all);
    // In the old cluster transactions had much higher numbers than in the new one.
    let mut moved = connection(&server).await;
    let unread = make.id::<sitstay::ids::AuditId>().as_uuid();
    write(&mut moved, unread).await;
    all.push(unread);
    execute(
        &mut moved,
        "SET session_replication_role = replica;
         UPDATE sitstay.audit_logs
            SET feed_transaction = (feed_transaction::text::bigint + 1000000)::text::xid8;
         UPDATE sitstay._sitstay_feed_epochs SET system_identifier = '42'",
    )
    .await
    .unwrap();
    let (epoch, transaction, sequence) = consumer.position.parts();
    consumer.position = FeedPosition::new(epoch, transaction + 1_000_000, sequence);
    // Still the old epoch: nobody knows yet whether those transactions are over.
    assert_eq!(consumer.reads(&repository, 10).await, NOTHING);

    let newcomer = connect(server.options()).await;
    assert_eq!(consumer.reads(&newcomer, 10).await, [unread]);
    // An instance that was there before goes on, in the new epoch.
    for instance in [&repository, &newcomer, &repository] {
        let entry = append(instance, &make).await;
        all.push(entry);
        assert_eq!(consumer.reads(instance, 10).await, [entry]);
        assert_eq!(consumer.position.parts().0, epoch + (1 << 32));
    }
    // And once more the whole way.
    let mut another = Consumer::default();
    assert_eq!(another.reads(&connect(server.options()).await, 2).await, all);
    assert_eq!(another.position, consumer.position);
}
