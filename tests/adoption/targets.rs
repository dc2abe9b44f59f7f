//! A target that holds something already, and two sources that look alike.

use sitstay::{
    account::{Role, User, UserStatus},
    adoption::{Adoption, AdoptionError, SourceTable},
    ids::{RoleId, UserId},
    memory::MemoryRepository,
    postgres::sqlx::{AssertSqlSafe, Connection as _, PgConnection, raw_sql},
    repository::{ChangeSet, Repository, RowKey},
    time::Instant,
};

use super::{
    adoption,
    copying::booking,
    failing::{Failing, Failure},
    key, now,
    postgres_server::{Database, FAST, Server},
    terms, town, uuid,
};

/// Copies in batches of three and returns which row is refused, and how.
async fn refused(town: &Database, target: &dyn Repository) -> (SourceTable, RowKey, &'static str) {
    let refused = adoption(town).batch(3).copy_into(target, now(), &mut |_| {}).await.unwrap_err();
    let row = match refused {
        AdoptionError::Target { table, key, .. } => key.map(|key| (table, key)),
        _ => None,
    };
    let (table, key) = row.unwrap();
    let text = refused.to_string();
    assert_eq!(text, format!("the row {key} of {table} could not be written"));
    (table, key, refused.code())
}

#[tokio::test]
async fn a_role_of_the_target_that_has_the_same_name_is_not_taken_for_the_sources() {
    let town = town().await;
    let target = MemoryRepository::new();
    let id = RoleId::from_uuid(uuid(9_999));
    let groomer = Role { id, name: "groomer".parse().unwrap(), updated_at: now() };
    target.commit(ChangeSet::new().inserting(groomer)).await.unwrap();
    let found = refused(&town, &target).await;
    assert_eq!(found, (SourceTable::Roles, key(4), "storage.duplicate"));
}

#[tokio::test]
async fn a_user_whose_address_the_target_knows_is_refused_by_name() {
    let town = town().await;
    let target = MemoryRepository::new();
    let user = User {
        id: UserId::from_uuid(uuid(9_999)),
        email: "DEA@example.com".parse().unwrap(),
        password: None,
        first_name: "Dea".parse().unwrap(),
        last_name: "Fox".parse().unwrap(),
        phone: None,
        status: UserStatus::Active,
        created_at: now(),
        updated_at: now(),
    };
    target.commit(ChangeSet::new().inserting(user)).await.unwrap();
    let found = refused(&town, &target).await;
    assert_eq!(found, (SourceTable::Users, key(14), "storage.duplicate"));
}

#[tokio::test]
async fn a_row_that_the_target_refuses_for_whatever_reason_is_named() {
    let town = town().await;
    for number in [101, 102, 107, 109] {
        let failure = Failure::Refused(booking(number));
        let target = Failing::new(MemoryRepository::new(), failure, 0);
        let found = refused(&town, &target).await;
        assert_eq!(found, (SourceTable::Bookings, key(number), "storage.backend"));
    }
}

/// Another server, with a database of the same name, in which the service has no rows.
async fn twin(town: &Database, server: &Server) -> Adoption {
    let name = town.options().get_database().unwrap().to_owned();
    let mut connection = PgConnection::connect_with(&server.options()).await.unwrap();
    let sql = format!("CREATE DATABASE {name}");
    raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    let options = server.options().database(&name);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    raw_sql(include_str!("plain_schema.sql")).execute(&mut connection).await.unwrap();
    Adoption::of(options, terms())
}

#[tokio::test]
async fn databases_of_one_name_on_two_servers_are_two_sources_unless_they_are_named_alike() {
    let town = town().await;
    let server = Server::start(FAST);
    let twin = twin(&town, &server).await;
    let later: Instant = "2027-03-09T11:00:00Z".parse().unwrap();
    let target = MemoryRepository::new();
    adoption(&town).copy_into(&target, now(), &mut |_| {}).await.unwrap();
    let second = twin.copy_into(&target, later, &mut |_| {}).await.unwrap();
    assert_eq!(second.now, later, "a run of its own");

    let target = MemoryRepository::new();
    let first = adoption(&town).named("lessons");
    first.copy_into(&target, now(), &mut |_| {}).await.unwrap();
    let second = twin.named("lessons").copy_into(&target, later, &mut |_| {}).await.unwrap();
    assert_eq!(second.now, now(), "it goes on with the first");
}
