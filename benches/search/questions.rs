//! What is asked, and how long the answers took.

use std::{sync::Arc, time::Instant as Stopwatch};

use sitstay::{
    command::Actor,
    dog::DogSize,
    geo::GeoPoint,
    ids::UserId,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy, Price},
    platform::{FreeLessonsQuery, LessonsQuery, Platform, SearchRequest, Whom},
    policy::PlatformPolicy,
    repository::{NearbyQuery, PageRequest, Repository},
    search::{Order, PriceRange, Ring, TrainerSearch},
    time::Interval,
};

use super::country::{Country, id, now};
use sitstay::conformance::fixtures::days_later;

/// Half of all services cost no more.
const PRICE: i64 = 5_500;
const RADIUS_METRES: u32 = 25_000;

/// Something that is asked of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// The first 20 by distance, of those with a matching service and good reviews.
    Distance,
    /// The 20 after them.
    SecondPage,
    /// The first 20 by score.
    Rating,
    /// The first 20 that are free for an hour on Tuesday, by distance.
    FreeTime,
    /// The first 20 lessons that anybody near has free.
    FreeLessons,
    /// A trainer's next 20 lessons.
    Lessons,
}

impl Question {
    const ALL: [Self; 6] = [
        Self::Distance,
        Self::SecondPage,
        Self::Rating,
        Self::FreeTime,
        Self::FreeLessons,
        Self::Lessons,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Distance => "search by distance",
            Self::SecondPage => "its second page",
            Self::Rating => "search by rating",
            Self::FreeTime => "search for free time",
            Self::FreeLessons => "free lessons near",
            Self::Lessons => "a trainer's lessons",
        }
    }
}

/// How long answers took, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl Times {
    pub(crate) fn of(mut micros: Vec<f64>) -> Self {
        micros.sort_by(f64::total_cmp);
        let at = |part: usize| micros[(micros.len() - 1) * part / 100];
        Self { p50: at(50), p99: at(99) }
    }
}

pub(crate) fn search(centre: GeoPoint) -> TrainerSearch {
    let price = Price::new(PRICE, Currency::EUR).unwrap();
    TrainerSearch::near(centre, RADIUS_METRES)
        .unwrap()
        .with_price(PriceRange::up_to(price))
        .for_dog(DogSize::Small)
        .rated_at_least(35_000)
        .unwrap()
}

/// What a search by distance asks of storage for its first page.
pub(crate) fn nearby(centre: GeoPoint) -> NearbyQuery {
    NearbyQuery {
        rings: Ring::growing(centre, 0, RADIUS_METRES).collect(),
        enough: 42,
        limit: u32::MAX,
        criteria: search(centre).criteria().clone(),
    }
}

/// What came out of one size of a country.
pub(crate) struct Measured {
    pub(crate) times: Vec<(Question, Times)>,
    /// How long the library and the hand-written code took for `nearby`.
    pub(crate) nearby: Option<[Times; 2]>,
}

/// Asks the library and hand-written code who is nearby, in turns; each begins every other time,
/// because the second finds in the caches what the first brought there.
pub(crate) async fn compare_nearby(
    repository: &dyn Repository,
    country: Country,
    searches: u64,
    by_hand: impl AsyncFn(NearbyQuery) -> usize,
) -> [Times; 2] {
    let mut micros = [Vec::new(), Vec::new()];
    for number in 0..4 * searches {
        let query = nearby(country.somewhere(7_919 * number));
        let mut found = [0, 0];
        for side in if number % 2 == 0 { [0, 1] } else { [1, 0] } {
            let begun = Stopwatch::now();
            found[side] = match side {
                0 => repository.nearby(&query).await.unwrap().1.len(),
                _ => by_hand(query.clone()).await,
            };
            micros[side].push(begun.elapsed().as_secs_f64() * 1e6);
        }
        assert_eq!(found[0], found[1]);
    }
    micros.map(Times::of)
}

/// Asks each question so often, one after the other, and everywhere in the country.
pub(crate) async fn measure(
    repository: Arc<dyn Repository>,
    country: Country,
    searches: u64,
) -> Vec<(Question, Times)> {
    let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
    let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
    let platform = Platform::new(repository, policy);
    let mut times = Vec::new();
    for question in Question::ALL {
        let mut micros = Vec::new();
        let mut found = 0;
        // The first tenth warms up.
        for number in 0..searches + searches / 10 {
            let place = country.somewhere(7_919 * number);
            let (rows, took) = ask(&platform, country, question, place, number).await;
            found += rows;
            if number >= searches / 10 {
                micros.push(took);
            }
        }
        assert!(found > 0, "{question:?} found nothing");
        times.push((question, Times::of(micros)));
    }
    times
}

/// Asks once, and returns how many rows came after how many microseconds.
async fn ask(
    platform: &Platform,
    country: Country,
    question: Question,
    place: GeoPoint,
    number: u64,
) -> (usize, f64) {
    let search = search(place);
    let request = SearchRequest::default();
    let tuesday = days_later(now(), 1);
    let tuesday = Interval::new(tuesday, days_later(tuesday, 1)).unwrap();
    let after = match question {
        Question::SecondPage => platform.search(&search, request, now()).await.unwrap().next,
        _ => None,
    };
    let begun = Stopwatch::now();
    let rows = match question {
        Question::Distance | Question::SecondPage => {
            platform.search(&search, request.after(after), now()).await.unwrap().trainers.len()
        }
        Question::Rating => {
            let search = search.ordered_by(Order::Rating);
            platform.search(&search, request, now()).await.unwrap().trainers.len()
        }
        Question::FreeTime => {
            let search = search.with_free_time(60, tuesday).unwrap();
            platform.search(&search, request, now()).await.unwrap().trainers.len()
        }
        Question::FreeLessons => {
            let near = TrainerSearch::near(place, 5_000).unwrap();
            let whom = Whom::Found(near);
            let query = FreeLessonsQuery { whom, minutes: 60, range: tuesday, limit: 20 };
            platform.free_lessons(&query, now()).await.unwrap().len()
        }
        Question::Lessons => {
            let user: UserId = id(1, 7_919 * number % country.trainers);
            let page = PageRequest::first(20).unwrap();
            let query = LessonsQuery::within(Interval::ALL);
            let reader = Actor::trainer(user);
            platform.lessons(reader, &query, page, now()).await.unwrap().items.len()
        }
    };
    (rows, begun.elapsed().as_secs_f64() * 1e6)
}
