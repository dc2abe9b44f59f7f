//! Looks for a trainer in a city, and shows what is found as a table, page by page.
//!
//! ```text
//! cargo run --features memory,testing --example find_trainer
//! cargo run --features memory,testing --example find_trainer -- recall
//! ```
//!
//! The city is made up: some trainers around the centre of Berlin, with services, reviews and
//! lessons that are taken. The search is for a puppy, up to 60 euros and within 12 km; words after
//! the command narrow it down. At the end it lists who is free first on Thursday afternoon.

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use chrono::TimeDelta;
use sitstay::{
    account::{Location, User},
    conformance::fixtures::{Fixtures, completed},
    dog::DogSize,
    geo::GeoPoint,
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy, Price},
    platform::{
        FoundTrainer, FreeLesson, FreeLessonsQuery, Platform, SearchPage, SearchRequest, Whom,
    },
    policy::PlatformPolicy,
    repository::{ChangeSet, Repository},
    search::{Order, PriceRange, TrainerSearch},
    time::{Instant, Interval, Weekday},
    trainer::{HoursWindow, Rating, Service, Trainer},
};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const NAMES: [(&str, &str); 12] = [
    ("Ada", "Berger"),
    ("Emil", "Yıldız"),
    ("Jonas", "Krüger"),
    ("Mila", "Sørensen"),
    ("Oskar", "Nowak"),
    ("Lina", "Haddad"),
    ("Theo", "Brandt"),
    ("Nora", "Kowalski"),
    ("Ben", "Okafor"),
    ("Ida", "Lindqvist"),
    ("Paul", "Schuster"),
    ("Zoe", "Marchand"),
];

const SERVICES: [(&str, u16, i64); 4] = [
    ("Puppy class", 60, 4_500),
    ("Recall", 45, 3_900),
    ("Leash walking", 60, 5_500),
    ("Puppy play group", 90, 2_800),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match look_around(&words.join(" "), &mut io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn look_around(words: &str, out: &mut (dyn Write + Send)) -> Outcome<()> {
    let centre = GeoPoint::from_degrees(52.52, 13.405)?;
    let now: Instant = "2027-03-01T08:00:00Z".parse()?;
    let platform = found_city(centre, now).await?;

    let price = PriceRange::up_to(Price::new(6_000, Currency::EUR)?);
    let search = TrainerSearch::near(centre, 12_000)?
        .with_text(words)?
        .with_price(price)
        .for_dog(DogSize::Small);
    let about = if words.is_empty() { String::new() } else { format!(", about “{words}”") };
    writeln!(out, "For a puppy, up to 60 EUR, within 12 km of Berlin's centre{about}:\n")?;
    let mut request = SearchRequest::first(8)?;
    let mut shown = 0;
    for number in 1.. {
        let SearchPage { trainers, next, .. } = platform.search(&search, request, now).await?;
        writeln!(out, "Page {number}, the nearest first")?;
        show_table(out, &trainers, shown)?;
        shown += trainers.len();
        if next.is_none() {
            break;
        }
        request = request.after(next);
    }

    let best = search.clone().ordered_by(Order::Rating);
    let best = platform.search(&best, SearchRequest::first(3)?, now).await?;
    writeln!(out, "The best three")?;
    show_table(out, &best.trainers, 0)?;

    let thursday = Interval::parse("2027-03-04T12:00:00Z", "2027-03-04T17:00:00Z")?;
    let whom = Whom::Found(search);
    let query = FreeLessonsQuery { whom, minutes: 60, range: thursday, limit: 6 };
    writeln!(out, "Free for an hour on Thursday afternoon")?;
    for lesson in platform.free_lessons(&query, now).await? {
        let name = best_known_name(&platform, &lesson).await?;
        writeln!(out, "  {}  {name}", told(&lesson))?;
    }
    Ok(())
}

fn show_table(out: &mut dyn Write, found: &[FoundTrainer], before: usize) -> Outcome<()> {
    writeln!(
        out,
        "  {:>2}  {:<18} {:>8}  {:<15} {:>9}  Next free lesson",
        "", "Trainer", "Distance", "Stars", "From"
    )?;
    for (place, one) in (before + 1..).zip(found) {
        let name = format!("{} {}", one.first_name, one.last_name);
        let verified = if one.is_verified { "✓" } else { " " };
        let price = one.cheapest.as_ref().map(|offer| offer.price.to_string());
        let next = one.next_lesson.as_ref().map_or_else(|| "–".to_owned(), told);
        writeln!(
            out,
            "  {place:>2}  {name:<16} {verified} {:>8}  {:<15} {:>9}  {next}",
            kilometres(one.distance_metres),
            stars(one.rating),
            price.unwrap_or_default(),
        )?;
    }
    Ok(writeln!(out)?)
}

/// For instance `3.4 km`.
fn kilometres(metres: u32) -> String {
    let tenths = (metres + 50) / 100;
    format!("{}.{} km", tenths / 10, tenths % 10)
}

/// For instance `★★★★☆ 4.3 (12)`.
fn stars(rating: Rating) -> String {
    let Some(mean) = rating.mean_e4() else { return "no reviews yet".to_owned() };
    let full = usize::try_from((mean + 5_000) / 10_000).unwrap_or_default();
    let tenths = (mean + 500) / 1_000;
    let bar = "★".repeat(full) + &"☆".repeat(5_usize.saturating_sub(full));
    format!("{bar} {}.{} ({})", tenths / 10, tenths % 10, rating.count)
}

/// For instance `Thu  4 Mar 14:00  Recall, 45 min`, on the trainer's clock.
fn told(lesson: &FreeLesson) -> String {
    let local = lesson.time_zone.zone().local(lesson.start);
    let (date, service) = (local.date.format("%a %e %b"), &lesson.service);
    format!("{date} {}  {}, {} min", local.time, service.name, service.minutes)
}

async fn best_known_name(platform: &Platform, lesson: &FreeLesson) -> Outcome<String> {
    let card = platform.repository().trainer_card(lesson.trainer).await?;
    Ok(card.map(|card| format!("with {}", card.first_name)).unwrap_or_default())
}

/// Founds a city with a trainer for each name and some lessons that are taken.
async fn found_city(centre: GeoPoint, now: Instant) -> Outcome<Platform> {
    let repository = Arc::new(MemoryRepository::new());
    let make = Fixtures::new();
    let cast = make.cast();
    let mut changes = ChangeSet::new();
    cast.insert_into(&mut changes);
    for (place, (first_name, last_name)) in NAMES.into_iter().enumerate() {
        let number = i32::try_from(place)?;
        let user =
            User { first_name: first_name.parse()?, last_name: last_name.parse()?, ..make.user() };
        // Out from the centre in a spiral.
        let (north, east) = [(7, 3), (-2, 11), (-9, -4), (4, -12)][place % 4];
        let step = 11_000 * (number + 2);
        let point =
            GeoPoint::new(centre.latitude() + north * step, centre.longitude() + east * step)?;
        let location = Location { point, ..make.location(&user) };
        let count = i64::from([0, 3, 12, 41, 1][place % 5]);
        let trainer = Trainer {
            is_verified: number % 3 != 1,
            rating: Rating { sum: count * 4 + count * i64::from(number % 4) / 4, count },
            search_location: Some(location.id),
            time_zone: "Europe/Berlin".parse()?,
            ..make.trainer(&user)
        };
        for offset in 0..2 {
            let (name, minutes, price) = SERVICES[(place + offset) % SERVICES.len()];
            let price = Price::new(price + 250 * i64::from(number % 5), Currency::EUR)?;
            changes.insert(Service {
                name: name.parse()?,
                duration_minutes: minutes,
                price,
                ..make.service(&trainer)
            });
        }
        for weekday in [Weekday::Monday, Weekday::Tuesday, Weekday::Thursday, Weekday::Friday] {
            changes.insert(HoursWindow { weekday, ..make.hours(&trainer) });
        }
        // The first days are taken, of some more than of others.
        for day in 0..i64::from(number % 5) {
            let start = now.saturating_add(TimeDelta::days(day));
            let taken = Interval::new(start, start.saturating_add(TimeDelta::hours(8)))?;
            let booking = completed(make.booking(&cast, taken));
            changes.insert(sitstay::booking::Booking {
                trainer: trainer.id,
                service: None,
                ..booking
            });
        }
        changes.insert(make.calendar(&trainer));
        changes.insert(user);
        changes.insert(location);
        changes.insert(trainer);
    }
    repository.commit(changes).await?;
    let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50)?])?;
    Ok(Platform::new(repository, PlatformPolicy::new(BasisPoints::new(1_500)?, money)))
}
