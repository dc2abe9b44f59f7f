//! Reads over bookings and what belongs to them.

use super::{
    fixtures::{
        Cast, accepted, at, between, cancelled, closed, completed, days_later, just_after,
        just_before, minutes, paid, refunded,
    },
    world::{World, first, nobody, page, schedule_of},
};
use crate::{
    account::User,
    booking::{Booking, BookingStatus, ProposalStatus},
    dog::Dog,
    ids::BookingId,
    ledger::LedgerEntry,
    notification::NotificationKind,
    payment::{Payment, PaymentStatus},
    repository::{BookingFile, Lesson, LessonFilter, Party, ScheduleQuery},
    time::{Instant, Interval},
};

impl World {
    async fn settled(&self, booking: BookingId) -> Option<Payment> {
        let file = self.file(booking).await.unwrap();
        file.settled_payment().map(|payment| (**payment).clone())
    }

    /// Returns the ids of the lessons that a filter finds.
    async fn found(&self, filter: LessonFilter) -> Vec<BookingId> {
        let page = self.lessons(&filter, page(200)).await.unwrap();
        assert_eq!(page.next, None);
        page.items.into_iter().map(|lesson| lesson.booking.id).collect()
    }
}

pub(super) async fn a_file_holds_everything_around_a_booking(world: World) {
    let stored = world.everything().await;
    let cast = &stored.cast;
    let attendance = world.make.dispute(&stored.booking, &cast.owner_user);
    world.insert(attendance.clone()).await;
    let more = world.make.refund(&stored.payment);
    world.insert(more.clone()).await;
    let expected = BookingFile {
        booking: first(&stored.booking),
        trainer: first(&cast.trainer),
        trainer_party: Party { user: first(&cast.trainer_user), muted: [].into() },
        owner: first(&cast.owner),
        owner_party: Party {
            user: first(&cast.owner_user),
            muted: [NotificationKind::LessonReminder].into(),
        },
        dog: first(&cast.dog),
        proposal: Some(first(&stored.reschedule)),
        payments: vec![first(&stored.payment)],
        refunds: vec![first(&stored.refund), first(&more)],
        disputes: vec![first(&stored.dispute), first(&attendance)],
        review: Some(first(&stored.review)),
        is_paid_out: true,
    };
    assert_eq!(world.file(stored.booking.id).await, Some(expected.clone()));
    assert_eq!(
        world.review_file(nobody(), stored.review.id).await.unwrap().1,
        Some(expected.clone())
    );
    // Around the other lesson of the same people there is nothing.
    let expected = BookingFile {
        booking: first(&stored.spare),
        proposal: None,
        payments: Vec::new(),
        refunds: Vec::new(),
        disputes: Vec::new(),
        review: None,
        is_paid_out: false,
        ..expected
    };
    assert_eq!(world.file(stored.spare.id).await, Some(expected));
}

pub(super) async fn a_file_shows_all_payments_and_which_one_counts(world: World) {
    let stored = world.everything().await;
    let (make, booking) = (&world.make, &stored.spare);
    let mut payments = Vec::new();
    let surplus = Payment { surplus: true, ..paid(make.payment(booking)) };
    for payment in [
        make.payment(booking),
        Payment { status: PaymentStatus::Failed, ..make.payment(booking) },
        surplus.clone(),
        Payment { surplus: true, ..refunded(make.payment(booking)) },
    ] {
        payments.push(world.insert(payment).await);
    }
    let mut refunds = vec![world.insert(make.refund(&surplus)).await];
    assert_eq!(world.settled(booking.id).await, None);

    let payment = world.insert(paid(make.payment(booking))).await;
    refunds.push(world.insert(make.refund(&payment)).await);
    assert_eq!(world.settled(booking.id).await.as_ref(), Some(&*payment));
    let payment = world.update(payment.map(refunded)).await;
    assert_eq!(world.settled(booking.id).await.as_ref(), Some(&*payment));
    let again = world.insert(paid(make.payment(booking))).await;
    assert_eq!(world.settled(booking.id).await.as_ref(), Some(&*again));
    payments.extend([payment, again]);
    payments.sort_by_key(|payment| payment.id);
    let file = world.file(booking.id).await.unwrap();
    assert_eq!((file.payments, file.refunds), (payments, refunds));
}

pub(super) async fn a_file_shows_an_open_proposal_lapsed_or_not(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let target = between("15:00", "16:00");
    let proposal = world.make.reschedule(&booking, &cast.owner_user, target);
    let open = world.insert(proposal).await;
    assert_eq!(world.file(booking.id).await.unwrap().proposal.as_ref(), Some(&open));
    for status in ProposalStatus::ALL.iter().skip(1) {
        let ended = world.make.reschedule(&booking, &cast.owner_user, target);
        world.insert(closed(ended, *status)).await;
    }
    assert_eq!(world.file(booking.id).await.unwrap().proposal.as_ref(), Some(&open));
    world.update(open.map(|proposal| closed(proposal, ProposalStatus::Expired))).await;
    assert_eq!(world.file(booking.id).await.unwrap().proposal, None);
}

pub(super) async fn a_move_is_decided_on_the_bookings_own_people(world: World) {
    let (stored, other) = (world.everything().await, world.cast().await);
    let range = between("00:00", "23:00");
    // The question names somebody else's trainer, service and dog, and a quote.
    let asked = ScheduleQuery {
        service: Some(other.service.id),
        dog: Some(other.dog.id),
        quote: Some(stored.quote.id),
        ..schedule_of(&other, range)
    };
    let (file, schedule) =
        world.move_file(nobody(), stored.booking.id, asked).await.unwrap().1.unwrap();
    assert_eq!(Some(file), world.file(stored.booking.id).await);
    let own = ScheduleQuery {
        service: Some(stored.cast.service.id),
        dog: Some(stored.cast.dog.id),
        ..schedule_of(&stored.cast, range)
    };
    assert_eq!(Some(schedule), world.schedule(own).await.unwrap());
}

pub(super) async fn a_series_is_read_from_an_instant_on(world: World) {
    let cast = world.cast().await;
    let (series, other) = (
        world.insert(world.make.series(&cast)).await,
        world.insert(world.make.series(&cast)).await,
    );
    let nine = between("09:00", "10:00");
    let weekly = |week: i64| {
        Interval::new(days_later(nine.start(), 7 * week), days_later(nine.end(), 7 * week)).unwrap()
    };
    let mut lessons = Vec::new();
    for week in [2, 0, 3, 1] {
        let lesson = world.make.booking(&cast, weekly(week));
        let lesson = Booking { series: Some(series.id), ..lesson };
        let lesson = if week == 2 { cancelled(lesson) } else { lesson };
        lessons.push(world.insert(lesson).await);
    }
    let stranger = world.make.booking(&cast, weekly(4));
    world.insert(Booking { series: Some(other.id), ..stranger }).await;
    world.book(&cast, weekly(5)).await;
    lessons.sort_by_key(|lesson| lesson.session);

    for (from, skipped) in [
        (Instant::MIN, 0),
        (nine.start(), 0),
        (just_after(nine.start()), 1),
        (just_before(weekly(2).start()), 2),
        (weekly(2).start(), 2),
        (Instant::MAX, 4),
    ] {
        let files = world.series_files(nobody(), series.id, from).await.unwrap().1;
        let mut expected = Vec::new();
        for lesson in &lessons[skipped..] {
            expected.push(world.file(lesson.id).await.unwrap());
        }
        assert_eq!(files, expected, "from {from}");
    }
}

pub(super) async fn money_is_listed_by_booking(world: World) {
    let stored = world.everything().await;
    let make = &world.make;
    let mut payments = [make.payment(&stored.booking), make.payment(&stored.booking)];
    payments.sort_by_key(|payment| std::cmp::Reverse(payment.id));
    for payment in &payments {
        world.insert(payment.clone()).await;
    }
    let elsewhere = world.insert(make.payment(&stored.spare)).await;
    world.insert(make.refund(&elsewhere)).await;
    world.insert(make.dispute(&stored.spare, &stored.cast.owner_user)).await;
    world.append(make.ledger_entry(&stored.spare)).await;
    // Refunds of every payment of the booking, by their own ids.
    let mut refunds = vec![stored.refund.clone()];
    for payment in [&payments[0], &stored.payment, &payments[1]] {
        refunds.push(world.insert(make.refund(payment)).await.into_value());
    }
    let dispute = world.insert(make.dispute(&stored.booking, &stored.cast.owner_user)).await;
    let later = LedgerEntry {
        created_at: just_after(stored.ledger_entry.created_at),
        ..make.ledger_entry(&stored.booking)
    };
    world.append(later.clone()).await;

    let id = stored.booking.id;
    let expected = [&stored.payment, &payments[1], &payments[0]].map(first);
    assert_eq!(world.payments(id).await.unwrap(), expected);
    let expected: Vec<_> = refunds.iter().map(first).collect();
    assert_eq!(world.refunds(id).await.unwrap(), expected);
    assert_eq!(world.disputes(id).await.unwrap(), [first(&stored.dispute), dispute]);
    assert_eq!(world.ledger(id).await.unwrap(), [stored.ledger_entry, later]);
}

pub(super) async fn a_lesson_is_listed_with_its_names(world: World) {
    let make = &world.make;
    let mut cast = make.cast();
    let named = |user: User, first: &str, last: &str| User {
        first_name: first.parse().unwrap(),
        last_name: last.parse().unwrap(),
        ..user
    };
    cast.trainer_user = named(cast.trainer_user, "Tom", "Trainer");
    cast.owner_user = named(cast.owner_user, "Olga", "Owner");
    cast.dog = Dog { name: "Bello".parse().unwrap(), ..cast.dog };
    let mut changes = crate::repository::ChangeSet::new();
    cast.insert_into(&mut changes);
    world.commits(changes).await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let custom = Booking { service: None, ..make.booking(&cast, between("10:00", "11:00")) };
    let custom = world.insert(custom).await;
    let lesson = Lesson {
        booking,
        trainer_user: cast.trainer_user.id,
        trainer_name: ("Tom".parse().unwrap(), "Trainer".parse().unwrap()),
        owner_user: cast.owner_user.id,
        owner_first_name: "Olga".parse().unwrap(),
        dog_name: "Bello".parse().unwrap(),
        service_name: Some(cast.service.name.clone()),
    };
    let custom = Lesson { booking: custom, service_name: None, ..lesson.clone() };
    let listed = world.lessons(&LessonFilter::default(), page(10)).await.unwrap();
    assert_eq!((listed.items, listed.next), (vec![lesson, custom], None));
}

/// Stores a lesson of every status at every hour from 8 to 11, and returns them in that order.
async fn a_day_of_lessons(world: &World, cast: &Cast) -> Vec<Booking> {
    let statuses = [|booking| booking, accepted, cancelled, completed];
    let mut lessons: Vec<Booking> = Vec::new();
    for (hour, status) in (8..12).zip(statuses) {
        lessons.push(status(world.make.booking(cast, minutes(hour * 60, 60))));
    }
    for lesson in lessons.iter().rev() {
        world.insert(lesson.clone()).await;
    }
    lessons
}

pub(super) async fn lessons_are_filtered(world: World) {
    let (left, right) = (world.cast().await, world.cast().await);
    let ours = a_day_of_lessons(&world, &left).await;
    let theirs = a_day_of_lessons(&world, &right).await;
    let second_dog = world.insert(world.make.dog(&left.owner)).await.into_value();
    // An owner's other dog, at the other trainer.
    let mixed = Booking {
        owner: left.owner.id,
        dog: second_dog.id,
        ..world.make.booking(&right, between("20:00", "21:00"))
    };
    world.insert(mixed.clone()).await;
    let ids = |lessons: &[Booking]| -> Vec<BookingId> {
        lessons.iter().map(|lesson| lesson.id).collect()
    };
    let any = LessonFilter::default;
    let of_left = LessonFilter { trainer: Some(left.trainer.id), ..any() };

    assert_eq!(world.found(any()).await.len(), 9);
    assert_eq!(world.found(of_left.clone()).await, ids(&ours));
    let filter = LessonFilter { owner: Some(left.owner.id), ..any() };
    assert_eq!(world.found(filter.clone()).await, [ids(&ours), vec![mixed.id]].concat());
    let filter = LessonFilter { trainer: Some(right.trainer.id), ..filter };
    assert_eq!(world.found(filter).await, [mixed.id]);
    assert_eq!(world.found(LessonFilter { dog: Some(second_dog.id), ..any() }).await, [mixed.id]);
    assert_eq!(world.found(LessonFilter { dog: Some(right.dog.id), ..any() }).await, ids(&theirs));
    let filter = LessonFilter { dog: Some(right.dog.id), ..of_left.clone() };
    assert_eq!(world.found(filter).await, []);
    assert_eq!(world.found(LessonFilter { dog: Some(world.make.id()), ..any() }).await, []);

    // From is included, until is not; what counts is the start.
    let (nine, ten) = (at("09:00"), at("10:00"));
    for (from, until, expected) in [
        (Some(nine), None, &ours[1..]),
        (Some(just_after(nine)), None, &ours[2..]),
        (None, Some(ten), &ours[..2]),
        (None, Some(just_after(ten)), &ours[..3]),
        (Some(nine), Some(ten), &ours[1..2]),
        (Some(nine), Some(nine), &ours[..0]),
        (Some(ten), Some(nine), &ours[..0]),
    ] {
        let filter = LessonFilter { from, until, ..of_left.clone() };
        assert_eq!(world.found(filter).await, ids(expected), "{from:?} to {until:?}");
    }
    for (index, status) in [
        BookingStatus::Pending,
        BookingStatus::Accepted,
        BookingStatus::Cancelled,
        BookingStatus::Completed,
    ]
    .into_iter()
    .enumerate()
    {
        let filter = LessonFilter { statuses: vec![status], ..of_left.clone() };
        assert_eq!(world.found(filter).await, [ours[index].id]);
        let others: Vec<_> =
            BookingStatus::ALL.iter().copied().filter(|other| *other != status).collect();
        let mut expected = ids(&ours);
        expected.remove(index);
        let filter = LessonFilter { statuses: others, ..of_left.clone() };
        assert_eq!(world.found(filter).await, expected);
    }
}
