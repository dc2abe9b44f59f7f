//! Whoever has a profile can act in it.

use sitstay::{
    account::RoleName,
    adoption::{Adoption, Offender, Reason, SourceTable, Terms},
    ids::{CommandId, RoleId, UserId},
    memory::MemoryRepository,
    repository::{CallerQuery, DecisionQueries as _, RowKey, Standing},
};

use super::{adoption, key, now, postgres_server::Database, run, terms, town, uuid};

async fn standing(town: &Database, terms: Terms, user: u32) -> Standing {
    let target = MemoryRepository::new();
    let adoption = Adoption::of(town.options(), terms);
    adoption.copy_into(&target, now(), &mut |_| {}).await.unwrap();
    let user = UserId::from_uuid(uuid(user));
    let query = CallerQuery { command: CommandId::from_uuid(uuid(0)), user: Some(user) };
    target.caller(query).await.unwrap().standing.unwrap()
}

fn missing(table: SourceTable, number: u32) -> Offender {
    let (reason, column) = (Reason::MissingRole, Some("user_id"));
    Offender { table, key: key(number), reason, column, other: None }
}

#[tokio::test]
async fn a_profile_whose_user_does_not_hold_its_role_is_listed_or_declared_to_hold_it() {
    let town = town().await;
    // The one of who is deleted needs none.
    run(
        &town,
        "DELETE FROM user_roles WHERE user_id IN (n(12), n(15)) OR (user_id, role_id) = (n(11), n(2))",
    )
    .await;
    let report = adoption(&town).dry_run(now()).await.unwrap();
    let expected = [missing(SourceTable::Owners, 31), missing(SourceTable::Trainers, 21)];
    assert_eq!(report.offenders(), expected);
    let bob = standing(&town, terms().granting_roles(), 12).await;
    assert!(bob.holds(RoleName::Owner) && bob.owner.is_some());
    let ann = standing(&town, terms().granting_roles(), 11).await;
    assert!(ann.holds(RoleName::Trainer) && ann.holds(RoleName::Admin) && ann.trainer.is_some());
}

#[tokio::test]
async fn a_role_that_is_spelled_otherwise_means_what_is_declared() {
    let town = town().await;
    run(&town, "UPDATE roles SET name = 'OWNER' WHERE id = n(1)").await;
    let report = adoption(&town).dry_run(now()).await.unwrap();
    let (table, reason, column) = (SourceTable::Roles, Reason::MisspelledRole, Some("name"));
    let misspelled = Offender { table, key: key(1), reason, column, other: None };
    let without = [missing(SourceTable::Owners, 31), missing(SourceTable::Owners, 32)];
    assert_eq!(report.offenders(), [misspelled, without[0], without[1]]);
    let bob = standing(&town, terms().role("OWNER", RoleName::Owner), 12).await;
    assert!(bob.holds(RoleName::Owner) && bob.roles.len() == 1);
}

#[tokio::test]
async fn two_roles_that_mean_the_same_are_held_once() {
    let town = town().await;
    run(
        &town,
        "INSERT INTO roles VALUES (n(5), 'OWNER'), (n(6), 'owner');
         INSERT INTO user_roles VALUES (n(12), n(5)), (n(11), n(6));",
    )
    .await;
    let terms = terms().role("OWNER", RoleName::Owner);
    let adoption = Adoption::of(town.options(), terms);
    let report = adoption.dry_run(now()).await.unwrap();
    let pair = |role| RowKey::from((UserId::from_uuid(uuid(12)), RoleId::from_uuid(uuid(role))));
    let offender = report.offenders()[0];
    assert_eq!((offender.table, offender.key), (SourceTable::UserRoles, pair(5)));
    assert_eq!((offender.reason, offender.other), (Reason::DuplicateRole, Some(pair(1))));
    assert_eq!(report.offenders().len(), 1);
    let target = MemoryRepository::new();
    let adoption = adoption.leaving_behind(&report);
    assert!(adoption.copy_into(&target, now(), &mut |_| {}).await.unwrap().adds_up());
}
