use std::sync::{Arc, Barrier};

use chrono::TimeDelta;
use proptest::prelude::*;
use sitstay::{
    account::UserStatus,
    booking::{Attendance, BookingStatus},
    command::{Actor, SystemReason},
    notification::NotificationKind,
    platform::{EditReview, Error, HideReview, ReplyToReview, UnhideReview, WriteReview},
    repository::{
        ChangeSet, NotificationFilter, NotificationQueries, PageRequest, Repository, ReviewFilter,
        ReviewQueries,
    },
    review::{Points, ReviewError},
    time::Instant,
    trainer::Rating,
};

use crate::world::{
    ADA, OMAR, TINA, World, ada, code, hours, id, lesson, now, olga, omar, theo, tina,
};

const MICRO: TimeDelta = TimeDelta::microseconds(1);

fn points(points: u8) -> Points {
    Points::new(points).unwrap()
}

fn write(number: u128, rating: u8) -> WriteReview {
    WriteReview {
        review: id(number),
        booking: id(number),
        rating: points(rating),
        comment: "Good.".parse().unwrap(),
    }
}

fn edit(number: u128, rating: u8) -> EditReview {
    let comment = "On second thought.".parse().unwrap();
    EditReview { review: id(number), rating: points(rating), comment }
}

fn reply(number: u128) -> ReplyToReview {
    ReplyToReview { review: id(number), reply: "Thank you.".parse().unwrap() }
}

/// A world with one reviewed lesson, of four points.
async fn reviewed() -> World {
    let world = World::new().await;
    world.completed(1, now(), Attendance::Attended).await;
    world.run(omar(), now(), write(1, 4)).await.unwrap();
    world
}

async fn visible(world: &World) -> Rating {
    let page = world
        .repository
        .reviews(&ReviewFilter::shown(id(1)), PageRequest::default())
        .await
        .unwrap();
    Rating {
        sum: page.items.iter().map(|review| i64::from(review.rating.get())).sum(),
        count: page.items.len() as i64,
    }
}

#[tokio::test]
async fn a_lesson_can_be_reviewed_for_60_days() {
    let closes = now().saturating_add(TimeDelta::days(60));
    for (at, expected) in
        [(now(), "ok"), (closes.saturating_add(-MICRO), "ok"), (closes, "review.too_late_to_write")]
    {
        let world = World::new().await;
        world.completed(1, now(), Attendance::Attended).await;
        assert_eq!(code(&world.run(omar(), at, write(1, 5)).await), expected, "{at}");
    }
}

#[tokio::test]
async fn a_review_can_be_edited_for_48_hours() {
    let closes = hours(now(), 48);
    for (at, expected) in
        [(now(), "ok"), (closes.saturating_add(-MICRO), "ok"), (closes, "review.too_late_to_edit")]
    {
        let world = reviewed().await;
        // An earlier edit does not open the window again.
        world.run(omar(), now(), edit(1, 3)).await.unwrap();
        assert_eq!(code(&world.run(omar(), at, edit(1, 1)).await), expected, "{at}");
        let page = PageRequest::default();
        let stored = world.repository.reviews(&ReviewFilter::shown(id(1)), page).await.unwrap();
        let points = if expected == "ok" { 1_u8 } else { 3 };
        assert_eq!(u8::from(stored.items[0].rating), points);
        assert_eq!(stored.items[0].comment.as_str(), "On second thought.");
    }
}

#[tokio::test]
async fn only_completed_lessons_that_the_owner_came_to_are_reviewed() {
    for (attendance, expected) in [
        (Attendance::Attended, "ok"),
        (Attendance::TrainerNoShow, "ok"),
        (Attendance::OwnerNoShow, "review.not_reviewable"),
    ] {
        let world = World::new().await;
        world.completed(1, now(), attendance).await;
        assert_eq!(code(&world.run(omar(), now(), write(1, 2)).await), expected, "{attendance}");
    }
    let world = World::new().await;
    let pending = lesson(1, hours(now(), 1));
    assert_eq!(pending.status, BookingStatus::Pending);
    world.repository.commit(ChangeSet::new().inserting(pending)).await.unwrap();
    let refused = world.run(omar(), hours(now(), 2), write(1, 2)).await;
    assert_eq!(code(&refused), "review.not_reviewable");
}

#[tokio::test]
async fn a_lesson_is_reviewed_once_by_its_owner() {
    let world = reviewed().await;
    let second = WriteReview { review: id(2), ..write(1, 1) };
    let refused = world.run(omar(), now(), second.clone()).await;
    assert!(matches!(refused, Err(Error::Review(ReviewError::AlreadyReviewed))), "{refused:?}");
    assert_eq!(code(&world.run(olga(), now(), second).await), "not_found");
    assert_eq!(code(&world.run(olga(), now(), edit(1, 1)).await), "not_found");
    assert_eq!(code(&world.run(tina(), now(), edit(1, 1)).await), "denied.not_permitted");
    assert_eq!(world.rating().await, Rating { sum: 4, count: 1 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_reviews_at_once_one_is_written() {
    for round in 0..400 {
        let (world, barrier) = (Arc::new(World::new().await), Arc::new(Barrier::new(4)));
        world.completed(1, now(), Attendance::Attended).await;
        let reviews = (1..=4).map(|number| {
            let (world, barrier) = (world.clone(), barrier.clone());
            let review = WriteReview { review: id(number), ..write(1, 5) };
            tokio::spawn(async move {
                barrier.wait();
                code(&world.run(omar(), now(), review).await)
            })
        });
        let mut codes = Vec::new();
        for review in reviews.collect::<Vec<_>>() {
            codes.push(review.await.unwrap());
        }
        codes.sort_unstable();
        let already = "review.already_reviewed";
        assert_eq!(codes, ["ok", already, already, already], "round {round}");
        assert_eq!(world.rating().await, Rating { sum: 5, count: 1 });
    }
}

#[tokio::test]
async fn the_trainer_answers_once() {
    let world = reviewed().await;
    assert_eq!(code(&world.run(theo(), now(), reply(1)).await), "not_found");
    let empty = ReplyToReview { reply: " \n".parse().unwrap(), ..reply(1) };
    assert_eq!(code(&world.run(tina(), now(), empty).await), "review.empty_reply");
    assert_eq!(code(&world.run(tina(), now(), reply(1)).await), "ok");
    assert_eq!(code(&world.run(tina(), now(), reply(1)).await), "review.already_replied");
    for (user, kind) in
        [(TINA, NotificationKind::ReviewReceived), (OMAR, NotificationKind::ReviewReplied)]
    {
        let filter = NotificationFilter::of(id(user));
        let page = world.repository.notifications(&filter, PageRequest::default());
        let kinds: Vec<_> = page.await.unwrap().items.iter().map(|told| told.kind).collect();
        assert_eq!(kinds, [kind]);
    }
}

#[tokio::test]
async fn a_hidden_review_counts_nowhere_and_its_trainer_does_not_see_it() {
    let world = reviewed().await;
    let (hide, unhide) = (HideReview { review: id(1) }, UnhideReview { review: id(1) });
    assert_eq!(code(&world.run(tina(), now(), hide).await), "denied.not_permitted");
    assert_eq!(code(&world.run(ada(), now(), unhide).await), "review.not_hidden");
    world.run(ada(), now(), hide).await.unwrap();
    assert_eq!(code(&world.run(ada(), now(), hide).await), "review.already_hidden");
    assert_eq!(world.rating().await, Rating::default());
    assert_eq!(world.rating().await.mean_e4(), None);
    assert_eq!(code(&world.run(tina(), now(), reply(1)).await), "not_found");
    world.run(omar(), now(), edit(1, 2)).await.unwrap();
    assert_eq!(world.rating().await, Rating::default());
    let system = Actor::System(SystemReason::Maintenance);
    world.run(system, now(), unhide).await.unwrap();
    assert_eq!(world.rating().await, Rating { sum: 2, count: 1 });
}

#[tokio::test]
async fn who_sees_a_hidden_review() {
    let world = reviewed().await;
    world.completed(2, hours(now(), 5), Attendance::Attended).await;
    world.run(omar(), hours(now(), 5), write(2, 5)).await.unwrap();
    world.run(ada(), now(), HideReview { review: id(1) }).await.unwrap();
    let count = async |actor| {
        let page = world
            .platform
            .reviews(actor, ReviewFilter::of(id(1)), PageRequest::default())
            .await
            .unwrap();
        (page.items.len(), page.items.iter().filter(|review| review.is_own).count())
    };
    assert_eq!(count(omar()).await, (2, 2));
    assert_eq!(count(ada()).await, (2, 0));
    assert_eq!(count(olga()).await, (1, 0));
    assert_eq!(count(tina()).await, (1, 0));
    assert_eq!(count(Actor::Anonymous).await, (1, 0));
    assert_eq!(count(Actor::member(id(OMAR))).await, (1, 0));
    // A suspended author can still read.
    world.set_status(OMAR, UserStatus::Suspended).await;
    assert_eq!(count(omar()).await, (2, 2));
    assert_eq!(code(&world.run(omar(), now(), edit(1, 1)).await), "denied.suspended");
    let false_claim = world.platform.reviews(
        Actor::admin(id(OMAR)),
        ReviewFilter::of(id(1)),
        PageRequest::default(),
    );
    assert_eq!(code(&false_claim.await), "denied.role_not_held");
}

#[tokio::test]
async fn an_admin_who_is_party_hides_nothing() {
    let world = reviewed().await;
    let role = sitstay::account::UserRole {
        user: id(TINA),
        role: sitstay::account::RoleName::Admin.id(),
        updated_at: now(),
    };
    world.repository.commit(ChangeSet::new().inserting(role)).await.unwrap();
    let as_admin = Actor::admin(id(TINA));
    let refused = world.run(as_admin, now(), HideReview { review: id(1) }).await;
    assert_eq!(code(&refused), "denied.is_party");
    world.run(Actor::admin(id(ADA)), now(), HideReview { review: id(1) }).await.unwrap();
    let page = world
        .platform
        .reviews(as_admin, ReviewFilter::of(id(1)), PageRequest::default())
        .await
        .unwrap();
    assert!(page.items.is_empty());
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Write(u8),
    Edit(u8),
    Reply,
    Hide,
    Unhide,
}

fn step() -> impl Strategy<Value = (u128, Step, i64)> {
    let step = prop_oneof![
        3 => (1..=5_u8).prop_map(Step::Write),
        3 => (1..=5_u8).prop_map(Step::Edit),
        1 => Just(Step::Reply),
        2 => Just(Step::Hide),
        2 => Just(Step::Unhide),
    ];
    (1..=3_u128, step, 0..60_i64)
}

async fn take(world: &World, lesson: u128, step: Step, now: Instant) -> bool {
    match step {
        Step::Write(rating) => world.run(omar(), now, write(lesson, rating)).await.is_ok(),
        Step::Edit(rating) => world.run(omar(), now, edit(lesson, rating)).await.is_ok(),
        Step::Reply => world.run(tina(), now, reply(lesson)).await.is_ok(),
        Step::Hide => world.run(ada(), now, HideReview { review: id(lesson) }).await.is_ok(),
        Step::Unhide => world.run(ada(), now, UnhideReview { review: id(lesson) }).await.is_ok(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_rating_is_always_that_of_the_visible_reviews(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            for (lesson, hour) in [(1, 2), (2, 4), (3, 6)] {
                let at = hours(now(), hour);
                world.completed(lesson, at, Attendance::Attended).await;
            }
            let mut taken = 0;
            for (lesson, step, hour) in steps {
                taken += usize::from(take(&world, lesson, step, hours(now(), 10 + hour)).await);
                prop_assert_eq!(world.rating().await, visible(&world).await, "after {} steps", taken);
            }
            Ok(())
        })?;
    }
}
