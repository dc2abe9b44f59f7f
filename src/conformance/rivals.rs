//! Many callers at once, through the platform.

use super::{
    fixtures::{at, days_later},
    town::{Town, early, reasons},
    world::{World, race},
};
use crate::{
    availability::Reason,
    booking::{Booking, BookingError, BookingStatus},
    command::Actor,
    platform::{Error, RequestBooking, Requested},
    repository::{Census, Table},
    time::Instant,
};

fn rows(census: &Census) -> u64 {
    census.tables.iter().map(|(_, count)| count.rows).sum()
}

/// Lets a number of owners ask at the same time, each for a start of their own choice.
async fn rivals(
    town: &Town,
    number: i64,
    now: Instant,
    start: impl Fn(i64) -> Instant,
) -> Vec<Result<Requested, Error>> {
    let mut requests = Vec::new();
    for index in 0..number {
        let (user, dog) = town.another_owner().await;
        let wish = RequestBooking { dog: dog.id, ..town.wish(start(index)) };
        requests.push((town.clone(), Actor::owner(user.id), wish));
    }
    race(
        requests
            .into_iter()
            .map(|(town, actor, wish)| async move { town.gives(actor, now, wish).await }),
    )
    .await
}

fn winners(outcomes: &[Result<Requested, Error>]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

pub(super) async fn one_of_32_gets_the_slot(world: World) {
    let town = Town::new(world).await;
    let mut before = None;
    let mut requests = Vec::new();
    for _ in 0..32 {
        let (user, dog) = town.another_owner().await;
        requests.push((
            Actor::owner(user.id),
            RequestBooking { dog: dog.id, ..town.wish(at("09:00")) },
        ));
        before = Some(town.census().await.unwrap());
    }
    let outcomes = race(requests.into_iter().map(|(actor, wish)| {
        let town = town.clone();
        async move { town.gives(actor, early(), wish).await }
    }))
    .await;
    assert_eq!(winners(&outcomes), 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(reasons(refused), ["trainer_conflict"]);
    }
    // Booking, audit entry, notification and command of the winner, and nothing of the others.
    let after = town.census().await.unwrap();
    assert_eq!(rows(&after), rows(&before.unwrap()) + 4);
    assert_eq!(after.claims, 2);
}

pub(super) async fn a_limit_of_three_admits_three_of_16(world: World) {
    let town = Town::with(world, |cast| {
        let scheduling = cast.trainer.policy.scheduling;
        cast.trainer.policy.scheduling = scheduling.with_daily_limit(Some(3)).unwrap();
        cast.service.duration_minutes = 30;
    })
    .await;
    let start = |index: i64| {
        days_later(at("06:00"), 1).checked_add(chrono::TimeDelta::minutes(30 * index)).unwrap()
    };
    let outcomes = rivals(&town, 16, early(), start).await;
    assert_eq!(winners(&outcomes), 3);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(reasons(refused), ["daily_limit"]);
    }
}

pub(super) async fn rivals_who_expire_one_hold_admit_one(world: World) {
    let town = Town::new(world).await;
    for day in 1..6 {
        let time = |time| days_later(at(time), day);
        let session = crate::time::Interval::new(time("09:00"), time("10:00")).unwrap();
        let lapsed = town.held_until(session, time("07:00")).await;
        let outcomes = rivals(&town, 8, time("07:00"), |_| time("09:00")).await;
        assert_eq!(winners(&outcomes), 1, "{outcomes:?}");
        assert_eq!(town.status(lapsed.id).await, BookingStatus::Cancelled);
        assert_eq!(town.history_of(lapsed.id).await, ["booking.cancelled"]);
    }
}

pub(super) async fn a_dog_is_booked_once_by_many_commands(world: World) {
    let town = Town::new(world.clone()).await;
    let mut wishes = Vec::new();
    for _ in 0..8 {
        // Eight trainers, one dog.
        let other = Town::new(world.clone()).await;
        wishes.push(RequestBooking { dog: town.cast.dog.id, ..other.wish(at("09:00")) });
    }
    let outcomes = race(wishes.into_iter().map(|wish| {
        let town = town.clone();
        async move { town.gives(town.owner(), early(), wish).await }
    }))
    .await;
    assert_eq!(winners(&outcomes), 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(reasons(refused), ["dog_conflict"]);
    }
}

pub(super) async fn a_repeated_command_races_with_itself(world: World) {
    let town = Town::new(world).await;
    let (call, wish) = (town.call(town.owner(), early()), town.wish(at("09:00")));
    let outcomes = race((0..16).map(|_| {
        let (town, wish) = (town.clone(), wish.clone());
        async move { town.platform.execute(call, wish).await }
    }))
    .await;
    let first = outcomes[0].as_ref().unwrap();
    for outcome in &outcomes {
        assert_eq!(outcome.as_ref().unwrap(), first);
    }
    assert_eq!(town.count(Table::Booking).await.rows, 1);
    assert_eq!(town.count(Table::Command).await.rows, 1);
}

pub(super) async fn a_busy_day_is_never_double_booked(world: World) {
    let town = Town::with(world, |cast| {
        cast.service.buffer_before_minutes = 10;
        cast.service.buffer_after_minutes = 20;
    })
    .await;
    // Starts every quarter of an hour from 06:00 to 21:00, in an order that mixes them.
    let start = |index: i64| {
        let quarter = (index * 37) % 60;
        days_later(at("06:00"), 1).checked_add(chrono::TimeDelta::minutes(15 * quarter)).unwrap()
    };
    let outcomes = rivals(&town, 60, early(), start).await;
    let mut booked: Vec<Booking> = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(requested) => {
                booked.push(town.file_of(requested.booking).await.booking.into_value());
            }
            Err(Error::Booking(BookingError::Refused(refusal))) => {
                assert_eq!(refusal.reasons, Reason::TrainerConflict.into());
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    booked.sort_by_key(|booking| booking.session);
    // However they lie, five lessons of 90 minutes with their buffers never fill the day.
    assert!(booked.len() >= 5, "{} lessons", booked.len());
    for pair in booked.windows(2) {
        assert!(!pair[0].occupied().overlaps(pair[1].occupied()));
    }
}
