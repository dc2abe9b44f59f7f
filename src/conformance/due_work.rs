//! What is due is done once, by whoever comes first.

use super::{
    fixtures::{accepted, at, between, completed, days_later, just_before},
    town::{Town, early},
    world::World,
};
use crate::{
    booking::{Attendance, BookingStatus},
    ids::BookingId,
    platform::ProposeMove,
    repository::{Due, Table},
};

pub(super) async fn everything_due_is_done_once(world: World) {
    let town = Town::new(world).await;
    let lapsed = town.held_until(between("09:00", "10:00"), at("07:00")).await;
    let over =
        town.insert(completed(town.make.booking(&town.cast, between("06:00", "06:30")))).await;
    let near = town.accepted(between("15:00", "16:00")).await;
    let proposal = town.make.id();
    let propose = ProposeMove { booking: near.id, start: at("18:00"), proposal };
    town.gives(town.trainer(), early(), propose).await.unwrap();

    let report = town.platform.run_due(at("07:00"), 100).await.unwrap();
    assert_eq!(
        report.done,
        [Due::LapsedHold(lapsed.id), Due::FinishedClaim(over.id), Due::Reminder(near.id)]
    );
    assert!(report.failed.is_empty(), "{report:?}");
    assert!(town.platform.run_due(at("07:00"), 100).await.unwrap().is_empty());
    assert_eq!(town.status(lapsed.id).await, BookingStatus::Cancelled);
    assert_eq!(town.claimed(&over).await, []);

    // The proposal lapses when the lesson begins, and a day after its end the lesson is complete.
    let report = town.platform.run_due(at("15:00"), 100).await.unwrap();
    assert_eq!(report.done, [Due::LapsedProposal(near.id, proposal)]);
    let tomorrow = days_later(at("16:00"), 1);
    assert!(town.platform.run_due(just_before(tomorrow), 100).await.unwrap().is_empty());
    let report = town.platform.run_due(tomorrow, 100).await.unwrap();
    assert_eq!(report.done, [Due::Completion(near.id)]);
    let attendance = town.file_of(near.id).await.booking.attendance;
    assert_eq!(attendance, Some(Attendance::Attended));
    let report = town.platform.run_due(tomorrow, 100).await.unwrap();
    assert_eq!(report.done, [Due::FinishedClaim(near.id)]);
    assert!(town.platform.run_due(tomorrow, 100).await.unwrap().is_empty());
}

pub(super) async fn a_moved_lesson_is_reminded_of_anew(world: World) {
    let town = Town::with(world, |cast| cast.trainer.policy.auto_accept = true).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    let remind = |now| {
        let town = town.clone();
        async move { town.platform.run_due(now, 100).await.unwrap().done }
    };
    assert_eq!(remind(early()).await, [Due::Reminder(lesson.id)]);
    let start = days_later(at("15:00"), 3);
    let command =
        crate::platform::MoveBooking { booking: lesson.id, start, proposal: town.make.id() };
    town.gives(town.owner(), early(), command).await.unwrap();
    assert_eq!(remind(early()).await, []);
    assert_eq!(remind(days_later(at("15:01"), 2)).await, [Due::Reminder(lesson.id)]);
    assert_eq!(town.count(Table::Reminder).await.rows, 2);
}

pub(super) async fn many_instances_share_the_work(world: World) {
    let town = Town::new(world).await;
    let mut lapsed: Vec<BookingId> = Vec::new();
    for hour in 0..12 {
        let start = days_later(at("06:00"), 1).checked_add(chrono::TimeDelta::hours(hour)).unwrap();
        let session = crate::time::Interval::new(
            start,
            start.checked_add(chrono::TimeDelta::minutes(30)).unwrap(),
        );
        lapsed.push(town.held_until(session.unwrap(), at("08:00")).await.id);
    }
    let instances = (0..6).map(|_| {
        let town = town.clone();
        async move {
            let mut rounds = 0;
            loop {
                let report = town.platform.run_due(at("08:00"), 3).await.unwrap();
                assert!(report.failed.is_empty(), "{report:?}");
                rounds += 1;
                if report.is_empty() {
                    return rounds;
                }
            }
        }
    });
    super::world::race(instances).await;
    for id in lapsed {
        assert_eq!(town.history_of(id).await, ["booking.cancelled"]);
    }
    let told = town.told(&town.cast.owner_user).await;
    assert_eq!(told, ["booking_expired"; 12]);
}

pub(super) async fn a_lesson_that_begins_or_ended_is_not_reminded_of(world: World) {
    let town = Town::new(world).await;
    let begun = accepted(town.make.booking(&town.cast, between("06:00", "07:00")));
    town.insert(begun).await;
    let far = crate::time::Interval::new(days_later(at("06:00"), 2), days_later(at("07:00"), 2));
    town.accepted(far.unwrap()).await;
    assert!(town.platform.run_due(early(), 100).await.unwrap().is_empty());
}

pub(super) async fn nobody_takes_the_ids_of_the_system(world: World) {
    let town = Town::new(world).await;
    let lapsed = town.held_until(between("09:00", "10:00"), at("07:00")).await;
    // A UUID of version 8, as due work derives its ids.
    let id = uuid::Uuid::from_u128(0x0195_0000_0000_8000_8000_0000_0000_0001);
    let call = crate::command::Call {
        id: crate::ids::CommandId::from_uuid(id),
        ..town.call(town.owner(), early())
    };
    let refused = town.platform.execute(call, town.wish(at("12:00"))).await;
    assert_eq!(super::town::code(refused), "value.malformed");
    let report = town.platform.run_due(at("07:00"), 10).await.unwrap();
    assert_eq!(report.done, [Due::LapsedHold(lapsed.id)]);
}
