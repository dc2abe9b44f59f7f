//! What was stored is read back as it was: every row type, at its extremes and with every code.

use super::{
    fixtures::{
        Cast, accepted, at, between, buffered, cancelled, completed, date, days_later, paid,
        refunded,
    },
    world::{World, first},
};
use crate::{
    account::{Location, Owner, Role, RoleName, User, UserStatus},
    audit::{AuditEntry, Event, Subject, SubjectKind},
    availability::{SchedulingPolicy, Window},
    booking::{
        Attendance, Booking, CancelKind, Cancellation, Proposer, Reschedule, Series, WallStart,
    },
    command::{CommandKind, CommandRecord, Fingerprint},
    contact::Address,
    dog::{Dog, DogPhoto, DogSize},
    geo::GeoPoint,
    money::{BasisPoints, Currency, Money, Price},
    notification::{Notification, NotificationKind, Preferences},
    payment::{
        Account, Dispute, DisputeStatus, LedgerEntry, Payment, PaymentStatus, Refund, RefundCause,
        RefundStatus,
    },
    repository::{BelongingsQuery, Table},
    review::{Points, Review},
    text::{HttpsUrl, Reason, Text, Token},
    time::{Instant, Interval, Weekday},
    trainer::{
        BlockSource, BookingPolicy, CalendarGuard, Certification, CustomRequests, HoursException,
        HoursWindow, Rating, Service, TimeBlock, Trainer,
    },
    years::{DogAge, Experience},
};

/// Stores the first row, then each of the others as its next value, and reads each back.
macro_rules! read_back {
    ($world:ident: $rows:expr, $row:ident => $read:expr) => {{
        let mut stored = None;
        for $row in $rows {
            stored = Some($world.write(stored, $row.clone()).await);
            assert_eq!($read, stored);
        }
    }};
}

/// Returns as many characters of four bytes each, the most that a text of that length can take.
fn dogs(count: usize) -> String {
    "🐕".repeat(count)
}

/// Returns what a careless SQL statement, JSON encoder or pattern would trip over.
fn hostile() -> &'static str {
    "O'Brien \"%_\\ -- ; DROP TABLE users; {}[]<&> \u{301}é\u{200d}\u{feff}"
}

fn texts() -> [Text; 4] {
    [String::new(), dogs(5_000), hostile().to_owned(), "two\nlines\t".to_owned()]
        .map(|text| Text::parse(&text).unwrap())
}

fn all_of_time() -> Interval {
    Interval::new(Instant::MIN, Instant::MAX).unwrap()
}

fn kuwait() -> Currency {
    "KWD".parse().unwrap()
}

pub(super) async fn users(world: World) {
    let user = world.make.user();
    let long = format!(
        "{}@{}.{}.{}.com",
        "a+b".repeat(21),
        "b".repeat(63),
        "c".repeat(63),
        "d".repeat(50)
    );
    let rows = [
        User { password: None, phone: None, created_at: Instant::MIN, ..user.clone() },
        User {
            first_name: dogs(100).parse().unwrap(),
            last_name: hostile().parse().unwrap(),
            phone: Some("+12345678".parse().unwrap()),
            updated_at: Instant::MAX,
            ..user.clone()
        },
        User {
            email: long.parse().unwrap(),
            password: Some(format!("$a${}", "x".repeat(509)).parse().unwrap()),
            phone: Some("+123456789012345".parse().unwrap()),
            ..user.clone()
        },
        User { email: "Mixed.Case@EXAMPLE.com".parse().unwrap(), ..user.clone() },
        User { status: UserStatus::Suspended, ..user.clone() },
        User { status: UserStatus::Active, ..user.clone() },
        User { status: UserStatus::Deleted, ..user },
    ];
    read_back!(world: rows, row => world.user(row.id).await.unwrap());
}

pub(super) async fn roles(world: World) {
    let user = world.insert(world.make.user()).await;
    let mut stored = world.about(user.id).await.standing.admin_role;
    for name in ["boss".to_owned(), dogs(100), hostile().to_owned()] {
        let name = name.parse().unwrap();
        stored = world.update(stored.map(|role| Role { name, ..role })).await;
        assert_eq!(world.about(user.id).await.standing.admin_role, stored);
    }
}

pub(super) async fn roles_of_users(world: World) {
    let user = world.insert(world.make.user()).await;
    let role = world.insert(world.make.role()).await;
    let mut held = std::collections::BTreeSet::new();
    for id in RoleName::ALL.map(RoleName::id).into_iter().chain([role.id]) {
        let granted = crate::account::UserRole { user: user.id, role: id };
        world.insert(granted).await;
        held.insert(id);
        assert_eq!(world.about(user.id).await.standing.roles, held);
    }
}

pub(super) async fn owners(world: World) {
    let user = world.insert(world.make.user()).await;
    let owner = world.make.owner(&user);
    let rows = [
        Owner { created_at: Instant::MIN, updated_at: Instant::MIN, ..owner.clone() },
        Owner { created_at: Instant::MAX, updated_at: Instant::MAX, ..owner },
    ];
    read_back!(world: rows, row => world.about(row.user).await.standing.owner);
}

pub(super) async fn locations(world: World) {
    let user = world.insert(world.make.user()).await;
    let location = world.make.location(&user);
    let address =
        |line: &str, city: &str, state: Option<&str>, code: Option<&str>, country: &str| {
            Address::new(
                line.parse().unwrap(),
                city.parse().unwrap(),
                state.map(|state| state.parse().unwrap()),
                code.map(|code| code.parse().unwrap()),
                country.parse().unwrap(),
            )
            .unwrap()
        };
    let point = |latitude, longitude| GeoPoint::new(latitude, longitude).unwrap();
    let rows = [
        Location {
            address: address("x", "y", None, None, "ZW"),
            point: point(900_000_000, 1_799_999_999),
            ..location.clone()
        },
        Location {
            address: address(&dogs(200), &dogs(100), Some(&dogs(100)), Some("12345-6789"), "US"),
            point: point(-900_000_000, -1_800_000_000),
            ..location.clone()
        },
        Location {
            address: address(hostile(), hostile(), Some(hostile()), None, "AD"),
            point: point(0, 0),
            ..location.clone()
        },
        Location { point: point(-1, 1), updated_at: Instant::MAX, ..location },
    ];
    read_back!(world: rows, row => world.location(row.id).await.unwrap());
}

pub(super) async fn trainers(world: World) {
    let user = world.insert(world.make.user()).await;
    let place = world.insert(world.make.location(&user)).await;
    let trainer = world.make.trainer(&user);
    let scheduling = SchedulingPolicy::default()
        .with_slot_step_minutes(1_440)
        .and_then(|policy| policy.with_notice_minutes(365 * 24 * 60))
        .and_then(|policy| policy.with_days_ahead(730))
        .and_then(|policy| policy.with_daily_limit(Some(1)))
        .and_then(|policy| policy.with_weekly_limit(Some(1_000)))
        .unwrap();
    let custom_requests = Some(CustomRequests {
        min_minutes: 5,
        max_minutes: 1_440,
        min_price: 0,
        max_price: Price::MAX_MINOR,
        currency: kuwait(),
        buffer_before_minutes: 720,
        buffer_after_minutes: 0,
    });
    let policy = BookingPolicy {
        scheduling,
        hold_minutes: 43_200,
        auto_accept: true,
        custom_requests,
        ..BookingPolicy::default()
    };
    let count = 1 << 40;
    // An update never writes the rating, so each row has the one that was inserted.
    let rating = Rating { sum: 5 * count, count };
    let [empty, long, hostile, lines] = texts();
    let rows = [
        Trainer {
            years_of_experience: Experience::default(),
            bio: empty,
            rating,
            ..trainer.clone()
        },
        Trainer {
            years_of_experience: Experience::MAX,
            bio: long,
            is_verified: true,
            rating,
            time_zone: "America/Argentina/ComodRivadavia".parse().unwrap(),
            search_location: Some(place.id),
            policy: policy.clone(),
            created_at: Instant::MIN,
            updated_at: Instant::MAX,
            ..trainer.clone()
        },
        Trainer {
            bio: hostile,
            rating,
            policy: BookingPolicy { hold_minutes: 1, ..policy },
            ..trainer.clone()
        },
        Trainer { bio: lines, rating, ..trainer },
    ];
    read_back!(world: rows, row => world.trainer(row.id).await.unwrap());
}

pub(super) async fn calendars(world: World) {
    let stored = world.cast().await.calendar;
    let mut guard = first(&stored);
    for updated_at in [Instant::MIN, Instant::MAX] {
        guard = world.update(guard.map(|guard| CalendarGuard { updated_at, ..guard })).await;
        assert_eq!(world.calendar(stored.trainer).await.unwrap().as_ref(), Some(&guard));
    }
}

pub(super) async fn services(world: World) {
    let trainer = world.cast().await.trainer;
    let service = world.make.service(&trainer);
    let [empty, long, hostile_text, _] = texts();
    let rows = [
        Service {
            description: empty,
            duration_minutes: 5,
            price: Price::free(Currency::JPY),
            ..service.clone()
        },
        Service {
            name: dogs(100).parse().unwrap(),
            description: long,
            duration_minutes: 1_440,
            price: Price::new(Price::MAX_MINOR, kuwait()).unwrap(),
            is_active: false,
            buffer_before_minutes: 720,
            buffer_after_minutes: 719,
            accepted_dog_sizes: DogSize::ALL.to_vec(),
            created_at: Instant::MIN,
            updated_at: Instant::MAX,
            ..service.clone()
        },
        Service {
            name: hostile().parse().unwrap(),
            description: hostile_text,
            accepted_dog_sizes: vec![DogSize::Giant],
            ..service
        },
    ];
    read_back!(world: rows, row => world.service(row.id).await.unwrap());
}

pub(super) async fn certifications(world: World) {
    let trainer = world.cast().await.trainer;
    let certification = world.make.certification(&trainer);
    let day = |text: &str| text.parse().unwrap();
    let rows = [
        Certification { issued_at: day("1901-02-28"), ..certification.clone() },
        Certification {
            name: dogs(100).parse().unwrap(),
            issued_by: hostile().parse().unwrap(),
            issued_at: day("2199-12-31"),
            ..certification
        },
    ];
    read_back!(world: rows, row => {
        let query = BelongingsQuery { certification: Some(row.id), ..Default::default() };
        world.belonging(query).await.certification
    });
}

pub(super) async fn weekly_hours(world: World) {
    let trainer = world.cast().await.trainer;
    let hours = world.make.hours(&trainer);
    let windows = [("00:00", "00:00"), ("22:00", "03:00"), ("23:59", "00:00"), ("00:00", "23:59")];
    let rows = Weekday::ALL.into_iter().flat_map(|weekday| {
        let hours = hours.clone();
        windows.map(|(start, end)| HoursWindow {
            weekday,
            window: Window::parse(start, end).unwrap(),
            ..hours.clone()
        })
    });
    read_back!(world: rows, row => {
        let desk = world.desk_of(trainer.user, Instant::MIN).await;
        assert_eq!(row.trainer, desk.trainer.id);
        desk.hours.into_iter().next()
    });
}

pub(super) async fn exceptions(world: World) {
    let trainer = world.cast().await.trainer;
    let exception = world.make.exception(&trainer, date(0));
    let windows: Vec<Window> = (0..24)
        .map(|hour| Window::parse(&format!("{hour:02}:00"), &format!("{hour:02}:59")).unwrap())
        .collect();
    let rows = [
        HoursException { local_date: "1970-01-01".parse().unwrap(), ..exception.clone() },
        HoursException {
            local_date: "2199-12-31".parse().unwrap(),
            windows: windows.clone(),
            ..exception.clone()
        },
        HoursException { windows: vec![windows[9], windows[3]], ..exception },
    ];
    read_back!(world: rows, row => {
        let date = Some((row.trainer, row.local_date));
        world.belonging(BelongingsQuery { exception: date, ..Default::default() }).await.exception
    });
}

pub(super) async fn time_blocks(world: World) {
    let trainer = world.cast().await.trainer;
    let block = world.make.time_block(&trainer, all_of_time());
    let odd = Interval::new(Instant::MIN, Instant::from_micros(1).unwrap()).unwrap();
    let rows = [
        block.clone(),
        TimeBlock { during: odd, source: BlockSource::Imported, ..block.clone() },
        TimeBlock { updated_at: Instant::MAX, ..block },
    ];
    read_back!(world: rows, row => {
        let query = BelongingsQuery { time_block: Some(row.id), ..Default::default() };
        world.belonging(query).await.time_block
    });
}

pub(super) async fn dogs_and_photos(world: World) {
    let owner = world.cast().await.owner;
    let dog = world.make.dog(&owner);
    let [empty, long, hostile_text, _] = texts();
    let rows = [
        Dog { breed: None, age: None, notes: empty, size: DogSize::Small, ..dog.clone() },
        Dog {
            name: dogs(100).parse().unwrap(),
            breed: Some(dogs(100).parse().unwrap()),
            age: Some(DogAge::MAX),
            notes: long,
            size: DogSize::Giant,
            removed_at: Some(Instant::MIN),
            ..dog.clone()
        },
        Dog {
            name: hostile().parse().unwrap(),
            age: Some(DogAge::default()),
            notes: hostile_text,
            size: DogSize::Large,
            removed_at: Some(Instant::MAX),
            ..dog.clone()
        },
        dog.clone(),
    ];
    read_back!(world: rows, row => world.dog(row.id).await.unwrap());

    let photo = world.make.photo(&dog);
    let url = format!("https://example.com/{}?a=%F0&b='#;", "x".repeat(2_013));
    let rows = [
        photo.clone(),
        DogPhoto { url: HttpsUrl::parse(&url).unwrap(), created_at: Instant::MAX, ..photo },
    ];
    read_back!(world: rows, row => {
        let query = BelongingsQuery { photo: Some(row.id), ..Default::default() };
        world.belonging(query).await.photo
    });
}

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
        hold_expires_at: Some(Instant::MAX),
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
    let stored = world.insert(Series { lessons: 2, every_weeks: 52, ..series.clone() }).await;
    world.update(stored.map(|stored| Series { lessons: 52, every_weeks: 1, ..stored })).await;
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
            session: all_of_time(),
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

pub(super) async fn notifications(world: World) {
    let user = world.insert(world.make.user()).await;
    let notification = world.make.notification(&user);
    let subjects = SubjectKind::ALL.iter().cycle();
    let rows =
        NotificationKind::ALL.iter().zip(subjects).enumerate().map(|(index, (kind, about))| {
            Notification {
                kind: *kind,
                subject: Subject { kind: *about, id: uuid::Uuid::from_u128(index as u128) },
                is_read: index % 2 == 0,
                created_at: if index == 1 { Instant::MAX } else { Instant::MIN },
                ..notification.clone()
            }
        });
    read_back!(world: rows, row => {
        let query = BelongingsQuery { notification: Some(row.id), ..Default::default() };
        world.belonging(query).await.notification
    });
}

pub(super) async fn preferences(world: World) {
    let user = world.insert(world.make.user()).await;
    let preferences = world.make.preferences(&user);
    let rows = [
        Preferences { muted: [].into(), ..preferences.clone() },
        Preferences {
            muted: NotificationKind::ALL.iter().copied().collect(),
            updated_at: Instant::MAX,
            ..preferences.clone()
        },
        preferences,
    ];
    read_back!(world: rows, row => world.about(row.user).await.preferences);
}

pub(super) async fn the_ledger(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let payment = world.insert(paid(world.make.payment(&booking))).await;
    let accounts = [
        Account::ProviderClearing,
        Account::PlatformFees,
        Account::TrainerPayable(cast.trainer.id),
        Account::TrainerInFlight(cast.trainer.id),
        Account::RefundsDue,
        Account::Disputes,
        Account::Discrepancies,
    ];
    let mut booked = Vec::new();
    for (index, debit) in accounts.into_iter().enumerate() {
        let plain = world.make.ledger_entry(&booking);
        let entry = LedgerEntry {
            debit,
            credit: accounts[(index + 1) % accounts.len()],
            amount: Money::new(if index == 0 { Price::MAX_MINOR } else { 1 }, kuwait()),
            payment: (index % 2 == 0).then_some(payment.id),
            created_at: days_later(plain.created_at, index as i64),
            ..plain
        };
        booked.push(world.append(entry).await);
        assert_eq!(world.ledger(booking.id).await.unwrap(), booked);
    }
}

pub(super) async fn commands(world: World) {
    let user = world.insert(world.make.user()).await;
    let results = ["null".to_owned(), format!("{:?}", dogs(5_000)), format!("[{:?}]", hostile())];
    for (kind, result) in CommandKind::ALL.iter().zip(results.iter().cycle()) {
        let record = CommandRecord {
            actor: (result != "null").then_some(user.id),
            kind: *kind,
            fingerprint: Fingerprint::of(*kind, result),
            result: result.clone(),
            created_at: if result == "null" { Instant::MIN } else { Instant::MAX },
            ..world.make.command(&user)
        };
        world.append(record.clone()).await;
        assert_eq!(world.replay(record.id).await, Some(record));
    }
}

pub(super) async fn the_audit_trail(world: World) {
    let user = world.insert(world.make.user()).await;
    let make = &world.make;
    let euro = Money::new(Price::MAX_MINOR, Currency::EUR);
    let events = [
        Event::UserSignedUp { user: user.id },
        Event::NotificationsRead { user: user.id, count: u64::from(u32::MAX) },
        Event::ZoneChanged { trainer: make.id(), zone: "Asia/Kathmandu".parse().unwrap() },
        Event::ExceptionSet { trainer: make.id(), date: date(0) },
        Event::TimeBlocked { trainer: make.id(), block: make.id(), during: all_of_time() },
        Event::ServiceUpdated { service: make.id(), price: euro, active: false },
        Event::BookingRequested {
            booking: make.id(),
            trainer: make.id(),
            owner: make.id(),
            dog: make.id(),
            session: between("09:00", "10:00"),
            price: euro,
            accepted: true,
        },
        Event::BookingCancelled {
            booking: make.id(),
            kind: CancelKind::Withdrawn,
            refund_due: None,
        },
        Event::BookingCancelled {
            booking: make.id(),
            kind: CancelKind::Declined,
            refund_due: Some(euro),
        },
        Event::SeriesRequested {
            series: make.id(),
            trainer: make.id(),
            owner: make.id(),
            lessons: 52,
        },
        Event::ReviewEdited {
            review: make.id(),
            from: Points::new(1).unwrap(),
            to: Points::new(5).unwrap(),
        },
    ];
    let mut written = Vec::new();
    for (index, event) in events.into_iter().enumerate() {
        let entry = AuditEntry {
            id: make.id(),
            actor: (index % 2 == 0).then_some(user.id),
            event,
            created_at: if index % 3 == 0 { Instant::MAX } else { Instant::MIN },
        };
        written.push(world.append(entry).await);
    }
    assert_eq!(world.audited().await, written);
}
