//! A request through the platform: what it writes, what refuses it, and how it is repeated.

use super::{
    fixtures::{accepted, at, between, buffered, completed, days_later, just_before},
    town::{Town, code, custom_requests, early, reasons},
    world::World,
};
use crate::{
    account::UserStatus,
    booking::{BookingError, BookingStatus, Wish},
    dog::DogSize,
    money::{Currency, Price},
    platform::{Error, RequestBooking},
    repository::Table,
};

pub(super) async fn a_request_holds_its_time(world: World) {
    let town = Town::new(world).await;
    let requested = town.requests(at("09:00"), early()).await.unwrap();
    assert_eq!(requested.status, BookingStatus::Pending);
    // The default hold of a day is cut at the start.
    assert_eq!(requested.hold_expires_at, Some(at("09:00")));
    let booking = town.file_of(requested.booking).await.booking;
    assert_eq!(booking.price, town.cast.service.price);
    assert_eq!((booking.fee.minor(), booking.trainer_share().minor()), (750, 4_250));
    assert_eq!(town.claimed(&booking).await.len(), 2);
    assert_eq!(town.history_of(requested.booking).await, ["booking.requested"]);
    assert_eq!(town.told(&town.cast.trainer_user).await, ["booking_requested"]);
    assert_eq!(town.told(&town.cast.owner_user).await, [""; 0]);
}

pub(super) async fn some_trainers_accept_at_once(world: World) {
    let town = Town::with(world, |cast| cast.trainer.policy.auto_accept = true).await;
    let requested = town.requests(at("09:00"), early()).await.unwrap();
    assert_eq!((requested.status, requested.hold_expires_at), (BookingStatus::Accepted, None));
}

pub(super) async fn a_repeated_command_returns_its_first_result(world: World) {
    let town = Town::new(world).await;
    let (call, wish) = (town.call(town.owner(), early()), town.wish(at("09:00")));
    let first = town.platform.execute(call, wish.clone()).await.unwrap();
    let census = town.census().await.unwrap();
    assert_eq!(town.platform.execute(call, wish.clone()).await.unwrap(), first);

    let other = RequestBooking { start: at("11:00"), ..wish.clone() };
    assert_eq!(code(town.platform.execute(call, other).await), "id_reused");
    let (rival, _) = town.another_owner().await;
    let theirs = crate::command::Call { actor: crate::command::Actor::owner(rival.id), ..call };
    assert_eq!(code(town.platform.execute(theirs, wish).await), "id_reused");
    assert_eq!(town.count(Table::Booking).await.rows, 1);
    assert_eq!(
        town.count(Table::AuditEntry).await,
        super::world::count(&census, Table::AuditEntry)
    );
}

pub(super) async fn a_refused_command_leaves_nothing(world: World) {
    let town = Town::new(world).await;
    town.requests(at("09:00"), early()).await.unwrap();
    let before = town.census().await.unwrap();
    assert_eq!(
        reasons(town.requests(at("09:30"), early()).await),
        ["trainer_conflict", "dog_conflict"]
    );
    assert_eq!(town.census().await.unwrap(), before);
}

pub(super) async fn a_refusal_names_every_reason_in_order(world: World) {
    let town = Town::with(world, |cast| {
        let scheduling = cast.trainer.policy.scheduling;
        cast.trainer.policy.scheduling = scheduling.with_notice_minutes(60).unwrap();
        cast.service.accepted_dog_sizes = vec![DogSize::Giant];
        cast.dog.size = DogSize::Small;
    })
    .await;
    town.accepted(between("09:00", "10:00")).await;
    let now = at("09:40");
    assert_eq!(
        reasons(town.requests(at("09:07"), now).await),
        ["dog_not_accepted", "in_past", "notice", "off_grid", "trainer_conflict", "dog_conflict"]
    );
    let elsewhere =
        RequestBooking { wish: Wish::Service(town.make.id()), ..town.wish(at("09:00")) };
    assert_eq!(reasons(town.gives(town.owner(), now, elsewhere).await), ["not_found"]);
    let odd = at("09:00:30");
    assert_eq!(reasons(town.requests(odd, now).await), ["dog_not_accepted", "invalid_interval"]);
}

pub(super) async fn a_refusal_names_the_nearest_starts(world: World) {
    let town = Town::new(world).await;
    town.accepted(between("09:00", "10:00")).await;
    let refused = town.requests(at("09:30"), early()).await;
    let Err(Error::Booking(BookingError::Refused(refusal))) = refused else {
        panic!("booked twice: {refused:?}")
    };
    let nearest = refusal.nearest.unwrap();
    assert_eq!(nearest.before, Some(at("08:00")));
    assert_eq!(nearest.after, Some(at("10:00")));
    for start in [nearest.before.unwrap(), nearest.after.unwrap()] {
        town.requests(start, early()).await.unwrap();
    }
}

pub(super) async fn suspended_parties_get_no_lesson(world: World) {
    let town = Town::with(world, |cast| {
        cast.trainer_user.status = UserStatus::Suspended;
    })
    .await;
    assert_eq!(reasons(town.requests(at("09:00"), early()).await), ["not_active"]);
}

pub(super) async fn nobody_books_themselves(world: World) {
    let town = Town::new(world).await;
    let user = &town.cast.trainer_user;
    let owner = town.insert(town.make.owner(user)).await;
    town.insert(town.make.user_role(user, crate::account::RoleName::Owner)).await;
    let dog = town.insert(town.make.dog(&owner)).await;
    let wish = RequestBooking { dog: dog.id, ..town.wish(at("09:00")) };
    let actor = crate::command::Actor::owner(user.id);
    assert_eq!(reasons(town.gives(actor, early(), wish).await), ["own_service"]);
}

pub(super) async fn another_owners_dog_is_not_found(world: World) {
    let town = Town::new(world).await;
    let (_, dog) = town.another_owner().await;
    let wish = RequestBooking { dog: dog.id, ..town.wish(at("09:00")) };
    assert_eq!(reasons(town.gives(town.owner(), early(), wish).await), ["not_found"]);
}

pub(super) async fn custom_requests_keep_the_trainers_bounds(world: World) {
    let custom =
        |minutes, minor| Wish::Custom { minutes, price: Price::new(minor, Currency::EUR).unwrap() };
    let town = Town::with(world, |cast| {
        cast.trainer.policy.auto_accept = true;
        cast.trainer.policy.custom_requests = Some(custom_requests());
    })
    .await;
    let ask = |wish| RequestBooking { wish, ..town.wish(at("09:07")) };
    let owner = town.owner();
    for (wish, expected) in [
        (custom(20, 5_000), vec!["custom_not_allowed"]),
        (custom(60, 1_999), vec!["price_out_of_bounds"]),
        (custom(91, 9_001), vec!["custom_not_allowed", "price_out_of_bounds"]),
    ] {
        assert_eq!(reasons(town.gives(owner, early(), ask(wish)).await), expected);
    }
    let requested = town.gives(owner, early(), ask(custom(60, 5_000))).await.unwrap();
    // Off the grid, and never accepted by itself.
    assert_eq!(requested.status, BookingStatus::Pending);
    assert_eq!(town.file_of(requested.booking).await.booking.buffer_after_minutes, 15);
}

pub(super) async fn a_lapsed_hold_makes_way(world: World) {
    let town = Town::new(world).await;
    let lapsed = town.held_until(between("09:00", "10:00"), at("07:00")).await;
    let payment = town.paid(&lapsed).await;
    let (rival, dog) = town.another_owner().await;
    let wish = || RequestBooking { dog: dog.id, ..town.wish(at("09:00")) };
    let actor = crate::command::Actor::owner(rival.id);
    let early = just_before(at("07:00"));
    assert_eq!(reasons(town.gives(actor, early, wish()).await), ["trainer_conflict"]);
    town.gives(actor, at("07:00"), wish()).await.unwrap();

    let file = town.file_of(lapsed.id).await;
    assert_eq!(file.booking.cancellation.as_ref().unwrap().kind.code(), "expired");
    assert_eq!(file.booking.cancellation.as_ref().unwrap().by, None);
    assert_eq!(town.told(&town.cast.owner_user).await, ["booking_expired", "refund_due"]);
    let refunds = town.refunds(lapsed.id).await.unwrap();
    assert_eq!(refunds.len(), 1);
    assert_eq!(refunds[0].amount, payment.amount);
    assert_eq!(town.history_of(lapsed.id).await, ["booking.cancelled"]);
}

pub(super) async fn a_finished_lesson_makes_way(world: World) {
    let town = Town::with(world, |cast| cast.service.buffer_before_minutes = 120).await;
    let over = buffered(completed(town.make.booking(&town.cast, between("06:00", "07:00"))), 0, 30);
    let over = town.insert(over).await;
    assert_eq!(town.claimed(&over).await.len(), 1);
    // Until 07:30 the lesson occupies its trainer, afterwards it does not.
    assert_eq!(
        reasons(town.requests(at("09:00"), just_before(at("07:30"))).await),
        ["trainer_conflict"]
    );
    town.requests(at("09:00"), at("07:30")).await.unwrap();
    assert_eq!(town.claimed(&over).await, []);
}

pub(super) async fn limits_count_by_local_day_and_week(world: World) {
    let town = Town::with(world, |cast| {
        let scheduling = cast.trainer.policy.scheduling;
        cast.trainer.policy.scheduling =
            scheduling.with_daily_limit(Some(2)).unwrap().with_weekly_limit(Some(3)).unwrap();
    })
    .await;
    town.requests(at("09:00"), early()).await.unwrap();
    town.insert(accepted(town.make.booking(&town.cast, between("11:00", "12:00")))).await;
    assert_eq!(reasons(town.requests(at("14:00"), early()).await), ["daily_limit"]);
    let sunday = days_later(at("14:00"), 6);
    town.requests(sunday, early()).await.unwrap();
    let saturday = days_later(at("14:00"), 5);
    assert_eq!(reasons(town.requests(saturday, early()).await), ["weekly_limit"]);
    town.requests(days_later(at("14:00"), 7), early()).await.unwrap();
}

pub(super) async fn anonymous_and_suspended_callers_are_denied(world: World) {
    use crate::command::Actor;
    let town = Town::with(world, |cast| cast.owner_user.status = UserStatus::Suspended).await;
    let stranger = Actor::owner(town.make.id());
    for (actor, expected) in [
        (Actor::Anonymous, "denied.not_permitted"),
        (Actor::member(town.cast.trainer_user.id), "denied.not_permitted"),
        (Actor::owner(town.cast.trainer_user.id), "denied.role_not_held"),
        (town.trainer(), "denied.not_permitted"),
        (town.owner(), "denied.suspended"),
        (stranger, "denied.unknown_user"),
    ] {
        let refused = town.gives(actor, early(), town.wish(at("09:00"))).await;
        assert_eq!(code(refused), expected, "{actor:?}");
    }
}

pub(super) async fn a_lapsed_hold_ends_before_it_could_count_again(world: World) {
    let town = Town::with(world, |cast| {
        let scheduling = cast.trainer.policy.scheduling;
        cast.trainer.policy.scheduling = scheduling.with_daily_limit(Some(1)).unwrap();
    })
    .await;
    // Not in the way of the other lesson, but of the same day: a call that still saw its hold
    // running must not accept it beside that.
    let lapsed = town.held_until(between("09:00", "10:00"), at("07:00")).await;
    town.requests(at("14:00"), at("07:00")).await.unwrap();
    assert_eq!(town.status(lapsed.id).await, BookingStatus::Cancelled);
    assert_eq!(reasons(town.requests(at("16:00"), at("07:00")).await), ["daily_limit"]);
}

pub(super) async fn the_state_of_anothers_service_is_not_told(world: World) {
    let town = Town::new(world.clone()).await;
    let other = Town::with(world, |cast| cast.service.is_active = false).await;
    let wish =
        RequestBooking { wish: Wish::Service(other.cast.service.id), ..town.wish(at("09:00")) };
    assert_eq!(reasons(town.gives(town.owner(), early(), wish).await), ["not_found"]);
    let inactive = other.requests(at("09:00"), early()).await;
    assert_eq!(reasons(inactive), ["not_active"]);
}
