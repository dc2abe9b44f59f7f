//! A tour through every question of the storage contract, each stop told to a visitor.
//!
//! It is for tests of what answers alone do not show: how many round trips a question makes, and
//! which statements it sends.
//!
//! # Example: every question that a backend is asked
//!
//! ```
//! # #[cfg(feature = "memory")] {
//! use sitstay::{
//!     conformance::{self, fixtures::Fixtures, tour},
//!     memory::MemoryRepository,
//!     repository::{ChangeSet, Repository},
//! };
//!
//! #[derive(Default)]
//! struct Names(Vec<&'static str>);
//!
//! impl tour::Visitor for Names {
//!     fn before(&mut self) {}
//!
//!     fn after(&mut self, stop: &'static str, _: usize) {
//!         self.0.push(stop);
//!     }
//! }
//!
//! conformance::run(async {
//!     let (repository, rows) = (MemoryRepository::new(), Fixtures::new().everything());
//!     let mut changes = ChangeSet::new();
//!     rows.insert_into(&mut changes);
//!     repository.commit(changes).await.unwrap();
//!
//!     let mut names = Names::default();
//!     tour::of_reads(&repository, &rows, &mut names).await;
//!     assert!(names.0.contains(&"booking file"));
//! });
//! # }
//! ```

use super::{
    every_filter,
    fixtures::{Everything, at, between, date, minutes},
};
use crate::{
    audit::{FeedPosition, Subject, SubjectKind},
    ids::{CommandId, TrainerId},
    repository::{
        BelongingsQuery, CallerQuery, Cursor, NearbyQuery, PageRequest, PaymentSought, PayoutDue,
        PayoutSought, Repository, ScheduleQuery,
    },
    search::{Criteria, PriceRange, Ring, SearchWords},
    time::Instant,
};

/// Who is told of every stop: `()` where nobody wants to know.
pub trait Visitor {
    /// Something is about to be asked.
    fn before(&mut self);

    /// It was answered: what the stop is called, and in how many round trips it may be answered.
    fn after(&mut self, stop: &'static str, trips: usize);
}

impl Visitor for () {
    fn before(&mut self) {}

    fn after(&mut self, _: &'static str, _: usize) {}
}

/// Awaits a call, tells the visitor of it, and returns the answer.
///
/// # Panics
///
/// If the call is refused.
pub async fn stop<T, E: std::fmt::Debug>(
    visitor: &mut impl Visitor,
    name: &'static str,
    trips: usize,
    call: impl Future<Output = Result<T, E>>,
) -> T {
    visitor.before();
    let outcome = call.await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    visitor.after(name, trips);
    outcome
}

/// Asks every question of the storage contract, with every combination of what narrows a list down,
/// on the first page and on a later one.
///
/// `rows` must be stored. At the end commands that were stored before [`Instant::MIN`] are purged,
/// which are none.
///
/// # Panics
///
/// If a question is refused.
pub async fn of_reads(repository: &dyn Repository, rows: &Everything, visitor: &mut impl Visitor) {
    let cast = &rows.cast;
    let caller = CallerQuery {
        command: CommandId::from_uuid(rows.command.id.as_uuid()),
        user: Some(cast.owner_user.id),
    };
    let schedule = ScheduleQuery {
        trainer: cast.trainer.id,
        service: Some(cast.service.id),
        dog: Some(cast.dog.id),
        quote: Some(rows.quote.id),
        range: between("00:00", "23:00"),
        now: at("00:00"),
    };
    let belongings = BelongingsQuery {
        location: Some(rows.location.id),
        service: Some(cast.service.id),
        certification: Some(rows.certification.id),
        exception: Some((cast.trainer.id, date(1))),
        time_block: Some(rows.time_block.id),
        dog: Some(cast.dog.id),
        photo: Some(rows.photo.id),
        notification: Some(rows.notification.id),
        preferences: Some(cast.owner_user.id),
        calendar: Some(cast.trainer.id),
    };
    let (page, booking) = (PageRequest::first(1).unwrap(), rows.booking.id);
    let r = repository;
    stop(visitor, "caller", 1, r.caller(caller)).await;
    stop(visitor, "belongings", 1, r.belongings(caller, belongings)).await;
    stop(visitor, "person", 1, r.person(caller, cast.owner_user.id)).await;
    stop(visitor, "erasure file", 1, r.erasure_file(caller, cast.owner_user.id)).await;
    let file = r.erasure_file(caller, cast.trainer_user.id);
    stop(visitor, "erasure file of a trainer", 1, file).await;
    stop(visitor, "desk", 1, r.desk(caller, cast.trainer_user.id, at("00:00"))).await;
    stop(visitor, "request", 1, r.request(caller, schedule)).await;
    stop(visitor, "booking file", 1, r.booking_file(caller, booking)).await;
    stop(visitor, "move file", 1, r.move_file(caller, booking, schedule)).await;
    stop(visitor, "series files", 1, r.series_files(caller, rows.series.id, at("00:00"))).await;
    for sought in payments(rows) {
        stop(visitor, "payment case", 1, r.payment_case(caller, &sought)).await;
    }
    stop(visitor, "review file", 1, r.review_file(caller, rows.review.id)).await;
    stop(visitor, "user", 1, r.user(cast.owner_user.id)).await;
    stop(visitor, "user by e-mail", 1, r.user_by_email(&cast.owner_user.email.key())).await;
    stop(visitor, "location", 1, r.location(rows.location.id)).await;
    stop(visitor, "locations", 1, r.locations(cast.trainer_user.id)).await;
    stop(visitor, "trainer", 1, r.trainer(cast.trainer.id)).await;
    stop(visitor, "calendar", 1, r.calendar(cast.trainer.id)).await;
    stop(visitor, "service", 1, r.service(cast.service.id)).await;
    stop(visitor, "services", 1, r.services(cast.trainer.id)).await;
    stop(visitor, "card", 1, r.trainer_card(cast.trainer.id)).await;
    stop(visitor, "schedule", 1, r.schedule(schedule)).await;
    for query in neighbourhoods(rows) {
        stop(visitor, "nearby", 1, r.nearby(&query)).await;
    }
    let trainers = [cast.trainer.id, TrainerId::from_uuid(booking.as_uuid())].into();
    stop(visitor, "offerings", 1, r.offerings(&trainers, between("00:00", "23:00"))).await;
    stop(visitor, "dog", 1, r.dog(cast.dog.id)).await;
    stop(visitor, "dogs", 1, r.dogs(cast.owner.id)).await;
    stop(visitor, "photos", 1, r.photos(cast.dog.id)).await;
    stop(visitor, "booking", 1, r.booking(booking)).await;
    stop(visitor, "claims", 1, r.claims(booking)).await;
    stop(visitor, "mismatched claims", 1, r.mismatched_claims(10)).await;
    stop(visitor, "review", 1, r.review(rows.review.id)).await;
    stop(visitor, "payments", 1, r.payments(booking)).await;
    stop(visitor, "refunds", 1, r.refunds(booking)).await;
    stop(visitor, "disputes", 1, r.disputes(booking)).await;
    stop(visitor, "ledger", 1, r.ledger(booking)).await;
    for after in [None, Some(rows.payment.id)] {
        stop(visitor, "audited payments", 1, r.audited_payments(after, 10)).await;
    }
    stop(visitor, "audited payouts", 1, r.audited_payouts(None, 10)).await;
    stop(visitor, "stray entries", 1, r.stray_entries(None, 10)).await;
    stop(visitor, "stray reports", 1, r.stray_reports(None, 10)).await;
    stop(visitor, "account totals", 1, r.account_totals()).await;
    let (trainer, euro) = (cast.trainer.id, rows.payout.amount.currency());
    stop(visitor, "payout round", 1, r.payout_round(caller, trainer, euro)).await;
    for sought in payouts(rows) {
        stop(visitor, "payout case", 1, r.payout_case(caller, &sought)).await;
    }
    let day = between("00:00", "23:00");
    stop(visitor, "payout items", 1, r.payout_items(rows.payout.id)).await;
    stop(visitor, "statement rows", 1, r.statement_rows(trainer, euro, day)).await;
    stop(visitor, "trainer's earnings", 1, r.trainer_earnings(trainer)).await;
    for after in [None, Some(PayoutDue { trainer, currency: euro })] {
        stop(visitor, "payouts due", 1, r.payouts_due(after, 10)).await;
    }
    let told = [rows.notification.id].into();
    stop(visitor, "told", 1, r.told(&told)).await;
    stop(visitor, "unread count", 1, r.unread_count(cast.owner_user.id)).await;
    let subject = Subject::new(SubjectKind::User, cast.owner_user.id);
    let history = stop(visitor, "history", 1, r.history(&subject.into(), page)).await;
    let position = history.items[0].position;
    stop(visitor, "feed", 1, r.feed(position, 10)).await;
    stop(visitor, "feed from its start", 1, r.feed(FeedPosition::START, 10)).await;
    stop(visitor, "due", 1, r.due(at("23:00"), at("23:00"), at("23:59"), 100)).await;
    let after = Some(Cursor::new(at("00:00"), booking.as_uuid()));
    for page in [page, page.after(after)] {
        for filter in every_filter::of_the_trail(rows, day) {
            stop(visitor, "history", 1, r.history(&filter, page)).await;
        }
        for filter in every_filter::of_payments(rows, day) {
            stop(visitor, "payments of a party", 1, r.lesson_payments(&filter, page)).await;
        }
        for filter in every_filter::of_payouts(rows) {
            stop(visitor, "payouts", 1, r.payouts(&filter, page)).await;
        }
        for filter in every_filter::of_reviews(rows) {
            stop(visitor, "reviews", 1, r.reviews(&filter, page)).await;
        }
        for filter in every_filter::of_notifications(rows) {
            stop(visitor, "notifications", 1, r.notifications(&filter, page)).await;
            stop(visitor, "inbox", 1, r.inbox(&filter, page)).await;
        }
        for filter in every_filter::of_lessons(rows, minutes(0, 1_440)) {
            stop(visitor, "lessons", 1, r.lessons(&filter, page)).await;
        }
    }
    stop(visitor, "census", 1, r.census()).await;
    stop(visitor, "purge", 1, r.purge_commands(Instant::MIN)).await;
}

/// Every combination of what trainers can be looked for by.
fn neighbourhoods(rows: &Everything) -> Vec<NearbyQuery> {
    let ring = |radius| Ring::around(rows.location.public_point(), radius);
    let query = |bits: u32| {
        let has = |bit: u32| bits & (1 << bit) != 0;
        let words = if has(2) { "coming back" } else { "" };
        NearbyQuery {
            rings: if has(6) { vec![ring(4_000), ring(12_000)] } else { vec![ring(30_000)] },
            enough: 10,
            limit: 100,
            criteria: Criteria {
                is_verified: has(0),
                min_mean_e4: has(1).then_some(30_000),
                words: SearchWords::parse(words).unwrap(),
                price: has(3).then(|| PriceRange::any(rows.cast.service.price.currency())),
                dog_size: has(4).then_some(rows.cast.dog.size),
                min_minutes: has(5).then_some(30),
            },
        }
    };
    (0..128).map(query).collect()
}

/// Every way in which a payout is sought.
fn payouts(rows: &Everything) -> [PayoutSought; 2] {
    [
        PayoutSought::Payout(rows.payout.id),
        PayoutSought::Reported {
            provider: rows.payout.provider.clone(),
            reference: rows.provider_event.event.happening.reference().clone(),
            payout: Some(rows.payout.id),
        },
    ]
}

/// Every way in which a payment is sought.
fn payments(rows: &Everything) -> [PaymentSought; 4] {
    [
        PaymentSought::Payment(rows.payment.id),
        PaymentSought::Refund(rows.refund.id),
        PaymentSought::Dispute(rows.dispute.id),
        PaymentSought::Reported {
            provider: rows.payment.provider.clone(),
            reference: rows.provider_event.event.happening.reference().clone(),
            payment: Some(rows.payment.id),
            refund: Some(rows.refund.id),
        },
    ]
}
