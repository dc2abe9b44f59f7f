//! Trainers in a neighbourhood, and what many of them offer.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{
    MemoryRepository,
    listings::{Listing, Offer, Offers},
    stored::rows_of,
    tables::Tables,
};
use crate::{
    ids::{LocationId, TrainerId, UserId},
    repository::{Candidate, NearbyQuery, Offering, Result, SearchQueries, UniqueKey, Versioned},
    search::Criteria,
    time::Interval,
    trainer::{Service, Trainer},
};

impl Tables {
    /// Sees to it that a trainer is listed where they can be found, and nowhere else.
    pub(super) fn keep_listed(&mut self, id: TrainerId) {
        let listing = self.listing(id);
        self.listings.put(id, listing);
    }

    fn listing(&self, id: TrainerId) -> Option<Listing> {
        let trainer = self.trainers.get(id)?;
        let location = self.locations.get(trainer.search_location?)?;
        self.users.get(trainer.user).filter(|user| user.is_active())?;
        Some(Listing {
            public_point: location.public_point(),
            is_verified: trainer.is_verified,
            rating: trainer.rating,
            offers: Offers::of(self.active_services(id).map(|service| &**service)),
        })
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
            let candidates = listed
                .filter_map(|(trainer, listing)| self.candidate(trainer, listing, &query.criteria));
            found.extend(candidates.take(query.limit as usize));
            if found.len() >= query.enough as usize || number + 1 == query.rings.len() {
                return (number, found);
            }
        }
        (0, found)
    }

    fn candidate(
        &self,
        trainer: TrainerId,
        listing: &Listing,
        criteria: &Criteria,
    ) -> Option<Candidate> {
        let Listing { public_point, is_verified, rating, ref offers } = *listing;
        if !criteria.admits(is_verified, rating) {
            return None;
        }
        let is_accepted = |offer: &&Offer| {
            let text = || {
                let service = self.services.get(offer.service);
                service.map(|service| service.search_text()).unwrap_or_default()
            };
            offer.meets(criteria) && criteria.accepts_text(text)
        };
        let cheapest = offers.iter().find(is_accepted).map(|offer| offer.price);
        if cheapest.is_none() && criteria.asks_of_services() {
            return None;
        }
        Some(Candidate { trainer, public_point, rating, cheapest })
    }

    fn active_services(&self, trainer: TrainerId) -> impl Iterator<Item = &Versioned<Service>> {
        let services = self.services.by.trainer.of(trainer).values();
        services.map(|service| &**service).filter(|service| service.is_active)
    }

    fn offering(&self, id: TrainerId, range: Interval) -> Option<Offering> {
        let trainer = self.trainers.get(id)?;
        let agenda = self.agenda_rows(id, range);
        let services = rows_of(self.services.by.trainer.of(id).values());
        let user = self.users.get(trainer.user).filter(|user| user.is_active())?;
        let location = trainer.search_location.and_then(|location| self.locations.get(location));
        Some(Offering {
            trainer: trainer.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            public_point: location.map(|location| location.public_point()),
            city: location.map(|location| location.address.city().clone()),
            services: services.into_iter().filter(|service| service.is_active).cloned().collect(),
            agenda: agenda.agenda(),
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
