//! What a trainer offers of what is asked for, and when it can be booked.

use super::{FreeLesson, ServiceOffer};
use crate::{
    availability::{Calendar, Session, Starts},
    platform::{Error, schedule::calendar_of},
    repository::{Offering, Versioned},
    search::{Criteria, Earliest},
    time::{Instant, Interval},
    trainer::Service,
};

/// One trainer's services that meet what is asked for, and the calendar in which they can be booked.
pub(super) struct Offers<'o> {
    pub(super) offering: &'o Offering,
    /// By currency, price and id.
    services: Vec<&'o Versioned<Service>>,
    calendar: Calendar,
}

impl<'o> Offers<'o> {
    /// Looks through what a trainer offers; `None` if it is not what is asked for.
    pub(super) fn of(
        offering: &'o Offering,
        criteria: &Criteria,
        as_of: Instant,
    ) -> Result<Option<Self>, Error> {
        let Offering { trainer, services, agenda, .. } = offering;
        let mut services: Vec<_> =
            services.iter().filter(|service| criteria.accepts(service)).collect();
        services
            .sort_by_key(|service| (service.price.currency(), service.price.minor(), service.id));
        let is_lacking = services.is_empty() && criteria.asks_of_services();
        if is_lacking || !criteria.admits(trainer.is_verified, trainer.rating) {
            return Ok(None);
        }
        let calendar = calendar_of(trainer, agenda, as_of, None)?;
        Ok(Some(Self { offering, services, calendar }))
    }

    /// Returns the cheapest of the services.
    pub(super) fn cheapest(&self) -> Option<ServiceOffer> {
        self.services.first().map(|service| ServiceOffer::of(service))
    }

    /// Returns the first lesson that can be booked and lies in a range; of several at one start the
    /// cheapest.
    pub(super) fn first_in(&self, range: Interval) -> Result<Option<FreeLesson>, Error> {
        Ok(free_lessons(std::slice::from_ref(self), range)?.next())
    }

    fn starts(&self, service: &Service, range: Interval) -> Result<Starts<'_>, Error> {
        let session = Session::new(
            service.duration_minutes.into(),
            service.buffer_before_minutes.into(),
            service.buffer_after_minutes.into(),
        )?;
        Ok(self.calendar.slots(session, range)?)
    }
}

/// Returns the lessons of several trainers that can be booked and lie in a range, by start and then
/// in the order of the trainers; each trainer once at a start, with the cheapest service.
///
/// They are computed as they are drawn.
pub(super) fn free_lessons<'a>(
    offers: &'a [Offers<'_>],
    range: Interval,
) -> Result<impl Iterator<Item = FreeLesson> + 'a, Error> {
    let lanes =
        || offers.iter().flat_map(|own| own.services.iter().map(move |service| (own, *service)));
    let starts = lanes().map(|(own, service)| own.starts(service, range));
    let merged = Earliest::of(starts.collect::<Result<Vec<_>, _>>()?);
    let lanes: Vec<_> = lanes().collect();
    let mut last = None;
    Ok(merged.filter_map(move |(start, lane)| {
        let (own, service) = lanes[lane];
        let trainer = &own.offering.trainer;
        if last.replace((start, trainer.id)) == Some((start, trainer.id)) {
            return None;
        }
        Some(FreeLesson {
            trainer: trainer.id,
            start,
            time_zone: trainer.time_zone,
            service: ServiceOffer::of(service),
        })
    }))
}
