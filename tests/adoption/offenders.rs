//! A dry run lists every row that breaks a rule, once for each rule, and no other.

use std::collections::BTreeSet;

use sitstay::{
    adoption::{AdoptionError, Flag, Offender, Reason, Remark, SourceTable, Spare},
    booking::BookingStatus,
    ids::{RoleId, ServiceId, UserId},
    memory::MemoryRepository,
    repository::{Repository as _, RowKey, TrainerQueries as _},
};

use super::{adoption, key, now, run, terms, town, uuid};

/// A row that breaks one rule: in a table, made of a sound row by changes, what is told of it.
#[derive(Clone, Copy)]
struct Case {
    table: SourceTable,
    original: u32,
    changes: &'static str,
    reason: Reason,
    column: &'static str,
    other: Option<u32>,
}

const fn case(
    table: SourceTable,
    original: u32,
    changes: &'static str,
    reason: Reason,
    column: &'static str,
) -> Case {
    Case { table, original, changes, reason, column, other: None }
}

const fn beside(case: Case, other: u32) -> Case {
    Case { other: Some(other), ..case }
}

use Reason as R;
use SourceTable as T;

/// The lessons of these are of 2028 or of long ago, each at a time of its own.
const CASES: &[Case] = &[
    beside(case(T::Roles, 4, "{}", R::DuplicateRole, "name"), 4),
    case(T::Roles, 4, r#"{"name": " "}"#, R::Empty, "name"),
    case(T::Roles, 3, r#"{"name": "Admin "}"#, R::MisspelledRole, "name"),
    case(T::Users, 12, r#"{"email": "nobody"}"#, R::Malformed, "email"),
    case(T::Users, 12, r#"{"email": null}"#, R::Missing, "email"),
    beside(
        case(
            T::Users,
            12,
            r#"{"email": "BOB@Example.COM", "created_at": "2026-03-01"}"#,
            R::DuplicateEmail,
            "email",
        ),
        12,
    ),
    case(T::Users, 12, r#"{"email": "a1@example.com", "first_name": " "}"#, R::Empty, "first_name"),
    case(
        T::Users,
        12,
        r#"{"email": "a2@example.com", "last_name": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#,
        R::TooLong,
        "last_name",
    ),
    case(T::Users, 12, r#"{"email": "a3@example.com", "phone": "030 123"}"#, R::Malformed, "phone"),
    case(
        T::Users,
        12,
        r#"{"email": "a4@example.com", "password": "secret"}"#,
        R::Malformed,
        "password",
    ),
    case(
        T::Users,
        12,
        r#"{"email": "a5@example.com", "status": "banned"}"#,
        R::UnknownStatus,
        "status",
    ),
    case(
        T::Users,
        12,
        r#"{"email": "a6@example.com", "created_at": "infinity"}"#,
        R::Missing,
        "created_at",
    ),
    case(
        T::Users,
        12,
        r#"{"email": "a7@example.com", "created_at": "1960-01-01"}"#,
        R::OutOfRange,
        "created_at",
    ),
    case(
        T::Owners,
        31,
        r#"{"user_id": "00000000-0000-4000-8000-000000009999"}"#,
        R::Orphan,
        "user_id",
    ),
    beside(
        case(T::Owners, 31, r#"{"created_at": "2026-03-01"}"#, R::DuplicateProfile, "user_id"),
        31,
    ),
    case(T::Owners, 31, r#"{"user_id": null}"#, R::Missing, "user_id"),
    case(T::Locations, 41, r#"{"address": ""}"#, R::Empty, "address"),
    case(T::Locations, 41, r#"{"zip_code": "ABC"}"#, R::Malformed, "zip_code"),
    case(T::Locations, 41, r#"{"latitude": 91}"#, R::OutOfRange, "latitude"),
    case(T::Locations, 41, r#"{"longitude": null}"#, R::Missing, "longitude"),
    case(
        T::Trainers,
        21,
        r#"{"years_of_experience": 81, "user_id": "00000000-0000-4000-8000-000000000012"}"#,
        R::OutOfRange,
        "years_of_experience",
    ),
    beside(
        case(T::Trainers, 22, r#"{"created_at": "2026-03-01"}"#, R::DuplicateProfile, "user_id"),
        22,
    ),
    case(T::Services, 51, r#"{"price": 10.005}"#, R::FractionalAmount, "price"),
    case(T::Services, 51, r#"{"price": -1}"#, R::OutOfRange, "price"),
    case(T::Services, 51, r#"{"price": "NaN"}"#, R::Malformed, "price"),
    case(T::Services, 51, r#"{"price": 1e30}"#, R::OutOfRange, "price"),
    case(T::Services, 51, r#"{"duration_minutes": 1441}"#, R::OutOfRange, "duration_minutes"),
    case(T::Services, 51, r#"{"is_active": null}"#, R::Missing, "is_active"),
    case(
        T::Services,
        51,
        r#"{"trainer_id": "00000000-0000-4000-8000-000000009999"}"#,
        R::Orphan,
        "trainer_id",
    ),
    case(T::Certifications, 61, r#"{"issued_at": "1899-12-31"}"#, R::OutOfRange, "issued_at"),
    case(T::Certifications, 61, r#"{"issued_at": null}"#, R::Missing, "issued_at"),
    case(T::Hours, 71, r#"{"day_of_week": 7}"#, R::OutOfRange, "day_of_week"),
    case(
        T::Hours,
        71,
        r#"{"day_of_week": 2, "start_time": "09:00:30"}"#,
        R::FractionalMinutes,
        "start_time",
    ),
    beside(
        case(
            T::Hours,
            71,
            r#"{"start_time": "11:59", "end_time": "12:00"}"#,
            R::WindowOverlap,
            "start_time",
        ),
        71,
    ),
    beside(
        case(
            T::Hours,
            71,
            r#"{"day_of_week": 0, "start_time": "02:59", "end_time": "04:00"}"#,
            R::WindowOverlap,
            "start_time",
        ),
        73,
    ),
    case(T::Dogs, 81, r#"{"size": "tiny"}"#, R::UnknownSize, "size"),
    case(T::Dogs, 81, r#"{"age": 41}"#, R::OutOfRange, "age"),
    case(T::Dogs, 81, r#"{"age": -1}"#, R::OutOfRange, "age"),
    case(
        T::Dogs,
        81,
        r#"{"owner_id": "00000000-0000-4000-8000-000000009999"}"#,
        R::Orphan,
        "owner_id",
    ),
    case(
        T::Photos,
        91,
        r#"{"photo_url": "http://pictures.example/rex.jpg"}"#,
        R::Malformed,
        "photo_url",
    ),
    case(
        T::Bookings,
        101,
        r#"{"trainer_id": "00000000-0000-4000-8000-000000009999", "service_id": null}"#,
        R::Orphan,
        "trainer_id",
    ),
    case(
        T::Bookings,
        101,
        r#"{"dog_id": "00000000-0000-4000-8000-000000009999"}"#,
        R::Orphan,
        "dog_id",
    ),
    case(
        T::Bookings,
        101,
        r#"{"service_id": "00000000-0000-4000-8000-000000009999"}"#,
        R::Orphan,
        "service_id",
    ),
    case(T::Bookings, 101, r#"{"status": "done"}"#, R::UnknownStatus, "status"),
    case(T::Bookings, 101, r#"{"end_time": "2027-02-02 10:01"}"#, R::OutOfRange, "end_time"),
    case(T::Bookings, 101, r#"{"end_time": "2027-02-01 10:00"}"#, R::EmptyInterval, "end_time"),
    case(
        T::Bookings,
        101,
        r#"{"end_time": "2027-02-01 11:00:30"}"#,
        R::FractionalMinutes,
        "end_time",
    ),
    case(
        T::Bookings,
        101,
        r#"{"start_time": "2026-03-29 02:30", "end_time": "2026-03-29 04:00"}"#,
        R::SkippedLocalTime,
        "start_time",
    ),
    case(
        T::Bookings,
        101,
        r#"{"start_time": "2026-10-25 02:30", "end_time": "2026-10-25 04:00"}"#,
        R::AmbiguousLocalTime,
        "start_time",
    ),
    case(T::Bookings, 101, r#"{"start_time": null}"#, R::Missing, "start_time"),
    case(T::Bookings, 101, r#"{"price_snapshot": 0.5001}"#, R::FractionalAmount, "price_snapshot"),
    case(T::Bookings, 101, r#"{"price_snapshot": -50}"#, R::OutOfRange, "price_snapshot"),
    case(
        T::Bookings,
        101,
        r#"{"start_time": "2028-01-01 10:00", "end_time": "2028-01-01 11:00"}"#,
        R::CompletedEarly,
        "end_time",
    ),
    case(
        T::Bookings,
        101,
        r#"{"dog_id": "00000000-0000-4000-8000-000000000082"}"#,
        R::ForeignDog,
        "dog_id",
    ),
    case(
        T::Bookings,
        101,
        r#"{"service_id": "00000000-0000-4000-8000-000000000052"}"#,
        R::ForeignService,
        "service_id",
    ),
    case(
        T::Bookings,
        111,
        r#"{"start_time": "2028-01-02 10:00", "end_time": "2028-01-02 11:00", "status": "accepted"}"#,
        R::DeletedParty,
        "status",
    ),
    // The town's 104 lasts from 10:00 to 11:00, and its 106, which is only asked for, from 18:00.
    case(T::Bookings, 104, r#"{"start_time": "2027-03-05 10:59"}"#, R::OutOfRange, "end_time"),
    beside(
        case(
            T::Bookings,
            104,
            r#"{"start_time": "2027-03-05 10:30", "dog_id": "00000000-0000-4000-8000-000000000082", "owner_id": "00000000-0000-4000-8000-000000000032"}"#,
            R::TrainerOverlap,
            "start_time",
        ),
        104,
    ),
    beside(
        case(
            T::Bookings,
            104,
            r#"{"start_time": "2027-03-05 10:30", "trainer_id": "00000000-0000-4000-8000-000000000022", "service_id": null}"#,
            R::DogOverlap,
            "start_time",
        ),
        104,
    ),
    case(
        T::Reviews,
        201,
        r#"{"booking_id": "00000000-0000-4000-8000-000000000110", "owner_id": "00000000-0000-4000-8000-000000000032", "rating": 6}"#,
        R::OutOfRange,
        "rating",
    ),
    beside(
        case(T::Reviews, 201, r#"{"created_at": "2027-02-20"}"#, R::DuplicateReview, "booking_id"),
        201,
    ),
    case(
        T::Reviews,
        201,
        r#"{"booking_id": "00000000-0000-4000-8000-000000009999"}"#,
        R::Orphan,
        "booking_id",
    ),
    case(
        T::Reviews,
        201,
        r#"{"booking_id": "00000000-0000-4000-8000-000000000109"}"#,
        R::NotReviewable,
        "booking_id",
    ),
    case(
        T::Payments,
        301,
        r#"{"booking_id": "00000000-0000-4000-8000-000000000102", "currency": "USD"}"#,
        R::OtherCurrency,
        "currency",
    ),
    case(T::Payments, 303, r#"{"amount": 49}"#, R::OtherAmount, "amount"),
    case(T::Payments, 303, r#"{"amount": 50.001}"#, R::FractionalAmount, "amount"),
    case(T::Payments, 303, r#"{"amount": 0}"#, R::OutOfRange, "amount"),
    case(T::Payments, 303, r#"{"status": "lost"}"#, R::UnknownStatus, "status"),
    case(T::Payments, 303, r#"{"provider": "a b"}"#, R::Malformed, "provider"),
    beside(
        case(
            T::Payments,
            301,
            r#"{"created_at": "2027-02-20"}"#,
            R::DuplicatePayment,
            "booking_id",
        ),
        301,
    ),
    case(T::Payouts, 401, r#"{"status": "lost"}"#, R::UnknownStatus, "status"),
    case(T::Payouts, 401, r#"{"amount": 0.001}"#, R::FractionalAmount, "amount"),
    case(T::Payouts, 401, r#"{"processed_at": null}"#, R::Missing, "processed_at"),
    case(T::Notifications, 501, r#"{"is_read": null}"#, R::Missing, "is_read"),
    case(
        T::Notifications,
        501,
        r#"{"user_id": "00000000-0000-4000-8000-000000009999"}"#,
        R::Orphan,
        "user_id",
    ),
];

/// The number of the first row that a case makes; ids of copies sort behind those of the town.
const FIRST: u32 = 1_000;

impl Case {
    fn sql(&self, number: u32) -> String {
        let Self { table, original, changes, .. } = self;
        format!(
            "SELECT put('{table}', n({original}), '{changes}'::jsonb || jsonb_build_object('id', n({number})));"
        )
    }

    fn offender(&self, number: u32) -> Offender {
        let (table, reason) = (self.table, self.reason);
        let other = self.other.map(key);
        Offender { table, key: key(number), reason, column: Some(self.column), other }
    }
}

#[tokio::test]
async fn a_sound_database_has_no_offenders() {
    let town = town().await;
    let report = adoption(&town).dry_run(now()).await.unwrap();
    assert_eq!(report.offenders(), []);
    assert!(report.is_clean());
    assert_eq!(report.rows(T::Bookings), 11);
    assert_eq!(report.rows(T::AuditLogs), 2);
}

#[tokio::test]
async fn every_rule_is_told_of_the_row_that_breaks_it_and_of_no_other() {
    let town = town().await;
    let mut sql = String::new();
    let mut expected = BTreeSet::new();
    for (case, number) in CASES.iter().zip(FIRST..) {
        sql.push_str(&case.sql(number));
        expected.insert(case.offender(number));
    }
    let pair = |user: u32, role: u32| {
        RowKey::from((UserId::from_uuid(uuid(user)), RoleId::from_uuid(uuid(role))))
    };
    let mut expect = |table, key, reason, column, other| {
        expected.insert(Offender { table, key, reason, column: Some(column), other });
    };
    sql.push_str("INSERT INTO user_roles VALUES (n(9999), n(1)), (n(12), n(9999)), (n(12), n(1));");
    expect(T::UserRoles, pair(9_999, 1), R::Orphan, "user_id", None);
    expect(T::UserRoles, pair(12, 9_999), R::Orphan, "role_id", None);
    expect(T::UserRoles, pair(12, 1), R::DuplicateRole, "role_id", None);
    // Cem keeps a dog without being an owner.
    sql.push_str("INSERT INTO dog_owners VALUES (n(38), n(13), '2026-01-02', NULL);");
    expect(T::Owners, key(38), R::MissingRole, "user_id", None);
    // Ann keeps a dog, and books herself.
    sql.push_str(
        "INSERT INTO user_roles VALUES (n(11), n(1)), (n(12), n(2));
         INSERT INTO dog_owners VALUES (n(39), n(11), '2026-01-02', NULL);
         INSERT INTO dogs VALUES (n(89), n(39), 'Lu', NULL, 1, 'small', NULL, '2026-01-02', NULL);
         SELECT put('bookings', n(101), jsonb_build_object('id', n(190), 'owner_id', n(39), 'dog_id', n(89)));
         SELECT put('bookings', n(110), jsonb_build_object('id', n(192)));
         SELECT put('reviews', n(201), jsonb_build_object('id', n(290), 'booking_id', n(192)));",
    );
    expect(T::Bookings, key(190), R::OwnLesson, "owner_id", None);
    expect(T::Reviews, key(290), R::ForeignReview, "booking_id", None);
    // An instant that is not finite, read for the row itself and for the review of it.
    sql.push_str(
        "SELECT put('bookings', n(103), jsonb_build_object('id', n(193), 'end_time', 'infinity'));
         SELECT put('reviews', n(203), jsonb_build_object('id', n(291), 'booking_id', n(193)));",
    );
    expect(T::Bookings, key(193), R::Missing, "end_time", None);
    expect(T::Reviews, key(291), R::NotReviewable, "booking_id", None);
    // Of two lessons that overlap, the one that is only asked for is told, though it is earlier.
    sql.push_str(
        "SELECT put('bookings', n(104), jsonb_build_object('id', n(191), 'dog_id', n(82), 'owner_id', n(32),
                    'start_time', '2027-03-01 18:30', 'end_time', '2027-03-01 19:30'));
         UPDATE bookings SET dog_id = n(81), owner_id = n(31) WHERE id = n(106);",
    );
    expect(T::Bookings, key(106), R::TrainerOverlap, "start_time", Some(key(191)));
    // Twenty-five windows start on one weekday.
    sql.push_str(
        "INSERT INTO trainer_availability SELECT n(700 + i), n(22), 3, '00:00'::time + i * interval '10 min',
                '00:05'::time + i * interval '10 min', '2026-01-01', NULL FROM generate_series(0, 24) i;",
    );
    expect(T::Hours, key(724), R::TooManyWindows, "day_of_week", None);
    run(&town, &sql).await;

    let report = adoption(&town).dry_run(now()).await.unwrap();
    let told: BTreeSet<Offender> = report.offenders().iter().copied().collect();
    let missed: Vec<_> = expected.difference(&told).collect();
    let surplus: Vec<_> = told.difference(&expected).collect();
    assert!(missed.is_empty() && surplus.is_empty(), "missed {missed:#?}, surplus {surplus:#?}");
    assert_eq!(report.offenders().len(), expected.len(), "each is told once");
    let tested: BTreeSet<Reason> = expected.iter().map(|offender| offender.reason).collect();
    assert_eq!(tested.len(), Reason::ALL.len(), "every reason has a case");
}

#[tokio::test]
async fn a_copy_does_not_begin_while_a_row_breaks_a_rule() {
    let town = town().await;
    run(&town, &CASES[2].sql(FIRST)).await;
    let target = MemoryRepository::new();
    let before = target.census().await.unwrap();
    let refused = adoption(&town).copy_into(&target, now(), &mut |_| {}).await.unwrap_err();
    let AdoptionError::Offenders(report) = refused else { panic!("{refused}") };
    assert_eq!(report.offenders(), [CASES[2].offender(FIRST)]);
    assert_eq!(target.census().await.unwrap(), before);
}

#[tokio::test]
async fn what_is_declared_is_mended_and_no_offence() {
    let town = town().await;
    run(
        &town,
        "UPDATE users SET phone = '030 123' WHERE id = n(12);
         UPDATE dogs SET age = 99 WHERE id = n(81);
         UPDATE bookings SET status = 'confirmed' WHERE id = n(104);
         UPDATE trainer_services SET price = 0.1::float8 + 0.2::float8, is_active = NULL WHERE id = n(51);
         UPDATE dog_trainers SET is_verified = NULL WHERE id = n(22);
         UPDATE notifications SET is_read = NULL WHERE id = n(501);
         DELETE FROM user_roles WHERE user_id = n(14);",
    )
    .await;
    let report = adoption(&town).dry_run(now()).await.unwrap();
    assert_eq!(report.offenders().len(), 8);
    assert_eq!(report.remarks()[&Remark::RefundDue], 1);
    assert_eq!(report.remarks().len(), 1, "nothing was mended");
    let terms = terms()
        .emptying([Spare::Phone, Spare::Age])
        .booking_status("confirmed", BookingStatus::Accepted)
        .assuming(Flag::Active, true)
        .assuming(Flag::Verified, false)
        .assuming(Flag::Read, true)
        .granting_roles()
        .forgiving_noise();
    let adoption = sitstay::adoption::Adoption::of(town.options(), terms);
    let report = adoption.dry_run(now()).await.unwrap();
    assert_eq!(report.offenders(), []);
    let remarks = [
        (Remark::AssumedFlag, 3),
        (Remark::ForgivenNoise, 1),
        (Remark::GrantedRole, 1),
        (Remark::RefundDue, 1),
    ];
    assert_eq!(*report.remarks(), remarks.into());
    let target = MemoryRepository::new();
    let outcome = adoption.copy_into(&target, now(), &mut |_| {}).await.unwrap();
    assert_eq!(outcome.remarks, remarks.into());
    let service = target.service(ServiceId::from_uuid(uuid(51))).await.unwrap().unwrap();
    assert!(service.is_active && service.price.minor() == 30);
    assert_eq!(
        outcome.emptied.into_iter().collect::<Vec<_>>(),
        [(Spare::Phone, 1), (Spare::Age, 1)]
    );
}

#[tokio::test]
async fn another_schema_is_refused_by_the_first_column_that_differs() {
    let town = town().await;
    run(&town, "ALTER TABLE bookings ALTER start_time TYPE timestamptz").await;
    let refused = adoption(&town).dry_run(now()).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "bookings.start_time is timestamp with time zone, not timestamp without time zone"
    );
    run(&town, "ALTER TABLE roles DROP COLUMN name").await;
    let refused = adoption(&town).dry_run(now()).await.unwrap_err();
    assert_eq!(refused.to_string(), "roles.name is missing, not a column");
}
