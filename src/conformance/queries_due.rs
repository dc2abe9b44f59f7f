//! What is due, and from which instant on.

use super::{
    fixtures::{
        accepted, at, between, buffered, cancelled, closed, completed, just_after, just_before,
        minutes, moved,
    },
    world::{World, first},
};
use crate::{
    booking::{Booking, ProposalStatus, Reschedule},
    notification::Reminder,
    repository::{ChangeSet, Due},
    time::Instant,
};

/// The limits of a question about what is due, all far from what the cases store.
struct Asked {
    now: Instant,
    completed_before: Instant,
    remind_before: Instant,
}

impl Asked {
    const NOTHING: Self =
        Self { now: Instant::MIN, completed_before: Instant::MIN, remind_before: Instant::MIN };
}

impl World {
    async fn is_due(&self, asked: Asked) -> Vec<Due> {
        let Asked { now, completed_before, remind_before } = asked;
        self.due(now, completed_before, remind_before, 200).await.unwrap()
    }

    async fn is_due_at(&self, now: Instant) -> Vec<Due> {
        self.is_due(Asked { now, ..Asked::NOTHING }).await
    }
}

pub(super) async fn a_hold_is_due_when_it_lapses(world: World) {
    let cast = world.cast().await;
    let until = at("08:00");
    let booking = world.make.booking(&cast, between("09:00", "10:00"));
    let pending = world.insert(Booking { hold_expires_at: Some(until), ..booking }).await;
    assert_eq!(world.is_due_at(just_before(until)).await, []);
    assert_eq!(world.is_due_at(until).await, [Due::LapsedHold(pending.id)]);
    assert_eq!(world.is_due_at(Instant::MAX).await, [Due::LapsedHold(pending.id)]);
    world.update(pending.map(cancelled)).await;
    assert_eq!(world.is_due_at(Instant::MAX).await, []);
}

pub(super) async fn an_accepted_lesson_is_due_when_it_ended(world: World) {
    let cast = world.cast().await;
    let lesson = world.insert(accepted(world.make.booking(&cast, between("09:00", "10:00")))).await;
    world.book(&cast, between("07:00", "08:00")).await;
    let by = |completed_before| Asked { completed_before, ..Asked::NOTHING };
    let ended = at("10:00");
    assert_eq!(world.is_due(by(just_before(ended))).await, []);
    assert_eq!(world.is_due(by(ended)).await, [Due::Completion(lesson.id)]);
    world.update(lesson.map(completed)).await;
    assert_eq!(world.is_due(by(Instant::MAX)).await, []);
}

pub(super) async fn a_claim_is_due_when_its_buffer_ends(world: World) {
    let cast = world.cast().await;
    let lesson = buffered(world.make.booking(&cast, between("09:00", "10:00")), 0, 30);
    let lesson = world.insert(completed(lesson)).await;
    let off = buffered(world.make.booking(&cast, between("11:00", "12:00")), 0, 0);
    world.insert(cancelled(off)).await;
    let over = at("10:30");
    assert_eq!(world.is_due_at(just_before(over)).await, []);
    assert_eq!(world.is_due_at(over).await, [Due::FinishedClaim(lesson.id)]);
    let mut changes = ChangeSet::new();
    changes.release(lesson.id);
    world.commits(changes).await;
    assert_eq!(world.is_due_at(Instant::MAX).await, []);
}

pub(super) async fn a_proposal_is_due_when_it_lapses_or_its_booking_ends(world: World) {
    let cast = world.cast().await;
    let make = &world.make;
    let until = at("08:00");
    let mut lessons = Vec::new();
    for hour in [10, 11, 12, 13] {
        let lesson = world.insert(accepted(make.booking(&cast, minutes(hour * 60, 60)))).await;
        let proposal = make.reschedule(&lesson, &cast.owner_user, between("20:00", "21:00"));
        let proposal = Reschedule { expires_at: until, ..proposal };
        let proposal = world.insert(proposal).await;
        lessons.push((lesson, proposal));
    }
    let due = |index: usize| {
        let (lesson, proposal) = &lessons[index];
        Due::LapsedProposal(lesson.id, proposal.id)
    };
    assert_eq!(world.is_due_at(just_before(until)).await, []);
    assert_eq!(world.is_due_at(until).await, [due(0), due(1), due(2), due(3)]);

    // Long before it lapses, the end of the booking ends it.
    world.update(lessons[1].0.clone().map(cancelled)).await;
    world.update(lessons[3].0.clone().map(completed)).await;
    assert_eq!(world.is_due_at(just_before(until)).await, [due(1), due(3)]);
    let declined = lessons[1].1.clone();
    world.update(declined.map(|open| closed(open, ProposalStatus::Declined))).await;
    assert_eq!(world.is_due_at(just_before(until)).await, [due(3)]);
}

pub(super) async fn a_reminder_is_due_once_per_start(world: World) {
    let cast = world.cast().await;
    let lesson = world.insert(accepted(world.make.booking(&cast, between("09:00", "10:00")))).await;
    world.book(&cast, between("10:00", "11:00")).await;
    world.insert(cancelled(world.make.booking(&cast, between("09:00", "10:00")))).await;
    let start = at("09:00");
    let asked = |now, remind_before| Asked { now, remind_before, completed_before: Instant::MIN };
    let early = at("06:00");
    let due = [Due::Reminder(lesson.id)];
    assert_eq!(world.is_due(asked(early, start)).await, [], "before, not at");
    assert_eq!(world.is_due(asked(early, just_after(start))).await, due);
    assert_eq!(world.is_due(asked(just_before(start), just_after(start))).await, due);
    assert_eq!(world.is_due(asked(start, Instant::MAX)).await, [], "it has begun");

    // A reminder of another start does not count, the one of this start does.
    let other = Reminder { starts_at: just_after(start), ..world.make.reminder(&lesson) };
    world.append(other).await;
    assert_eq!(world.is_due(asked(early, at("12:00"))).await, due);
    world.append(world.make.reminder(&lesson)).await;
    assert_eq!(world.is_due(asked(early, at("12:00"))).await, []);
    world.update(lesson.map(|lesson| moved(lesson, between("11:00", "11:30")))).await;
    assert_eq!(world.is_due(asked(early, at("12:00"))).await, due);
}

pub(super) async fn all_that_is_due_comes_in_order(world: World) {
    let cast = world.cast().await;
    let make = &world.make;
    let mut expected = Vec::new();
    for hour in [20, 4, 12] {
        let at = |minute: i64| minutes(hour * 60 + minute, 10);
        let pending = world.insert(make.booking(&cast, at(0))).await;
        let lesson = world.insert(accepted(make.booking(&cast, at(10)))).await;
        let done = world.insert(completed(make.booking(&cast, at(20)))).await;
        let proposal = make.reschedule(&pending, &cast.owner_user, between("22:00", "23:00"));
        let proposal = world.insert(proposal).await;
        expected.extend([
            Due::LapsedHold(pending.id),
            Due::Completion(lesson.id),
            Due::FinishedClaim(done.id),
            Due::LapsedProposal(pending.id, proposal.id),
        ]);
    }
    let night = super::fixtures::days_later(at("00:00"), 1);
    let tomorrow = super::fixtures::days_later(at("09:00"), 1);
    let soon = crate::time::Interval::new(tomorrow, super::fixtures::days_later(at("10:00"), 1));
    let lesson = world.insert(accepted(make.booking(&cast, soon.unwrap()))).await;
    expected.push(Due::Reminder(lesson.id));
    expected.sort_unstable();
    let due = |limit| {
        let world = world.clone();
        async move { world.due(night, night, Instant::MAX, limit).await.unwrap() }
    };
    assert_eq!(due(200).await, expected);

    // A limit cuts something off and invents nothing; what is left is found by asking again.
    for limit in 1..=13 {
        let some = due(limit).await;
        assert_eq!(some.len(), usize::from(limit));
        assert!(some.is_sorted(), "{some:?}");
        assert!(some.iter().all(|item| expected.contains(item)), "{some:?}");
    }
    assert_eq!(first(&cast.trainer), world.trainer(cast.trainer.id).await.unwrap().unwrap());
}
