//! Who sees whom, and what never shows.

use chrono::TimeDelta;
use sitstay::{
    command::Actor,
    platform::{
        AddLocation, CancelBooking, ChangeEmail, ChangePassword, Profile, UpdateProfile,
        WithdrawBooking,
    },
};

use crate::world::{HASH, PHONE, STREET, SYSTEM, World, address, at, code, now, point};

const SECRETS: [&str; 4] = ["ann@example.com", PHONE, HASH, STREET];

#[tokio::test]
async fn the_parties_of_a_lesson_see_each_other_from_its_acceptance_until_a_day_after_its_end() {
    let world = World::new();
    let ann = world.keeper("ann@example.com").await;
    let tom = world.coach("tom@example.com").await;
    let place = world.place(tom.user).await;
    let (owner, trainer) = (Actor::owner(ann.user), Actor::trainer(tom.user));
    let sees = async |at| {
        let as_owner = world.platform.profile(owner, tom.user, at).await;
        let as_trainer = world.platform.profile(trainer, ann.user, at).await;
        assert_eq!(as_owner.is_ok(), as_trainer.is_ok());
        if let Ok(Profile { account, locations, .. }) = &as_owner {
            assert_eq!(*account, None);
            assert_eq!(locations[0].id, place);
        }
        as_owner.is_ok()
    };
    let withdrawn = world.request(ann, tom, "2027-03-01T20:00:00Z").await;
    world.give(owner, WithdrawBooking { booking: withdrawn }).await.unwrap();
    let booking = world.request(ann, tom, "2027-03-02T10:00:00Z").await;
    assert!(!sees(now()).await);
    world.accept(tom, booking).await;
    assert!(sees(now()).await);

    // What the roles do not carry is not seen: as a member, in the other role, by others.
    let other = world.keeper("bob@example.com").await;
    let refusals = [
        code(world.platform.profile(Actor::member(ann.user), tom.user, now()).await),
        code(world.platform.profile(Actor::Anonymous, tom.user, now()).await),
        code(world.platform.profile(Actor::owner(other.user), tom.user, now()).await),
        code(world.platform.profile(trainer, other.user, now()).await),
        code(world.platform.profile(owner, world.id(), now()).await),
    ];
    assert_eq!(refusals, ["not_found"; 5]);

    let end = at("2027-03-02T11:00:00Z");
    let almost = end.saturating_add(TimeDelta::hours(24) - TimeDelta::microseconds(1));
    assert!(sees(almost).await);
    assert!(!sees(end.saturating_add(TimeDelta::hours(24))).await);

    let reason = Some("Ill".parse().unwrap());
    world.give(trainer, CancelBooking { booking, reason }).await.unwrap();
    assert!(!sees(now()).await);
}

#[tokio::test]
async fn a_completed_lesson_is_seen_as_long() {
    let world = World::new();
    let ann = world.keeper("ann@example.com").await;
    let tom = world.coach("tom@example.com").await;
    let booking = world.request(ann, tom, "2027-03-02T10:00:00Z").await;
    world.accept(tom, booking).await;
    world.complete(booking, "2027-03-02T11:00:00Z").await;
    for (hours, sees) in [(23, true), (24, false)] {
        let now = at("2027-03-02T11:00:00Z").saturating_add(TimeDelta::hours(hours));
        let profile = world.platform.profile(Actor::owner(ann.user), tom.user, now).await;
        assert_eq!(profile.is_ok(), sees, "{hours} hours after its end");
    }
}

#[tokio::test]
async fn admins_see_everybody_and_users_themselves() {
    let world = World::new();
    let admin = world.admin("root@example.com").await;
    let ann = world.member("ann@example.com").await;
    world.place(ann).await;
    for actor in [Actor::member(ann), Actor::admin(admin), SYSTEM] {
        let profile = world.platform.profile(actor, ann, now()).await.unwrap();
        assert_eq!(profile.email.as_str(), "ann@example.com");
        assert_eq!(profile.phone.unwrap().as_str(), PHONE);
        assert_eq!(profile.locations[0].address.line().as_str(), STREET);
        assert!(profile.account.is_some());
    }
    assert_eq!(code(world.platform.profile(Actor::member(admin), ann, now()).await), "not_found");
    assert_eq!(
        code(world.platform.profile(Actor::owner(ann), ann, now()).await),
        "denied.role_not_held"
    );
}

#[tokio::test]
async fn nothing_personal_shows_in_debug_errors_or_the_trail() {
    let world = World::new();
    let user = world.member("ann@example.com").await;
    let location = world.place(user).await;
    let profile = world.platform.profile(SYSTEM, user, now()).await.unwrap();
    let json = serde_json::to_string(&profile).unwrap();
    assert!(json.contains(PHONE) && !json.contains(HASH));
    let again = world.give(SYSTEM, world.sign_up("ann@example.com")).await.unwrap_err();
    let second = AddLocation { location, address: address(), point: point() };
    let taken = world.give(Actor::member(user), second.clone()).await.unwrap_err();
    let texts = [
        format!("{:?}", world.sign_up("ann@example.com")),
        format!("{:?}", ChangeEmail { email: "ann@example.com".parse().unwrap() }),
        format!("{:?}", ChangePassword { password: HASH.parse().unwrap() }),
        format!(
            "{:?}",
            UpdateProfile {
                first_name: "Ann".parse().unwrap(),
                last_name: "Lee".parse().unwrap(),
                phone: Some(PHONE.parse().unwrap()),
            }
        ),
        format!("{second:?}"),
        format!("{profile:?}"),
        format!("{again:?} {again}"),
        format!("{taken:?} {taken}"),
        format!("{:?}", world.trail().await),
        serde_json::to_string(&ChangePassword { password: HASH.parse().unwrap() }).unwrap(),
    ];
    for text in texts {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert_eq!((again.code(), taken.code()), ("account.email_taken", "id_taken"));
}
