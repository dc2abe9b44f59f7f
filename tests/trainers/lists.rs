//! Lists: who sees which, and what they can be narrowed down to.

use sitstay::{
    booking::Booking,
    command::{Actor, SystemReason},
    ids::BookingId,
    money::{Currency, Money},
    payment::{Payment, PaymentStatus},
    platform::{
        AcceptBooking, HideReview, LessonsOf, LessonsQuery, PaymentSummary, ReplyToReview,
        WriteReview,
    },
    repository::{ChangeSet, PageRequest, PaymentFilter, Repository, ReviewFilter},
    review::Points,
};

use crate::world::{
    OMAR, World, ada, at, code, hours, id, lesson, now, olga, omar, span, theo, tina,
};

const MONDAY: &str = "2027-03-08T09:00:00Z";
const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

fn week() -> LessonsQuery {
    LessonsQuery::within(span("2027-03-08T00:00:00Z", "2027-03-15T00:00:00Z"))
}

fn strangers() -> [Actor; 2] {
    [Actor::Anonymous, Actor::member(id(OMAR))]
}

#[tokio::test]
async fn lessons_are_listed_for_whom_they_concern() {
    let world = World::new().await;
    world.request(1, omar(), 1, MONDAY).await.unwrap();
    world.request(2, olga(), 2, "2027-03-09T09:00:00Z").await.unwrap();
    world.run(tina(), now(), AcceptBooking { booking: id(1) }).await.unwrap();
    let listed = async |actor, of| {
        let (query, page) = (week(), PageRequest::default());
        let page = world.platform.lessons_of(actor, of, &query, page, now()).await;
        page.map(|page| page.items.iter().map(|row| row.booking).collect::<Vec<BookingId>>())
    };
    let (first, second): (BookingId, BookingId) = (id(1), id(2));
    // Whose lessons: which, and who of Omar, Olga, Tina, Theo sees them.
    let cases = [
        (LessonsOf::Trainer(id(1)), vec![first, second], [false, false, true, false]),
        (LessonsOf::Trainer(id(2)), vec![], [false, false, false, true]),
        (LessonsOf::Owner(id(1)), vec![first], [true, false, false, false]),
        (LessonsOf::Dog(id(1)), vec![first], [true, false, false, false]),
        (LessonsOf::Dog(id(2)), vec![second], [false, true, false, false]),
        (LessonsOf::Dog(id(77)), vec![], [false; 4]),
    ];
    for (of, lessons, seen) in cases {
        for (actor, sees) in [omar(), olga(), tina(), theo()].into_iter().zip(seen) {
            match listed(actor, of).await {
                Ok(found) => assert!(sees && found == lessons, "{actor:?} {of:?}: {found:?}"),
                refused => assert!(!sees && code(&refused) == "not_found", "{actor:?} {of:?}"),
            }
        }
        for actor in [ada(), SYSTEM] {
            assert_eq!(listed(actor, of).await.unwrap(), lessons, "{actor:?} {of:?}");
        }
        for actor in strangers() {
            assert_eq!(code(&listed(actor, of).await), "not_found", "{actor:?} {of:?}");
        }
    }
}

fn payment(number: u128, booking: &Booking) -> Payment {
    Payment {
        id: id(number),
        booking: booking.id,
        amount: booking.price.money(),
        provider: "stripe".parse().unwrap(),
        provider_reference: None,
        status: PaymentStatus::Pending,
        paid_at: None,
        refunded_amount: 0,
        refund_reserved: 0,
        refund_owed: 0,
        surplus: false,
        created_at: hours(now(), i64::try_from(number).unwrap()),
        updated_at: now(),
    }
}

#[tokio::test]
async fn payments_are_listed_for_whom_they_concern() {
    let world = World::new().await;
    let of_omar = lesson(1, at(MONDAY));
    let of_olga = Booking { owner: id(2), dog: id(2), ..lesson(2, at("2027-03-09T09:00:00Z")) };
    let paid = Payment {
        status: PaymentStatus::Paid,
        paid_at: Some(hours(now(), 3)),
        refunded_amount: 1_500,
        refund_reserved: 2_000,
        ..payment(1, &of_omar)
    };
    let changes = ChangeSet::new()
        .inserting(paid)
        .inserting(payment(2, &of_olga))
        .inserting(payment(3, &of_omar))
        .inserting(of_omar)
        .inserting(of_olga);
    world.repository.commit(changes).await.unwrap();
    let listed = async |actor, filter: &PaymentFilter| {
        let page = world.platform.payments(actor, filter, PageRequest::default(), now()).await;
        page.map(|page| page.items)
    };
    let numbers = |rows: &[PaymentSummary]| -> Vec<u128> {
        rows.iter().map(|row| row.payment.as_uuid().as_u128()).collect()
    };
    // Whose payments: which, and who of Omar, Olga, Tina, Theo sees them.
    let cases = [
        (PaymentFilter::of_trainer(id(1)), vec![3, 2, 1], [false, false, true, false]),
        (PaymentFilter::of_trainer(id(2)), vec![], [false, false, false, true]),
        (PaymentFilter::of_owner(id(1)), vec![3, 1], [true, false, false, false]),
        (PaymentFilter::of_owner(id(2)), vec![2], [false, true, false, false]),
    ];
    for (filter, payments, seen) in &cases {
        for (actor, sees) in [omar(), olga(), tina(), theo()].into_iter().zip(*seen) {
            match listed(actor, filter).await {
                Ok(found) => assert!(sees && numbers(&found) == *payments, "{actor:?} {filter:?}"),
                refused => assert!(!sees && code(&refused) == "not_found", "{actor:?} {filter:?}"),
            }
        }
        for actor in [ada(), SYSTEM] {
            assert_eq!(numbers(&listed(actor, filter).await.unwrap()), *payments, "{actor:?}");
        }
        for actor in strangers() {
            assert_eq!(code(&listed(actor, filter).await), "not_found", "{actor:?} {filter:?}");
        }
    }
    let paid_ones =
        PaymentFilter { statuses: vec![PaymentStatus::Paid], ..PaymentFilter::of_owner(id(1)) };
    let [paid] = &listed(omar(), &paid_ones).await.unwrap()[..] else { panic!("not one") };
    let euro = |minor| Money::new(minor, Currency::EUR);
    assert_eq!((paid.amount, paid.refunded_amount), (euro(6_000), euro(1_500)));
    assert_eq!((paid.lesson.booking, paid.lesson.session.start()), (id(1), at(MONDAY)));
    assert_eq!(paid.lesson.trainer_name.1.as_str(), "Berg");
    assert_eq!((paid.paid_at, paid.surplus), (Some(hours(now(), 3)), false));
}

#[tokio::test]
async fn reviews_are_listed_by_points_and_replies_and_hidden_ones_to_whom_they_may_be_shown() {
    let world = World::new().await;
    for (number, rating) in [(1_u32, 5), (2, 1), (3, 5)] {
        let at = hours(now(), i64::from(2 * number));
        let booking =
            world.completed(number.into(), at, sitstay::booking::Attendance::Attended).await;
        let review = WriteReview {
            review: id(number.into()),
            booking,
            rating: Points::new(rating).unwrap(),
            comment: "Good.".parse().unwrap(),
        };
        world.run(omar(), at, review).await.unwrap();
    }
    let reply = ReplyToReview { review: id(1), reply: "Thank you.".parse().unwrap() };
    world.run(tina(), now(), reply).await.unwrap();
    world.run(ada(), now(), HideReview { review: id(3) }).await.unwrap();
    let any = || ReviewFilter::of(id(1));
    let filters = [
        any(),
        ReviewFilter { points: vec![Points::new(5).unwrap()], ..any() },
        ReviewFilter { has_reply: Some(false), ..any() },
        ReviewFilter { is_hidden: Some(true), ..any() },
        ReviewFilter::shown(id(1)),
    ];
    // Omar wrote them, and an admin sees all; to others review 3 is hidden.
    let seen: [(_, [&[u128]; 5]); 4] = [
        (omar(), [&[3, 2, 1], &[3, 1], &[3, 2], &[3], &[2, 1]]),
        (ada(), [&[3, 2, 1], &[3, 1], &[3, 2], &[3], &[2, 1]]),
        (olga(), [&[2, 1], &[1], &[2], &[], &[2, 1]]),
        (Actor::Anonymous, [&[2, 1], &[1], &[2], &[], &[2, 1]]),
    ];
    for (actor, expected) in seen {
        for (filter, expected) in filters.clone().into_iter().zip(expected) {
            let page = PageRequest::default();
            let rows = world.platform.reviews(actor, filter.clone(), page).await.unwrap().items;
            let found: Vec<_> = rows.iter().map(|row| row.review.as_uuid().as_u128()).collect();
            assert_eq!(found, expected, "{actor:?} {filter:?}");
        }
    }
}
