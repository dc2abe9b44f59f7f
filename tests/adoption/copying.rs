//! A copy is the same on every backend, and accounts for every row.

use std::{collections::BTreeMap, sync::Arc};

use sitstay::{
    account::{RoleName, UserStatus},
    adoption::{LeftBehind, Outcome, Progress, SourceTable, Tally},
    audit::{Event, Subject, SubjectKind},
    booking::{Attendance, BookingStatus, CancelKind},
    ids::{
        BookingId, CommandId, DogId, LocationId, OwnerId, ReviewId, ServiceId, TrainerId, UserId,
    },
    ledger::Account,
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, Money, MoneyPolicy},
    payment::{PaymentStatus, RefundStatus},
    payout::PayoutState,
    platform::Platform,
    policy::PlatformPolicy,
    postgres::PostgresRepository,
    repository::{
        AccountQueries as _, AuditQueries as _, BookingQueries as _, CallerQuery,
        DecisionQueries as _, DogQueries as _, DueQueries as _, MoneyQueries as _, PageRequest,
        PaymentFilter, Repository, ReviewQueries as _, TrainerQueries as _,
    },
    sqlite::SqliteRepository,
    time::Instant,
    trainer::Rating,
};

use super::{adoption, now, postgres_server::Database, run, town, uuid};

pub(super) async fn copied(town: &Database, target: &dyn Repository) -> Outcome {
    adoption(town).copy_into(target, now(), &mut |_| {}).await.unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) fn booking(number: u32) -> BookingId {
    BookingId::from_uuid(uuid(number))
}

/// Everything that the contract shows of the town's numbers, in words that can be compared.
pub(super) async fn content(target: &dyn Repository) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |line: String| lines.push(line);
    let nobody = |user| CallerQuery { command: CommandId::from_uuid(uuid(0)), user };
    for n in 11..=15 {
        let user = UserId::from_uuid(uuid(n));
        let stored = target.user(user).await.unwrap();
        let secrets = stored.as_ref().map(|row| {
            (
                row.email.to_string(),
                row.phone.clone(),
                row.password.as_ref().map(|p| p.expose().to_owned()),
            )
        });
        say(format!("{stored:?} {secrets:?}"));
        say(format!("{:?}", target.caller(nobody(Some(user))).await.unwrap().standing));
        say(format!("{:?}", target.locations(user).await.unwrap()));
        say(format!("{:?}", target.notifications(&user.into(), PageRequest::MAX).await.unwrap()));
        say(format!("{:?}", target.desk(nobody(None), user, Instant::MIN).await.unwrap().1));
    }
    for n in 21..=22 {
        let trainer = TrainerId::from_uuid(uuid(n));
        say(format!("{:?}", target.trainer_card(trainer).await.unwrap()));
        say(format!("{:?}", target.services(trainer).await.unwrap()));
        say(format!("{:?}", target.payouts(&trainer.into(), PageRequest::MAX).await.unwrap()));
        say(format!("{:?}", target.trainer_earnings(trainer).await.unwrap()));
        say(format!("{:?}", target.reviews(&trainer.into(), PageRequest::MAX).await.unwrap()));
        let filter = PaymentFilter::of_trainer(trainer);
        let payments = target.lesson_payments(&filter, PageRequest::MAX).await.unwrap();
        say(format!("{payments:?}"));
    }
    for n in 31..=33 {
        say(format!("{:?}", target.dogs(OwnerId::from_uuid(uuid(n))).await.unwrap()));
    }
    for n in 81..=83 {
        let dog = DogId::from_uuid(uuid(n));
        say(format!(
            "{:?} {:?}",
            target.dog(dog).await.unwrap(),
            target.photos(dog).await.unwrap()
        ));
    }
    for n in 101..=111 {
        let booking = booking(n);
        say(format!("{:?}", target.booking(booking).await.unwrap()));
        say(format!("{:?}", target.claims(booking).await.unwrap()));
        say(format!("{:?}", target.payments(booking).await.unwrap()));
        say(format!("{:?}", target.refunds(booking).await.unwrap()));
        say(format!("{:?}", target.ledger(booking).await.unwrap()));
        let subject = Subject::new(SubjectKind::Booking, booking);
        let history = target.history(&subject.into(), PageRequest::MAX).await.unwrap();
        say(format!(
            "{:?}",
            history.items.into_iter().map(|entry| entry.entry.event).collect::<Vec<_>>()
        ));
    }
    let census = target.census().await.unwrap();
    say(format!("{census:?}"));
    lines
}

#[tokio::test]
async fn three_backends_hold_the_same_afterwards() {
    let town = town().await;
    let folder = tempfile::tempdir().unwrap();
    let database = Database::migrated().await;
    let memory = MemoryRepository::new();
    let sqlite = SqliteRepository::open(folder.path().join("adopted.sqlite3")).unwrap();
    let postgres = PostgresRepository::builder(database.options()).connect().await.unwrap();
    let targets: [&dyn Repository; 3] = [&memory, &sqlite, &postgres];
    let mut contents = Vec::new();
    let mut outcomes = Vec::new();
    for target in targets {
        outcomes.push(copied(&town, target).await);
        contents.push(content(target).await);
        assert_eq!(target.mismatched_claims(200).await.unwrap(), []);
    }
    assert_eq!(contents[0], contents[1]);
    assert_eq!(contents[0], contents[2]);
    assert_eq!(outcomes[0], outcomes[1]);
    assert_eq!(outcomes[0], outcomes[2]);
}

#[tokio::test]
async fn every_row_is_accounted_for() {
    let town = town().await;
    let target = MemoryRepository::new();
    let mut steps: Vec<Progress> = Vec::new();
    let outcome =
        adoption(&town).copy_into(&target, now(), &mut |step| steps.push(step)).await.unwrap();
    assert!(outcome.adds_up());
    assert_eq!(outcome.now, now());
    let tally = |read, copied, already_there, left: &[(LeftBehind, u64)]| Tally {
        read,
        copied,
        already_there,
        left_behind: left.iter().copied().collect(),
    };
    use LeftBehind::{Erased, NotKept};
    use SourceTable as T;
    let expected = BTreeMap::from([
        (T::Roles, tally(4, 1, 3, &[])),
        (T::Users, tally(5, 5, 0, &[])),
        (T::UserRoles, tally(7, 6, 0, &[(Erased, 1)])),
        (T::Owners, tally(3, 3, 0, &[])),
        (T::Locations, tally(2, 1, 0, &[(Erased, 1)])),
        (T::Trainers, tally(2, 2, 0, &[])),
        (T::Services, tally(2, 2, 0, &[])),
        (T::Certifications, tally(1, 1, 0, &[])),
        (T::Hours, tally(3, 3, 0, &[])),
        (T::Dogs, tally(3, 3, 0, &[])),
        (T::Photos, tally(2, 1, 0, &[(Erased, 1)])),
        (T::Bookings, tally(11, 11, 0, &[])),
        (T::Reviews, tally(4, 4, 0, &[])),
        (T::Payments, tally(5, 5, 0, &[])),
        (T::Payouts, tally(2, 1, 0, &[(NotKept, 1)])),
        (T::Notifications, tally(3, 2, 0, &[(NotKept, 1)])),
        (T::AuditLogs, tally(2, 0, 0, &[(NotKept, 2)])),
    ]);
    assert_eq!(outcome.tables, expected);
    for (table, tally) in expected {
        let last = steps.iter().rev().find(|step| step.table == table).unwrap();
        assert_eq!((last.done, last.rows), (tally.read, tally.read), "{table}");
    }
}

#[tokio::test]
async fn bookings_stand_where_the_rules_put_them() {
    let town = town().await;
    let target = MemoryRepository::new();
    copied(&town, &target).await;
    let stored = async |n| target.booking(booking(n)).await.unwrap().unwrap().into_value();

    let plain = stored(101).await;
    assert_eq!(plain.session.start(), at("2027-02-01T09:00:00Z"), "Berlin is an hour ahead");
    assert_eq!(plain.wall_start.zone.as_str(), "Europe/Berlin");
    assert_eq!(plain.fee, Money::new(750, Currency::EUR));
    assert_eq!(plain.completed_at, Some(plain.session.end()));
    assert_eq!(plain.attendance, Some(Attendance::Attended));
    let late = stored(103).await;
    assert_eq!(late.status, BookingStatus::Completed);
    assert_eq!(late.completed_at, Some(at("2027-02-11T10:00:00Z")), "a day after its end");
    assert_eq!(stored(104).await.status, BookingStatus::Accepted);
    let asked = stored(105).await;
    assert_eq!(asked.hold_expires_at, Some(at("2027-03-02T11:00:00Z")), "a day from now");
    assert_eq!(asked.service, None);
    let soon = stored(106).await;
    assert_eq!(soon.hold_expires_at, Some(soon.session.start()));
    let missed = stored(107).await;
    let cancellation = missed.cancellation.unwrap();
    assert_eq!((cancellation.kind, cancellation.at), (CancelKind::Expired, missed.session.start()));
    let cancellation = stored(108).await.cancellation.unwrap();
    assert_eq!(cancellation.kind, CancelKind::Cancelled);
    assert_eq!(cancellation.reason.unwrap().as_str(), "Ida is ill.");
    assert_eq!(stored(109).await.status, BookingStatus::Accepted, "it can still be disputed");
    for (n, claims) in [
        (101, 0),
        (102, 0),
        (103, 0),
        (104, 2),
        (105, 2),
        (106, 2),
        (107, 0),
        (108, 0),
        (109, 2),
        (110, 0),
    ] {
        assert_eq!(target.claims(booking(n)).await.unwrap().len(), claims, "{n}");
    }
}

#[tokio::test]
async fn people_money_and_ratings_come_out_right() {
    let town = town().await;
    let target = MemoryRepository::new();
    copied(&town, &target).await;
    let query = |user| CallerQuery {
        command: CommandId::from_uuid(uuid(0)),
        user: Some(UserId::from_uuid(uuid(user))),
    };
    let photos = target.photos(DogId::from_uuid(uuid(81))).await.unwrap();
    let made_at = at("2026-01-02T12:00:00Z");
    assert_eq!(
        (photos[0].created_at, photos[0].updated_at),
        (made_at, made_at),
        "it never changed"
    );
    let ann = target.caller(query(11)).await.unwrap().standing.unwrap();
    assert!(ann.holds(RoleName::Trainer) && ann.holds(RoleName::Admin), "by the library's own ids");
    let trainer = ann.trainer.unwrap();
    assert_eq!(trainer.rating, Rating { sum: 13, count: 4 });
    assert_eq!(trainer.search_location, Some(LocationId::from_uuid(uuid(41))));

    let gone = target.user(UserId::from_uuid(uuid(15))).await.unwrap().unwrap();
    assert_eq!(gone.status, UserStatus::Deleted);
    assert!(gone.email.as_str().ends_with("@erased.invalid"));
    let dog = target.dog(DogId::from_uuid(uuid(83))).await.unwrap().unwrap();
    assert!(dog.notes.is_empty() && !dog.is_kept());
    let review = target.review(ReviewId::from_uuid(uuid(204))).await.unwrap().unwrap();
    assert!(review.comment.is_empty() && review.rating.get() == 1);

    let refunded = target.payments(booking(103)).await.unwrap().remove(0);
    assert_eq!(refunded.status, PaymentStatus::Refunded);
    let refund = target.refunds(booking(103)).await.unwrap().remove(0);
    assert_eq!((refund.status, refund.amount), (RefundStatus::Succeeded, refunded.amount));
    // What the ledger says of the trainer: 42.50 for the paid lesson, and nothing of the other.
    let payable = Account::TrainerPayable(TrainerId::from_uuid(uuid(21)));
    let mut balance = 0;
    for n in [101, 103] {
        for entry in target.ledger(booking(n)).await.unwrap() {
            balance += if entry.credit == payable { entry.amount.minor() } else { 0 };
            balance -= if entry.debit == payable { entry.amount.minor() } else { 0 };
        }
    }
    assert_eq!(balance, 4_250);
    // The payout of as much takes it to zero: the trainer could be erased.
    let file =
        target.erasure_file(query(11), UserId::from_uuid(uuid(11))).await.unwrap().1.unwrap();
    assert_eq!(file.open_balances, 0);
    // It holds what it paid, so that nothing is left to pay.
    let trainer = TrainerId::from_uuid(uuid(21));
    let payouts = target.payouts(&trainer.into(), PageRequest::MAX).await.unwrap().items;
    let [payout] = &payouts[..] else { panic!("{payouts:?}") };
    assert_eq!((payout.id.as_uuid(), payout.state), (uuid(401), PayoutState::Processed));
    assert_eq!(payout.amount.minor(), 4_250);
    assert!(!target.payout_items(payout.id).await.unwrap().is_empty());
    let due = target.payouts_due(None, 100).await.unwrap();
    assert!(due.iter().all(|due| due.trainer != trainer), "{due:?}");
}

#[tokio::test]
async fn an_adopted_service_works() {
    let town = town().await;
    let target = Arc::new(MemoryRepository::new());
    copied(&town, &*target).await;
    let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
    let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
    let platform = Platform::new(target.clone(), policy);
    let later = at("2027-03-06T12:00:00Z");
    let report = platform.run_due(later, 100).await.unwrap();
    assert!(report.failed.is_empty(), "{:?}", report.failed);
    assert_eq!(
        target.booking(booking(104)).await.unwrap().unwrap().status,
        BookingStatus::Completed
    );
    assert_eq!(
        target.booking(booking(105)).await.unwrap().unwrap().status,
        BookingStatus::Cancelled
    );
}

#[tokio::test]
async fn listed_rows_and_what_depends_on_them_stay_behind_and_are_counted() {
    let town = town().await;
    run(
        &town,
        "UPDATE users SET email = 'nobody' WHERE id = n(12);
                UPDATE trainer_services SET price = 1.005 WHERE id = n(52);
                UPDATE locations SET latitude = 100 WHERE id = n(41);",
    )
    .await;
    let report = adoption(&town).dry_run(now()).await.unwrap();
    assert_eq!(report.offenders().len(), 3);
    let target = MemoryRepository::new();
    let adoption = adoption(&town).leaving_behind(&report);
    let outcome = adoption.copy_into(&target, now(), &mut |_| {}).await.unwrap();
    assert!(outcome.adds_up());
    let left = |table| outcome.tables[&table].left_behind.clone();
    use LeftBehind::{Dependent, Listed};
    use SourceTable as T;
    assert_eq!(left(T::Users), [(Listed, 1)].into());
    assert_eq!(left(T::UserRoles)[&Dependent], 1);
    assert_eq!(left(T::Owners), [(Dependent, 1)].into());
    assert_eq!(left(T::Services), [(Listed, 1)].into());
    assert_eq!(left(T::Dogs), [(Dependent, 1)].into());
    assert_eq!(left(T::Photos)[&Dependent], 1);
    // 101, 103, 104, 107 and 109 are Bob's, and 107 is for the service too.
    assert_eq!(left(T::Bookings), [(Dependent, 5)].into());
    assert_eq!(left(T::Reviews), [(Dependent, 2)].into());
    assert_eq!(left(T::Payments), [(Dependent, 5)].into());
    assert_eq!(target.user(UserId::from_uuid(uuid(12))).await.unwrap(), None);
    assert_eq!(target.service(ServiceId::from_uuid(uuid(52))).await.unwrap(), None);
    let trainer = target.trainer(TrainerId::from_uuid(uuid(21))).await.unwrap().unwrap();
    assert_eq!(trainer.search_location, None, "the place stayed behind");
    assert_eq!(trainer.rating, Rating { sum: 5, count: 2 });
}

#[tokio::test]
async fn what_depends_on_a_row_without_its_trainer_is_counted_as_dependent() {
    let town = town().await;
    run(&town, "UPDATE bookings SET trainer_id = NULL, service_id = NULL WHERE id = n(101)").await;
    let report = adoption(&town).dry_run(now()).await.unwrap();
    let adoption = adoption(&town).leaving_behind(&report);
    let outcome = adoption.copy_into(&MemoryRepository::new(), now(), &mut |_| {}).await.unwrap();
    let left = |table| outcome.tables[&table].left_behind.clone();
    assert_eq!(left(SourceTable::Bookings), [(LeftBehind::Listed, 1)].into());
    assert_eq!(left(SourceTable::Payments), [(LeftBehind::Dependent, 1)].into());
}

#[tokio::test]
async fn the_trail_says_of_each_thing_that_it_was_adopted() {
    let town = town().await;
    let target = MemoryRepository::new();
    copied(&town, &target).await;
    for (kind, n) in [
        (SubjectKind::User, 11),
        (SubjectKind::Trainer, 21),
        (SubjectKind::Dog, 81),
        (SubjectKind::Booking, 107),
        (SubjectKind::Review, 202),
        (SubjectKind::Payment, 304),
    ] {
        let subject = Subject { kind, id: uuid(n) };
        let history = target.history(&subject.into(), PageRequest::MAX).await.unwrap();
        let entry = &history.items.first().unwrap().entry;
        assert_eq!(entry.event, Event::Adopted { subject });
        assert_eq!((entry.actor, entry.created_at), (None, now()));
    }
}
