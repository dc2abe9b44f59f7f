//! The state machine of bookings, edge by edge, through the platform.

use super::{
    fixtures::{at, between, cancelled, completed, days_later, just_before},
    town::{SYSTEM, Town, code, early, noon},
    world::World,
};
use crate::{
    account::{User, UserStatus},
    booking::{Attendance, Booking, BookingStatus, EDGES, Taker, Verb},
    command::Actor,
    platform::{
        AcceptBooking, CancelBooking, CompleteBooking, DeclineBooking, Error, ExpireBooking,
        WithdrawBooking,
    },
    repository::{ChangeSet, Versioned},
    text::Reason,
    time::Instant,
};

/// Does a verb to a booking as a taker, when every condition holds.
async fn tries(town: &Town, booking: &Booking, verb: Verb, actor: Actor) -> Result<(), Error> {
    let reason = Some(Reason::parse("The hall is flooded.").unwrap());
    let id = booking.id;
    let before = early();
    let after = days_later(at("10:00"), 1);
    match verb {
        Verb::Request => Ok(()),
        Verb::Accept => town.gives(actor, before, AcceptBooking { booking: id }).await,
        Verb::Decline => {
            town.gives(actor, before, DeclineBooking { booking: id, reason }).await.map(drop)
        }
        Verb::Withdraw => {
            town.gives(actor, before, WithdrawBooking { booking: id }).await.map(drop)
        }
        Verb::Expire => {
            town.gives(actor, at("09:00"), ExpireBooking { booking: id }).await.map(drop)
        }
        Verb::Cancel => {
            town.gives(actor, before, CancelBooking { booking: id, reason }).await.map(drop)
        }
        Verb::Complete => {
            let attendance = Attendance::Attended;
            let command = CompleteBooking { booking: id, attendance };
            town.gives(actor, after, command).await.map(drop)
        }
    }
}

pub(super) async fn every_edge_is_taken_by_its_takers_alone(world: World) {
    let town = Town::new(world).await;
    let admin = town.admin().await;
    let actors = [
        (Taker::Owner, town.owner()),
        (Taker::Trainer, town.trainer()),
        (Taker::Admin, admin),
        (Taker::System, SYSTEM),
    ];
    for from in BookingStatus::ALL {
        for verb in Verb::ALL.iter().filter(|&&verb| verb != Verb::Request) {
            for (taker, actor) in actors {
                let pending = town.make.booking(&town.cast, between("09:00", "10:00"));
                let booking = match from {
                    BookingStatus::Pending => pending,
                    BookingStatus::Accepted => super::fixtures::accepted(pending),
                    BookingStatus::Cancelled => cancelled(pending),
                    BookingStatus::Completed => completed(pending),
                };
                let booking = town.insert(booking).await;
                let edge = EDGES.iter().find(|edge| {
                    edge.verb == *verb && edge.from == Some(*from) && edge.takers.contains(&taker)
                });
                let outcome = tries(&town, &booking, *verb, actor).await;
                let row = town.file_of(booking.id).await.booking;
                match edge {
                    Some(edge) => {
                        assert!(outcome.is_ok(), "{from} {verb} {taker}: {outcome:?}");
                        assert_eq!(row.status, edge.to, "{from} {verb} {taker}");
                        let kind = row.cancellation.as_ref().map(|ended| ended.kind);
                        assert_eq!(kind, edge.cancel_kind, "{from} {verb} {taker}");
                    }
                    None => {
                        assert!(outcome.is_err(), "{from} {verb} {taker} went through");
                        assert_eq!(row, booking, "{from} {verb} {taker}");
                    }
                }
                clear(&town, row).await;
            }
        }
    }
}

/// Takes a booking out of the way of the next one.
async fn clear(town: &Town, row: Versioned<Booking>) {
    match row.status {
        BookingStatus::Pending | BookingStatus::Accepted => {
            let ended = row.with(cancelled(row.clone().into_value()));
            town.commits(ChangeSet::new().updating(ended)).await;
        }
        BookingStatus::Completed => {
            let mut changes = ChangeSet::new();
            changes.release(row.id);
            town.commits(changes).await;
        }
        BookingStatus::Cancelled => {}
    }
}

pub(super) async fn conditions_hold_to_the_microsecond(world: World) {
    let town = Town::new(world).await;
    let reason = || Some(Reason::parse("The hall is flooded.").unwrap());
    let (start, end) = (at("09:00"), at("10:00"));

    let held = town.held_until(between("09:00", "10:00"), at("08:00")).await;
    let accept = || AcceptBooking { booking: held.id };
    let expire = || ExpireBooking { booking: held.id };
    let lapse = at("08:00");
    assert_eq!(code(town.gives(SYSTEM, just_before(lapse), expire()).await), "booking.hold_runs");
    assert_eq!(code(town.gives(town.trainer(), lapse, accept()).await), "booking.lapsed");
    town.gives(town.trainer(), just_before(lapse), accept()).await.unwrap();

    let cancel = |reason| CancelBooking { booking: held.id, reason };
    assert_eq!(code(town.gives(town.owner(), start, cancel(None)).await), "booking.started");
    let trainer = town.trainer();
    assert_eq!(code(town.gives(trainer, early(), cancel(None)).await), "booking.reason_missing");
    assert_eq!(code(town.gives(trainer, start, cancel(reason())).await), "booking.started");

    let attendance = Attendance::Attended;
    let complete = || CompleteBooking { booking: held.id, attendance };
    assert_eq!(code(town.gives(trainer, just_before(end), complete()).await), "booking.not_over");
    let tomorrow = days_later(end, 1);
    assert_eq!(
        code(town.gives(SYSTEM, just_before(tomorrow), complete()).await),
        "booking.not_over"
    );
    town.gives(trainer, end, complete()).await.unwrap();
    assert_eq!(town.status(held.id).await, BookingStatus::Completed);
}

pub(super) async fn strangers_do_not_learn_of_a_booking(world: World) {
    let town = Town::new(world.clone()).await;
    let booking = town.accepted(between("09:00", "10:00")).await;
    let elsewhere = town.world.cast().await;
    let (other_owner, _) = town.another_owner().await;
    for actor in [Actor::owner(other_owner.id), Actor::trainer(elsewhere.trainer_user.id)] {
        let cancel = CancelBooking {
            booking: booking.id,
            reason: Some(Reason::parse("Not mine.").unwrap()),
        };
        assert_eq!(code(town.gives(actor, early(), cancel).await), "not_found");
    }
}

pub(super) async fn an_admin_does_not_decide_where_they_are_party(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("09:00", "10:00")).await;
    let role = town.make.user_role(&town.cast.owner_user, crate::account::RoleName::Admin);
    town.insert(role).await;
    let actor = Actor::admin(town.cast.owner_user.id);
    let reason = Some(Reason::parse("Mine after all.").unwrap());
    let cancel = CancelBooking { booking: booking.id, reason };
    assert_eq!(code(town.gives(actor, early(), cancel).await), "denied.is_party");
}

async fn suspend(town: &Town, user: &User) {
    let stored = town.user(user.id).await.unwrap().unwrap();
    let suspended = stored.clone().map(|user| User { status: UserStatus::Suspended, ..user });
    town.commits(ChangeSet::new().updating(suspended)).await;
}

pub(super) async fn a_suspension_leaves_the_ways_out(world: World) {
    let town = Town::new(world).await;
    let pending = town.held_until(between("09:00", "10:00"), at("08:00")).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    let payment = town.paid(&lesson).await;
    suspend(&town, &town.cast.trainer_user).await;
    let accept = AcceptBooking { booking: pending.id };
    assert_eq!(code(town.gives(town.trainer(), early(), accept).await), "denied.suspended");
    let withdraw = WithdrawBooking { booking: pending.id };
    town.gives(town.owner(), early(), withdraw).await.unwrap();
    // Long after every cut-off, and still all of it: the trainer is suspended.
    let cancel = CancelBooking { booking: lesson.id, reason: None };
    let ended = town.gives(town.owner(), at("14:59"), cancel).await.unwrap();
    assert_eq!(ended.refund_due, Some(payment.amount));
}

pub(super) async fn nobody_accepts_for_a_suspended_owner(world: World) {
    let town = Town::new(world).await;
    let pending = town.held_until(between("09:00", "10:00"), at("08:00")).await;
    suspend(&town, &town.cast.owner_user).await;
    let accept = || AcceptBooking { booking: pending.id };
    let refused = town.gives(town.trainer(), early(), accept()).await;
    assert_eq!(code(refused), "booking.party_suspended");
    let decline = DeclineBooking { booking: pending.id, reason: None };
    town.gives(town.trainer(), early(), decline).await.unwrap();
}

/// Cancels a paid lesson at 15:00 tomorrow under the one-day policy; 5,000 were paid, 750 of them
/// are the platform's.
async fn cancels_paid(
    town: &Town,
    taker: Actor,
    now: Instant,
) -> (Option<i64>, Vec<(String, String, i64)>) {
    let tomorrow = |time| days_later(at(time), 1);
    let session = crate::time::Interval::new(tomorrow("15:00"), tomorrow("16:00")).unwrap();
    let lesson = town.accepted(session).await;
    town.paid(&lesson).await;
    let reason = Some(Reason::parse("The hall is flooded.").unwrap());
    let cancel = CancelBooking { booking: lesson.id, reason };
    let ended = town.gives(taker, now, cancel).await.unwrap();
    let legs = town.ledger(lesson.id).await.unwrap();
    let file = town.file_of(lesson.id).await;
    let payment = file.settled_payment().unwrap();
    let due = ended.refund_due.map(crate::money::Money::minor);
    assert_eq!(payment.refund_reserved, due.unwrap_or(0));
    assert_eq!(legs.iter().map(|leg| leg.amount.minor()).sum::<i64>(), due.unwrap_or(0));
    let name = |account: crate::ledger::Account| {
        account.to_string().split(':').next().unwrap_or_default().to_owned()
    };
    let legs = legs.iter().map(|leg| (name(leg.debit), name(leg.credit), leg.amount.minor()));
    (due, legs.collect())
}

pub(super) async fn a_cancellation_writes_its_refund_due(world: World) {
    let town = Town::new(world).await;
    let leg = |from: &str, minor| (from.to_owned(), "refunds_due".to_owned(), minor);
    let full = vec![leg("trainer_payable", 4_250), leg("platform_fees", 750)];
    let half = vec![leg("trainer_payable", 2_125), leg("platform_fees", 375)];
    let cut_off = noon();
    let (due, legs) = cancels_paid(&town, town.owner(), just_before(cut_off)).await;
    assert_eq!((due, legs), (Some(5_000), full.clone()));
    let (due, legs) = cancels_paid(&town, town.owner(), cut_off).await;
    assert_eq!((due, legs), (Some(2_500), half));
    let late = days_later(at("14:59"), 1);
    let (due, legs) = cancels_paid(&town, town.trainer(), late).await;
    assert_eq!((due, legs), (Some(5_000), full));
}

pub(super) async fn unpaid_lessons_owe_nothing(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("15:00", "16:00")).await;
    let cancel = CancelBooking { booking: lesson.id, reason: None };
    let ended = town.gives(town.owner(), early(), cancel).await.unwrap();
    assert_eq!(ended.refund_due, None);
    assert_eq!(town.refunds(lesson.id).await.unwrap(), []);
}

pub(super) async fn a_trainers_absence_gives_all_back(world: World) {
    let town = Town::new(world).await;
    for (attendance, expected) in [
        (Attendance::Attended, None),
        (Attendance::OwnerNoShow, None),
        (Attendance::TrainerNoShow, Some(5_000)),
    ] {
        let lesson = town.accepted(between("09:00", "10:00")).await;
        town.paid(&lesson).await;
        let complete = CompleteBooking { booking: lesson.id, attendance };
        let completed = town.gives(town.trainer(), at("10:00"), complete).await.unwrap();
        assert_eq!(completed.refund_due.map(crate::money::Money::minor), expected);
        clear(&town, town.file_of(lesson.id).await.booking).await;
    }
}

pub(super) async fn the_system_completes_as_attended(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("09:00", "10:00")).await;
    let complete = |attendance| CompleteBooking { booking: lesson.id, attendance };
    let tomorrow = days_later(at("10:00"), 1);
    for attendance in [Attendance::OwnerNoShow, Attendance::TrainerNoShow] {
        let refused = town.gives(SYSTEM, tomorrow, complete(attendance)).await;
        assert_eq!(code(refused), "denied.not_permitted");
    }
    town.gives(SYSTEM, tomorrow, complete(Attendance::Attended)).await.unwrap();
}

pub(super) async fn dogs_and_calendars_are_shown_to_whom_they_concern(world: World) {
    let town = Town::new(world.clone()).await;
    let admin = town.admin().await;
    let elsewhere = town.world.cast().await;
    let strangers = [
        Actor::Anonymous,
        Actor::owner(town.another_owner().await.0.id),
        Actor::trainer(elsewhere.trainer_user.id),
    ];
    let (dog, owner) = (town.cast.dog.id, town.cast.owner.id);
    let photo = town.insert(town.make.photo(&town.cast.dog)).await;
    assert_eq!(code(town.platform.dog(town.trainer(), dog).await), "not_found");
    town.accepted(between("09:00", "10:00")).await;
    for actor in [town.owner(), town.trainer(), admin, SYSTEM] {
        let shown = town.platform.dog(actor, dog).await.unwrap();
        assert_eq!(shown.photos, std::slice::from_ref(&photo), "{actor:?}");
    }
    for actor in [town.owner(), admin] {
        assert_eq!(town.platform.dogs(actor, owner).await.unwrap()[0].id, dog);
        let trainer = town.cast.trainer.id;
        let calendar = town.platform.calendar_of(actor, trainer, early()).await;
        assert_eq!(calendar.is_ok(), actor == admin, "{actor:?}");
    }
    for actor in strangers {
        assert_eq!(code(town.platform.dog(actor, dog).await), "not_found", "{actor:?}");
        assert_eq!(code(town.platform.dogs(actor, owner).await), "not_found", "{actor:?}");
    }
}
