//! What the target removed since it was copied does not come back.

use std::sync::Arc;

use sitstay::{
    account::{RoleName, UserRole, UserStatus},
    adoption::{AdoptionError, SourceTable},
    command::{Actor, Call},
    ids::{CommandId, DogId, OwnerId, TrainerId, UserId},
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{EraseUser, Platform},
    policy::PlatformPolicy,
    repository::{
        AccountQueries as _, CallerQuery, ChangeSet, DecisionQueries as _, DogQueries as _,
        PageRequest, Repository, ReviewQueries as _, TrainerQueries as _, Version, Versioned,
    },
    time::Instant,
};

use super::{adoption, copying::copied, key, now, run, town, uuid};

fn user(number: u32) -> UserId {
    UserId::from_uuid(uuid(number))
}

fn query(number: u32) -> CallerQuery {
    CallerQuery { command: CommandId::from_uuid(uuid(0)), user: Some(user(number)) }
}

/// Removes a role, a place, a certificate, a picture and the weekly hours, as commands would.
async fn remove(target: &dyn Repository) {
    let admin = UserRole { user: user(11), role: RoleName::Admin.id(), updated_at: now() };
    let ann = target.erasure_file(query(11), user(11)).await.unwrap().1.unwrap();
    let bob = target.erasure_file(query(12), user(12)).await.unwrap().1.unwrap();
    let desk = target.desk(query(11), user(11), Instant::MIN).await.unwrap().1.unwrap();
    let mut changes = ChangeSet::new();
    changes.remove(Versioned::new(admin, Version::FIRST));
    let mut nowhere = desk.trainer.clone().into_value();
    nowhere.search_location = None;
    changes.update(desk.trainer.with(nowhere));
    for place in ann.locations {
        changes.remove(place);
    }
    for certificate in ann.certifications {
        changes.remove(certificate);
    }
    for window in desk.hours {
        changes.remove(window);
    }
    for photo in bob.photos {
        changes.remove(photo);
    }
    target.commit(changes).await.unwrap();
}

async fn assert_removed(target: &dyn Repository) {
    let ann = target.erasure_file(query(11), user(11)).await.unwrap().1.unwrap();
    assert!(!ann.person.standing.holds(RoleName::Admin));
    assert!(ann.person.standing.holds(RoleName::Trainer));
    assert_eq!((ann.locations, ann.certifications), (vec![], vec![]));
    let desk = target.desk(query(11), user(11), Instant::MIN).await.unwrap().1.unwrap();
    assert_eq!(desk.hours, []);
    assert_eq!(target.photos(DogId::from_uuid(uuid(81))).await.unwrap(), []);
}

/// Rows that come first by their ids, so that every batch behind them would be another one.
const EVE: &str = "
    INSERT INTO users VALUES (n(5), 'eve@example.com', NULL, 'Eve', 'New', NULL, 'active', '2027-02-01', NULL);
    INSERT INTO user_roles VALUES (n(5), n(1));
    INSERT INTO dog_owners VALUES (n(6), n(5), '2027-02-01', NULL);
    INSERT INTO locations VALUES (n(7), n(5), 'Am Markt 1', 'Berlin', NULL, '10115', 52.5, 13.4);
    INSERT INTO dogs VALUES (n(8), n(6), 'Lu', NULL, 1, 'small', NULL, '2027-02-01', NULL);
    INSERT INTO dog_photos VALUES (n(9), n(8), 'https://pictures.example/lu.jpg', '2027-02-01');";

#[tokio::test]
async fn a_later_run_leaves_removed_what_was_removed() {
    for batch in [2, 500] {
        let town = town().await;
        let target = MemoryRepository::new();
        copied(&town, &target).await;
        remove(&target).await;
        run(&town, EVE).await;
        let again =
            adoption(&town).batch(batch).copy_into(&target, now(), &mut |_| {}).await.unwrap();
        assert!(again.adds_up());
        let copied: u64 = again.tables.values().map(|tally| tally.copied).sum();
        assert_eq!(copied, 6);
        assert_eq!(target.photos(DogId::from_uuid(uuid(8))).await.unwrap().len(), 1);
        assert_removed(&target).await;
    }
}

#[tokio::test]
async fn without_its_journal_a_later_run_is_refused_before_it_brings_anything_back() {
    for batch in [1, 2, 500] {
        let town = town().await;
        // Not even a role of the service's own is there to stop at.
        run(
            &town,
            "DELETE FROM user_roles WHERE role_id = n(4); DELETE FROM roles WHERE id = n(4)",
        )
        .await;
        let target = MemoryRepository::new();
        copied(&town, &target).await;
        remove(&target).await;
        run(&town, EVE).await;
        assert!(target.purge_commands(Instant::MAX).await.unwrap() > 0);
        let later = "2027-04-01T11:00:00Z".parse().unwrap();
        let again = adoption(&town).batch(batch).copy_into(&target, later, &mut |_| {}).await;
        let AdoptionError::Target { table, key: Some(row), .. } = again.unwrap_err() else {
            panic!("it is refused for another reason")
        };
        assert_eq!((table, row), (SourceTable::Users, key(11)));
        assert_removed(&target).await;
    }
}

#[tokio::test]
async fn who_was_erased_in_the_target_stays_erased() {
    let town = town().await;
    run(
        &town,
        "INSERT INTO users VALUES (n(16), 'fay@example.com', NULL, 'Fay', 'Ray', NULL, 'active', '2026-01-05', NULL);
         INSERT INTO user_roles VALUES (n(16), n(1)), (n(16), n(2));
         INSERT INTO dog_owners VALUES (n(36), n(16), '2026-01-05', NULL);
         INSERT INTO dog_trainers VALUES (n(26), n(16), 1, 'I am Fay.', false, NULL, 0, '2026-01-05', NULL);
         INSERT INTO locations VALUES (n(46), n(16), 'Am Markt 6', 'Berlin', NULL, '10115', 52.5, 13.4);
         INSERT INTO dogs VALUES (n(86), n(36), 'Pip', NULL, 1, 'small', NULL, '2027-02-01', NULL);
         INSERT INTO dog_photos VALUES (n(96), n(86), 'https://pictures.example/pip.jpg', '2027-02-01');
         INSERT INTO bookings VALUES (n(116), n(21), n(36), n(86), NULL, '2026-06-01 10:00', '2026-06-01 11:00', 50, 'completed', NULL, '2026-05-01');",
    )
    .await;
    let target = Arc::new(MemoryRepository::new());
    copied(&town, &*target).await;
    let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
    let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
    let platform = Platform::new(target.clone(), policy);
    let erase = Call::new(CommandId::from_uuid(uuid(77)), Actor::member(user(16)), now());
    platform.execute(erase, EraseUser { user: user(16) }).await.unwrap();

    // The old service does not know, and goes on to gather what is Fay's.
    run(
        &town,
        "INSERT INTO roles VALUES (n(5), 'walker');
         INSERT INTO user_roles VALUES (n(16), n(5));
         INSERT INTO locations VALUES (n(47), n(16), 'Am Markt 7', 'Berlin', NULL, '10115', 52.5, 13.4);
         INSERT INTO trainer_services VALUES (n(56), n(26), 'With Fay', 'Fay walks.', 60, 50, true, '2026-01-05', NULL);
         INSERT INTO trainer_certifications VALUES (n(66), n(26), 'Fay''s', 'Chamber', '2015-05-01', '2026-01-05', NULL);
         INSERT INTO dogs VALUES (n(87), n(36), 'Pap', NULL, 1, 'small', 'Fay''s.', '2027-02-01', NULL);
         INSERT INTO dog_photos VALUES (n(97), n(86), 'https://pictures.example/pip2.jpg', '2027-02-01');
         INSERT INTO reviews VALUES (n(206), n(116), n(21), n(36), 5, 'Fay says hello.', '2026-06-02 10:00');
         INSERT INTO notifications VALUES (n(506), n(16), 'account_suspended', 'Fay, …', false, '2026-12-01 10:00');",
    )
    .await;
    let again = copied(&town, &*target).await;
    assert!(again.adds_up());
    assert_eq!(target.user(user(16)).await.unwrap().unwrap().status, UserStatus::Deleted);
    let file = target.erasure_file(query(11), user(16)).await.unwrap().1.unwrap();
    assert!(file.person.standing.roles.is_empty());
    assert_eq!((file.locations, file.certifications, file.photos), (vec![], vec![], vec![]));
    assert!(file.dogs.iter().all(|dog| dog.notes.is_empty() && dog.name.as_str() != "Pap"));
    assert_eq!(file.dogs.len(), 2);
    let services = target.services(TrainerId::from_uuid(uuid(26))).await.unwrap();
    assert!(services.iter().all(|row| row.name.as_str() != "With Fay" && !row.is_active));
    let of = TrainerId::from_uuid(uuid(21)).into();
    let reviews = target.reviews(&of, PageRequest::MAX).await;
    let reviews = reviews.unwrap().items;
    let hers = reviews.iter().find(|row| row.owner == OwnerId::from_uuid(uuid(36))).unwrap();
    assert!(hers.comment.is_empty() && hers.rating.get() == 5);
}
