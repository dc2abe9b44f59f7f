//! The one place where a request for a lesson is decided.

use chrono::{NaiveDateTime, NaiveTime};

use super::{Booking, BookingStatus, Offer, Refusal, WallStart, Wish};
use crate::{
    account::Owner,
    availability::{Calendar, Grid, Nearest, Reason, Reasons, Session},
    dog::Dog,
    ids::{BookingId, SeriesId},
    money::{BasisPoints, Price, split_fee},
    policy::PlatformPolicy,
    time::{Instant, Zone, ZoneId},
    trainer::{CustomRequests, Service, Trainer},
};

/// Everything that a request is decided on.
#[derive(Debug, Clone, Copy)]
pub struct RequestFacts<'a> {
    /// The trainer who is asked.
    pub trainer: &'a Trainer,
    /// Whether the trainer's user is active.
    pub trainer_active: bool,
    /// The owner who asks.
    pub owner: &'a Owner,
    /// Whether the owner's user is active.
    pub owner_active: bool,
    /// The dog, if there is one of that id.
    pub dog: Option<&'a Dog>,
    /// The service, if there is one of the id that was asked for.
    pub service: Option<&'a Service>,
    /// The trainer's and the dog's time.
    pub calendar: &'a Calendar,
    /// The platform's terms.
    pub policy: &'a PlatformPolicy,
    /// What the owner was shown in the quote by which they ask, instead of what holds now.
    pub quoted: Option<&'a Offer>,
}

/// On what terms a request is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Terms {
    session: Session,
    price: Price,
    grid: Grid,
    auto_accept: bool,
}

impl RequestFacts<'_> {
    /// Decides a request: the new booking, or every reason against it.
    ///
    /// The booking is pending, or accepted at once where the trainer does that for services.
    ///
    /// # Errors
    ///
    /// [`Refusal`] with every reason in order; see [`nearest`](Self::nearest) for what is free
    /// instead.
    pub fn decide(
        &self,
        id: BookingId,
        wish: Wish,
        start: Instant,
        series: Option<SeriesId>,
    ) -> Result<Booking, Refusal> {
        let terms = self.terms(wish, start)?;
        self.booking(id, wish, start, series, terms)
            .ok_or_else(|| refusal(start, Reason::InvalidInterval.into()))
    }

    /// Says what a lesson would be and cost, if it could be booked.
    ///
    /// # Errors
    ///
    /// [`Refusal`] as from [`decide`](Self::decide).
    pub fn offer(&self, wish: Wish, start: Instant) -> Result<Offer, Refusal> {
        Ok(self.offered(self.terms(wish, start)?))
    }

    fn terms(&self, wish: Wish, start: Instant) -> Result<Terms, Refusal> {
        let (reasons, terms) = self.assess(wish, start);
        terms.filter(|_| reasons.is_empty()).ok_or_else(|| refusal(start, reasons))
    }

    /// Finds every reason against a request.
    #[must_use]
    pub fn reasons(&self, wish: Wish, start: Instant) -> Reasons {
        self.assess(wish, start).0
    }

    /// Finds the nearest bookable starts, where nothing but its time stands against a request.
    #[must_use]
    pub fn nearest(&self, wish: Wish, start: Instant) -> Option<Nearest> {
        let (reasons, terms) = self.assess(wish, start);
        let terms = terms.filter(|_| reasons.iter().all(is_about_time))?;
        Some(self.calendar.nearest(terms.session, start))
    }

    fn assess(&self, wish: Wish, start: Instant) -> (Reasons, Option<Terms>) {
        let mut reasons = Reasons::NONE;
        let trainer = self.trainer.id;
        let service_inactive =
            self.service.is_some_and(|service| service.trainer == trainer && !service.is_active);
        if !self.trainer_active || !self.owner_active || service_inactive {
            reasons.insert(Reason::NotActive);
        }
        if self.owner.user == self.trainer.user {
            reasons.insert(Reason::OwnService);
        }
        let dog = self.dog.filter(|dog| dog.owner == self.owner.id && dog.is_kept());
        let terms = match wish {
            Wish::Service(_) => self.service_terms(wish),
            Wish::Custom { minutes, price } => {
                self.check_custom(minutes, price, &mut reasons);
                self.custom_terms(minutes, price)
            }
        };
        let is_unknown = matches!(wish, Wish::Service(_)) && terms.is_none();
        let Some(dog) = dog.filter(|_| !is_unknown) else {
            reasons.insert(Reason::NotFound);
            return (up_to_not_found(reasons), None);
        };
        if wish.service().is_some() && self.service.is_some_and(|known| !known.accepts(dog.size)) {
            reasons.insert(Reason::DogNotAccepted);
        }
        let Some(terms) = terms.filter(|_| start.is_whole_minute()) else {
            reasons.insert(Reason::InvalidInterval);
            return (reasons, None);
        };
        reasons.extend(self.calendar.reasons(terms.session, start, terms.grid).iter());
        (reasons, Some(terms))
    }

    fn service_terms(&self, wish: Wish) -> Option<Terms> {
        let service = self.service?;
        if wish.service() != Some(service.id) || service.trainer != self.trainer.id {
            return None;
        }
        let session = Session::new(
            service.duration_minutes.into(),
            service.buffer_before_minutes.into(),
            service.buffer_after_minutes.into(),
        );
        let auto_accept = self.trainer.policy.auto_accept;
        Some(self.quoted_or(session.ok()?, service.price, Grid::Kept, auto_accept))
    }

    /// Whoever asks by a quote was within the bounds when it was given.
    fn check_custom(&self, minutes: u16, price: Price, reasons: &mut Reasons) {
        let custom = self.trainer.policy.custom_requests.as_ref();
        let is_quoted = self.quoted.is_some();
        let has_length = |custom: &CustomRequests| is_quoted || custom.allows_length(minutes);
        if !custom.is_some_and(has_length) {
            reasons.insert(Reason::CustomNotAllowed);
        }
        let in_bounds = custom.is_none_or(|custom| custom.allows_price(price));
        if !is_quoted && (!in_bounds || self.policy.money.check(price).is_err()) {
            reasons.insert(Reason::PriceOutOfBounds);
        }
    }

    fn custom_terms(&self, minutes: u16, price: Price) -> Option<Terms> {
        let custom = self.trainer.policy.custom_requests.as_ref();
        let (before, after) = custom.map_or((0, 0), |custom| {
            (custom.buffer_before_minutes.into(), custom.buffer_after_minutes.into())
        });
        let session = Session::new(minutes.into(), before, after).ok()?;
        Some(self.quoted_or(session, price, Grid::Waived, false))
    }

    /// Returns the terms on which was quoted, and else those of now.
    fn quoted_or(&self, session: Session, price: Price, grid: Grid, auto_accept: bool) -> Terms {
        let (session, price) =
            self.quoted.map_or((session, price), |offer| (offer.session, offer.price));
        Terms { session, price, grid, auto_accept }
    }

    /// Returns what was quoted, and else what a lesson on these terms costs now.
    fn offered(&self, terms: Terms) -> Offer {
        let Terms { session, price, .. } = terms;
        self.quoted.cloned().unwrap_or_else(|| Offer {
            session,
            price,
            fee: split_fee(price, self.policy.fee).fee,
            cancellation_policy: self.trainer.policy.cancellation.clone(),
            zone: self.calendar.hours().zone().id(),
        })
    }

    fn booking(
        &self,
        id: BookingId,
        wish: Wish,
        start: Instant,
        series: Option<SeriesId>,
        terms: Terms,
    ) -> Option<Booking> {
        let now = self.calendar.now();
        let (offer, auto_accept) = (self.offered(terms), terms.auto_accept);
        let hold = chrono::TimeDelta::minutes(self.trainer.policy.hold_minutes.into());
        let status = if auto_accept { BookingStatus::Accepted } else { BookingStatus::Pending };
        Some(Booking {
            id,
            trainer: self.trainer.id,
            owner: self.owner.id,
            dog: self.dog?.id,
            service: wish.service(),
            session: offer.session.lesson(start).ok()?,
            buffer_before_minutes: u16::try_from(offer.session.buffer_before_minutes()).ok()?,
            buffer_after_minutes: u16::try_from(offer.session.buffer_after_minutes()).ok()?,
            price: offer.price,
            fee: offer.fee,
            cancellation_policy: offer.cancellation_policy,
            status,
            hold_expires_at: (status == BookingStatus::Pending)
                .then(|| now.saturating_add(hold).min(start)),
            wall_start: self.wall_start(start, offer.zone),
            accepted_at: (status == BookingStatus::Accepted).then_some(now),
            cancellation: None,
            completed_at: None,
            attendance: None,
            refund_cap: BasisPoints::FULL,
            rescheduled_from: None,
            reschedules: 0,
            series,
            created_at: now,
            updated_at: now,
        })
    }

    fn wall_start(&self, start: Instant, zone: ZoneId) -> WallStart {
        let known = self.calendar.hours().zone();
        // To look up a zone costs more than everything else here.
        if known.id() == zone {
            WallStart::of(start, known)
        } else {
            WallStart::of(start, &zone.zone())
        }
    }
}

impl WallStart {
    /// Reads the wall clock of a zone at the start of a lesson.
    #[must_use]
    pub fn of(start: Instant, zone: &Zone) -> Self {
        let local = zone.local(start);
        let time = NaiveTime::from_num_seconds_from_midnight_opt(
            u32::from(local.time.as_minutes()) * 60,
            0,
        );
        Self {
            local: NaiveDateTime::new(local.date, time.unwrap_or_default()),
            zone: zone.id(),
            utc_offset: local.offset_seconds,
        }
    }
}

const fn refusal(start: Instant, reasons: Reasons) -> Refusal {
    Refusal { start, reasons, nearest: None }
}

/// Says whether another time could do away with the reason.
fn is_about_time(reason: Reason) -> bool {
    reason > Reason::InvalidInterval
}

/// `not_found` ends the list: what comes after it was judged on something that is not there.
fn up_to_not_found(reasons: Reasons) -> Reasons {
    reasons.iter().filter(|&reason| reason <= Reason::NotFound).collect()
}
