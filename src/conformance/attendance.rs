//! Who came to a lesson, when the parties see it differently.

use super::{
    fixtures::{at, between, days_later, just_before},
    town::{SYSTEM, Town, code},
    world::World,
};
use crate::{
    booking::Attendance,
    ids::BookingId,
    payment::DisputeStatus,
    platform::{AmendAttendance, ClaimNoShow, CompleteBooking, ContestNoShow},
    time::Instant,
};

async fn completes(town: &Town, booking: BookingId, attendance: Attendance, now: Instant) {
    let complete = CompleteBooking { booking, attendance };
    town.gives(town.trainer(), now, complete).await.unwrap();
}

pub(super) async fn an_owner_claims_in_time(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("09:00", "10:00")).await;
    let claim = || ClaimNoShow { booking: lesson.id, dispute: town.make.id() };
    let deadline = days_later(at("10:00"), 1);
    for too_soon_or_late in [just_before(at("09:00")), deadline] {
        let refused = town.gives(town.owner(), too_soon_or_late, claim()).await;
        assert_eq!(code(refused), "booking.attendance_closed", "{too_soon_or_late}");
    }
    // Also after the trainer completed it.
    completes(&town, lesson.id, Attendance::Attended, at("10:00")).await;
    town.gives(town.owner(), just_before(deadline), claim()).await.unwrap();
    let again = town.gives(town.owner(), just_before(deadline), claim()).await;
    assert_eq!(code(again), "booking.already_disputed");
    assert_eq!(town.told(&town.cast.trainer_user).await, ["no_show_claimed"]);
    assert_eq!(town.ledger(lesson.id).await.unwrap(), []);
}

pub(super) async fn an_owner_contests_in_time(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("09:00", "10:00")).await;
    let contest = || ContestNoShow { booking: lesson.id, dispute: town.make.id() };
    let refused = town.gives(town.owner(), at("09:30"), contest()).await;
    assert_eq!(code(refused), "booking.attendance_closed");
    completes(&town, lesson.id, Attendance::OwnerNoShow, at("10:00")).await;
    let deadline = days_later(at("10:00"), 2);
    let refused = town.gives(town.owner(), deadline, contest()).await;
    assert_eq!(code(refused), "booking.attendance_closed");
    town.gives(town.owner(), just_before(deadline), contest()).await.unwrap();
}

pub(super) async fn an_admin_decides_and_money_follows(world: World) {
    let town = Town::new(world).await;
    let admin = town.admin().await;
    let lesson = town.accepted(between("09:00", "10:00")).await;
    town.paid(&lesson).await;
    let claim = ClaimNoShow { booking: lesson.id, dispute: town.make.id() };
    town.gives(town.owner(), at("09:30"), claim).await.unwrap();
    let attendance = Attendance::Attended;
    let complete = CompleteBooking { booking: lesson.id, attendance };
    town.gives(SYSTEM, days_later(at("10:00"), 1), complete).await.unwrap();

    let later = days_later(at("10:00"), 2);
    let amend = |attendance| AmendAttendance { booking: lesson.id, attendance };
    assert_eq!(
        code(town.gives(town.trainer(), later, amend(Attendance::Attended)).await),
        "denied.not_permitted"
    );
    let decided = town.gives(admin, later, amend(Attendance::TrainerNoShow)).await.unwrap();
    assert_eq!(decided.refund_due.unwrap().minor(), 5_000);
    let file = town.file_of(lesson.id).await;
    assert_eq!(file.disputes[0].status, DisputeStatus::Lost);
    assert_eq!(file.settled_payment().unwrap().refund_reserved, 5_000);

    // As long as the refund is due, the admin can think again.
    town.gives(admin, later, amend(Attendance::OwnerNoShow)).await.unwrap();
    let file = town.file_of(lesson.id).await;
    assert_eq!(file.booking.attendance, Some(Attendance::OwnerNoShow));
    assert_eq!(file.settled_payment().unwrap().refund_reserved, 0);
    assert_eq!(file.refunds[0].status.code(), "canceled");
    let mut sums = std::collections::BTreeMap::new();
    for leg in town.ledger(lesson.id).await.unwrap() {
        *sums.entry(leg.debit).or_insert(0) += leg.amount.minor();
        *sums.entry(leg.credit).or_insert(0) -= leg.amount.minor();
    }
    assert!(sums.values().all(|&sum| sum == 0), "{sums:?}");
}
