//! What is due is done once, by whoever comes first.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::{
    fixtures::{accepted, at, between, completed, days_later, just_before, minutes},
    scripted::Interleaved,
    town::{Town, early},
    world::{World, race},
};
use crate::{
    booking::{Attendance, BookingStatus},
    ids::BookingId,
    platform::{CancelBooking, Command, DueReport, MoveBooking, Platform, ProposeMove},
    repository::{Due, NotificationFilter, PageRequest, Table},
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
    let command = MoveBooking { booking: lesson.id, start, proposal: town.make.id() };
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

pub(super) async fn racing_instances_remind_once(world: World) {
    let town = Town::new(world).await;
    let mut lessons = BTreeSet::new();
    for hour in [9, 11, 13, 15, 17] {
        lessons.insert(town.accepted(minutes(hour * 60, 60)).await.id.as_uuid());
    }
    let instances = (0..6).map(|instance| {
        let town = town.clone();
        // Their clocks differ, and so do the ids of their commands.
        let now = early().saturating_add(TimeDelta::seconds(instance));
        async move {
            loop {
                let report = town.platform.run_due(now, 2).await.unwrap();
                assert!(report.failed.is_empty(), "{report:?}");
                if report.is_empty() {
                    return;
                }
            }
        }
    });
    race(instances).await;
    assert_eq!(town.count(Table::Reminder).await.rows, 5);
    for user in [&town.cast.owner_user, &town.cast.trainer_user] {
        assert_eq!(town.told(user).await, ["lesson_reminder"; 5]);
        let page = town.notifications(&NotificationFilter::of(user.id), PageRequest::MAX).await;
        let about: BTreeSet<_> = page.unwrap().items.iter().map(|told| told.subject.id).collect();
        assert_eq!(about, lessons);
    }
}

/// Runs due work, of which one command is overtaken by another of the owner's.
async fn overtaken(town: &Town, command: impl Command + 'static) -> DueReport {
    let (platform, call) = (town.platform.clone(), town.call(town.owner(), early()));
    let store = Interleaved::after(&town.world.repository, "booking_file", async move {
        platform.execute(call, command).await.map(drop).unwrap();
    });
    let slow = Platform::new(store, town.platform.policy().clone());
    slow.run_due(early(), 100).await.unwrap()
}

pub(super) async fn a_lesson_that_is_called_off_is_not_reminded_of(world: World) {
    let town = Town::new(world).await;
    let before = town.accepted(between("09:00", "10:00")).await.id;
    let cancel = |booking| CancelBooking { booking, reason: None };
    town.gives(town.owner(), early(), cancel(before)).await.unwrap();
    assert!(town.platform.run_due(early(), 100).await.unwrap().is_empty());

    // Also where that happens at the very moment.
    let meanwhile = town.accepted(between("11:00", "12:00")).await.id;
    let report = overtaken(&town, cancel(meanwhile)).await;
    assert_eq!((&*report.done, &*report.overtaken), (&[][..], &[Due::Reminder(meanwhile)][..]));
    assert_eq!(town.count(Table::Reminder).await.rows, 0);
    assert_eq!(town.told(&town.cast.owner_user).await, [""; 0]);
    assert_eq!(town.told(&town.cast.trainer_user).await, ["booking_cancelled"; 2]);
}

pub(super) async fn a_lesson_that_moves_meanwhile_is_reminded_of_in_its_time(world: World) {
    let town = Town::with(world, |cast| cast.trainer.policy.auto_accept = true).await;
    let booking = town.accepted(between("15:00", "16:00")).await.id;
    let start = days_later(at("15:00"), 3);
    let report = overtaken(&town, MoveBooking { booking, start, proposal: town.make.id() }).await;
    assert_eq!((&*report.done, &*report.overtaken), (&[][..], &[Due::Reminder(booking)][..]));
    assert_eq!(town.count(Table::Reminder).await.rows, 0);
    let near = days_later(at("15:01"), 2);
    let report = town.platform.run_due(near, 100).await.unwrap();
    assert_eq!(report.done, [Due::Reminder(booking)]);
    assert_eq!(town.told(&town.cast.owner_user).await, ["lesson_reminder"]);
}
