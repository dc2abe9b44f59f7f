//! No double booking: the time of one trainer, and of one dog, is taken once.

use super::{
    broken::Broken,
    fixtures::{
        Cast, Everything, Fixtures, accepted, at, between, buffered, cancelled, completed, moved,
    },
    world::{World, conflict, first, next, taken},
};
use crate::{
    booking::{Attendance, Booking},
    dog::Dog,
    ids::BookingId,
    repository::{ChangeSet, EntityRef, RepositoryError, Table, Versioned},
    time::{Instant, Interval},
};

/// Makes bookings whose buffers meet a stored booking, or whose dog is at one; `free` is stored
/// and has no bookings.
pub(super) fn colliding_bookings(make: &Fixtures, of: &Everything, free: &Cast) -> Vec<Broken> {
    let next_hour = buffered(make.booking(&of.cast, between("10:00", "11:00")), 30, 0);
    let elsewhere = Booking {
        dog: of.cast.dog.id,
        owner: of.cast.owner.id,
        ..make.booking(free, between("09:30", "10:30"))
    };
    let error = taken(next_hour.trainer_claim());
    let dog_error = taken(elsewhere.dog_claim());
    vec![Broken::insert(next_hour, error), Broken::insert(elsewhere, dog_error)]
}

/// Releases what must not, or cannot, be released.
pub(super) fn kept_claims(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let (active, unknown): (_, BookingId) = (of.booking.id, make.id());
    let missing = RepositoryError::MissingReference(EntityRef::new(Table::Booking, unknown));
    vec![
        Broken::new(conflict(&of.booking), move |changes| changes.release(active)),
        Broken::new(missing, move |changes| changes.release(unknown)),
    ]
}

/// Stores another dog of the cast's owner, so that only the trainer can be in the way.
async fn with_another_dog(world: &World, cast: &Cast) -> Cast {
    let dog: Dog = world.insert(world.make.dog(&cast.owner)).await.into_value();
    Cast { dog, ..cast.clone() }
}

/// Stores another trainer for the cast's dog.
async fn with_another_trainer(world: &World, cast: &Cast) -> Cast {
    let other = world.cast().await;
    Cast { dog: cast.dog.clone(), owner: cast.owner.clone(), ..other }
}

/// Tries to book a time that the trainer does not have.
async fn finds_the_trainer_busy(world: &World, booking: Booking) {
    let error = taken(booking.trainer_claim());
    world.refuses(ChangeSet::new().inserting(booking), &error).await;
}

async fn finds_the_dog_away(world: &World, booking: Booking) {
    let error = taken(booking.dog_claim());
    world.refuses(ChangeSet::new().inserting(booking), &error).await;
}

async fn release(world: &World, booking: &Booking) {
    let mut changes = ChangeSet::new();
    changes.release(booking.id);
    world.commits(changes).await;
}

pub(super) async fn an_active_booking_claims_its_trainer_and_its_dog(world: World) {
    let cast = world.cast().await;
    let booking = buffered(world.make.booking(&cast, between("10:00", "11:00")), 30, 15);
    assert_eq!(world.claimed(&booking).await, []);
    let pending = world.insert(booking).await;
    let claims = [pending.trainer_claim(), pending.dog_claim()];
    assert_eq!(claims[0].during, between("09:30", "11:15"));
    assert_eq!(claims[1].during, between("10:00", "11:00"));
    assert_eq!(world.claimed(&pending).await, claims);

    let accepted = world.update(pending.map(accepted)).await;
    assert_eq!(world.claimed(&accepted).await, claims);
    assert_eq!(world.census().await.unwrap().claims, 2);
}

pub(super) async fn overlapping_is_refused(world: World) {
    let cast = world.cast().await;
    let booked = world.book(&cast, between("10:00", "11:00")).await;
    let cast = with_another_dog(&world, &cast).await;
    for (start, end) in [
        ("09:30", "10:30"),
        ("10:30", "11:30"),
        ("10:15", "10:45"),
        ("09:00", "12:00"),
        ("10:00", "11:00"),
        ("10:00", "10:30"),
        ("10:30", "11:00"),
        ("09:00", "10:01"),
        ("10:59", "12:00"),
    ] {
        finds_the_trainer_busy(&world, world.make.booking(&cast, between(start, end))).await;
    }
    assert_eq!(world.booking(booked.id).await.unwrap(), Some(booked));
}

pub(super) async fn touching_is_free(world: World) {
    let cast = world.cast().await;
    for (start, end) in [("10:00", "11:00"), ("09:00", "10:00"), ("11:00", "12:00")] {
        let booking = world.book(&cast, between(start, end)).await;
        assert_eq!(world.claimed(&booking).await.len(), 2);
    }
}

pub(super) async fn a_short_lesson_between_two_others_is_seen(world: World) {
    let cast = world.cast().await;
    // One long claim that began early, and short ones behind it, so that the nearest neighbour by
    // start is not the one that is in the way.
    world.book(&cast, between("06:00", "12:00")).await;
    world.book(&cast, between("12:00", "12:30")).await;
    world.book(&cast, between("13:00", "13:05")).await;
    let cast = with_another_dog(&world, &cast).await;
    for (start, end) in [("11:00", "11:30"), ("12:30", "14:00"), ("12:55", "13:03")] {
        finds_the_trainer_busy(&world, world.make.booking(&cast, between(start, end))).await;
    }
    world.book(&cast, between("12:30", "13:00")).await;
}

pub(super) async fn buffers_keep_a_trainers_time(world: World) {
    let cast = world.cast().await;
    let make = &world.make;
    world.insert(buffered(make.booking(&cast, between("10:00", "11:00")), 20, 30)).await;
    let cast = with_another_dog(&world, &cast).await;
    for (start, end) in [("11:00", "12:00"), ("11:29", "12:00"), ("09:00", "09:41")] {
        finds_the_trainer_busy(&world, make.booking(&cast, between(start, end))).await;
    }
    // Facing buffers add up: 30 minutes after the one, then 15 before the other.
    let tight = buffered(make.booking(&cast, between("11:44", "12:44")), 15, 0);
    finds_the_trainer_busy(&world, tight).await;
    world.insert(buffered(make.booking(&cast, between("11:45", "12:45")), 15, 0)).await;
    let tight = buffered(make.booking(&cast, between("08:31", "09:31")), 0, 10);
    finds_the_trainer_busy(&world, tight).await;
    world.insert(buffered(make.booking(&cast, between("08:30", "09:30")), 0, 10)).await;
}

pub(super) async fn other_trainers_are_independent(world: World) {
    for _ in 0..3 {
        let cast = world.cast().await;
        world.book(&cast, between("10:00", "11:00")).await;
    }
    assert_eq!(world.census().await.unwrap().claims, 6);
}

pub(super) async fn a_dog_is_at_one_lesson_at_a_time(world: World) {
    let cast = world.cast().await;
    world.book(&cast, between("10:00", "11:00")).await;
    let cast = with_another_trainer(&world, &cast).await;
    for (start, end) in [("10:00", "11:00"), ("09:00", "10:01"), ("10:59", "12:00")] {
        finds_the_dog_away(&world, world.make.booking(&cast, between(start, end))).await;
    }
    world.book(&cast, between("11:00", "12:00")).await;
}

pub(super) async fn buffers_are_not_a_dogs_time(world: World) {
    let cast = world.cast().await;
    let make = &world.make;
    world.insert(buffered(make.booking(&cast, between("10:00", "11:00")), 60, 60)).await;
    let cast = with_another_trainer(&world, &cast).await;
    world.insert(buffered(make.booking(&cast, between("11:00", "12:00")), 0, 60)).await;
    let cast = with_another_trainer(&world, &cast).await;
    world.insert(buffered(make.booking(&cast, between("09:00", "10:00")), 60, 60)).await;
}

pub(super) async fn a_cancelled_booking_frees_its_time(world: World) {
    let cast = world.cast().await;
    let booked = world.book(&cast, between("10:00", "11:00")).await;
    let off = world.update(booked.map(cancelled)).await;
    assert_eq!(world.claimed(&off).await, []);
    let heir = world.book(&cast, between("10:30", "11:30")).await;
    assert_eq!(world.claimed(&heir).await.len(), 2);

    // A booking that is made active again needs its time again.
    let revived = off.map(accepted).map(|booking| Booking { cancellation: None, ..booking });
    let error = taken(revived.trainer_claim());
    world.refuses(ChangeSet::new().updating(revived.clone()), &error).await;
    world.update(heir.map(cancelled)).await;
    let revived = world.update(revived).await;
    assert_eq!(world.claimed(&revived).await.len(), 2);
}

pub(super) async fn a_new_booking_claims_by_its_status(world: World) {
    let cast = world.cast().await;
    let make = &world.make;
    let session = between("10:00", "11:00");
    let off = world.insert(cancelled(make.booking(&cast, session))).await;
    assert_eq!(world.claimed(&off).await, []);
    let done = world.insert(completed(make.booking(&cast, session))).await;
    assert_eq!(world.claimed(&done).await, [done.trainer_claim()]);
}

pub(super) async fn a_completed_booking_keeps_its_trainer_and_frees_its_dog(world: World) {
    let cast = world.cast().await;
    let booking = buffered(world.make.booking(&cast, between("10:00", "11:00")), 0, 30);
    let booked = world.insert(accepted(booking)).await;
    let done = world.update(booked.map(completed)).await;
    assert_eq!(world.claimed(&done).await, [done.trainer_claim()]);

    let elsewhere = with_another_trainer(&world, &cast).await;
    world.book(&elsewhere, between("10:30", "11:00")).await;
    let with_other_dog = with_another_dog(&world, &cast).await;
    let late = world.make.booking(&with_other_dog, between("11:00", "12:00"));
    finds_the_trainer_busy(&world, late.clone()).await;

    release(&world, &done).await;
    assert_eq!(world.claimed(&done).await, []);
    assert_eq!(world.booking(done.id).await.unwrap().as_ref(), Some(&done));
    world.insert(late).await;
}

pub(super) async fn what_was_released_is_not_claimed_again(world: World) {
    let cast = world.cast().await;
    let booked = world.insert(accepted(world.make.booking(&cast, between("10:00", "11:00")))).await;
    let done = world.update(booked.map(completed)).await;
    let amend = |attendance, booking: Versioned<Booking>| {
        booking.map(|booking| Booking { attendance: Some(attendance), ..booking })
    };
    // Before its release an update keeps the claim, after it there is none to keep.
    let amended = world.update(amend(Attendance::OwnerNoShow, done)).await;
    assert_eq!(world.claimed(&amended).await, [amended.trainer_claim()]);
    release(&world, &amended).await;
    let heir = world.book(&cast, between("10:00", "11:00")).await;
    let amended = world.update(amend(Attendance::TrainerNoShow, amended)).await;
    assert_eq!(world.claimed(&amended).await, []);
    assert_eq!(world.claimed(&heir).await.len(), 2);
}

pub(super) async fn a_release_wants_a_booking_that_is_over(world: World) {
    let stored = world.everything().await;
    for broken in kept_claims(&world.make, &stored) {
        broken.is_refused(&world).await;
    }
    let pending = world.book(&stored.cast, between("20:00", "21:00")).await;
    let mut changes = ChangeSet::new();
    changes.release(pending.id);
    world.refuses(changes, &conflict(&*pending)).await;
    assert_eq!(world.claimed(&pending).await.len(), 2);
}

pub(super) async fn a_second_release_does_nothing(world: World) {
    let cast = world.cast().await;
    let done = world.insert(completed(world.make.booking(&cast, between("10:00", "11:00")))).await;
    let off = world.insert(cancelled(world.make.booking(&cast, between("10:00", "11:00")))).await;
    let mut changes = ChangeSet::new();
    changes.release(done.id);
    changes.release(done.id);
    changes.release(off.id);
    world.commits(changes.clone()).await;
    let heir = world.book(&cast, between("10:00", "11:00")).await;
    let before = world.census().await.unwrap();
    world.commits(changes).await;
    assert_eq!(world.census().await.unwrap(), before);
    assert_eq!(world.claimed(&heir).await.len(), 2);
}

pub(super) async fn a_booking_moves_to_free_time(world: World) {
    let cast = world.cast().await;
    let booked = world.book(&cast, between("10:00", "11:00")).await;
    // Onto part of its own time, onto all of it, and away from it.
    let mut booking = booked;
    for (start, end) in
        [("10:30", "11:30"), ("10:30", "11:30"), ("10:00", "12:00"), ("15:00", "16:00")]
    {
        booking = world.update(booking.map(|booking| moved(booking, between(start, end)))).await;
        let claims = [booking.trainer_claim(), booking.dog_claim()];
        assert_eq!(world.claimed(&booking).await, claims);
    }
    world.book(&cast, between("10:00", "12:00")).await;
}

pub(super) async fn a_move_onto_taken_time_changes_nothing(world: World) {
    let cast = world.cast().await;
    let other = world.book(&cast, between("10:00", "11:00")).await;
    let cast = with_another_dog(&world, &cast).await;
    let booked = world.book(&cast, between("12:00", "13:00")).await;
    for target in [
        booked.clone().map(|booking| moved(booking, between("10:30", "11:30"))),
        booked.clone().map(|booking| moved(booking, between("09:00", "12:30"))),
        booked.clone().map(|booking| buffered(booking, 61, 0)),
    ] {
        let error = taken(target.trainer_claim());
        world.refuses(ChangeSet::new().updating(target), &error).await;
    }
    for booking in [&other, &booked] {
        assert_eq!(world.booking(booking.id).await.unwrap().as_ref(), Some(booking));
        let claims = [booking.trainer_claim(), booking.dog_claim()];
        assert_eq!(world.claimed(booking).await, claims);
    }
}

pub(super) async fn bookings_change_places_in_one_set(world: World) {
    let cast = world.cast().await;
    let hours = [between("10:00", "11:00"), between("11:00", "12:00"), between("12:00", "13:00")];
    let mut lessons = Vec::new();
    for hour in hours {
        lessons.push(world.book(&cast, hour).await);
    }
    // Two swap, then all three go on by one.
    for places in [vec![(0, 1), (1, 0)], vec![(0, 1), (1, 2), (2, 0)]] {
        let sessions: Vec<Interval> = lessons.iter().map(|lesson| lesson.session).collect();
        let mut changes = ChangeSet::new();
        for (lesson, place) in places {
            let target = lessons[lesson].clone().map(|booking| moved(booking, sessions[place]));
            changes.update(target.clone());
            lessons[lesson] = next(target);
        }
        world.commits(changes).await;
        for lesson in &lessons {
            assert_eq!(world.booking(lesson.id).await.unwrap().as_ref(), Some(lesson));
            let claims = [lesson.trainer_claim(), lesson.dog_claim()];
            assert_eq!(world.claimed(lesson).await, claims);
        }
    }
}

pub(super) async fn cancelling_makes_way_in_the_same_set(world: World) {
    let cast = world.cast().await;
    let session = between("10:00", "11:00");
    let mut booked = world.book(&cast, session).await;
    for books_first in [true, false] {
        let heir = world.make.booking(&cast, session);
        let off = booked.map(cancelled);
        let changes = ChangeSet::new();
        let changes = if books_first {
            changes.inserting(heir.clone()).updating(off.clone())
        } else {
            changes.updating(off.clone()).inserting(heir.clone())
        };
        world.commits(changes).await;
        assert_eq!(world.claimed(&off).await, []);
        assert_eq!(world.claimed(&heir).await.len(), 2);
        booked = first(&heir);
    }
    // The same when another booking moves to the time, and when a completed one is released.
    let mover = world.book(&cast, between("15:00", "16:00")).await;
    let target = mover.map(|booking| moved(booking, session));
    world.commits(ChangeSet::new().updating(target.clone()).updating(booked.map(cancelled))).await;
    let done = world.update(next(target).map(completed)).await;
    let heir = world.make.booking(&cast, session);
    let mut changes = ChangeSet::new().inserting(heir.clone());
    changes.release(done.id);
    world.commits(changes).await;
    assert_eq!(world.claimed(&heir).await.len(), 2);
}

pub(super) async fn one_set_takes_no_time_twice(world: World) {
    let cast = world.cast().await;
    let other_dog = with_another_dog(&world, &cast).await;
    let other_trainer = with_another_trainer(&world, &cast).await;
    let make = &world.make;
    let one = make.booking(&cast, between("10:00", "11:00"));
    let stored = world.book(&cast, between("15:00", "16:00")).await;
    let onto_it = stored.map(|booking| moved(booking, between("10:30", "11:30")));
    let before = world.census().await.unwrap();
    for changes in [
        ChangeSet::new().inserting(make.booking(&other_dog, between("10:30", "11:30"))),
        ChangeSet::new().inserting(make.booking(&other_trainer, between("10:30", "11:30"))),
        ChangeSet::new().inserting(buffered(
            make.booking(&other_dog, between("11:00", "12:00")),
            1,
            0,
        )),
        ChangeSet::new().updating(onto_it),
    ] {
        let error = world.commit(changes.inserting(one.clone())).await.unwrap_err();
        assert!(matches!(error, RepositoryError::TimeTaken { .. }), "{error:?}");
        assert_eq!(world.census().await.unwrap(), before);
    }
}

pub(super) async fn a_set_is_told_which_time_is_taken(world: World) {
    let cast = world.cast().await;
    let free = with_another_dog(&world, &cast).await;
    world.insert(world.make.booking(&cast, between("13:00", "14:00"))).await;
    let hours = [("09:00", "10:00"), ("11:00", "12:00"), ("13:30", "14:30"), ("16:00", "17:00")];
    let bookings = hours.map(|(from, to)| world.make.booking(&free, between(from, to)));
    let error = taken(bookings[2].trainer_claim());
    let mut changes = ChangeSet::new();
    for booking in bookings {
        changes.insert(booking);
    }
    world.refuses(changes, &error).await;
}

pub(super) async fn a_claim_follows_its_booking_to_another_dog(world: World) {
    let cast = world.cast().await;
    let other = with_another_dog(&world, &cast).await;
    let booked = world.book(&cast, between("10:00", "11:00")).await;
    let swapped = booked.map(|booking| Booking { dog: other.dog.id, ..booking });
    let swapped = world.update(swapped).await;
    assert_eq!(world.claimed(&swapped).await, [swapped.trainer_claim(), swapped.dog_claim()]);
    let elsewhere = with_another_trainer(&world, &cast).await;
    world.book(&elsewhere, between("10:00", "11:00")).await;
    let elsewhere = with_another_trainer(&world, &other).await;
    finds_the_dog_away(&world, world.make.booking(&elsewhere, between("10:00", "11:00"))).await;
}

pub(super) async fn claims_end_where_time_does(world: World) {
    let cast = world.cast().await;
    let hours = |count| chrono::TimeDelta::hours(count);
    let earliest = Interval::new(Instant::MIN, Instant::MIN.saturating_add(hours(1))).unwrap();
    let latest = Interval::new(Instant::MAX.saturating_add(hours(-1)), Instant::MAX).unwrap();
    for session in [earliest, latest] {
        let booking = world.make.booking(&cast, session);
        let booking = world.insert(buffered(booking, 720, 720)).await;
        assert_eq!(world.claimed(&booking).await, [booking.trainer_claim(), booking.dog_claim()]);
    }
    let other = with_another_dog(&world, &cast).await;
    let inside = Interval::new(at("09:00"), at("10:00")).unwrap();
    world.book(&other, inside).await;
    finds_the_trainer_busy(&world, world.make.booking(&other, earliest)).await;
    finds_the_trainer_busy(&world, world.make.booking(&other, latest)).await;
}
