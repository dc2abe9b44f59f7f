//! Reads over trainers and their times.

use std::collections::BTreeSet;

use super::{
    fixtures::{
        Cast, accepted, at, between, buffered, cancelled, completed, date, just_after, just_before,
        paid,
    },
    world::{World, first, nobody, schedule_of},
};
use crate::{
    account::{User, UserStatus},
    availability::Window,
    booking::Booking,
    geo::GeoPoint,
    ids::UserId,
    notification::NotificationKind,
    payment::Payment,
    repository::{Desk, LapsedHold, Occupancy, Schedule, ScheduleQuery, TrainerCard, Version},
    time::{Instant, Interval, Weekday},
    trainer::{Certification, HoursWindow, Service, Trainer},
};

impl World {
    pub(super) async fn desk_of(&self, trainer_user: UserId, from: Instant) -> Desk {
        self.desk(nobody(), trainer_user, from).await.unwrap().1.unwrap()
    }

    async fn scheduled(&self, query: ScheduleQuery) -> Schedule {
        let schedule = self.schedule(query).await.unwrap();
        let requested = self.request(nobody(), query).await.unwrap().1;
        assert_eq!(schedule, requested, "listing and booking see the same");
        schedule.unwrap()
    }
}

fn span(start: Instant, end: Instant) -> Interval {
    Interval::new(start, end).unwrap()
}

pub(super) async fn weekly_hours_come_by_weekday_and_start(world: World) {
    let cast = world.cast().await;
    let window = |weekday, start, end| HoursWindow {
        weekday,
        window: Window::parse(start, end).unwrap(),
        ..world.make.hours(&cast.trainer)
    };
    let week = [
        window(Weekday::Sunday, "10:00", "12:00"),
        window(Weekday::Monday, "08:00", "09:00"),
        window(Weekday::Monday, "13:00", "14:00"),
        window(Weekday::Saturday, "07:00", "02:00"),
    ];
    for hours in week.iter().rev() {
        world.insert(hours.clone()).await;
    }
    let other = world.cast().await;
    world.insert(world.make.hours(&other.trainer)).await;
    let expected = week.each_ref().map(first);
    assert_eq!(world.desk_of(cast.trainer_user.id, at("06:00")).await.hours, expected);
    let mut hours =
        world.scheduled(schedule_of(&cast, between("09:00", "10:00"))).await.agenda.hours;
    hours.sort_by_key(|hours| (hours.weekday, hours.window.start()));
    assert_eq!(hours, expected);
}

pub(super) async fn a_desk_shows_what_is_to_come(world: World) {
    let cast = world.cast().await;
    let (make, now) = (&world.make, at("12:00"));
    for day in [3, -2, 0, -1] {
        world.insert(make.exception(&cast.trainer, date(day))).await;
    }
    let over = make.time_block(&cast.trainer, span(at("08:00"), now));
    let ending = make.time_block(&cast.trainer, span(at("09:00"), just_after(now)));
    let long = make.time_block(&cast.trainer, span(Instant::MIN, Instant::MAX));
    let later = make.time_block(&cast.trainer, between("20:00", "21:00"));
    for block in [&later, &over, &ending, &long] {
        world.insert(block.clone()).await;
    }
    let past = accepted(make.booking(&cast, between("10:00", "11:00")));
    let running = accepted(make.booking(&cast, between("11:30", "12:30")));
    let pending = make.booking(&cast, between("15:00", "16:00"));
    let off = cancelled(make.booking(&cast, between("15:00", "16:00")));
    let done = completed(make.booking(&cast, between("17:00", "18:00")));
    let just_over = accepted(make.booking(&cast, between("11:00", "11:30")));
    for booking in [&pending, &running, &past, &off, &done, &just_over] {
        world.insert(booking.clone()).await;
    }

    let desk = world.desk_of(cast.trainer_user.id, now).await;
    assert_eq!(desk.trainer, first(&cast.trainer));
    assert_eq!(desk.calendar, first(&cast.calendar));
    let dates: Vec<_> = desk.exceptions.iter().map(|exception| exception.local_date).collect();
    assert_eq!(dates, [date(-1), date(0), date(3)]);
    assert_eq!(desk.blocks, [first(&long), first(&ending), first(&later)]);
    assert_eq!(desk.upcoming, [first(&running), first(&pending)]);
    // A booking that ends at the instant asked for is over.
    let desk = world.desk_of(cast.trainer_user.id, at("11:30")).await;
    assert_eq!(desk.upcoming, [first(&running), first(&pending)]);
    let desk = world.desk_of(cast.trainer_user.id, just_before(at("11:30"))).await;
    assert_eq!(desk.upcoming, [first(&just_over), first(&running), first(&pending)]);
}

pub(super) async fn a_schedule_says_who_and_on_what_terms(world: World) {
    let stored = world.everything().await;
    let cast = &stored.cast;
    world.insert(world.make.preferences(&cast.trainer_user)).await;
    let plain = schedule_of(cast, between("20:00", "21:00"));
    let schedule = world.scheduled(plain).await;
    assert_eq!(schedule.trainer, first(&cast.trainer));
    assert_eq!(schedule.user, first(&cast.trainer_user));
    assert_eq!(schedule.muted, BTreeSet::from([NotificationKind::LessonReminder]));
    assert_eq!(schedule.calendar, first(&cast.calendar));
    assert_eq!((schedule.service, schedule.dog, schedule.quote), (None, None, None));

    // The service, the dog and the quote are those asked for, whoever they belong to.
    let other = world.cast().await;
    let quote = world.insert(world.make.quote(&other, between("20:00", "21:00"))).await;
    let full = ScheduleQuery {
        service: Some(other.service.id),
        dog: Some(other.dog.id),
        quote: Some(quote.id),
        ..plain
    };
    let schedule = world.scheduled(full).await;
    assert_eq!(schedule.service, Some(first(&other.service)));
    assert_eq!(schedule.dog, Some(first(&other.dog)));
    assert_eq!(schedule.quote, Some(quote));
    let unknown = ScheduleQuery {
        service: Some(world.make.id()),
        dog: Some(world.make.id()),
        quote: Some(world.make.id()),
        ..plain
    };
    let schedule = world.scheduled(unknown).await;
    assert_eq!((schedule.service, schedule.dog, schedule.quote), (None, None, None));
}

pub(super) async fn a_schedule_meets_its_range(world: World) {
    let cast = world.cast().await;
    let make = &world.make;
    // Each touches the range or reaches into it by a minute, with a buffer or without.
    let outside = [
        make.booking(&cast, between("08:00", "09:00")),
        buffered(make.booking(&cast, between("12:05", "13:00")), 5, 0),
        cancelled(make.booking(&cast, between("10:00", "11:00"))),
    ];
    let inside = [
        make.booking(&cast, between("09:00", "09:30")),
        completed(make.booking(&cast, between("10:00", "10:30"))),
        accepted(make.booking(&cast, between("11:30", "12:00"))),
    ];
    for booking in outside.iter().chain(&inside).rev() {
        world.insert(booking.clone()).await;
    }
    let schedule = world.scheduled(schedule_of(&cast, between("09:00", "12:00"))).await;
    let expected: Vec<_> = inside.iter().map(Occupancy::of).collect();
    assert_eq!(schedule.agenda.bookings, expected);
    assert_eq!(schedule.dog_bookings, []);
    // By one minute more at either end, those outside come in.
    let schedule = world.scheduled(schedule_of(&cast, between("08:59", "12:01"))).await;
    let mut expected: Vec<_> = outside[..2].iter().chain(&inside).map(Occupancy::of).collect();
    expected.sort_by_key(|occupancy| occupancy.session);
    assert_eq!(schedule.agenda.bookings, expected);
}

pub(super) async fn a_schedule_sees_the_longest_lessons_and_buffers(world: World) {
    let cast = world.cast().await;
    let day = |first: i64, last: i64| {
        span(
            super::fixtures::days_later(at("12:00"), first),
            super::fixtures::days_later(at("12:00"), last),
        )
    };
    let before = buffered(world.make.booking(&cast, day(0, 1)), 720, 720);
    let after = buffered(world.make.booking(&cast, day(3, 4)), 720, 720);
    world.insert(after.clone()).await;
    world.insert(before.clone()).await;
    let edge = super::fixtures::days_later(at("00:00"), 2);
    let touching = span(edge, super::fixtures::days_later(edge, 1));
    assert_eq!(world.scheduled(schedule_of(&cast, touching)).await.agenda.bookings, []);
    let wider = span(just_before(touching.start()), just_after(touching.end()));
    let bookings = world.scheduled(schedule_of(&cast, wider)).await.agenda.bookings;
    assert_eq!(bookings, [Occupancy::of(&before), Occupancy::of(&after)]);
}

pub(super) async fn a_schedule_shows_where_the_dog_is(world: World) {
    let (cast, other) = (world.cast().await, world.cast().await);
    let make = &world.make;
    let with_dog = |booking: Booking| Booking { dog: cast.dog.id, owner: cast.owner.id, ..booking };
    let elsewhere = with_dog(make.booking(&other, between("09:30", "10:30")));
    let touching = with_dog(buffered(make.booking(&other, between("12:00", "13:00")), 60, 0));
    let done = with_dog(completed(make.booking(&other, between("07:00", "08:00"))));
    let off = with_dog(cancelled(make.booking(&other, between("10:00", "11:00"))));
    let here = make.booking(&cast, between("11:00", "11:30"));
    for booking in [&touching, &here, &elsewhere, &done, &off] {
        world.insert(booking.clone()).await;
    }
    let query = schedule_of(&cast, between("07:00", "12:00"));
    let schedule = world.scheduled(ScheduleQuery { dog: Some(cast.dog.id), ..query }).await;
    assert_eq!(schedule.agenda.bookings, [Occupancy::of(&here)]);
    assert_eq!(schedule.dog_bookings, [Occupancy::of(&elsewhere), Occupancy::of(&here)]);
}

pub(super) async fn a_schedule_shows_blocks_and_exceptions_around_it(world: World) {
    let cast = world.cast().await;
    let make = &world.make;
    let range = between("09:00", "12:00");
    let before = make.time_block(&cast.trainer, between("08:00", "09:00"));
    let around = make.time_block(&cast.trainer, span(Instant::MIN, Instant::MAX));
    let within = make.time_block(&cast.trainer, between("11:59", "13:00"));
    let after = make.time_block(&cast.trainer, between("12:00", "13:00"));
    for block in [&within, &before, &after, &around] {
        world.insert(block.clone()).await;
    }
    for day in -4..=4 {
        world.insert(make.exception(&cast.trainer, date(day))).await;
    }
    let schedule = world.scheduled(schedule_of(&cast, range)).await;
    let mut blocks = schedule.agenda.blocks;
    blocks.sort_by_key(|block| block.during.start());
    assert_eq!(blocks, [first(&around), first(&within)]);
    let mut dates: Vec<_> =
        schedule.agenda.exceptions.iter().map(|exception| exception.local_date).collect();
    dates.sort_unstable();
    assert_eq!(dates, [-2, -1, 0, 1, 2].map(date));
}

/// Asks at an instant, for the cast's dog too.
fn asked_at(cast: &Cast, now: Instant) -> ScheduleQuery {
    let query = schedule_of(cast, between("09:00", "18:00"));
    ScheduleQuery { dog: Some(cast.dog.id), now, ..query }
}

pub(super) async fn a_schedule_names_lapsed_holds(world: World) {
    let (cast, other) = (world.cast().await, world.cast().await);
    let make = &world.make;
    let expiry = at("08:00");
    let held_until = |booking: Booking, until| Booking { hold_expires_at: Some(until), ..booking };
    let here = held_until(make.booking(&cast, between("10:00", "11:00")), expiry);
    let elsewhere = Booking {
        dog: cast.dog.id,
        owner: cast.owner.id,
        ..held_until(make.booking(&other, between("12:00", "13:00")), expiry)
    };
    let held = held_until(make.booking(&cast, between("14:00", "15:00")), just_after(expiry));
    let answered = accepted(make.booking(&cast, between("16:00", "17:00")));
    for booking in [&elsewhere, &here, &held, &answered] {
        world.insert(booking.clone()).await;
    }
    let surplus = Payment { surplus: true, ..paid(make.payment(&here)) };
    let payment = paid(make.payment(&here));
    let proposal = make.reschedule(&here, &cast.owner_user, between("15:00", "16:00"));
    let (refund, dispute) = (make.refund(&payment), make.provider_dispute(&payment));
    let over_attendance = make.dispute(&here, &cast.owner_user);
    world.insert(surplus.clone()).await;
    world.insert(payment.clone()).await;
    let refund_of_surplus = make.refund(&surplus);
    world.insert(refund_of_surplus.clone()).await;
    world.insert(refund.clone()).await;
    world.insert(dispute.clone()).await;
    world.insert(over_attendance.clone()).await;
    world.insert(proposal.clone()).await;
    world.insert(make.preferences(&cast.owner_user)).await;

    assert_eq!(world.scheduled(asked_at(&cast, just_before(expiry))).await.lapsed, []);
    let muted = BTreeSet::from([NotificationKind::LessonReminder]);
    let mut payments = vec![first(&surplus), first(&payment)];
    payments.sort_by_key(|payment| payment.id);
    let mut refunds = vec![first(&refund_of_surplus), first(&refund)];
    refunds.sort_by_key(|refund| refund.id);
    let mut disputes = vec![first(&dispute), first(&over_attendance)];
    disputes.sort_by_key(|dispute| dispute.id);
    let mut expected = [
        LapsedHold {
            booking: first(&here),
            owner: (cast.owner_user.id, muted.clone()),
            trainer: (cast.trainer_user.id, BTreeSet::new()),
            payments,
            refunds,
            disputes,
            proposal: Some(first(&proposal)),
        },
        LapsedHold {
            booking: first(&elsewhere),
            owner: (cast.owner_user.id, muted),
            trainer: (other.trainer_user.id, BTreeSet::new()),
            payments: vec![],
            refunds: vec![],
            disputes: vec![],
            proposal: None,
        },
    ];
    expected.sort_by_key(|lapsed| lapsed.booking.id);
    let schedule = world.scheduled(asked_at(&cast, expiry)).await;
    let mut lapsed = schedule.lapsed;
    lapsed.sort_by_key(|lapsed| lapsed.booking.id);
    // The one that is the trainer's and the dog's is named once.
    assert_eq!(lapsed, expected);
    assert!(
        schedule.agenda.bookings.contains(&Occupancy::of(&here)),
        "a lapsed hold is still listed"
    );
    assert_eq!(world.scheduled(asked_at(&cast, just_after(expiry))).await.lapsed.len(), 3);
}

pub(super) async fn a_card_shows_what_everybody_may_see(world: World) {
    let stored = world.everything().await;
    let (make, cast) = (&world.make, &stored.cast);
    let service =
        |name: &str| Service { name: name.parse().unwrap(), ..make.service(&cast.trainer) };
    let inactive = Service { is_active: false, ..service("Agility") };
    // By code points: capitals before small letters before umlauts, on every backend.
    let offered = [service("Agility"), service("Zoo"), service("agility"), service("ägility")];
    let twin = service("ägility");
    world.insert(inactive).await;
    world.insert(twin.clone()).await;
    for service in offered.iter().rev() {
        world.insert(service.clone()).await;
    }
    let recent = Certification { issued_at: date(-1), ..make.certification(&cast.trainer) };
    let twin_certificate = make.certification(&cast.trainer);
    world.insert(recent.clone()).await;
    world.insert(twin_certificate.clone()).await;

    let [agility, zoo, small, umlaut] = offered.each_ref().map(first);
    let expected = TrainerCard {
        trainer: first(&cast.trainer),
        first_name: cast.trainer_user.first_name.clone(),
        last_name: cast.trainer_user.last_name.clone(),
        is_listed: true,
        public_point: Some(GeoPoint::new(525_200_000, 133_800_000).unwrap()),
        city: Some(stored.location.address.city().clone()),
        services: vec![agility, first(&cast.service), zoo, small, umlaut, first(&twin)],
        certifications: vec![
            first(&stored.certification),
            first(&twin_certificate),
            first(&recent),
        ],
    };
    assert_eq!(world.trainer_card(cast.trainer.id).await.unwrap(), Some(expected.clone()));

    let suspended = User { status: UserStatus::Suspended, ..cast.trainer_user.clone() };
    world.update(first(&suspended)).await;
    let anywhere = Trainer { search_location: None, ..cast.trainer.clone() };
    let trainer = world.update(first(&anywhere)).await;
    assert_eq!(trainer.version(), Version::FIRST.next());
    let expected =
        TrainerCard { trainer, is_listed: false, public_point: None, city: None, ..expected };
    assert_eq!(world.trainer_card(cast.trainer.id).await.unwrap(), Some(expected));
}
