//! Searches through the platform: what is found, in which order, and where the next page begins.

use super::{
    draw::Draw,
    fixtures::{at, days_later, just_before},
    region::{Region, centres},
    town::{Town, code, early, forint},
    world::World,
};
use crate::{
    account::UserStatus,
    dog::DogSize,
    geo::GeoPoint,
    money::{Currency, Price},
    platform::{FoundTrainer, SearchRequest},
    repository::ChangeSet,
    search::{MAX_RADIUS_METRES, Order, PriceRange, SearchCursor, TrainerSearch},
};

fn near(centre: GeoPoint, radius_metres: u32) -> TrainerSearch {
    TrainerSearch::near(centre, radius_metres).unwrap()
}

fn euros(minor: i64) -> Price {
    Price::new(minor, Currency::EUR).unwrap()
}

/// Asks for something else every time.
fn any_search(draw: &mut Draw) -> TrainerSearch {
    let radius =
        draw.one_of(&[1_000, 5_000, 20_000, 60_000, 200_000, 3_000_000, MAX_RADIUS_METRES]);
    let mut search = near(draw.one_of(&centres()), radius);
    if draw.one_in(4) {
        search = search.verified();
    }
    if draw.one_in(4) {
        search =
            search.rated_at_least(draw.one_of(&[10_000, 26_667, 30_000, 33_333, 36_667])).unwrap();
    }
    if draw.one_in(3) {
        search = search.for_dog(draw.one_of(DogSize::ALL));
    }
    if draw.one_in(3) {
        let text =
            draw.one_of(&["puppy", "welpen übung", "100%", "recall_", "\\ %", "'leine'", "FEAR"]);
        search = search.with_text(text).unwrap();
    }
    if draw.one_in(2) {
        let range = draw.one_of(&[
            PriceRange::any(Currency::EUR),
            PriceRange::up_to(euros(3_000)),
            PriceRange::between(euros(2_000), euros(4_000)).unwrap(),
            PriceRange::any(forint()),
        ]);
        search = search.with_price(range).ordered_by(draw.one_of(&[Order::Price, Order::Rating]));
    }
    if draw.one_in(3) {
        search = search.ordered_by(Order::Rating);
    }
    search
}

pub(super) async fn a_search_finds_what_a_scan_finds(world: World) {
    let region = Region::with(world, 30, 1).await;
    let mut draw = Draw::new(2);
    let mut found_in_all = 0;
    for _ in 0..60 {
        let search = any_search(&mut draw);
        let expected = region.scan(&search);
        let found = region.all_pages(&search, draw.one_of(&[1, 3, 20, 100]), early()).await;
        let told: Vec<_> = found
            .iter()
            .map(|found| {
                let price = found.cheapest.as_ref().map(|offer| offer.price);
                (found.trainer, found.distance_metres, price)
            })
            .collect();
        assert_eq!(told, expected, "{search:?}");
        found_in_all += found.len();
    }
    assert!(found_in_all > 500, "only {found_in_all} results say little");
}

pub(super) async fn a_result_shows_the_trainer_in_public(world: World) {
    let region = Region::with(world, 12, 3).await;
    let berlin = centres()[0];
    let found = region.all_pages(&near(berlin, 500_000), 20, early()).await;
    assert!(!found.is_empty());
    for result in found {
        let known = region.neighbours.iter().find(|it| it.trainer.id == result.trainer).unwrap();
        assert_eq!(result.public_point, known.location.public_point());
        assert_eq!(result.city, *known.location.address.city());
        assert_eq!(result.first_name, known.user.first_name);
        assert_eq!(result.last_name, known.user.last_name);
        assert_eq!(result.is_verified, known.trainer.is_verified);
        assert_eq!(result.years_of_experience, known.trainer.years_of_experience);
        assert_eq!(result.rating, known.trainer.rating);
        let prior = region.platform.policy().rating_prior;
        assert_eq!(result.score_e4, prior.score_e4(known.trainer.rating));
        if let Some(offer) = result.cheapest {
            let service = known.services.iter().find(|it| it.id == offer.service).unwrap();
            assert_eq!((&offer.name, offer.price), (&service.name, service.price));
            assert_eq!(offer.minutes, service.duration_minutes);
        }
    }
}

pub(super) async fn pages_go_on_while_trainers_come_and_go(world: World) {
    let region = Region::with(world, 25, 4).await;
    for order in [Order::Distance, Order::Rating, Order::Price] {
        let search = near(centres()[0], 500_000)
            .with_price(PriceRange::any(Currency::EUR))
            .ordered_by(order);
        let expected = region.scan(&search);
        let ids = |found: &[FoundTrainer]| found.iter().map(|it| it.trainer).collect::<Vec<_>>();
        let request = SearchRequest::first(4).unwrap();
        let first = region.platform.search(&search, request, early()).await.unwrap();
        // One of the first page and one further down leave the list.
        for gone in [expected[1].0, expected[6].0] {
            let known = region.neighbours.iter().find(|it| it.trainer.id == gone).unwrap();
            let stored = region.user(known.user.id).await.unwrap().unwrap();
            let mut user = known.user.clone();
            user.status = UserStatus::Suspended;
            region.commits(ChangeSet::new().updating(stored.with(user))).await;
        }
        let mut found = ids(&first.trainers);
        let mut next = first.next;
        while let Some(cursor) = next {
            let page = request.after(Some(cursor));
            let page = region.platform.search(&search, page, early()).await.unwrap();
            found.extend(ids(&page.trainers));
            next = page.next;
        }
        let mut left: Vec<_> = expected.iter().map(|(id, ..)| *id).collect();
        left.remove(6);
        assert_eq!(found, left, "{order}");
        for back in [expected[1].0, expected[6].0] {
            let known = region.neighbours.iter().find(|it| it.trainer.id == back).unwrap();
            let stored = region.user(known.user.id).await.unwrap().unwrap();
            region.commits(ChangeSet::new().updating(stored.with(known.user.clone()))).await;
        }
    }
}

pub(super) async fn a_cursor_belongs_to_its_search(world: World) {
    let region = Region::with(world, 10, 5).await;
    let search = near(centres()[0], 500_000);
    let request = SearchRequest::first(1).unwrap();
    let page = region.platform.search(&search, request, early()).await.unwrap();
    let request = request.after(page.next);
    assert_eq!(page.as_of, early());
    let others = [
        near(centres()[0], 500_001),
        near(centres()[1], 500_000),
        search.clone().verified(),
        search.clone().ordered_by(Order::Rating),
    ];
    for other in others {
        let refused = region.platform.search(&other, request, early()).await;
        assert_eq!(code(refused), "search.other_search", "{other:?}");
    }
    for (now, is_good) in [
        (early(), true),
        (just_before(early()), false),
        (days_later(early(), 1), true),
        (days_later(early(), 2), false),
    ] {
        let answer = region.platform.search(&search, request, now).await;
        match answer {
            Ok(page) => assert!(is_good && page.as_of == early(), "{now}"),
            refused => {
                assert_eq!(code(refused), "search.cursor_expired");
                assert!(!is_good, "{now}");
            }
        }
    }
    for text in ["", "distance", "distance.1.2.3.4.5", "a.b.c.d.e.f", "…"] {
        let refused: Result<SearchCursor, _> = text.parse();
        assert_eq!(refused.unwrap_err().code(), "value.malformed", "{text}");
    }
}

pub(super) async fn a_search_that_contradicts_itself_is_refused(world: World) {
    let town = Town::new(world).await;
    let berlin = centres()[0];
    let by_price = near(berlin, 1_000).ordered_by(Order::Price);
    let refused = town.platform.search(&by_price, SearchRequest::default(), at("08:00")).await;
    assert_eq!(code(refused), "search.no_currency");
    assert!(TrainerSearch::near(berlin, 0).is_err());
    assert!(TrainerSearch::near(berlin, MAX_RADIUS_METRES + 1).is_err());
    assert!(near(berlin, 1).rated_at_least(9_999).is_err());
    assert!(near(berlin, 1).with_text(&"word ".repeat(41)).is_err());
    assert!(near(berlin, 1).with_text("a b c d e f g h i j k").is_err());
    assert!(PriceRange::between(euros(2), euros(1)).is_err());
    assert!(SearchRequest::first(0).is_err());
}
