//! Which rights the service's role needs.

use sitstay::{
    conformance::{fixtures::Fixtures, settled},
    postgres::PostgresRepository,
    repository::{ChangeSet, Repository as _, RepositoryError},
};
use sqlx::postgres::PgConnectOptions;

use super::{
    connect,
    postgres_server::{Database, Server, execute},
    with_everything,
};

async fn prepare(database: &Database, sql: &str) {
    execute(&mut database.connection().await, sql).await.unwrap();
}

async fn works(options: PgConnectOptions) {
    let repository = connect(options.clone()).await;
    with_everything(&repository, &Fixtures::new()).await;
    drop(connect(options).await);
}

#[tokio::test]
async fn a_role_that_may_create_in_the_database_needs_nothing_else() {
    let database = Server::shared().empty().await;
    let (name, options) = database.role().await;
    let grant = format!(
        "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO {name}', current_database()); END $$"
    );
    prepare(&database, &grant).await;
    works(options).await;
}

#[tokio::test]
async fn a_role_that_may_not_create_needs_extension_and_schema() {
    let database = Server::shared().empty().await;
    let (name, options) = database.role().await;
    let refused = PostgresRepository::builder(options.clone()).connect().await;
    assert!(matches!(refused, Err(RepositoryError::Backend { .. })), "{refused:?}");
    prepare(
        &database,
        &format!("CREATE EXTENSION btree_gist; CREATE SCHEMA sitstay AUTHORIZATION {name}"),
    )
    .await;
    works(options).await;
}

#[tokio::test]
async fn the_extension_may_stand_where_the_role_sees_nothing() {
    let database = Server::shared().empty().await;
    let (name, options) = database.role().await;
    let prepared = format!(
        "CREATE SCHEMA extensions; CREATE EXTENSION btree_gist SCHEMA extensions;
         CREATE SCHEMA sitstay AUTHORIZATION {name}"
    );
    prepare(&database, &prepared).await;
    works(options).await;
}

/// Migrations run as one role; the service has another one, which only reads and writes rows.
#[tokio::test]
async fn a_role_that_owns_nothing_works_without_migrating() {
    let database = Server::shared().empty().await;
    let (name, options) = database.role().await;
    // Some providers withhold the functions that tell of the cluster.
    prepare(&database, "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC").await;
    drop(connect(database.options()).await);
    prepare(
        &database,
        &format!(
            "GRANT USAGE ON SCHEMA sitstay TO {name};
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sitstay TO {name};
             GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sitstay TO {name}"
        ),
    )
    .await;
    let builder = PostgresRepository::builder(options).without_migrating();
    let repository = builder.connect().await.unwrap();
    with_everything(&repository, &Fixtures::new()).await;
    let before = settled(&repository).await;

    // Whoever cannot tell whether the cluster is another one begins no new epoch.
    let owner = connect(database.options()).await;
    let make = Fixtures::new();
    (0..1_000).for_each(|_| _ = make.number());
    let entry = make.audit_entry(&make.user());
    owner.commit(ChangeSet::new().appending(entry)).await.unwrap();
    let after = settled(&owner).await;
    assert_eq!(after[1].position.parts().0, before[0].position.parts().0);
}
