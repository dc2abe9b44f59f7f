//! Admins: granted, revoked, suspended, and never none.

use chrono::TimeDelta;
use sitstay::{
    audit::{FeedPosition, Subject, SubjectKind},
    command::Actor,
    platform::{EraseUser, GrantAdmin, ReactivateUser, RevokeAdmin, SuspendUser},
    repository::{AuditFilter, CallerQuery, DecisionQueries as _, PageRequest},
};

use crate::world::{SYSTEM, World, code, now};

#[tokio::test]
async fn admins_decide_about_others_and_never_about_themselves() {
    let world = World::new();
    let admin = world.admin("root@example.com").await;
    let ann = world.member("ann@example.com").await;
    let me = Actor::admin(admin);
    let refusals = [
        code(world.give(me, GrantAdmin { user: admin }).await),
        code(world.give(me, RevokeAdmin { user: admin }).await),
        code(world.give(me, SuspendUser { user: admin }).await),
        code(world.give(me, EraseUser { user: admin }).await),
    ];
    assert!(refusals.iter().all(|code| *code == "denied.is_party"), "{refusals:?}");
    assert_eq!(
        code(world.give(Actor::admin(ann), SuspendUser { user: admin }).await),
        "denied.role_not_held"
    );
    assert_eq!(
        code(world.give(Actor::member(ann), GrantAdmin { user: ann }).await),
        "denied.not_permitted"
    );

    world.give(me, GrantAdmin { user: ann }).await.unwrap();
    assert_eq!(world.last_event().await, "user.role_granted");
    assert_eq!(code(world.give(me, GrantAdmin { user: ann }).await), "account.already_admin");
    world.give(Actor::admin(ann), RevokeAdmin { user: admin }).await.unwrap();
    assert_eq!(world.last_event().await, "user.role_revoked");
    assert_eq!(code(world.give(me, GrantAdmin { user: ann }).await), "denied.role_not_held");
    assert_eq!(code(world.give(SYSTEM, RevokeAdmin { user: admin }).await), "account.not_admin");
}

#[tokio::test]
async fn every_change_of_the_admins_dates_the_row_of_their_role() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let user = world.member("second@example.com").await;
    let dated = async || {
        let query = CallerQuery { command: world.id(), user: Some(root) };
        world.repository.caller(query).await.unwrap().standing.unwrap().admin_role.updated_at
    };
    let hour = |number| now().saturating_add(TimeDelta::hours(number));
    assert_eq!(dated().await, now());
    world.give_at(SYSTEM, hour(1), GrantAdmin { user }).await.unwrap();
    assert_eq!(dated().await, hour(1));
    world.give_at(SYSTEM, hour(2), SuspendUser { user }).await.unwrap();
    assert_eq!(dated().await, hour(2));
    world.give_at(SYSTEM, hour(3), ReactivateUser { user }).await.unwrap();
    assert_eq!(dated().await, hour(3));
    world.give_at(SYSTEM, hour(4), RevokeAdmin { user }).await.unwrap();
    assert_eq!(dated().await, hour(4));
    world.give_at(SYSTEM, hour(5), SuspendUser { user }).await.unwrap();
    assert_eq!(dated().await, hour(4), "the user is no admin any more");
}

#[tokio::test]
async fn suspending_twice_is_refused() {
    let world = World::new();
    let last = world.admin("root@example.com").await;
    let admin = Actor::admin(last);
    let user = world.member("ann@example.com").await;
    assert_eq!(
        code(world.give(admin, ReactivateUser { user }).await),
        "account.status_unreachable"
    );
    world.give(admin, SuspendUser { user }).await.unwrap();
    assert_eq!(code(world.give(admin, SuspendUser { user }).await), "account.status_unreachable");
    assert_eq!(code(world.give(SYSTEM, GrantAdmin { user }).await), "account.not_active");
    assert_eq!(code(world.give(SYSTEM, SuspendUser { user }).await), "account.status_unreachable");
    world.give(SYSTEM, ReactivateUser { user }).await.unwrap();
    assert_eq!(code(world.give(SYSTEM, SuspendUser { user: last }).await), "account.last_admin");
}

#[tokio::test]
async fn the_last_active_admin_stays_one() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let second = world.admin("second@example.com").await;
    world.give(Actor::admin(root), SuspendUser { user: second }).await.unwrap();
    let revoked = world.give(SYSTEM, RevokeAdmin { user: root }).await;
    assert_eq!(code(revoked), "account.last_admin");
    let erased = world.give(Actor::member(root), EraseUser { user: root }).await;
    assert_eq!(code(erased), "account.not_erasable");

    world.give(SYSTEM, RevokeAdmin { user: second }).await.unwrap();
    world.give(SYSTEM, GrantAdmin { user: world.member("third@example.com").await }).await.unwrap();
    world.give(SYSTEM, RevokeAdmin { user: root }).await.unwrap();
}

#[tokio::test]
async fn a_suspended_admin_reads_as_anybody_but_not_as_an_admin() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let second = world.admin("second@example.com").await;
    world.give(Actor::admin(root), SuspendUser { user: second }).await.unwrap();
    let read = world.platform.profile(Actor::admin(second), root, now()).await;
    assert_eq!(code(read), "denied.suspended");
    world.platform.profile(Actor::member(second), second, now()).await.unwrap();
}

#[tokio::test]
async fn the_trail_is_read_by_whom_it_concerns() {
    let world = World::new();
    let admin = Actor::admin(world.admin("root@example.com").await);
    let (ann, bob) = (world.keeper("ann@example.com").await, world.keeper("bob@example.com").await);
    let (tom, eve) = (world.coach("tom@example.com").await, world.coach("eve@example.com").await);
    let booking = world.request(ann, tom, "2027-03-02T09:00:00Z").await;
    let place = world.place(ann.user).await;
    let page = PageRequest::default();
    let owners = [Actor::owner(ann.user), Actor::owner(bob.user)];
    let trainers = [Actor::trainer(tom.user), Actor::trainer(eve.user)];
    let (user, dog) =
        (Subject::new(SubjectKind::User, ann.user), Subject::new(SubjectKind::Dog, ann.dog));
    // For each thing: who of Ann, Bob, Tom, Eve sees what happened to it.
    let seen = [
        (user, [true, false, false, false]),
        (Subject::new(SubjectKind::Owner, ann.owner), [true, false, false, false]),
        (dog, [true, false, false, false]),
        (Subject::new(SubjectKind::Location, place), [true, false, false, false]),
        (Subject::new(SubjectKind::Booking, booking), [true, false, true, false]),
        (Subject::new(SubjectKind::Trainer, tom.trainer), [false, false, true, false]),
        (Subject::new(SubjectKind::Service, tom.service), [false, false, true, false]),
        (Subject::new(SubjectKind::Role, sitstay::account::RoleName::Admin.id()), [false; 4]),
    ];
    for (subject, seen) in seen {
        for (actor, sees) in owners.into_iter().chain(trainers).zip(seen) {
            let history = world.platform.history(actor, subject, page).await;
            assert_eq!(history.is_ok(), sees, "{actor:?} {subject}");
            assert!(sees || code(history) == "not_found");
        }
        for actor in [admin, SYSTEM] {
            world.platform.history(actor, subject, page).await.unwrap();
        }
        for actor in [Actor::Anonymous, Actor::member(ann.user)] {
            assert_eq!(code(world.platform.history(actor, subject, page).await), "not_found");
        }
    }
    let history = world.platform.history(owners[0], user, page).await.unwrap();
    let codes: Vec<_> = history.items.iter().map(|entry| entry.entry.event.code()).collect();
    assert_eq!(codes, ["user.role_granted", "user.signed_up"]);

    // What somebody did is seen by themselves and by admins.
    for by in [ann.user, tom.user] {
        let filter = AuditFilter::by(by);
        for (actor, user) in owners
            .into_iter()
            .zip([ann, bob].map(|keeper| keeper.user))
            .chain(trainers.into_iter().zip([tom, eve].map(|coach| coach.user)))
        {
            let history = world.platform.history(actor, filter, page).await;
            assert_eq!(history.is_ok(), user == by, "{actor:?} {by}");
            assert!(user == by || code(history) == "not_found");
        }
        for actor in [Actor::Anonymous, Actor::member(by)] {
            assert_eq!(code(world.platform.history(actor, filter, page).await), "not_found");
        }
        for actor in [admin, SYSTEM] {
            let history = world.platform.history(actor, filter, page).await.unwrap();
            assert!(!history.items.is_empty());
            assert!(history.items.iter().all(|entry| entry.entry.actor == Some(by)));
        }
    }

    let all = world.platform.feed(admin, FeedPosition::START, 1_000).await.unwrap();
    let rest = world.platform.feed(SYSTEM, all[2].position, 1_000).await.unwrap();
    assert_eq!(rest, all[3..]);
    for actor in [Actor::Anonymous, Actor::member(ann.user), owners[0], trainers[0]] {
        let feed = world.platform.feed(actor, FeedPosition::START, 10).await;
        assert_eq!(code(feed), "denied.not_permitted");
    }
    assert_eq!(
        code(world.platform.feed(admin, FeedPosition::START, 0).await),
        "value.out_of_range"
    );
}
