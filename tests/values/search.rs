//! What a search asks for, and how far it looks at once.

use sitstay::{
    geo::GeoPoint,
    money::{Currency, Price},
    search::{
        Criteria, Order, PriceRange, Ring, SearchCursor, SearchWords, TrainerSearch, band_of,
    },
    time::Interval,
    trainer::Rating,
};

fn euros(minor: i64) -> Price {
    Price::new(minor, Currency::EUR).unwrap()
}

fn berlin() -> GeoPoint {
    GeoPoint::from_degrees(52.52, 13.405).unwrap()
}

#[test]
fn a_trainer_is_admitted_by_verification_and_mean() {
    let rated = |sum, count| Rating { sum, count };
    let asks =
        |is_verified, min_mean_e4| Criteria { is_verified, min_mean_e4, ..Criteria::default() };
    for (criteria, is_verified, rating, expected) in [
        (asks(false, None), false, rated(0, 0), true),
        (asks(true, None), false, rated(5, 1), false),
        (asks(true, None), true, rated(0, 0), true),
        (asks(false, Some(45_000)), false, rated(9, 2), true),
        (asks(false, Some(45_001)), false, rated(9, 2), false),
        (asks(false, Some(10_000)), true, rated(0, 0), false),
        (asks(true, Some(40_000)), false, rated(9, 2), false),
    ] {
        assert_eq!(criteria.admits(is_verified, rating), expected, "{criteria:?} {rating:?}");
    }
}

#[test]
fn only_what_is_asked_of_services_needs_one() {
    let words = |text| SearchWords::parse(text).unwrap();
    let nothing = Criteria::default();
    assert!(!nothing.asks_of_services());
    assert!(
        !Criteria { is_verified: true, min_mean_e4: Some(1), ..nothing.clone() }.asks_of_services()
    );
    for criteria in [
        Criteria { words: words("recall"), ..nothing.clone() },
        Criteria { price: Some(PriceRange::any(Currency::EUR)), ..nothing.clone() },
        Criteria { dog_size: Some(sitstay::dog::DogSize::Giant), ..nothing.clone() },
        Criteria { min_minutes: Some(5), ..nothing },
    ] {
        assert!(criteria.asks_of_services(), "{criteria:?}");
    }
}

#[cfg(feature = "testing")]
#[test]
fn a_service_is_accepted_by_its_terms_and_its_words() {
    use sitstay::{conformance::fixtures::Fixtures, dog::DogSize, trainer::Service};

    let service = Service {
        name: "Recall".parse().unwrap(),
        description: "On long leads".parse().unwrap(),
        duration_minutes: 60,
        price: euros(3_000),
        accepted_dog_sizes: vec![DogSize::Small],
        ..Fixtures::new().cast().service
    };
    let nothing = Criteria::default();
    let words = |text| Criteria { words: SearchWords::parse(text).unwrap(), ..nothing.clone() };
    let price =
        |minor| Criteria { price: Some(PriceRange::up_to(euros(minor))), ..nothing.clone() };
    let dog_size = |size| Criteria { dog_size: Some(size), ..nothing.clone() };
    let minutes = |least| Criteria { min_minutes: Some(least), ..nothing.clone() };
    for (criteria, expected) in [
        (nothing.clone(), true),
        (words("lead RECALL"), true),
        (words("recall agility"), false),
        (price(3_000), true),
        (price(2_999), false),
        (dog_size(DogSize::Small), true),
        (dog_size(DogSize::Giant), false),
        (minutes(60), true),
        (minutes(61), false),
    ] {
        assert_eq!(criteria.accepts(&service), expected, "{criteria:?}");
    }
    assert!(!nothing.accepts(&Service { is_active: false, ..service }));
}

#[test]
fn a_range_of_prices_holds_its_bounds() {
    let range = PriceRange::between(euros(20), euros(30)).unwrap();
    assert_eq!((range.currency(), range.min(), range.max()), (Currency::EUR, 20, 30));
    for (minor, expected) in [(19, false), (20, true), (30, true), (31, false)] {
        assert_eq!(range.contains(euros(minor)), expected, "{minor}");
    }
    assert!(!range.contains(Price::new(25, Currency::USD).unwrap()));
    assert!(PriceRange::between(euros(20), euros(20)).is_ok());
    assert!(PriceRange::between(euros(21), euros(20)).is_err());
    assert!(PriceRange::between(euros(1), Price::new(2, Currency::USD).unwrap()).is_err());
}

#[test]
fn words_come_once_and_are_not_too_many() {
    let words = SearchWords::parse(" Welp kurs welp ").unwrap();
    assert_eq!(words.as_slice(), ["kurs", "welp"]);
    assert!(!words.is_empty() && SearchWords::parse(" \n").unwrap().is_empty());
    for (text, expected) in [("welpenkurs", true), ("welpen", false), ("kurs", false)] {
        assert_eq!(words.are_in(text), expected, "{text}");
    }
    let numbers = |count: u8| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
    assert!(SearchWords::parse(&numbers(10)).is_ok());
    assert!(SearchWords::parse(&numbers(11)).is_err());
    assert!(SearchWords::parse(&"x".repeat(200)).is_ok());
    assert!(SearchWords::parse(&"x".repeat(201)).is_err());
}

#[test]
fn a_search_tells_what_it_asks_for() {
    let range = Interval::parse("2027-03-01T09:00:00Z", "2027-03-01T17:00:00Z").unwrap();
    let search = TrainerSearch::near(berlin(), 2_500).unwrap().verified();
    assert_eq!((search.radius_metres(), search.centre()), (2_500, berlin()));
    assert_eq!((search.free_in(), search.order()), (None, Order::Distance));
    assert_eq!(*search.criteria(), Criteria { is_verified: true, ..Criteria::default() });
    let search = search.with_free_time(60, range).unwrap();
    assert_eq!((search.free_in(), search.criteria().min_minutes), (Some(range), Some(60)));
}

#[test]
fn a_cursor_keeps_its_form_in_json() {
    let text = "distance.1f.5f0.2a.018f3b4e000070008000000000000001.3";
    let cursor: SearchCursor = text.parse().unwrap();
    let json = serde_json::to_string(&cursor).unwrap();
    assert_eq!(json, format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<SearchCursor>(&json).unwrap(), cursor);
}

#[test]
fn bands_are_counted_from_the_south_pole() {
    for (degrees, band) in [(-90.0, 0), (-89.76, 0), (-89.74, 1), (0.0, 360), (90.0, 720)] {
        assert_eq!(band_of(GeoPoint::from_degrees(degrees, 0.0).unwrap()), band, "{degrees}");
    }
}

#[test]
fn rings_grow_up_to_the_radius_and_leave_out_what_is_known() {
    let cases: [(u32, u32, &[u32]); 7] = [
        (0, 50_000, &[4_000, 12_000, 36_000, 50_000]),
        (3_999, 50_000, &[4_000, 12_000, 36_000, 50_000]),
        (4_000, 50_000, &[12_000, 36_000, 50_000]),
        (40_000, 50_000, &[50_000]),
        (50_000, 50_000, &[50_000]),
        (0, 4_000, &[4_000]),
        (0, 100, &[100]),
    ];
    for (nearer, radius, expected) in cases {
        let rings = Ring::growing(berlin(), nearer, radius).take(9);
        let radii: Vec<_> = rings.map(|ring| ring.radius_metres).collect();
        assert_eq!(radii, expected, "from {nearer} to {radius}");
    }
}
