//! What each command does, who may give it, and what a repeat gets.

use sitstay::{
    account::{RoleName, UserStatus},
    command::{Actor, Call},
    contact::Email,
    ids::{CommandId, UserId},
    platform::{
        BecomeOwner, ChangeEmail, ChangePassword, Error, ReactivateUser, ReadAllNotifications,
        ReadNotification, RemoveLocation, SetPreferences, SuspendUser, UpdateLocation,
        UpdateProfile, VerifyTrainer,
    },
    repository::{AccountQueries, ChangeSet, NotificationFilter, Repository, TrainerQueries},
    time::Instant,
};

use crate::world::{HASH, SYSTEM, World, address, code, now, point};

fn update_profile() -> UpdateProfile {
    UpdateProfile {
        first_name: "Anna".parse().unwrap(),
        last_name: "Lee".parse().unwrap(),
        phone: None,
    }
}

fn change_password() -> ChangePassword {
    ChangePassword { password: HASH.parse().unwrap() }
}

fn email(text: &str) -> Email {
    text.parse().unwrap()
}

#[tokio::test]
async fn what_users_change_about_themselves_is_stored_and_written_down() {
    let world = World::new();
    let user = world.member("ann@example.com").await;
    let me = Actor::member(user);
    assert_eq!(world.last_event().await, "user.signed_up");

    world.give(me, update_profile()).await.unwrap();
    assert_eq!(world.last_event().await, "user.profile_updated");
    world.give(me, ChangeEmail { email: email("anna@example.com") }).await.unwrap();
    assert_eq!(world.last_event().await, "user.email_changed");
    let password = "$argon2id$v=19$other".parse().unwrap();
    world.give(me, ChangePassword { password }).await.unwrap();
    assert_eq!(world.last_event().await, "user.password_changed");

    let stored = world.repository.user(user).await.unwrap().unwrap();
    assert_eq!(stored.first_name.as_str(), "Anna");
    assert_eq!(stored.phone, None);
    assert_eq!(stored.email, email("anna@example.com"));
    assert_eq!(stored.password.as_ref().unwrap().expose(), "$argon2id$v=19$other");
    assert_eq!(stored.status, UserStatus::Active);

    let place = world.place(user).await;
    assert_eq!(world.last_event().await, "location.added");
    let moved =
        UpdateLocation { location: place, address: address(), point: point().rounded_public() };
    world.give(me, moved).await.unwrap();
    assert_eq!(world.last_event().await, "location.updated");
    assert_eq!(world.places(user).await[0].point, point().rounded_public());
    world.give(me, RemoveLocation { location: place }).await.unwrap();
    assert_eq!(world.last_event().await, "location.removed");
    assert!(world.places(user).await.is_empty());
}

#[tokio::test]
async fn an_address_is_one_users_however_it_is_spelled() {
    let world = World::new();
    world.member("ann@example.com").await;
    let bob = world.member("bob@example.com").await;
    let taken = world.give(SYSTEM, world.sign_up("ANN@Example.com")).await;
    assert_eq!(code(taken), "account.email_taken");
    let taken =
        world.give(Actor::member(bob), ChangeEmail { email: email("Ann@example.com") }).await;
    assert!(matches!(&taken, Err(error) if error.kind().http_status() == 409), "{taken:?}");
    assert_eq!(code(taken), "account.email_taken");
    let respelled = ChangeEmail { email: email("BOB@example.com") };
    world.give(Actor::member(bob), respelled).await.unwrap();
}

#[tokio::test]
async fn nobody_but_the_system_signs_users_up() {
    let world = World::new();
    let admin = world.admin("root@example.com").await;
    for actor in [Actor::Anonymous, Actor::member(admin), Actor::admin(admin)] {
        let refused = world.give(actor, world.sign_up("ann@example.com")).await;
        assert_eq!(code(refused), "denied.not_permitted", "{actor:?}");
    }
}

#[tokio::test]
async fn a_repeat_gets_the_stored_result_and_whoever_is_not_the_same_learns_nothing() {
    let world = World::new();
    let command = world.sign_up("ann@example.com");
    let call = world.call(SYSTEM);
    world.platform.execute(call, command.clone()).await.unwrap();
    let before = world.repository.census().await.unwrap();

    world.platform.execute(call, command.clone()).await.unwrap();
    let later = Call { now: now().saturating_add(chrono::TimeDelta::days(9)), ..call };
    world.platform.execute(later, command.clone()).await.unwrap();
    let rehashed = "$argon2id$v=19$salted$anew".parse().unwrap();
    let rehashed = sitstay::platform::SignUp { password: Some(rehashed), ..command.clone() };
    world.platform.execute(call, rehashed).await.unwrap();

    let other = world.sign_up("ann@example.com");
    assert_eq!(code(world.platform.execute(call, other).await), "id_reused");
    let user = command.user;
    for actor in [Actor::Anonymous, Actor::member(user)] {
        let stolen = world.platform.execute(Call { actor, ..call }, command.clone()).await;
        assert_eq!(code(stolen), "id_reused", "{actor:?}");
    }
    assert_eq!(world.repository.census().await.unwrap(), before);
}

#[tokio::test]
async fn an_owner_who_becomes_a_trainer_is_both() {
    let world = World::new();
    let keeper = world.keeper("ann@example.com").await;
    let user = keeper.user;
    let command = world.become_trainer(user);
    let trainer = command.trainer;
    world.give(Actor::owner(user), command).await.unwrap();
    assert!(world.repository.calendar(trainer).await.unwrap().is_some());

    let profile = world.platform.profile(Actor::owner(user), user, now()).await.unwrap();
    let account = profile.account.unwrap();
    assert!(account.holds(RoleName::Owner) && account.holds(RoleName::Trainer));
    assert!(!account.holds(RoleName::Admin));
    assert_eq!(RoleName::ALL.map(RoleName::code), ["owner", "trainer", "admin"]);
    assert_eq!((account.owner, account.trainer), (Some(keeper.owner), Some(trainer)));

    let again = world.give(Actor::member(user), BecomeOwner { user, owner: world.id() }).await;
    assert_eq!(code(again), "account.already_owner");
    let again = world.give(SYSTEM, world.become_trainer(user)).await;
    assert_eq!(code(again), "account.already_trainer");
}

#[tokio::test]
async fn one_becomes_an_owner_for_oneself_and_by_admins() {
    let world = World::new();
    let admin = world.admin("root@example.com").await;
    let ann = world.member("ann@example.com").await;
    let bob = world.member("bob@example.com").await;
    let become_owner = |user: UserId| BecomeOwner { user, owner: world.id() };

    assert_eq!(code(world.give(Actor::member(bob), become_owner(ann)).await), "not_found");
    assert_eq!(code(world.give(Actor::admin(admin), become_owner(admin)).await), "denied.is_party");
    assert_eq!(code(world.give(SYSTEM, become_owner(world.id())).await), "not_found");
    world.give(Actor::admin(admin), become_owner(ann)).await.unwrap();
    world.give(Actor::admin(admin), SuspendUser { user: bob }).await.unwrap();
    assert_eq!(code(world.give(SYSTEM, become_owner(bob)).await), "account.not_active");
}

#[tokio::test]
async fn a_suspended_user_reads_and_does_nothing_else() {
    let world = World::new();
    let admin = world.admin("root@example.com").await;
    let user = world.keeper("ann@example.com").await.user;
    let location = world.place(user).await;
    world.give(Actor::admin(admin), SuspendUser { user }).await.unwrap();
    assert_eq!(world.told(user).await, ["account_suspended"]);

    let me = Actor::member(user);
    let before = world.repository.census().await.unwrap();
    let refusals = [
        code(world.give(me, update_profile()).await),
        code(world.give(me, ChangeEmail { email: email("new@example.com") }).await),
        code(world.give(me, change_password()).await),
        code(world.give(me, SetPreferences { muted: [].into() }).await),
        code(world.give(me, ReadAllNotifications).await),
        code(world.give(me, ReadNotification { notification: world.id() }).await),
        code(world.give(me, RemoveLocation { location }).await),
        code(world.give(me, BecomeOwner { user, owner: world.id() }).await),
        code(world.give(me, world.become_trainer(user)).await),
        code(world.give(me, sitstay::platform::EraseUser { user }).await),
        code(world.give(Actor::owner(user), update_profile()).await),
        code(world.give(Actor::trainer(user), update_profile()).await),
    ];
    assert!(refusals.iter().all(|code| *code == "denied.suspended"), "{refusals:?}");
    assert_eq!(world.repository.census().await.unwrap(), before);

    let profile = world.platform.profile(me, user, now()).await.unwrap();
    assert_eq!(profile.account.unwrap().status, UserStatus::Suspended);
    assert_eq!(world.platform.unread_notifications(me, user).await.unwrap(), 1);

    world.give(Actor::admin(admin), ReactivateUser { user }).await.unwrap();
    assert_eq!(world.told(user).await[0], "account_reactivated");
    world.give(me, update_profile()).await.unwrap();
}

#[tokio::test]
async fn what_is_anothers_is_not_found() {
    let world = World::new();
    let admin = world.admin("root@example.com").await;
    let ann = world.member("ann@example.com").await;
    let bob = Actor::member(world.member("bob@example.com").await);
    let location = world.place(ann).await;
    world.give(Actor::admin(admin), SuspendUser { user: ann }).await.unwrap();
    let unread = NotificationFilter::unread(ann);
    let page =
        world.platform.notifications(SYSTEM, unread.clone(), Default::default()).await.unwrap();
    let notification = page.items[0].notification.id;

    let update = UpdateLocation { location, address: address(), point: point() };
    let refusals = [
        code(world.give(bob, update).await),
        code(world.give(bob, RemoveLocation { location }).await),
        code(world.give(bob, ReadNotification { notification }).await),
        code(world.give(bob, sitstay::platform::EraseUser { user: ann }).await),
        code(world.platform.profile(bob, ann, now()).await),
        code(world.platform.notifications(bob, unread, Default::default()).await),
        code(world.platform.unread_notifications(bob, ann).await),
        code(world.platform.muted_notifications(bob, ann).await),
    ];
    assert!(refusals.iter().all(|code| *code == "not_found"), "{refusals:?}");
}

#[tokio::test]
async fn a_place_that_goes_is_not_searched_at_any_more() {
    let world = World::new();
    let coach = world.coach("tom@example.com").await;
    let (kept, removed) = (world.place(coach.user).await, world.place(coach.user).await);
    for (location, searched) in [(kept, Some(removed)), (removed, None)] {
        let trainer = world.repository.trainer(coach.trainer).await.unwrap().unwrap();
        let trainer = trainer
            .map(|trainer| sitstay::trainer::Trainer { search_location: Some(removed), ..trainer });
        let calendar = world.repository.calendar(coach.trainer).await.unwrap();
        world.repository.commit(ChangeSet::new().updating(trainer)).await.unwrap();
        world.give(Actor::trainer(coach.user), RemoveLocation { location }).await.unwrap();
        let trainer = world.repository.trainer(coach.trainer).await.unwrap().unwrap();
        assert_eq!(trainer.search_location, searched);
        assert_eq!(world.repository.calendar(coach.trainer).await.unwrap(), calendar);
    }
}

#[tokio::test]
async fn a_trainer_is_verified_by_somebody_else() {
    let world = World::new();
    let admin = world.admin("root@example.com").await;
    let coach = world.coach("tom@example.com").await;
    let verify = |verified| VerifyTrainer { trainer: coach.trainer, verified };
    let own = world.become_trainer(admin);
    let own_profile = VerifyTrainer { trainer: own.trainer, verified: true };
    world.give(Actor::member(admin), own).await.unwrap();

    assert_eq!(
        code(world.give(Actor::trainer(coach.user), verify(true)).await),
        "denied.not_permitted"
    );
    assert_eq!(code(world.give(Actor::admin(admin), own_profile).await), "denied.is_party");
    let unknown = VerifyTrainer { trainer: world.id(), verified: true };
    let unknown = world.give(Actor::admin(admin), unknown).await;
    assert!(
        matches!(&unknown, Err(Error::NotFound(kind)) if kind.code() == "trainer"),
        "{unknown:?}"
    );

    for verified in [true, true, false] {
        world.give(Actor::admin(admin), verify(verified)).await.unwrap();
        let trainer = world.repository.trainer(coach.trainer).await.unwrap().unwrap();
        assert_eq!(trainer.is_verified, verified);
    }
    assert_eq!(world.told(coach.user).await, ["trainer_verified"]);
}

#[test]
fn a_users_status_changes_along_four_edges() {
    use UserStatus::{Active, Deleted, Suspended};
    let edges = [(Active, Suspended), (Suspended, Active), (Active, Deleted), (Suspended, Deleted)];
    let at: Instant = now();
    for from in UserStatus::ALL {
        for to in UserStatus::ALL {
            let user = sitstay::account::User {
                id: UserId::from_uuid(CommandId::from_uuid(uuid::Uuid::nil()).as_uuid()),
                email: email("ann@example.com"),
                password: None,
                first_name: "Ann".parse().unwrap(),
                last_name: "Lee".parse().unwrap(),
                phone: None,
                status: *from,
                created_at: at,
                updated_at: at,
            };
            let entered = user.enter(*to, at);
            assert_eq!(entered.is_ok(), edges.contains(&(*from, *to)), "{from} to {to}");
        }
    }
}
