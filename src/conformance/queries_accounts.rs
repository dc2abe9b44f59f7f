//! Reads over people and what is theirs.

use super::{
    fixtures::{Everything, accepted, at, between, cancelled, completed},
    world::{World, first, nobody, page, schedule_of},
};
use crate::{
    account::{Owner, Role, RoleName, User, UserStatus},
    booking::Booking,
    contact::Email,
    dog::Dog,
    money::{Currency, Money},
    repository::{
        AuditFilter, Belongings, BelongingsQuery, Caller, CallerQuery, NotificationFilter,
        PaymentFilter, PayoutFilter, PayoutSought, ReviewFilter, Standing, StatementRows, Table,
        TrainerEarnings,
    },
    time::Instant,
};

fn seeded(role: RoleName) -> Role {
    Role { id: role.id(), name: role.code().parse().unwrap(), updated_at: Instant::MIN }
}

pub(super) async fn the_roles_are_seeded(world: World) {
    assert_eq!(world.count(Table::Role).await.rows, 3);
    let user = world.insert(world.make.user()).await;
    for role in RoleName::ALL {
        world.insert(world.make.user_role(&user, role)).await;
    }
    let standing = world.about(user.id).await.standing;
    assert!(RoleName::ALL.into_iter().all(|role| standing.holds(role)));
    let admin = seeded(RoleName::Admin);
    assert_eq!(standing.admin_role, first(&admin));
}

pub(super) async fn nothing_is_found_where_nothing_is(world: World) {
    let make = &world.make;
    assert_eq!(world.user(make.id()).await.unwrap(), None);
    let address = Email::parse("nobody@example.com").unwrap();
    assert_eq!(world.user_by_email(&address.key()).await.unwrap(), None);
    assert_eq!(world.location(make.id()).await.unwrap(), None);
    assert_eq!(world.locations(make.id()).await.unwrap(), []);
    assert_eq!(world.trainer(make.id()).await.unwrap(), None);
    assert_eq!(world.calendar(make.id()).await.unwrap(), None);
    assert_eq!(world.service(make.id()).await.unwrap(), None);
    assert_eq!(world.services(make.id()).await.unwrap(), []);
    assert_eq!(world.trainer_card(make.id()).await.unwrap(), None);
    assert_eq!(world.dog(make.id()).await.unwrap(), None);
    assert_eq!(world.dogs(make.id()).await.unwrap(), []);
    assert_eq!(world.photos(make.id()).await.unwrap(), []);
    assert_eq!(world.booking(make.id()).await.unwrap(), None);
    assert_eq!(world.claims(make.id()).await.unwrap(), []);
    assert_eq!(world.review(make.id()).await.unwrap(), None);
    assert_eq!(world.payments(make.id()).await.unwrap(), []);
    assert_eq!(world.refunds(make.id()).await.unwrap(), []);
    assert_eq!(world.disputes(make.id()).await.unwrap(), []);
    assert_eq!(world.ledger(make.id()).await.unwrap(), []);
    assert_eq!(world.payouts(&PayoutFilter::of(make.id()), page(1)).await.unwrap().items, []);
    assert_eq!(world.payout_items(make.id()).await.unwrap(), []);
    for filter in [PaymentFilter::of_trainer(make.id()), PaymentFilter::of_owner(make.id())] {
        assert_eq!(world.lesson_payments(&filter, page(1)).await.unwrap().items, []);
    }
    assert_eq!(world.reviews(&ReviewFilter::of(make.id()), page(1)).await.unwrap().items, []);
    let told = world.notifications(&NotificationFilter::of(make.id()), page(1)).await.unwrap();
    assert_eq!(told.items, []);
    let told = world.inbox(&NotificationFilter::of(make.id()), page(1)).await.unwrap();
    assert_eq!(told.items, []);
    let done = world.history(&AuditFilter::by(make.id()), page(1)).await.unwrap();
    assert_eq!(done.items, []);
    let nothing = TrainerEarnings::default();
    assert_eq!(world.trainer_earnings(make.id()).await.unwrap(), nothing);
    assert_eq!(world.payouts_due(None, 10).await.unwrap(), []);
    let euro = Currency::EUR;
    let rows = StatementRows { opening: Money::zero(euro), entries: vec![] };
    let day = between("00:00", "23:00");
    assert_eq!(world.statement_rows(make.id(), euro, day).await.unwrap(), rows);
    assert_eq!(world.payout_round(nobody(), make.id(), euro).await.unwrap().1, None);
    let sought = PayoutSought::Payout(make.id());
    assert_eq!(world.payout_case(nobody(), &sought).await.unwrap().1, None);
    assert_eq!(world.unread_count(make.id()).await.unwrap(), 0);
    let asked = CallerQuery { command: make.id(), user: Some(make.id()) };
    assert_eq!(world.caller(asked).await.unwrap(), Caller::default());
    let none = (Caller::default(), None);
    assert_eq!(world.person(nobody(), make.id()).await.unwrap(), none);
    assert_eq!(world.desk(nobody(), make.id(), at("06:00")).await.unwrap().1, None);
    assert_eq!(world.booking_file(nobody(), make.id()).await.unwrap().1, None);
    assert_eq!(world.review_file(nobody(), make.id()).await.unwrap().1, None);
    assert_eq!(world.series_files(nobody(), make.id(), Instant::MIN).await.unwrap().1, []);
    let cast = make.cast();
    let query = schedule_of(&cast, between("09:00", "10:00"));
    assert_eq!(world.schedule(query).await.unwrap(), None);
    assert_eq!(world.request(nobody(), query).await.unwrap().1, None);
    assert_eq!(world.move_file(nobody(), make.id(), query).await.unwrap().1, None);
}

pub(super) async fn a_standing_says_what_a_user_is(world: World) {
    let stored = world.everything().await;
    let cast = &stored.cast;
    let admin = seeded(RoleName::Admin);
    let owner = Standing {
        user: first(&cast.owner_user),
        roles: [RoleName::Owner.id(), RoleName::Admin.id()].into(),
        owner: Some(first(&cast.owner)),
        trainer: None,
        admin_role: first(&admin),
    };
    assert_eq!(world.about(cast.owner_user.id).await.standing, owner);
    let trainer = Standing {
        user: first(&cast.trainer_user),
        roles: [RoleName::Trainer.id()].into(),
        owner: None,
        trainer: Some(first(&cast.trainer)),
        admin_role: first(&admin),
    };
    assert_eq!(world.about(cast.trainer_user.id).await.standing, trainer);
}

pub(super) async fn every_decision_is_loaded_with_its_caller(world: World) {
    let stored = world.everything().await;
    let (cast, booking) = (&stored.cast, stored.booking.id);
    let asked = CallerQuery { command: stored.command.id, user: Some(cast.owner_user.id) };
    let expected = Caller {
        replay: Some(stored.command.clone()),
        standing: Some(world.about(cast.owner_user.id).await.standing),
    };
    let query = schedule_of(cast, between("09:00", "10:00"));
    let trainer = cast.trainer_user.id;
    let now = at("06:00");
    let callers = [
        world.caller(asked).await.unwrap(),
        world.belongings(asked, BelongingsQuery::default()).await.unwrap().0,
        world.person(asked, trainer).await.unwrap().0,
        world.erasure_file(asked, trainer).await.unwrap().0,
        world.desk(asked, trainer, now).await.unwrap().0,
        world.request(asked, query).await.unwrap().0,
        world.booking_file(asked, booking).await.unwrap().0,
        world.move_file(asked, booking, query).await.unwrap().0,
        world.series_files(asked, stored.series.id, now).await.unwrap().0,
        world.review_file(asked, stored.review.id).await.unwrap().0,
        world.payout_round(asked, cast.trainer.id, Currency::EUR).await.unwrap().0,
        world.payout_case(asked, &PayoutSought::Payout(stored.payout.id)).await.unwrap().0,
        // The caller is told also where there is nothing to decide about.
        world.person(asked, world.make.id()).await.unwrap().0,
        world.erasure_file(asked, world.make.id()).await.unwrap().0,
        world.desk(asked, world.make.id(), now).await.unwrap().0,
        world.booking_file(asked, world.make.id()).await.unwrap().0,
        world.move_file(asked, world.make.id(), query).await.unwrap().0,
        world.series_files(asked, world.make.id(), now).await.unwrap().0,
        world.review_file(asked, world.make.id()).await.unwrap().0,
        world.payout_round(asked, world.make.id(), Currency::EUR).await.unwrap().0,
        world.payout_case(asked, &PayoutSought::Payout(world.make.id())).await.unwrap().0,
    ];
    for (index, caller) in callers.into_iter().enumerate() {
        assert_eq!(caller, expected, "query {index}");
    }
}

pub(super) async fn a_persons_open_bookings_are_counted(world: World) {
    let cast = world.cast().await;
    let make = &world.make;
    world.book(&cast, between("09:00", "10:00")).await;
    world.insert(accepted(make.booking(&cast, between("10:00", "11:00")))).await;
    world.insert(cancelled(make.booking(&cast, between("11:00", "12:00")))).await;
    world.insert(completed(make.booking(&cast, between("12:00", "13:00")))).await;
    for user in [&cast.owner_user, &cast.trainer_user] {
        assert_eq!(world.about(user.id).await.active_bookings, 2);
    }
    // Who is both gives lessons to their own side of the table as well.
    let owner = world.insert(make.owner(&cast.trainer_user)).await;
    let dog = world.insert(make.dog(&owner)).await;
    let other = world.cast().await;
    let taken = make.booking(&other, between("09:00", "10:00"));
    world.insert(Booking { owner: owner.id, dog: dog.id, ..taken }).await;
    assert_eq!(world.about(cast.trainer_user.id).await.active_bookings, 3);
    assert_eq!(world.about(other.owner_user.id).await.active_bookings, 0);
}

pub(super) async fn active_admins_are_counted(world: World) {
    let make = &world.make;
    let mut admins = Vec::new();
    for _ in 0..3 {
        let user = world.insert(make.user()).await;
        world.insert(make.user_role(&user, RoleName::Admin)).await;
        admins.push(user);
    }
    let other = world.insert(make.user()).await;
    world.insert(make.user_role(&other, RoleName::Owner)).await;
    assert_eq!(world.about(other.id).await.active_admins, 3);
    let suspended = admins.remove(0);
    world.update(suspended.map(|user| User { status: UserStatus::Suspended, ..user })).await;
    assert_eq!(world.about(other.id).await.active_admins, 2);
    let mut revoked = crate::repository::ChangeSet::new();
    revoked.remove(first(&make.user_role(&admins[0], RoleName::Admin)));
    world.commits(revoked).await;
    assert_eq!(world.about(other.id).await.active_admins, 1);
    assert!(!world.about(admins[0].id).await.standing.holds(RoleName::Admin));
}

pub(super) async fn an_address_finds_its_user_in_any_case(world: World) {
    let email: Email = "Ann.Lee@Example.com".parse().unwrap();
    let user = world.insert(User { email, ..world.make.user() }).await;
    for typed in ["ann.lee@example.com", "ANN.LEE@EXAMPLE.COM", "Ann.Lee@Example.com"] {
        let key = Email::parse(typed).unwrap().key();
        assert_eq!(world.user_by_email(&key).await.unwrap().as_ref(), Some(&user));
    }
    let near = Email::parse("ann.lee@example.co").unwrap().key();
    assert_eq!(world.user_by_email(&near).await.unwrap(), None);
}

pub(super) async fn small_lists_come_by_id(world: World) {
    let (cast, other) = (world.cast().await, world.cast().await);
    let make = &world.make;
    let user = &cast.owner_user;
    let mut locations = [make.location(user), make.location(user), make.location(user)];
    let mut services = vec![make.service(&cast.trainer), make.service(&cast.trainer)];
    let mut dogs = vec![make.dog(&cast.owner), make.dog(&cast.owner)];
    let mut photos = [make.photo(&cast.dog), make.photo(&cast.dog)];
    // Stored the other way round, so that the order of storing shows.
    for row in locations.iter().rev() {
        world.insert(row.clone()).await;
    }
    for row in services.iter().rev() {
        world.insert(row.clone()).await;
    }
    for row in dogs.iter().rev() {
        world.insert(row.clone()).await;
    }
    for row in photos.iter().rev() {
        world.insert(row.clone()).await;
    }
    world.insert(make.location(&cast.trainer_user)).await;
    world.insert(make.photo(&other.dog)).await;
    services.push(cast.service.clone());
    dogs.push(cast.dog.clone());
    locations.sort_by_key(|row| row.id);
    services.sort_by_key(|row| row.id);
    dogs.sort_by_key(|row| row.id);
    photos.sort_by_key(|row| row.id);
    assert_eq!(world.locations(user.id).await.unwrap(), locations.each_ref().map(first));
    let expected: Vec<_> = services.iter().map(first).collect();
    assert_eq!(world.services(cast.trainer.id).await.unwrap(), expected);
    let expected: Vec<_> = dogs.iter().map(first).collect();
    assert_eq!(world.dogs(cast.owner.id).await.unwrap(), expected);
    assert_eq!(world.photos(cast.dog.id).await.unwrap(), photos.each_ref().map(first));
}

pub(super) async fn a_removed_dog_is_found_but_not_listed(world: World) {
    let cast = world.cast().await;
    let removed = first(&cast.dog).map(|dog| Dog { removed_at: Some(at("07:00")), ..dog });
    let removed = world.update(removed).await;
    assert_eq!(world.dogs(cast.owner.id).await.unwrap(), []);
    assert_eq!(world.dog(cast.dog.id).await.unwrap(), Some(removed));
}

pub(super) async fn belongings_are_what_was_asked_for(world: World) {
    let stored = world.everything().await;
    let expected = Belongings {
        location: Some(first(&stored.location)),
        service: Some(first(&stored.cast.service)),
        certification: Some(first(&stored.certification)),
        exception: Some(first(&stored.exception)),
        time_block: Some(first(&stored.time_block)),
        dog: Some(first(&stored.cast.dog)),
        dog_has_active_booking: true,
        photo: Some(first(&stored.photo)),
        notification: Some(first(&stored.notification)),
        preferences: Some(first(&stored.preferences)),
        calendar: Some(first(&stored.cast.calendar)),
    };
    assert_eq!(world.belongings_of(&stored).await, expected);
    assert_eq!(world.belonging(BelongingsQuery::default()).await, Belongings::default());
    let unknown: Everything = world.make.everything();
    assert_eq!(world.belongings_of(&unknown).await, Belongings::default());

    let query =
        BelongingsQuery { preferences: Some(stored.preferences.user), ..Default::default() };
    let only = Belongings { preferences: expected.preferences, ..Belongings::default() };
    assert_eq!(world.belonging(query).await, only);
}

pub(super) async fn a_dog_with_an_open_booking_is_known(world: World) {
    let cast = world.cast().await;
    let query = BelongingsQuery { dog: Some(cast.dog.id), ..Default::default() };
    assert!(!world.belonging(query).await.dog_has_active_booking);
    let booked = world.book(&cast, between("09:00", "10:00")).await;
    assert!(world.belonging(query).await.dog_has_active_booking);
    let booked = world.update(booked.map(accepted)).await;
    assert!(world.belonging(query).await.dog_has_active_booking);
    world.update(booked.map(completed)).await;
    assert!(!world.belonging(query).await.dog_has_active_booking);
}

pub(super) async fn a_profile_follows_its_user(world: World) {
    let cast = world.cast().await;
    let heir = world.insert(world.make.user()).await;
    let passed_on = first(&cast.owner).map(|owner| Owner { user: heir.id, ..owner });
    let passed_on = world.update(passed_on).await;
    assert_eq!(world.about(heir.id).await.standing.owner, Some(passed_on));
    assert_eq!(world.about(cast.owner_user.id).await.standing.owner, None);
}
