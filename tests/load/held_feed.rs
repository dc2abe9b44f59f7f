//! The check of a store on Postgres beside a transaction that has nothing to do with it.

use std::time::Duration;

use sitstay::{
    audit::FeedPosition,
    conformance::fixtures::Fixtures,
    postgres::PostgresRepository,
    repository::{AuditQueries as _, ChangeSet, Repository as _},
};

use super::{
    load::check::{self, Promise},
    postgres_server::{Server, execute},
};

#[tokio::test]
async fn a_feed_that_is_held_back_is_waited_for() {
    let database = Server::shared().empty().await;
    let repository = PostgresRepository::builder(database.options()).connect().await.unwrap();
    let make = Fixtures::new();
    let journal = check::begin(&repository, Vec::new()).await.unwrap();
    let mut other = database.connection().await;
    execute(&mut other, "BEGIN; SELECT pg_current_xact_id()").await.unwrap();
    let entry = make.audit_entry(&make.user());
    repository.commit(ChangeSet::new().appending(entry)).await.unwrap();
    assert_eq!(repository.feed(FeedPosition::START, 10).await.unwrap(), []);

    let goes = async {
        // A check that takes the end it sees for the end is over by now.
        tokio::time::sleep(Duration::from_millis(300)).await;
        execute(&mut other, "ROLLBACK").await.unwrap();
    };
    let (findings, ()) = tokio::join!(check::check(&repository, &journal, &|_| {}), goes);
    assert_eq!(findings.unwrap().broken(Promise::Audit), 0);
}
