//! What was stored of lessons and their money is read back as it was, with every code.

use super::{
    extremes::{dogs, hostile, kuwait, read_back, texts},
    fixtures::{
        Cast, accepted, at, between, buffered, cancelled, completed, date, minutes, paid, refunded,
    },
    world::{World, schedule_of},
};
use crate::{
    booking::{
        Attendance, Booking, CancelKind, Cancellation, Proposer, Reschedule, Series, WallStart,
    },
    cancellation::CancellationPolicy,
    money::{BasisPoints, Currency, Money, Price},
    payment::{Dispute, DisputeStatus, Payment, PaymentStatus, Refund, RefundCause, RefundStatus},
    quote::Quote,
    repository::{ScheduleQuery, Table},
    review::{Points, Review},
    text::{Reason, Token},
    time::Instant,
};

/// Makes bookings of one key in every status, with every code, and with all and no options.
fn every_booking(plain: &Booking, cast: &Cast, series: &Series) -> Vec<Booking> {
    let full = Booking {
        service: None,
        price: Price::new(Price::MAX_MINOR, kuwait()).unwrap(),
        fee: Money::new(Price::MAX_MINOR, kuwait()),
        wall_start: WallStart {
            local: date(0).and_hms_opt(23, 59, 59).unwrap(),
            zone: "Asia/Kathmandu".parse().unwrap(),
            utc_offset: 20_700,
        },
        refund_cap: BasisPoints::NONE,
        rescheduled_from: Some(Instant::MIN),
        reschedules: 3,
        series: Some(series.id),
        created_at: Instant::MIN,
        updated_at: Instant::MAX,
        ..buffered(plain.clone(), 720, 719)
    };
    let free = Booking {
        price: Price::free(Currency::JPY),
        fee: Money::zero(Currency::JPY),
        hold_expires_at: Some(Instant::MIN),
        ..plain.clone()
    };
    let mut rows = vec![plain.clone(), full.clone(), free];
    for status in [accepted, cancelled, completed] {
        rows.extend([status(full.clone()), status(plain.clone())]);
    }
    let reasons = [None, Some("x".to_owned()), Some(dogs(1_000)), Some(hostile().to_owned())];
    for (kind, reason) in CancelKind::ALL.iter().zip(reasons) {
        let by = reason.is_some().then_some(cast.owner_user.id);
        let reason = reason.map(|reason| Reason::parse(&reason).unwrap());
        let cancellation = Some(Cancellation { kind: *kind, at: Instant::MAX, by, reason });
        rows.push(Booking { cancellation, ..cancelled(plain.clone()) });
        rows.push(Booking { accepted_at: Some(at("07:00")), ..cancelled(full.clone()) });
    }
    for attendance in Attendance::ALL {
        rows.push(Booking { attendance: Some(*attendance), ..completed(plain.clone()) });
    }
    rows
}

pub(super) async fn bookings(world: World) {
    let cast = world.cast().await;
    let series = world.insert(world.make.series(&cast)).await;
    let plain = world.make.booking(&cast, between("09:00", "10:00"));
    let rows = every_booking(&plain, &cast, &series);
    read_back!(world: rows, row => world.booking(row.id).await.unwrap());
}

pub(super) async fn all_of_a_booking_can_change(world: World) {
    let (old, new) = (world.cast().await, world.cast().await);
    let booked = world.book(&old, between("09:00", "10:00")).await;
    let moved = world.make.booking(&new, between("15:00", "16:30"));
    let moved = Booking { id: booked.id, ..moved };
    let stored = world.update(booked.with(moved.clone())).await;
    assert_eq!(world.booking(moved.id).await.unwrap(), Some(stored));
    assert_eq!(world.claimed(&moved).await, [moved.trainer_claim(), moved.dog_claim()]);
}

pub(super) async fn series(world: World) {
    let cast = world.cast().await;
    let series = world.make.series(&cast);
    let least = Series { lessons: 2, every_weeks: 52, updated_at: Instant::MIN, ..series.clone() };
    let stored = world.insert(least).await;
    let most = |stored| Series { lessons: 52, every_weeks: 1, updated_at: Instant::MAX, ..stored };
    world.update(stored.map(most)).await;
    let counted = world.count(Table::Series).await;
    assert_eq!((counted.rows, counted.writes), (1, 2));
}

pub(super) async fn proposals(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let proposal = world.make.reschedule(&booking, &cast.owner_user, between("15:00", "16:00"));
    let rows = [
        proposal.clone(),
        Reschedule {
            proposer: Proposer::Trainer,
            proposed_by: cast.trainer_user.id,
            session: minutes(-540, 1_440),
            expires_at: Instant::MIN,
            created_at: Instant::MIN,
            updated_at: Instant::MAX,
            ..proposal.clone()
        },
        Reschedule { expires_at: Instant::MAX, ..proposal },
    ];
    read_back!(world: rows, row => world.file(row.booking).await.unwrap().proposal);
}

pub(super) async fn reviews(world: World) {
    let cast = world.cast().await;
    let lesson = completed(world.make.booking(&cast, between("09:00", "10:00")));
    let lesson = world.insert(lesson).await;
    let review = world.make.review(&lesson);
    let replies = [None].into_iter().chain(texts().map(Some));
    let comments = texts().into_iter().cycle();
    let rows = (1..=5).zip(comments).zip(replies).map(|((points, comment), reply)| Review {
        rating: Points::new(points).unwrap(),
        comment,
        reply,
        is_hidden: points % 2 == 0,
        created_at: if points == 3 { Instant::MAX } else { Instant::MIN },
        ..review.clone()
    });
    read_back!(world: rows, row => world.review(row.id).await.unwrap());
}

pub(super) async fn quotes(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let quote = world.make.quote(&cast, between("09:00", "10:00"));
    let rows = vec![
        quote.clone(),
        Quote { service: None, zone: "Asia/Kathmandu".parse().unwrap(), ..quote.clone() },
        Quote {
            buffer_before_minutes: 720,
            buffer_after_minutes: 1,
            price: Price::new(Price::MAX_MINOR, kuwait()).unwrap(),
            fee: Money::new(Price::MAX_MINOR, kuwait()),
            cancellation_policy: CancellationPolicy::seven_days(),
            expires_at: Instant::MAX,
            booking: Some(booking.id),
            ..quote.clone()
        },
        Quote { expires_at: Instant::MIN, ..quote },
    ];
    read_back!(world: rows, row => {
        let asked = ScheduleQuery { quote: Some(row.id), ..schedule_of(&cast, row.session) };
        world.schedule(asked).await.unwrap().unwrap().quote
    });
}

pub(super) async fn payments(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let payment = world.make.payment(&booking);
    let most = Money::new(Price::MAX_MINOR, kuwait());
    let longest = Token::parse(&"~".repeat(255)).unwrap();
    let mut rows = vec![
        payment.clone(),
        Payment {
            amount: Money::new(1, Currency::JPY),
            provider_reference: None,
            ..payment.clone()
        },
        refunded(Payment { amount: most, ..payment.clone() }),
        Payment {
            amount: most,
            provider: longest.clone(),
            provider_reference: Some(longest),
            paid_at: Some(Instant::MIN),
            refunded_amount: 1,
            refund_reserved: most.minor() - 1,
            refund_owed: most.minor(),
            surplus: true,
            ..paid(payment.clone())
        },
    ];
    for status in PaymentStatus::ALL {
        let was_paid = matches!(status, PaymentStatus::Paid | PaymentStatus::Refunded);
        let paid_at = was_paid.then_some(Instant::MAX);
        rows.push(Payment { status: *status, paid_at, ..payment.clone() });
    }
    read_back!(world: rows, row => world.payments(row.booking).await.unwrap().into_iter().next());
}

pub(super) async fn refunds(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let payment = world.insert(paid(world.make.payment(&booking))).await;
    let earlier = world.insert(world.make.refund(&payment)).await;
    let refund = world.make.refund(&payment);
    let mut rows = vec![Refund { provider_reference: None, ..refund.clone() }];
    for (status, cause) in RefundStatus::ALL.iter().zip(RefundCause::ALL) {
        rows.push(Refund { status: *status, cause: *cause, ..refund.clone() });
    }
    rows.push(Refund {
        amount: Money::new(Price::MAX_MINOR, kuwait()),
        replaces: Some(earlier.id),
        updated_at: Instant::MAX,
        ..refund
    });
    read_back!(world: rows, row => world.refunds(booking.id).await.unwrap().into_iter().find(|refund| refund.id == row.id));
}

pub(super) async fn disputes(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let payment = world.insert(paid(world.make.payment(&booking))).await;
    let of_payment = world.make.provider_dispute(&payment);
    let attendance = world.make.dispute(&booking, &cast.owner_user);
    let attendance = Dispute { id: of_payment.id, ..attendance };
    let mut rows = vec![attendance.clone(), of_payment.clone()];
    for status in DisputeStatus::ALL {
        let closed_at = (*status != DisputeStatus::Open).then_some(Instant::MAX);
        rows.push(Dispute { status: *status, closed_at, ..of_payment.clone() });
        rows.push(Dispute { status: *status, closed_at, ..attendance.clone() });
    }
    let most = Some(Money::new(Price::MAX_MINOR, kuwait()));
    rows.push(Dispute { amount: most, created_at: Instant::MIN, ..of_payment });
    read_back!(world: rows, row => world.disputes(row.booking).await.unwrap().into_iter().next());
}
