//! Moving a lesson: at once, by proposal, and never to a better refund.

use super::{
    fixtures::{at, between, days_later, just_before},
    town::{SYSTEM, Town, code, early, noon, reasons},
    world::World,
};
use crate::{
    booking::BookingStatus,
    ids::{BookingId, RescheduleId},
    platform::{
        AcceptProposal, CancelBooking, DeclineProposal, Error, ExpireProposal, MoveBooking,
        MoveOutcome, ProposeMove, WithdrawProposal,
    },
    repository::Table,
    text::Reason,
    time::{Instant, Interval},
};

fn to(town: &Town, booking: BookingId, start: Instant) -> MoveBooking {
    MoveBooking { booking, start, proposal: town.make.id() }
}

/// Proposes as the trainer, and returns the proposal.
async fn proposes(town: &Town, booking: BookingId, start: Instant) -> RescheduleId {
    let propose = ProposeMove { booking, start, proposal: town.make.id() };
    match town.gives(town.trainer(), early(), propose).await.unwrap() {
        MoveOutcome::Proposed { proposal, .. } => proposal,
        MoveOutcome::Moved(moved) => panic!("moved without asking: {moved:?}"),
    }
}

pub(super) async fn a_pending_lesson_moves_at_once(world: World) {
    let town = Town::new(world).await;
    let requested = town.requests(at("09:00"), early()).await.unwrap();
    let payment = town.paid(&town.file_of(requested.booking).await.booking).await;
    let moved = town.gives(town.owner(), early(), to(&town, requested.booking, at("09:30"))).await;
    assert!(matches!(moved, Ok(MoveOutcome::Moved(_))), "{moved:?}");
    let file = town.file_of(requested.booking).await;
    assert_eq!(file.booking.session, between("09:30", "10:30"));
    assert_eq!(file.booking.wall_start.local.to_string(), "2027-03-01 09:30:00");
    assert_eq!(file.booking.rescheduled_from, Some(at("09:00")));
    assert_eq!((file.booking.reschedules, file.booking.status), (1, BookingStatus::Pending));
    assert_eq!(file.payments, [payment]);
    let claims = town.claimed(&file.booking).await;
    assert_eq!(claims[0].during, between("09:30", "10:30"));
    // The old time is free, the new one is not.
    let (rival, dog) = town.another_owner().await;
    let actor = crate::command::Actor::owner(rival.id);
    let wish = |start| crate::platform::RequestBooking { dog: dog.id, ..town.wish(start) };
    town.gives(actor, early(), wish(at("08:30"))).await.unwrap();
    assert_eq!(reasons(town.gives(actor, early(), wish(at("10:00"))).await), ["trainer_conflict"]);
}

pub(super) async fn an_accepted_lesson_asks_the_trainer(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    let wish = to(&town, lesson.id, at("18:00"));
    let outcome = town.gives(town.owner(), early(), wish.clone()).await.unwrap();
    let MoveOutcome::Proposed { proposal, expires_at } = outcome else {
        panic!("moved without asking: {outcome:?}")
    };
    // A day's hold, cut at the lesson.
    assert_eq!((proposal, expires_at), (wish.proposal, at("15:00")));
    assert_eq!(town.file_of(lesson.id).await.booking, lesson);
    assert_eq!(town.told(&town.cast.trainer_user).await, ["proposal_made"]);
    let second = to(&town, lesson.id, at("19:00"));
    assert_eq!(code(town.gives(town.owner(), early(), second).await), "booking.proposal_open");

    let accept = AcceptProposal { booking: lesson.id, proposal, start: at("18:00") };
    assert_eq!(code(town.gives(town.owner(), early(), accept.clone()).await), "booking.wrong_side");
    town.gives(town.trainer(), early(), accept).await.unwrap();
    let file = town.file_of(lesson.id).await;
    assert_eq!(file.booking.session, between("18:00", "19:00"));
    assert_eq!(file.proposal, None);
    assert_eq!(file.booking.reschedules, 1);
}

pub(super) async fn a_trainer_moves_only_by_agreement(world: World) {
    let town = Town::with(world, |cast| cast.trainer.policy.auto_accept = true).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    // Off the grid, which a trainer's proposal need not keep.
    let proposal = proposes(&town, lesson.id, at("17:07")).await;
    let withdraw = WithdrawProposal { booking: lesson.id, proposal };
    assert_eq!(
        code(town.gives(town.owner(), early(), withdraw.clone()).await),
        "booking.wrong_side"
    );
    town.gives(town.trainer(), early(), withdraw).await.unwrap();

    let proposal = proposes(&town, lesson.id, at("17:07")).await;
    let decline = DeclineProposal { booking: lesson.id, proposal };
    town.gives(town.owner(), early(), decline).await.unwrap();
    assert_eq!(town.file_of(lesson.id).await.booking, lesson);

    let proposal = proposes(&town, lesson.id, at("17:07")).await;
    let accept = AcceptProposal { booking: lesson.id, proposal, start: at("17:07") };
    town.gives(town.owner(), early(), accept).await.unwrap();
    let moved = town.file_of(lesson.id).await.booking;
    assert_eq!(moved.session, between("17:07", "18:07"));
    assert_eq!(moved.reschedules, 0, "the trainer's moves do not count against the owner");
}

pub(super) async fn a_proposal_whose_time_is_gone_changes_nothing(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    let proposal = proposes(&town, lesson.id, at("18:00")).await;
    town.accepted(between("18:30", "19:30")).await;
    let accept = AcceptProposal { booking: lesson.id, proposal, start: at("18:00") };
    let before = town.census().await.unwrap();
    assert_eq!(
        reasons(town.gives(town.owner(), early(), accept).await),
        ["trainer_conflict", "dog_conflict"]
    );
    assert_eq!(town.census().await.unwrap(), before);
}

pub(super) async fn a_proposal_lapses(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    let proposal = proposes(&town, lesson.id, at("14:00")).await;
    // It would begin at 14:00, so that is when it lapses.
    let accept = || AcceptProposal { booking: lesson.id, proposal, start: at("14:00") };
    let refused = town.gives(town.owner(), at("14:00"), accept()).await;
    assert_eq!(code(refused), "booking.proposal_closed");
    let expire = || ExpireProposal { booking: lesson.id, proposal };
    let refused = town.gives(SYSTEM, just_before(at("14:00")), expire()).await;
    assert_eq!(code(refused), "booking.proposal_open");
    // Another one takes the place of one that has lapsed.
    let again = to(&town, lesson.id, at("18:00"));
    town.gives(town.owner(), at("14:00"), again).await.unwrap();
    let refused = town.gives(SYSTEM, at("14:00"), expire()).await;
    assert_eq!(code(refused), "booking.proposal_closed");
}

pub(super) async fn the_end_of_a_lesson_closes_its_proposal(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    proposes(&town, lesson.id, at("18:00")).await;
    let cancel = CancelBooking { booking: lesson.id, reason: None };
    town.gives(town.owner(), early(), cancel).await.unwrap();
    assert_eq!(town.file_of(lesson.id).await.proposal, None);
}

pub(super) async fn an_owner_moves_in_time_and_not_too_often(world: World) {
    let town = Town::with(world, |cast| {
        cast.trainer.policy.auto_accept = true;
        let scheduling = cast.trainer.policy.scheduling;
        cast.trainer.policy.scheduling = scheduling.with_notice_minutes(120).unwrap();
    })
    .await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    let late = town.gives(town.owner(), at("13:00"), to(&town, lesson.id, at("18:00"))).await;
    assert_eq!(code(late), "booking.too_late_to_move");
    let same = town.gives(town.owner(), early(), to(&town, lesson.id, at("15:00"))).await;
    assert_eq!(code(same), "booking.not_moved");
    for start in ["15:30", "16:00", "15:15"] {
        // Each target meets the lesson's own time, with which it does not collide.
        town.gives(town.owner(), early(), to(&town, lesson.id, at(start))).await.unwrap();
    }
    let fourth = town.gives(town.owner(), early(), to(&town, lesson.id, at("18:00"))).await;
    assert_eq!(code(fourth), "booking.moved_too_often");
}

pub(super) async fn a_move_never_improves_a_refund(world: World) {
    let town = Town::with(world, |cast| cast.trainer.policy.auto_accept = true).await;
    let tomorrow = |time| days_later(at(time), 1);
    let session = Interval::new(tomorrow("15:00"), tomorrow("16:00")).unwrap();
    let far = days_later(at("15:00"), 20);
    for (moved_at, by_trainer, expected) in
        [(just_before(noon()), false, 5_000), (noon(), false, 2_500), (noon(), true, 5_000)]
    {
        let lesson = town.accepted(session).await;
        town.paid(&lesson).await;
        town.gives(town.owner(), moved_at, to(&town, lesson.id, far)).await.unwrap();
        if by_trainer {
            let proposal = proposes(&town, lesson.id, days_later(far, 1)).await;
            let start = days_later(far, 1);
            let accept = AcceptProposal { booking: lesson.id, proposal, start };
            town.gives(town.owner(), moved_at, accept).await.unwrap();
        }
        // Three weeks ahead the policy alone would give all of it back.
        let cancel = CancelBooking { booking: lesson.id, reason: None };
        let ended = town.gives(town.owner(), moved_at, cancel).await.unwrap();
        assert_eq!(ended.refund_due.unwrap().minor(), expected, "{moved_at} {by_trainer}");
    }
}

pub(super) async fn crossing_moves_never_overlap(world: World) {
    let town = Town::with(world, |cast| cast.trainer.policy.auto_accept = true).await;
    for round in 0..20 {
        let day = round + 1;
        let time = |time| days_later(at(time), day);
        let session = |from, to| Interval::new(time(from), time(to)).unwrap();
        let left = town.accepted(session("09:00", "10:00")).await;
        let right = town.accepted(session("11:00", "12:00")).await;
        let moves = [(left.id, time("11:30")), (right.id, time("09:30"))].map(|(id, start)| {
            let (town, command) = (town.clone(), to(&town, id, start));
            async move { town.gives(town.owner(), early(), command).await }
        });
        for outcome in super::world::race(moves).await {
            match outcome {
                Ok(MoveOutcome::Moved(_)) => {}
                Err(Error::Booking(error)) if error.code() == "booking.refused" => {}
                other => panic!("round {round}: {other:?}"),
            }
        }
        let [left, right] = [
            town.file_of(left.id).await.booking.session,
            town.file_of(right.id).await.booking.session,
        ];
        assert!(!left.overlaps(right), "round {round}: {left} and {right}");
        assert_eq!(town.mismatched_claims(10).await.unwrap(), []);
    }
}

pub(super) async fn proposals_of_one_booking_admit_one(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    let reason = Some(Reason::parse("Rain.").unwrap());
    let proposals = (0..8).map(|hour| {
        let start = days_later(at("09:00"), hour + 1);
        let (town, propose) =
            (town.clone(), ProposeMove { booking: lesson.id, start, proposal: town.make.id() });
        async move { town.gives(town.trainer(), early(), propose).await.map(drop) }
    });
    let outcomes = super::world::race(proposals).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), "booking.proposal_open");
    }
    assert_eq!(town.count(Table::Reschedule).await.rows, 1);
    let cancel = CancelBooking { booking: lesson.id, reason };
    town.gives(town.trainer(), early(), cancel).await.unwrap();
}

pub(super) async fn a_moved_request_keeps_its_hold(world: World) {
    let town = Town::new(world).await;
    let requested = town.requests(at("12:00"), early()).await.unwrap();
    assert_eq!(requested.hold_expires_at, Some(at("12:00")));
    let next_week = days_later(at("12:00"), 7);
    let command = to(&town, requested.booking, next_week);
    town.gives(town.owner(), at("09:00"), command).await.unwrap();
    // A day from the request, and no longer cut by its start.
    let booking = town.file_of(requested.booking).await.booking;
    assert_eq!(booking.hold_expires_at, Some(days_later(early(), 1)));
}

pub(super) async fn a_refused_move_offers_no_start_that_is_none(world: World) {
    let town = Town::with(world, |cast| cast.trainer.policy.auto_accept = true).await;
    let lesson = town.accepted(between("10:00", "11:00")).await;
    town.accepted(between("11:00", "12:00")).await;
    let refused = town.gives(town.owner(), early(), to(&town, lesson.id, at("10:30"))).await;
    let Err(Error::Booking(crate::booking::BookingError::Refused(refusal))) = refused else {
        panic!("moved onto another lesson: {refused:?}")
    };
    let nearest = refusal.nearest.unwrap();
    assert_eq!((nearest.before, nearest.after), (Some(at("09:45")), Some(at("12:00"))));
}
