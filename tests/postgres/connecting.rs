//! What a first connection makes, and what it refuses.

use sitstay::{
    conformance::{fixtures::Fixtures, tour},
    postgres::{PostgresBuilder, PostgresRepository},
    repository::{AccountQueries as _, ChangeSet, Repository as _, RepositoryError, Table},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{
    connect,
    postgres_server::{Database, Server, execute, number},
    with_everything,
};

/// Names that a careless statement would trip over.
const ODD_NAMES: &[&str] = &[
    "Sit Stay",
    "say \"sit\"",
    "rex's",
    "a$$b",
    "@.@.",
    "{0} %s $1 \\",
    "SELECT",
    "собака",
    "sixty-three bytes are the most that a name of Postgres may have.",
];

#[tokio::test]
async fn a_schema_may_have_any_name() {
    for name in ODD_NAMES {
        let database = Server::shared().empty().await;
        let name = name.get(..63).unwrap_or(name);
        let open = || PostgresRepository::builder(database.options()).schema(name).connect();
        let repository = open().await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let rows = with_everything(&repository, &Fixtures::new()).await;
        tour::of_reads(&repository, &rows, &mut ()).await;
        open().await.unwrap_or_else(|error| panic!("{name} again: {error:?}"));
    }
    for name in ["", &"a".repeat(64), "a\0b"] {
        let database = Server::shared().options();
        let refused = PostgresRepository::builder(database).schema(name).connect().await;
        assert!(matches!(refused, Err(RepositoryError::Backend { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn schemas_of_one_database_do_not_see_each_other() {
    let database = Server::shared().empty().await;
    let open = |name| PostgresRepository::builder(database.options()).schema(name).connect();
    let (one, other) = (open("one").await.unwrap(), open("ONE").await.unwrap());
    let (make, empty) = (Fixtures::new(), other.census().await.unwrap());
    let rows = with_everything(&one, &make).await;
    assert_eq!(other.census().await.unwrap(), empty);
    assert_eq!(other.user(rows.cast.owner_user.id).await.unwrap(), None::<_>);
    // The same keys, values and times are free in there.
    let mut changes = ChangeSet::new();
    rows.insert_into(&mut changes);
    other.commit(changes).await.unwrap();
    assert_eq!(other.census().await.unwrap(), one.census().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_instances_may_come_at_once() {
    let database = Server::shared().empty().await;
    // Several services, each in a schema of its own and with several instances.
    let mut connecting = Vec::new();
    for instance in 0..16 {
        let builder = PostgresRepository::builder(database.options()).connections(2);
        let builder = builder.schema(["one", "two", "three"][instance % 3]);
        connecting.push(tokio::spawn(builder.connect()));
    }
    let mut users = 0;
    for (number, instance) in connecting.into_iter().enumerate() {
        let instance = instance.await.unwrap().unwrap_or_else(|error| panic!("{error:?}"));
        users += usize::from(number % 3 == 0);
        let make = Fixtures::new();
        (0..number * 2).for_each(|_| _ = make.number());
        instance.commit(ChangeSet::new().inserting(make.user())).await.unwrap();
    }
    let mut connection = database.connection().await;
    for schema in ["one", "two", "three"] {
        let sql = format!("SELECT count(*) FROM {schema}._sitstay_migrations");
        assert!(number(&mut connection, sql).await > 0);
        let sql = format!("SELECT count(*) FROM {schema}._sitstay_feed_epochs");
        assert_eq!(number(&mut connection, sql).await, 1);
    }
    let stored = number(&mut connection, "SELECT count(*) FROM one.users").await;
    assert_eq!(usize::try_from(stored).unwrap(), users);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let database = Database::migrated().await;
    let later = "INSERT INTO sitstay._sitstay_migrations (version, name, checksum, steps)
                 SELECT 1000, 'later', checksum, 1 FROM sitstay._sitstay_migrations LIMIT 1";
    execute(&mut database.connection().await, later).await.unwrap();
    for builder in both(&database) {
        let refused = builder.connect().await;
        assert!(
            matches!(refused, Err(RepositoryError::NewerSchema { found: 1000, .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    let database = Database::migrated().await;
    let change = "UPDATE sitstay._sitstay_migrations SET checksum = gen_random_uuid()";
    execute(&mut database.connection().await, change).await.unwrap();
    for builder in both(&database) {
        let refused = builder.connect().await;
        assert!(matches!(refused, Err(RepositoryError::Corrupt { .. })), "{refused:?}");
    }
}

/// With and without migrating.
fn both(database: &Database) -> [PostgresBuilder; 2] {
    let builder = || PostgresRepository::builder(database.options());
    [builder(), builder().without_migrating()]
}

#[tokio::test]
async fn without_migrating_an_empty_database_is_refused_and_left_empty() {
    let database = Server::shared().empty().await;
    let open = || PostgresRepository::builder(database.options()).without_migrating().connect();
    let refused = open().await;
    assert!(matches!(refused, Err(RepositoryError::Backend { .. })), "{refused:?}");
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'sitstay'";
    assert_eq!(number(&mut database.connection().await, schemas).await, 0);

    drop(connect(database.options()).await);
    let repository = open().await.unwrap();
    with_everything(&repository, &Fixtures::new()).await;
}

#[tokio::test]
async fn another_isolation_by_default_is_refused_with_a_hint() {
    let database = Database::migrated().await;
    for level in ["repeatable read", "serializable"] {
        let options = database.options().options([("default_transaction_isolation", level)]);
        let refused = PostgresRepository::builder(options).connect().await.unwrap_err();
        let RepositoryError::Backend { source, .. } = &refused else { panic!("{refused:?}") };
        let hint = source.to_string();
        assert!(hint.contains(level) && hint.contains("ALTER ROLE"), "{hint}");
        assert!(!refused.is_retryable());
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_required() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut asks_for_tls = [0; 8];
            if client.read_exact(&mut asks_for_tls).await.is_ok() {
                let _ = client.write_all(b"N").await;
            }
        }
    });
    let url = format!("postgres://service@127.0.0.1:{port}/lessons?sslmode=require");
    let refused = PostgresRepository::connect(&url).await.unwrap_err();
    assert!(matches!(refused, RepositoryError::Backend { .. }), "{refused:?}");
    let refused = PostgresRepository::connect("what is no URL").await.unwrap_err();
    assert!(matches!(refused, RepositoryError::Backend { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_closed_repository_says_so() {
    let database = Database::migrated().await;
    let repository = connect(database.options()).await;
    repository.close().await;
    let refused = repository.census().await;
    assert!(matches!(refused, Err(RepositoryError::Closed)), "{refused:?}");
    let refused = repository.commit(ChangeSet::new().inserting(Fixtures::new().user())).await;
    assert!(matches!(refused, Err(RepositoryError::Closed)), "{refused:?}");
    assert_eq!(
        Table::ALL.len(),
        connect(database.options()).await.census().await.unwrap().tables.len()
    );
}
