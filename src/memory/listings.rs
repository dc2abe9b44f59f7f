//! Whom a search can find, and where.

use super::{by_id::ById, index::Least as _, sorted::Sorted};
use crate::{
    dog::DogSize,
    geo::GeoPoint,
    ids::{ServiceId, TrainerId},
    money::Price,
    search::{Criteria, Strip, band_of},
    trainer::{Rating, Service},
};

/// The trainers that can be found, each with all that a search asks first, so that it reads
/// neighbours one after the other and looks nobody up.
#[derive(Debug, Default)]
pub(super) struct Listings {
    places: ById<TrainerId, GeoPoint>,
    /// By band of latitude, and in a band from west to east.
    bands: Sorted<(u16, i32, TrainerId), Listing>,
}

/// What a search asks first of one trainer.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) public_point: GeoPoint,
    pub(super) is_verified: bool,
    pub(super) rating: Rating,
    pub(super) offers: Offers,
}

/// The services of one trainer that can be booked, by currency, price and id.
#[derive(Debug)]
pub(super) struct Offers {
    /// Beside what else is asked first: mostly no other one has to be looked at.
    first: Option<Offer>,
    others: Box<[Offer]>,
}

impl Offers {
    pub(super) fn of<'s>(services: impl Iterator<Item = &'s Service>) -> Self {
        let mut offers: Vec<_> = services.map(Offer::of).collect();
        offers.sort_by_key(|offer| (offer.price.currency(), offer.price.minor(), offer.service));
        let mut offers = offers.into_iter();
        Self { first: offers.next(), others: offers.collect() }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Offer> {
        self.first.iter().chain(&self.others)
    }
}

/// A service without its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer {
    pub(super) service: ServiceId,
    pub(super) price: Price,
    minutes: u16,
    /// A bit for each size of dog that it is for.
    sizes: u8,
}

impl Offer {
    fn of(service: &Service) -> Self {
        let accepted = DogSize::ALL.iter().filter(|size| service.accepts(**size));
        Self {
            service: service.id,
            price: service.price,
            minutes: service.duration_minutes,
            sizes: accepted.fold(0, |sizes, size| sizes | bit(*size)),
        }
    }

    /// Says whether it meets what is asked of services, but for their words.
    pub(super) fn meets(&self, criteria: &Criteria) -> bool {
        let accepts = |size| self.sizes & bit(size) != 0;
        criteria.accepts_terms(self.price, self.minutes, accepts)
    }
}

fn bit(size: DogSize) -> u8 {
    1 << size as u8
}

impl Listings {
    /// Lists a trainer, or takes them off the list.
    pub(super) fn put(&mut self, trainer: TrainerId, listing: Option<Listing>) {
        let key = |point: GeoPoint| (band_of(point), point.longitude(), trainer);
        let place = listing.as_ref().map(|listing| listing.public_point);
        let old = match place {
            Some(point) => self.places.insert(trainer, point),
            None => self.places.remove(&trainer),
        };
        if let Some(point) = old.filter(|point| Some(*point) != place) {
            self.bands.remove(&key(point));
        }
        if let Some(listing) = listing {
            self.bands.insert(key(listing.public_point), listing);
        }
    }

    /// Returns who is listed in a strip.
    pub(super) fn within(&self, strip: Strip) -> impl Iterator<Item = (TrainerId, &Listing)> {
        let Strip { band, area } = strip;
        let from = self.bands.from((band, area.west, TrainerId::least()));
        from.take_while(move |((place, longitude, _), _)| *place == band && *longitude <= area.east)
            .map(|((.., trainer), listing)| (*trainer, listing))
            .filter(move |(_, listing)| {
                (area.south..=area.north).contains(&listing.public_point.latitude())
            })
    }
}
