//! Trainers in several places of the earth, made at random, and what a scan of all of them finds.

use std::ops::Deref;

use super::{
    draw::Draw,
    town::{Town, forint},
    world::World,
};
use crate::{
    account::{Location, User, UserStatus},
    dog::DogSize,
    geo::{GeoPoint, distance_metres},
    ids::TrainerId,
    money::{Currency, Price},
    platform::{FoundTrainer, SearchPage, SearchRequest},
    repository::ChangeSet,
    search::{Order, SearchCursor, TrainerSearch},
    text::Text,
    time::{Instant, Weekday},
    trainer::{HoursWindow, Rating, Service, Trainer},
};

/// A trainer who may be listed somewhere.
#[derive(Debug, Clone)]
pub(super) struct Neighbour {
    pub(super) user: User,
    pub(super) location: Location,
    pub(super) trainer: Trainer,
    pub(super) services: Vec<Service>,
}

/// A town, and trainers here and elsewhere.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) town: Town,
    pub(super) neighbours: Vec<Neighbour>,
}

impl Deref for Region {
    type Target = Town;

    fn deref(&self) -> &Town {
        &self.town
    }
}

/// Where trainers gather: in a city, on both sides of the antimeridian, and around both poles.
pub(super) fn centres() -> [GeoPoint; 4] {
    [(52.52, 13.405), (-17.0, 179.995), (89.97, 20.0), (-90.0, 0.0)]
        .map(|(north, east)| GeoPoint::from_degrees(north, east).unwrap())
}

impl Region {
    /// Founds a region with some trainers around each of the [`centres`].
    pub(super) async fn with(world: World, each: usize, seed: u64) -> Self {
        let town = Town::new(world).await;
        let mut draw = Draw::new(seed);
        let mut neighbours = Vec::new();
        for centre in centres() {
            for _ in 0..each {
                let place = somewhere_near(centre, &mut draw);
                neighbours.push(neighbour(&town, place, &mut draw));
            }
        }
        let region = Self { town, neighbours };
        for some in region.neighbours.chunks(50) {
            let mut changes = ChangeSet::new();
            some.iter().for_each(|neighbour| region.move_in(neighbour, &mut changes));
            region.commits(changes).await;
        }
        region
    }

    pub(super) fn move_in(&self, neighbour: &Neighbour, changes: &mut ChangeSet) {
        let Neighbour { user, location, trainer, services } = neighbour;
        changes.insert(user.clone());
        changes.insert(location.clone());
        changes.insert(trainer.clone());
        changes.insert(self.make.calendar(trainer));
        services.iter().for_each(|service| changes.insert(service.clone()));
        for weekday in [Weekday::Monday, Weekday::Wednesday, Weekday::Saturday] {
            changes.insert(HoursWindow { weekday, ..self.make.hours(trainer) });
        }
    }

    /// Reads all pages of a search, with cursors that went through their text.
    pub(super) async fn all_pages(
        &self,
        search: &TrainerSearch,
        limit: u16,
        now: Instant,
    ) -> Vec<FoundTrainer> {
        let mut request = SearchRequest::first(limit).unwrap();
        let mut found = Vec::new();
        loop {
            let SearchPage { trainers, next, .. } =
                self.platform.search(search, request, now).await.unwrap();
            assert!(trainers.len() <= usize::from(limit));
            found.extend(trainers);
            let Some(next) = next else { return found };
            let next: SearchCursor = next.to_string().parse().unwrap();
            request = request.after(Some(next));
        }
    }

    /// Looks through all trainers, and returns what a search must find, in its order; not for an
    /// order by the next free slot, and not whether anything is free.
    pub(super) fn scan(&self, search: &TrainerSearch) -> Vec<(TrainerId, u32, Option<Price>)> {
        let prior = self.platform.policy().rating_prior;
        let mut found: Vec<_> = self
            .neighbours
            .iter()
            .filter_map(|neighbour| {
                let Neighbour { user, location, trainer, services } = neighbour;
                let metres = distance_metres(search.centre(), location.point.rounded_public());
                let mut prices: Vec<_> = services
                    .iter()
                    .filter(|service| search.criteria().accepts(service))
                    .map(|service| (service.price.currency(), service.price.minor()))
                    .collect();
                prices.sort_unstable();
                let price =
                    prices.first().map(|(currency, minor)| Price::new(*minor, *currency).unwrap());
                let is_listed = user.status == UserStatus::Active
                    && trainer.search_location.is_some()
                    && metres <= search.radius_metres()
                    && search.criteria().admits(trainer.is_verified, trainer.rating)
                    && (price.is_some() || !search.criteria().asks_of_services());
                let key = match search.order() {
                    Order::Distance => i64::from(metres),
                    Order::Rating => -prior.score_e4(trainer.rating).unwrap(),
                    Order::Price => price.map_or(i64::MAX, Price::minor),
                    Order::NextSlot => 0,
                };
                is_listed.then_some((key, trainer.id, metres, price))
            })
            .collect();
        found.sort_by_key(|(key, id, ..)| (*key, *id));
        found.into_iter().map(|(_, id, metres, price)| (id, metres, price)).collect()
    }
}

/// Returns a place up to some 90 km away, or far away; several share one.
fn somewhere_near(centre: GeoPoint, draw: &mut Draw) -> GeoPoint {
    let reach = draw.one_of(&[50_000, 500_000, 5_000_000, 8_000_000]);
    let mut off = |coordinate: i32| i64::from(coordinate) + draw.number(2 * reach + 1) - reach;
    let latitude = off(centre.latitude()).clamp(-900_000_000, 900_000_000);
    let longitude =
        (off(centre.longitude()) + 1_800_000_000).rem_euclid(3_600_000_000) - 1_800_000_000;
    let around_the_pole = latitude.abs() > 890_000_000;
    let longitude =
        if around_the_pole { draw.number(3_600_000_000) - 1_800_000_000 } else { longitude };
    GeoPoint::new(latitude.try_into().unwrap(), longitude.try_into().unwrap()).unwrap()
}

fn neighbour(town: &Town, place: GeoPoint, draw: &mut Draw) -> Neighbour {
    let make = &town.make;
    let status = if draw.one_in(8) { UserStatus::Suspended } else { UserStatus::Active };
    let user = User { status, ..make.user() };
    let location = Location { point: place, ..make.location(&user) };
    let count = draw.one_of(&[0, 0, 1, 2, 3, 40]);
    let sum = (0..count).map(|_| 1 + draw.number(5)).sum();
    let trainer = Trainer {
        is_verified: draw.one_in(2),
        rating: Rating { sum, count },
        search_location: (!draw.one_in(8)).then_some(location.id),
        ..make.trainer(&user)
    };
    let services = (0..draw.number(4)).map(|_| service(town, &trainer, draw)).collect();
    Neighbour { user, location, trainer, services }
}

fn service(town: &Town, trainer: &Trainer, draw: &mut Draw) -> Service {
    let currency = draw.one_of(&[Currency::EUR, Currency::EUR, forint()]);
    let sizes = [DogSize::Small, DogSize::Large, DogSize::Giant];
    Service {
        name: draw.one_of(&["Puppy class", "ÜBUNG für Welpen", "100% recall_ing"]).parse().unwrap(),
        description: Text::parse(draw.one_of(&["", "Without fear.", "Mit 'Leine' und \\ %"]))
            .unwrap(),
        duration_minutes: draw.one_of(&[30, 60, 90]),
        price: Price::new(1_000 * (1 + draw.number(5)), currency).unwrap(),
        is_active: !draw.one_in(5),
        accepted_dog_sizes: sizes.into_iter().filter(|_| draw.one_in(3)).collect(),
        ..town.make.service(trainer)
    }
}
