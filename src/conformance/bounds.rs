//! What breaks a bound of its table is not stored.

use super::{
    broken::{Broken, each_is_refused},
    fixtures::{
        Everything, Fixtures, accepted, at, between, cancelled, completed, just_after, paid,
    },
    world::World,
};
use crate::{
    booking::{Booking, ProposalStatus, Reschedule},
    ledger::LedgerEntry,
    money::{Currency, Money},
    payment::{Dispute, DisputeStatus, Payment, Refund},
    payout::{Payout, PayoutState},
    quote::Quote,
    repository::{Change, Entity, RatingDelta, RepositoryError, Version, Versioned, Write},
    time::Interval,
    trainer::{BookingPolicy, CustomRequests, Rating, Service, Trainer},
};

fn invalid<T: Entity>(row: &T) -> RepositoryError {
    let source = row.check().expect_err("the row breaks a rule");
    RepositoryError::Invalid { entity: row.reference(), source }
}

fn insert<T: Entity>(row: T) -> Broken
where
    Change: From<Write<T>>,
{
    let error = invalid(&row);
    Broken::insert(row, error)
}

fn update<T: Entity>(row: T) -> Broken
where
    Change: From<Write<T>>,
{
    let error = invalid(&row);
    Broken::update(Versioned::new(row, Version::FIRST), error)
}

/// Makes rows that break every bound that there is.
pub(super) fn broken_bounds(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let mut broken = bookings(make, of);
    broken.extend(offers(make, of));
    broken.extend(money(make, of));
    broken
}

fn bookings(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let pending = make.booking(&of.cast, between("18:00", "19:00"));
    let fitted = |session| Booking { session, ..pending.clone() };
    let done = completed(pending.clone());
    let euro = |minor| Money::new(minor, Currency::EUR);
    let odd = Interval::new(at("18:00"), just_after(at("19:00"))).unwrap();
    let rows = [
        fitted(between("18:00", "18:04")),
        fitted(Interval::new(at("18:00"), at("18:00:30")).unwrap()),
        fitted(Interval::new(at("00:00"), super::fixtures::minute(24 * 60 + 1)).unwrap()),
        fitted(odd),
        Booking { buffer_before_minutes: 721, ..pending.clone() },
        Booking { buffer_after_minutes: 721, ..pending.clone() },
        Booking { fee: euro(-1), ..pending.clone() },
        Booking { fee: euro(5_001), ..pending.clone() },
        Booking { fee: Money::new(750, Currency::USD), ..pending.clone() },
        Booking { hold_expires_at: None, ..pending.clone() },
        Booking { hold_expires_at: Some(at("18:00")), ..accepted(pending.clone()) },
        Booking { accepted_at: None, ..accepted(pending.clone()) },
        Booking { cancellation: None, ..cancelled(pending.clone()) },
        Booking { cancellation: cancelled(pending.clone()).cancellation, ..pending.clone() },
        Booking { completed_at: None, ..done.clone() },
        Booking { attendance: None, ..done.clone() },
        Booking { accepted_at: None, ..done.clone() },
        Booking { attendance: done.attendance, ..pending.clone() },
        Booking { completed_at: done.completed_at, ..pending.clone() },
    ];
    let mut broken: Vec<Broken> = rows.into_iter().map(insert).collect();
    let proposal = make.reschedule(&of.spare, &of.cast.owner_user, between("18:00", "19:00"));
    broken.extend(
        [
            Reschedule { session: between("18:00", "18:04"), ..proposal.clone() },
            Reschedule { closed_at: Some(at("07:00")), ..proposal.clone() },
            Reschedule { status: ProposalStatus::Declined, ..proposal },
        ]
        .map(insert),
    );
    broken.push(update(Booking { accepted_at: None, ..of.booking.clone() }));
    broken
}

fn offers(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let cast = &of.cast;
    let service = make.service(&cast.trainer);
    let trainer = make.trainer(&cast.owner_user);
    let policy = BookingPolicy::default();
    let custom = CustomRequests {
        min_minutes: 30,
        max_minutes: 60,
        min_price: 1_000,
        max_price: 2_000,
        currency: Currency::EUR,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
    };
    let on_terms = |policy| Trainer { policy, ..trainer.clone() };
    let on_custom =
        |custom| on_terms(BookingPolicy { custom_requests: Some(custom), ..policy.clone() });
    let rated = |sum, count| Trainer { rating: Rating { sum, count }, ..trainer.clone() };
    let series = make.series(cast);
    let mut broken = Vec::new();
    broken.extend(
        [
            Service { duration_minutes: 4, ..service.clone() },
            Service { duration_minutes: 1_441, ..service.clone() },
            Service { buffer_before_minutes: 721, ..service.clone() },
            Service { buffer_after_minutes: 721, ..service },
        ]
        .map(insert),
    );
    broken.extend(
        [
            on_terms(BookingPolicy { hold_minutes: 0, ..policy.clone() }),
            on_terms(BookingPolicy { hold_minutes: 43_201, ..policy.clone() }),
            on_custom(CustomRequests { min_minutes: 4, ..custom.clone() }),
            on_custom(CustomRequests { max_minutes: 29, ..custom.clone() }),
            on_custom(CustomRequests { min_price: -1, ..custom.clone() }),
            on_custom(CustomRequests { max_price: 999, ..custom.clone() }),
            on_custom(CustomRequests { buffer_before_minutes: 721, ..custom.clone() }),
            on_custom(CustomRequests { buffer_after_minutes: 721, ..custom.clone() }),
            rated(0, 1),
            rated(6, 1),
            rated(1, 0),
            rated(-1, -1),
        ]
        .map(insert),
    );
    broken.extend([(1, 1), (53, 1), (4, 0), (4, 53)].map(|(lessons, every_weeks)| {
        insert(crate::booking::Series { lessons, every_weeks, id: make.id(), ..series })
    }));
    broken.push(update(Service { duration_minutes: 4, ..cast.service.clone() }));
    broken.extend(worn_ratings(of));
    broken
}

/// Makes deltas after which a trainer without reviews would have a rating that none can have.
fn worn_ratings(of: &Everything) -> Vec<Broken> {
    let trainer = &of.cast.trainer;
    [(1, 0), (6, 1), (0, 1), (-1, -1)]
        .map(|(sum, count)| {
            let rated = Trainer { rating: Rating { sum, count }, ..trainer.clone() };
            let delta = RatingDelta { trainer: trainer.id, sum, count };
            Broken::new(invalid(&rated), move |changes| changes.rate(delta))
        })
        .into()
}

fn money(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let euro = |minor| Money::new(minor, Currency::EUR);
    let payment = make.payment(&of.spare);
    let refund = make.refund(&of.payment);
    let entry = make.ledger_entry(&of.booking);
    let mut broken = Vec::new();
    broken.extend(
        [
            Payment { amount: euro(0), ..payment.clone() },
            Payment { amount: euro(1_000_000_000_001), ..payment.clone() },
            Payment { refund_reserved: 5_001, ..payment.clone() },
            Payment { refund_reserved: -1, ..payment.clone() },
            Payment { refund_owed: 5_001, ..payment.clone() },
            Payment { refund_owed: -1, ..payment.clone() },
            Payment { refunded_amount: 1, ..payment.clone() },
            Payment { refunded_amount: -1, ..payment.clone() },
            Payment { paid_at: None, ..paid(payment.clone()) },
            Payment { paid_at: Some(at("06:00")), ..payment.clone() },
        ]
        .map(insert),
    );
    broken.extend(
        [0, -1, 1_000_000_000_001]
            .map(|minor| insert(Refund { amount: euro(minor), ..refund.clone() })),
    );
    let (over, about) =
        (make.provider_dispute(&of.payment), make.dispute(&of.booking, &of.cast.owner_user));
    broken.extend(
        [
            Dispute { amount: None, ..over.clone() },
            Dispute { payment: None, ..over.clone() },
            Dispute { amount: Some(euro(0)), ..over.clone() },
            Dispute { closed_at: Some(at("07:00")), ..over.clone() },
            Dispute { status: DisputeStatus::Lost, ..over.clone() },
            Dispute { amount: over.amount, ..about.clone() },
            Dispute { payment: over.payment, ..about.clone() },
            Dispute { status: DisputeStatus::Won, ..about },
        ]
        .map(insert),
    );
    let entries = [
        LedgerEntry { amount: euro(0), ..entry.clone() },
        LedgerEntry { amount: euro(-5), ..entry.clone() },
        LedgerEntry { credit: entry.debit, ..entry.clone() },
    ];
    broken.extend(entries.map(|entry| {
        let error = invalid(&entry);
        Broken::append(entry, error)
    }));
    let payout = make.payout(&of.cast.trainer);
    let sent = Payout { state: PayoutState::Processed, ..payout.clone() };
    broken.extend(
        [
            Payout { amount: euro(0), ..payout.clone() },
            Payout { carried_in: -1, ..payout.clone() },
            Payout { carried_out: -1, ..payout.clone() },
            Payout { processed_at: Some(at("07:00")), ..payout },
            sent,
        ]
        .map(insert),
    );
    let quote = make.quote(&of.cast, between("18:00", "19:00"));
    broken.extend(
        [
            Quote { session: between("18:00", "18:04"), ..quote.clone() },
            Quote { buffer_before_minutes: 721, ..quote.clone() },
            Quote { buffer_after_minutes: 721, ..quote.clone() },
            Quote { fee: euro(-1), ..quote.clone() },
            Quote { fee: euro(5_001), ..quote.clone() },
            Quote { fee: Money::new(750, Currency::USD), ..quote },
        ]
        .map(insert),
    );
    let event = make.provider_event(&Payment { amount: euro(0), ..of.payment.clone() });
    let error = invalid(&event);
    broken.push(Broken::append(event, error));
    broken.push(update(Payment { refund_reserved: 5_001, ..of.payment.clone() }));
    broken
}

pub(super) async fn every_broken_bound_is_refused(world: World) {
    let stored = world.everything().await;
    each_is_refused(&world, broken_bounds(&world.make, &stored)).await;
}

pub(super) async fn a_rating_is_never_worn_below_its_reviews(world: World) {
    let cast = world.cast().await;
    let rate = |sum, count| {
        let mut changes = crate::repository::ChangeSet::new();
        changes.rate(RatingDelta { trainer: cast.trainer.id, sum, count });
        changes
    };
    world.commits(rate(9, 2)).await;
    let worn = Trainer { rating: Rating { sum: 9, count: 1 }, ..cast.trainer.clone() };
    world.refuses(rate(0, -1), &invalid(&worn)).await;
    world.commits(rate(-9, -2)).await;
    let trainer = world.trainer(cast.trainer.id).await.unwrap().unwrap();
    assert_eq!(trainer.rating, Rating::default());
}
