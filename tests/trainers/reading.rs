use std::collections::BTreeSet;

use chrono::TimeDelta;
use sitstay::{
    account::{Location, UserStatus},
    booking::{Booking, BookingStatus, CancelKind, WallStart},
    command::{Actor, SystemReason},
    contact::Address,
    geo::GeoPoint,
    platform::{
        AcceptBooking, CancelBooking, LessonDetails, LessonsQuery, UpdateTrainer, WithdrawBooking,
    },
    repository::{ChangeSet, PageRequest, Repository},
    time::{Instant, ZoneId},
    years::Experience,
};

use crate::world::{
    OMAR, TINA, World, ada, at, code, hours, id, lesson, now, olga, omar, span, theo, tina,
};

const MONDAY: &str = "2027-03-08T09:00:00Z";

fn home(number: u128, user: u128) -> Location {
    Location {
        id: id(number),
        user: id(user),
        address: Address::new(
            "Hauptstr. 1".parse().unwrap(),
            "Berlin".parse().unwrap(),
            None,
            None,
            "DE".parse().unwrap(),
        )
        .unwrap(),
        point: GeoPoint::from_degrees(52.123_456, 13.654_321).unwrap(),
        created_at: now(),
        updated_at: now(),
    }
}

#[tokio::test]
async fn a_suspended_trainers_card_is_seen_by_themselves_and_admins() {
    let world = World::new().await;
    let read = async |actor, trainer| code(&world.platform.trainer_card(actor, id(trainer)).await);
    let system = Actor::System(SystemReason::Maintenance);
    for actor in [Actor::Anonymous, omar(), tina(), theo(), ada(), system] {
        assert_eq!(read(actor, 1).await, "ok");
        assert_eq!(read(actor, 77).await, "not_found");
    }
    world.set_status(TINA, UserStatus::Suspended).await;
    for actor in [Actor::Anonymous, omar(), theo()] {
        assert_eq!(read(actor, 1).await, "not_found", "{actor:?}");
    }
    for actor in [tina(), ada(), system, Actor::member(id(TINA))] {
        assert_eq!(read(actor, 1).await, "ok", "{actor:?}");
    }
}

#[tokio::test]
async fn a_trainer_is_found_at_their_own_location_only() {
    let world = World::new().await;
    let homes = ChangeSet::new().inserting(home(1, TINA)).inserting(home(2, OMAR));
    world.repository.commit(homes).await.unwrap();
    let update = |location: u128| UpdateTrainer {
        years_of_experience: Experience::new(7).unwrap(),
        bio: "Calm.".parse().unwrap(),
        search_location: Some(id(location)),
    };
    assert_eq!(code(&world.run(tina(), now(), update(2)).await), "not_found");
    assert_eq!(code(&world.run(tina(), now(), update(77)).await), "not_found");
    world.run(tina(), now(), update(1)).await.unwrap();
    let card = world.platform.trainer_card(Actor::Anonymous, id(1)).await.unwrap();
    assert_eq!(card.trainer.bio.as_str(), "Calm.");
    assert_eq!(card.public_point, Some(GeoPoint::from_degrees(52.12, 13.65).unwrap()));
}

/// Whether the trainer sees the owner's contact, and the owner the trainer's.
async fn contacts(world: &World, now: Instant) -> (bool, bool) {
    let seen_by =
        async |actor| -> LessonDetails { world.platform.lesson(actor, id(1), now).await.unwrap() };
    let (by_trainer, by_owner) = (seen_by(tina()).await, seen_by(omar()).await);
    assert_eq!(by_trainer.owner.first_name.as_str(), "Omar");
    assert_eq!(by_trainer.dog.notes.as_str(), "Afraid of bicycles.");
    assert_eq!(by_trainer.owner.last_name.is_some(), by_trainer.owner.contact.is_some());
    assert!(by_trainer.trainer.contact.is_none() && by_owner.owner.contact.is_none());
    (by_trainer.owner.contact.is_some(), by_owner.trainer.contact.is_some())
}

#[tokio::test]
async fn contacts_are_seen_from_acceptance_until_a_day_after_the_lesson() {
    let world = World::new().await;
    world.repository.commit(ChangeSet::new().inserting(home(1, OMAR))).await.unwrap();
    world.request(1, omar(), 1, MONDAY).await.unwrap();
    assert_eq!(contacts(&world, now()).await, (false, false));
    world.run(tina(), now(), AcceptBooking { booking: id(1) }).await.unwrap();
    assert_eq!(contacts(&world, now()).await, (true, true));
    let details = world.platform.lesson(tina(), id(1), now()).await.unwrap();
    let contact = details.owner.contact.unwrap();
    assert_eq!(contact.places[0].address, home(1, OMAR).address);
    let closes = hours(at(MONDAY), 25);
    assert_eq!(
        contacts(&world, closes.saturating_add(TimeDelta::microseconds(-1))).await,
        (true, true)
    );
    assert_eq!(contacts(&world, closes).await, (false, false));
    let cancel = CancelBooking { booking: id(1), reason: Some("Rain.".parse().unwrap()) };
    world.run(tina(), now(), cancel).await.unwrap();
    assert_eq!(contacts(&world, now()).await, (false, false));
    let details = world.platform.lesson(omar(), id(1), now()).await.unwrap();
    assert_eq!(details.cancellation_reason.unwrap().as_str(), "Rain.");
}

#[tokio::test]
async fn a_lesson_is_seen_by_its_parties_and_admins() {
    let world = World::new().await;
    world.request(1, omar(), 1, MONDAY).await.unwrap();
    let read = async |actor| code(&world.platform.lesson(actor, id(1), now()).await);
    for actor in [omar(), tina(), ada()] {
        assert_eq!(read(actor).await, "ok", "{actor:?}");
    }
    for actor in [olga(), theo(), Actor::Anonymous, Actor::member(id(OMAR))] {
        assert_eq!(read(actor).await, "not_found", "{actor:?}");
    }
    let details = world.platform.lesson(ada(), id(1), now()).await.unwrap();
    assert!(details.owner.contact.is_some() && details.trainer.contact.is_some());
}

#[tokio::test]
async fn a_lapsed_request_reads_as_expired() {
    let world = World::new().await;
    world.request(1, omar(), 1, MONDAY).await.unwrap();
    world.request(2, olga(), 2, "2027-03-09T09:00:00Z").await.unwrap();
    world.run(tina(), now(), AcceptBooking { booking: id(2) }).await.unwrap();
    let lapses = hours(now(), 24);
    let week = LessonsQuery::within(span("2027-03-08T00:00:00Z", "2027-03-15T00:00:00Z"));
    let read = async |actor, query: &LessonsQuery, now| -> Vec<_> {
        let page = world.platform.lessons(actor, query, PageRequest::default(), now).await;
        let lessons = page.unwrap().items.into_iter();
        lessons.map(|lesson| (lesson.booking, lesson.status, lesson.cancel_kind)).collect()
    };
    let accepted = (id(2), BookingStatus::Accepted, None);
    let pending = (id(1), BookingStatus::Pending, None);
    let expired = (id(1), BookingStatus::Cancelled, Some(CancelKind::Expired));
    let before = lapses.saturating_add(TimeDelta::microseconds(-1));
    assert_eq!(read(tina(), &week, before).await, [pending, accepted]);
    assert_eq!(read(tina(), &week, lapses).await, [expired, accepted]);
    assert_eq!(read(omar(), &LessonsQuery::upcoming(now()), before).await, [pending]);
    assert_eq!(read(omar(), &LessonsQuery::upcoming(now()), lapses).await, []);
    let statuses = BTreeSet::from([BookingStatus::Cancelled]);
    let cancelled = LessonsQuery { statuses, ..week };
    assert_eq!(read(tina(), &cancelled, before).await, []);
    assert_eq!(read(tina(), &cancelled, lapses).await, [expired]);
    assert_eq!(read(olga(), &LessonsQuery::upcoming(now()), now()).await, [accepted]);
    let anybody = LessonsQuery::upcoming(now());
    let denied = world.platform.lessons(ada(), &anybody, PageRequest::default(), now()).await;
    assert_eq!(code(&denied), "denied.not_permitted");
}

/// A lesson at 10:00 in Berlin, as an older database would have placed it.
fn placed(number: u128, start: &str, offset: i32) -> Booking {
    let local = "2027-03-29T10:00:00".parse().unwrap();
    let zone: ZoneId = "Europe/Berlin".parse().unwrap();
    let wall_start = WallStart { local, zone, utc_offset: offset };
    Booking { wall_start, ..lesson(number, at(start)) }
}

#[tokio::test]
async fn lessons_that_a_newer_zone_database_would_move_are_reported() {
    let world = World::new().await;
    let moved = placed(1, "2027-03-29T09:00:00Z", 3_600);
    let kept = placed(2, "2027-03-29T08:00:00Z", 7_200);
    world.repository.commit(ChangeSet::new().inserting(moved).inserting(kept)).await.unwrap();
    let report = async |actor, trainer: Option<u128>, now| {
        let trainer = trainer.map(id);
        let page = PageRequest::default();
        world.platform.bookings_moved_by_zone_database(actor, trainer, page, now).await
    };
    for (actor, trainer) in [(tina(), Some(1)), (ada(), Some(1)), (ada(), None)] {
        let page = report(actor, trainer, now()).await.unwrap();
        assert_eq!(page.items.len(), 1, "{actor:?}");
        assert_eq!(page.items[0].booking, id(1));
        assert_eq!(page.items[0].would_start, at("2027-03-29T08:00:00Z"));
    }
    assert_eq!(code(&report(theo(), Some(1), now()).await), "denied.not_permitted");
    assert_eq!(code(&report(tina(), None, now()).await), "denied.not_permitted");
    assert_eq!(code(&report(omar(), Some(1), now()).await), "denied.not_permitted");
    // Neither lessons that were called off nor those that have begun.
    let begun = at("2027-03-29T09:00:00.000001Z");
    assert!(report(ada(), None, begun).await.unwrap().items.is_empty());
    world.run(omar(), now(), WithdrawBooking { booking: id(1) }).await.unwrap();
    assert!(report(ada(), None, now()).await.unwrap().items.is_empty());
}

#[test]
fn a_wall_clock_that_is_skipped_or_repeated_is_resolved() {
    let zone: ZoneId = "Europe/Berlin".parse().unwrap();
    let booked = |local: &str, start: &str| {
        let wall_start = WallStart { local: local.parse().unwrap(), zone, utc_offset: 3_600 };
        Booking { wall_start, ..lesson(1, at(start)) }.moved_by_zone_database().unwrap()
    };
    let (gap, jump) = ("2027-03-28T02:30:00", "2027-03-28T01:00:00Z");
    assert_eq!(booked(gap, "2027-03-28T01:30:00Z"), Some(at(jump)));
    let twice = "2027-10-31T02:30:00";
    assert_eq!(booked(twice, "2027-10-31T00:30:00Z"), None);
    assert_eq!(booked(twice, "2027-10-31T01:30:00Z"), None);
    assert_eq!(booked(twice, "2027-10-31T02:30:00Z"), Some(at("2027-10-31T00:30:00Z")));
}
