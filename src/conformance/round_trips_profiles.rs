//! What was stored of people, trainers and dogs is read back as it was, at its extremes.

use super::{
    extremes::{all_of_time, dogs, hostile, kuwait, read_back, texts},
    fixtures::{date, just_after, made_at},
    world::{World, first},
};
use crate::{
    account::{Location, Owner, Role, RoleName, User, UserRole, UserStatus},
    availability::{SchedulingPolicy, Window},
    contact::Address,
    dog::{Dog, DogPhoto, DogSize},
    geo::GeoPoint,
    money::{Currency, Price},
    repository::BelongingsQuery,
    text::HttpsUrl,
    time::{Instant, Interval, Weekday},
    trainer::{
        BlockSource, BookingPolicy, CalendarGuard, Certification, CustomRequests, HoursException,
        HoursWindow, Rating, Service, TimeBlock, Trainer,
    },
    years::{DogAge, Experience},
};

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
    let names = ["boss".to_owned(), dogs(100), hostile().to_owned()];
    for (name, updated_at) in
        names.into_iter().zip([Instant::MAX, just_after(made_at()), Instant::MIN])
    {
        let name = name.parse().unwrap();
        stored = world.update(stored.map(|role| Role { name, updated_at, ..role })).await;
        assert_eq!(world.about(user.id).await.standing.admin_role, stored);
    }
}

pub(super) async fn roles_of_users(world: World) {
    let user = world.insert(world.make.user()).await;
    let role = world.insert(world.make.role()).await;
    let mut held = std::collections::BTreeSet::new();
    for id in RoleName::ALL.map(RoleName::id).into_iter().chain([role.id]) {
        let granted = UserRole { user: user.id, role: id, updated_at: Instant::MAX };
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
        DogPhoto { created_at: Instant::MIN, updated_at: Instant::MAX, ..photo.clone() },
        DogPhoto {
            url: HttpsUrl::parse(&url).unwrap(),
            created_at: Instant::MAX,
            updated_at: Instant::MIN,
            ..photo
        },
    ];
    read_back!(world: rows, row => {
        let query = BelongingsQuery { photo: Some(row.id), ..Default::default() };
        world.belonging(query).await.photo
    });
}
