//! The one place where a request for a lesson is decided.

use chrono::{Days, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{Booking, BookingStatus, OccurrenceRefusal, Refusal, WallStart};
use crate::{
    account::Owner,
    availability::{Calendar, Grid, Nearest, Reason, Reasons, Session},
    dog::Dog,
    ids::{BookingId, SeriesId, ServiceId},
    money::{BasisPoints, Price, split_fee},
    policy::PlatformPolicy,
    time::{Instant, Zone},
    trainer::{Service, Trainer},
};

/// What an owner asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// A service, which fixes length, price and buffers.
    Service(ServiceId),
    /// A lesson of the owner's own length and price, where the trainer takes such requests.
    Custom {
        /// How long, in minutes.
        minutes: u16,
        /// For which price.
        price: Price,
    },
}

impl Wish {
    /// Returns the service that is asked for.
    #[must_use]
    pub const fn service(self) -> Option<ServiceId> {
        match self {
            Self::Service(id) => Some(id),
            Self::Custom { .. } => None,
        }
    }
}

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
}

/// What a lesson would be, apart from its time.
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
        let (reasons, terms) = self.assess(wish, start);
        match terms {
            Some(terms) if reasons.is_empty() => self
                .booking(id, wish, start, series, terms)
                .ok_or_else(|| refusal(start, Reason::InvalidInterval.into())),
            _ => Err(refusal(start, reasons)),
        }
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
            Wish::Service(id) => self.service_terms(id),
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

    fn service_terms(&self, id: ServiceId) -> Option<Terms> {
        let service = self.service?;
        if service.id != id || service.trainer != self.trainer.id {
            return None;
        }
        let session = Session::new(
            service.duration_minutes.into(),
            service.buffer_before_minutes.into(),
            service.buffer_after_minutes.into(),
        );
        Some(Terms {
            session: session.ok()?,
            price: service.price,
            grid: Grid::Kept,
            auto_accept: self.trainer.policy.auto_accept,
        })
    }

    fn check_custom(&self, minutes: u16, price: Price, reasons: &mut Reasons) {
        let custom = self.trainer.policy.custom_requests.as_ref();
        if !custom.is_some_and(|custom| custom.allows_length(minutes)) {
            reasons.insert(Reason::CustomNotAllowed);
        }
        let in_bounds = custom.is_none_or(|custom| custom.allows_price(price));
        if !in_bounds || self.policy.money.check(price).is_err() {
            reasons.insert(Reason::PriceOutOfBounds);
        }
    }

    fn custom_terms(&self, minutes: u16, price: Price) -> Option<Terms> {
        let custom = self.trainer.policy.custom_requests.as_ref();
        let (before, after) = custom.map_or((0, 0), |custom| {
            (custom.buffer_before_minutes.into(), custom.buffer_after_minutes.into())
        });
        let session = Session::new(minutes.into(), before, after).ok()?;
        Some(Terms { session, price, grid: Grid::Waived, auto_accept: false })
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
        let hold = chrono::TimeDelta::minutes(self.trainer.policy.hold_minutes.into());
        let status =
            if terms.auto_accept { BookingStatus::Accepted } else { BookingStatus::Pending };
        Some(Booking {
            id,
            trainer: self.trainer.id,
            owner: self.owner.id,
            dog: self.dog?.id,
            service: wish.service(),
            session: terms.session.lesson(start).ok()?,
            buffer_before_minutes: u16::try_from(terms.session.buffer_before_minutes()).ok()?,
            buffer_after_minutes: u16::try_from(terms.session.buffer_after_minutes()).ok()?,
            price: terms.price,
            fee: split_fee(terms.price, self.policy.fee).fee,
            cancellation_policy: self.trainer.policy.cancellation.clone(),
            status,
            hold_expires_at: (status == BookingStatus::Pending)
                .then(|| now.saturating_add(hold).min(start)),
            wall_start: WallStart::of(start, self.calendar.hours().zone()),
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

/// One lesson of a series: its date, and its start where the clock shows the time on that date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Which lesson, from 0.
    pub index: u16,
    /// The local date.
    pub date: chrono::NaiveDate,
    /// The start; `None` where the clocks skip the time on that date.
    pub start: Option<Instant>,
}

impl Occurrence {
    /// Repeats a start at its wall-clock time, every so many weeks.
    ///
    /// Where the clock shows the time twice, the earlier instant is meant; the first lesson keeps
    /// the instant that was given.
    #[must_use]
    pub fn series(start: Instant, zone: &Zone, lessons: u16, every_weeks: u16) -> Vec<Self> {
        let first = zone.local(start);
        (0..lessons)
            .filter_map(|index| {
                let weeks = u64::from(index) * u64::from(every_weeks);
                let date = first.date.checked_add_days(Days::new(7 * weeks))?;
                let start = if index == 0 {
                    Some(start)
                } else {
                    match zone.resolve(date, first.time).ok()? {
                        crate::time::LocalTime::One(at) | crate::time::LocalTime::Twice(at, _) => {
                            Some(at)
                        }
                        crate::time::LocalTime::Skipped { .. } => None,
                    }
                };
                Some(Self { index, date, start })
            })
            .collect()
    }

    /// Says why this lesson cannot be booked.
    #[must_use]
    pub const fn refused(self, reasons: Reasons) -> OccurrenceRefusal {
        OccurrenceRefusal { index: self.index, local_date: self.date, start: self.start, reasons }
    }
}
