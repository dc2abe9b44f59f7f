use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    asking::{self, facts_of, unknown_trainer},
    case::{clear_way, guard_calendar, subject},
};
use crate::{
    audit::Event,
    booking::{Booking, BookingError, BookingStatus, Inquiry, RequestFacts, Wish},
    command::CommandKind,
    ids::{BookingId, DogId, OwnerId, QuoteId, TrainerId},
    money::Price,
    notification::NotificationKind,
    platform::{
        Error,
        execute::{Command, Loading},
        schedule::calendar,
        work::Work,
    },
    quote::{Quote, QuoteError},
    repository::{Caller, RepositoryError, Schedule, Versioned},
    time::{Instant, Interval},
};

/// Asks a trainer for a lesson, as an owner.
///
/// The booking is pending and holds its time until the trainer answers or the hold lapses; where
/// the trainer accepts requests for services at once, it is accepted.
///
/// By a quote it is made as was [quoted](crate::platform::RequestQuote), whatever the service, its
/// trainer's policy or the platform's fee have become. Everything else is decided as of now: whether
/// the trainer still offers the service or takes custom requests, and every reason of time, with the
/// length and the buffers of the quote.
///
/// # Errors
///
/// [`QuoteError`] if the quote cannot be used; [`BookingError::Refused`] with every reason in order
/// and the nearest bookable starts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestBooking {
    /// The id of the new booking, made by the caller.
    pub booking: BookingId,
    /// Who is asked.
    pub trainer: TrainerId,
    /// Which dog the lesson is for.
    pub dog: DogId,
    /// What is asked for.
    pub wish: Wish,
    /// When it would start.
    pub start: Instant,
    /// By which quote, if by one.
    // Left out where there is none, so that a command of old is still the same command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteId>,
}

/// A lesson that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// Which booking.
    pub booking: BookingId,
    /// Pending, or accepted at once.
    pub status: BookingStatus,
    /// From when to when.
    pub session: Interval,
    /// What it costs.
    pub price: Price,
    /// Until when the trainer can answer.
    pub hold_expires_at: Option<Instant>,
}

impl From<&Booking> for Requested {
    fn from(booking: &Booking) -> Self {
        Self {
            booking: booking.id,
            status: booking.status,
            session: booking.session,
            price: booking.price,
            hold_expires_at: booking.hold_expires_at,
        }
    }
}

impl RequestBooking {
    const fn inquiry(&self) -> Inquiry {
        let Self { trainer, dog, wish, start, .. } = *self;
        Inquiry { trainer, dog, wish, start }
    }

    /// Returns the quote that the request is by, if it may be used.
    fn quote<'s>(
        &self,
        schedule: &'s Schedule,
        owner: OwnerId,
        now: Instant,
    ) -> Result<Option<&'s Versioned<Quote>>, QuoteError> {
        if self.quote.is_none() {
            return Ok(None);
        }
        let quote = schedule.quote.as_ref().ok_or(QuoteError::Unknown)?;
        quote.usable(owner, &self.inquiry(), now)?;
        Ok(Some(quote))
    }
}

#[async_trait]
impl Command for RequestBooking {
    const KIND: CommandKind = CommandKind::RequestBooking;
    type Outcome = Requested;
    type Facts = Option<Schedule>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<Schedule>), RepositoryError> {
        asking::load(loading, &self.inquiry(), self.quote).await
    }

    fn decide(&self, facts: Option<Schedule>, work: &mut Work<'_>) -> Result<Requested, Error> {
        let schedule = facts.ok_or_else(|| unknown_trainer(self.start))?;
        let owner = work.acting.owner()?.clone();
        let calendar = calendar(&schedule, work.now(), None)?;
        let quote = self.quote(&schedule, owner.id, work.now())?;
        let offer = quote.map(|quote| quote.offer()).transpose()?;
        let facts = facts_of(&schedule, &owner, &calendar, work.policy);
        let booking = RequestFacts { quoted: offer.as_ref(), ..facts }
            .decide(self.booking, self.wish, self.start, None)
            .map_err(BookingError::Refused)?;
        if let Some(quote) = quote {
            // Of two requests by one quote, one finds the row changed.
            let used = (**quote).clone().used(booking.id, work.now());
            work.changes.update(quote.with(used));
        }
        clear_way(work, &schedule, &booking, &mut BTreeSet::new())?;
        expect_parties(work, &schedule);
        guard_calendar(work, &schedule);
        let requested = Requested::from(&booking);
        add(work, &schedule, booking, self.quote);
        Ok(requested)
    }

    async fn explain(&self, loading: Loading<'_>, refusal: Error) -> Error {
        asking::explain(loading, &self.inquiry(), refusal).await
    }
}

/// Makes the commit fail if the trainer's user or the dog has changed; and bumps the dog's row, so
/// that its removal, which rests on bookings that are absent, looks again.
pub(super) fn expect_parties(work: &mut Work<'_>, schedule: &Schedule) {
    work.changes.expect(&schedule.user);
    if let Some(dog) = &schedule.dog {
        work.changes.update(dog.clone());
    }
}

/// Adds a booking that was decided, with its audit entry and its notification.
pub(super) fn add(
    work: &mut Work<'_>,
    schedule: &Schedule,
    booking: Booking,
    quote: Option<QuoteId>,
) {
    work.record(Event::BookingRequested {
        booking: booking.id,
        trainer: booking.trainer,
        owner: booking.owner,
        dog: booking.dog,
        session: booking.session,
        price: booking.price.money(),
        accepted: booking.status == BookingStatus::Accepted,
        quote,
    });
    let (user, about) = (schedule.user.id, subject(&booking));
    work.notify_user(user, &schedule.muted, NotificationKind::BookingRequested, about);
    work.changes.insert(booking);
}
