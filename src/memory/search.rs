//! Trainers in a neighbourhood, and what many of them offer.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{MemoryRepository, by_id::ById, index::Least as _, sorted::Sorted, tables::Tables};
use crate::{
    geo::GeoPoint,
    ids::{LocationId, TrainerId, UserId},
    repository::{Candidate, NearbyQuery, Offering, Result, SearchQueries, UniqueKey, Versioned},
    search::{Criteria, Strip, band_of},
    time::Interval,
    trainer::{Service, Trainer},
};

/// Whom a search can find, and where.
#[derive(Debug, Default)]
pub(super) struct Listings {
    places: ById<TrainerId, GeoPoint>,
    /// By band of latitude, and in a band from west to east.
    bands: Sorted<(u16, i32, TrainerId), i32>,
}

impl Listings {
    /// Lists a trainer at a place, or nowhere.
    fn put(&mut self, trainer: TrainerId, place: Option<GeoPoint>) {
        let key = |point: GeoPoint| (band_of(point), point.longitude(), trainer);
        let old = match place {
            Some(point) => self.places.insert(trainer, point),
            None => self.places.remove(&trainer),
        };
        if old == place {
            return;
        }
        if let Some(point) = old {
            self.bands.remove(&key(point));
        }
        if let Some(point) = place {
            self.bands.insert(key(point), point.latitude());
        }
    }

    /// Returns who is listed in a strip.
    fn within(&self, strip: Strip) -> impl Iterator<Item = TrainerId> {
        let Strip { band, area } = strip;
        let from = self.bands.from((band, area.west, TrainerId::least()));
        from.take_while(move |((place, longitude, _), _)| *place == band && *longitude <= area.east)
            .filter(move |(_, latitude)| (area.south..=area.north).contains(latitude))
            .map(|((.., trainer), _)| *trainer)
    }
}

impl Tables {
    /// Sees to it that a trainer is listed where they can be found, and nowhere else.
    pub(super) fn keep_listed(&mut self, id: TrainerId) {
        let place = self.trainers.get(id).and_then(|trainer| {
            let user = self.users.get(trainer.user)?;
            let location = self.locations.get(trainer.search_location?)?;
            user.is_active().then(|| location.public_point())
        });
        self.listings.put(id, place);
    }

    /// Sees to it that the trainer whose user this is is listed rightly.
    pub(super) fn keep_user_listed(&mut self, user: UserId) {
        let trainer: Option<&Versioned<Trainer>> = self.unique(&UniqueKey::TrainerProfile(user));
        if let Some(trainer) = trainer.map(|trainer| trainer.id) {
            self.keep_listed(trainer);
        }
    }

    /// Sees to it that the trainers who are found at a location are listed rightly.
    pub(super) fn keep_location_listed(&mut self, location: LocationId) {
        let trainers: Vec<TrainerId> =
            self.trainers.by.search_location.of(location).keys().copied().collect();
        for trainer in trainers {
            self.keep_listed(trainer);
        }
    }

    fn nearby(&self, query: &NearbyQuery) -> (usize, Vec<Candidate>) {
        let mut found = Vec::new();
        for (number, ring) in query.rings.iter().enumerate() {
            found.clear();
            let listed = ring.strips.iter().flat_map(|strip| self.listings.within(*strip));
            let candidates = listed.filter_map(|trainer| self.candidate(trainer, &query.criteria));
            found.extend(candidates.take(query.limit as usize));
            if found.len() >= query.enough as usize || number + 1 == query.rings.len() {
                return (number, found);
            }
        }
        (0, found)
    }

    fn candidate(&self, id: TrainerId, criteria: &Criteria) -> Option<Candidate> {
        let trainer = self.trainers.get(id)?;
        if !criteria.admits(trainer.is_verified, trainer.rating) {
            return None;
        }
        let accepted = self.active_services(id).filter(|service| criteria.accepts(service));
        let price = |service: &&Versioned<Service>| {
            (service.price.currency(), service.price.minor(), service.id)
        };
        let cheapest = accepted.min_by_key(price).map(|service| service.price);
        if cheapest.is_none() && criteria.asks_of_services() {
            return None;
        }
        let public_point = *self.listings.places.get(&id)?;
        Some(Candidate { trainer: id, public_point, rating: trainer.rating, cheapest })
    }

    fn active_services(&self, trainer: TrainerId) -> impl Iterator<Item = &Versioned<Service>> {
        let services = self.services.by.trainer.of(trainer).keys();
        services.filter_map(|id| self.services.get(*id)).filter(|service| service.is_active)
    }

    fn offering(&self, id: TrainerId, range: Interval) -> Option<Offering> {
        let trainer = self.trainers.cloned(id)?;
        let user = self.users.get(trainer.user).filter(|user| user.is_active())?;
        let location = trainer.search_location.and_then(|location| self.locations.get(location));
        Some(Offering {
            trainer,
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            public_point: location.map(|location| location.public_point()),
            city: location.map(|location| location.address.city().clone()),
            services: self.active_services(id).cloned().collect(),
            agenda: self.agenda(id, range, self.occupying(id, range)),
        })
    }
}

#[async_trait]
impl SearchQueries for MemoryRepository {
    async fn nearby(&self, query: &NearbyQuery) -> Result<(usize, Vec<Candidate>)> {
        Ok(self.read().nearby(query))
    }

    async fn offerings(
        &self,
        trainers: &BTreeSet<TrainerId>,
        range: Interval,
    ) -> Result<Vec<Offering>> {
        let tables = self.read();
        Ok(trainers.iter().filter_map(|trainer| tables.offering(*trainer, range)).collect())
    }
}
