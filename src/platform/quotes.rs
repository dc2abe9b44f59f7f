//! Quotes: what a lesson would cost, for owners who want to know before they ask.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Error,
    bookings::asking::{self, facts_of, unknown_trainer},
    execute::{Command, Loading},
    schedule::calendar,
    work::Work,
};
use crate::{
    audit::Event,
    booking::{BookingError, Inquiry, Wish},
    command::CommandKind,
    ids::{DogId, QuoteId, TrainerId},
    money::{BasisPoints, FeeSplit, Money, Price},
    quote::Quote,
    repository::{Caller, RepositoryError, Schedule},
    time::{Instant, Interval},
};

/// Asks what a lesson would cost, as an owner, and on what terms.
///
/// What is told holds for a while ([`PlatformPolicy::quote_lifetime`]) and for one booking:
/// [`RequestBooking`] by the quote charges exactly that. It holds no time: somebody else may be
/// faster. The trainer is not told.
///
/// [`PlatformPolicy::quote_lifetime`]: crate::policy::PlatformPolicy::quote_lifetime
/// [`RequestBooking`]: super::RequestBooking
///
/// # Errors
///
/// [`BookingError::Refused`] wherever a request would be, with the same reasons and alternatives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestQuote {
    /// The id of the new quote, made by the caller.
    pub quote: QuoteId,
    /// Who would give the lesson.
    pub trainer: TrainerId,
    /// Which dog it would be for.
    pub dog: DogId,
    /// What is asked for.
    pub wish: Wish,
    /// When it would start.
    pub start: Instant,
}

/// What a lesson would cost, and on what terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Which quote.
    pub quote: QuoteId,
    /// From when to when the lesson would last.
    pub session: Interval,
    /// What the owner would pay.
    pub price: Price,
    /// The platform's part of the price.
    pub fee: Money,
    /// The trainer's part of the price.
    pub trainer_share: Money,
    /// Until when, the instant itself left out, the owner of an accepted lesson would get back which
    /// share of the price; nothing from the last instant on.
    pub refund_terms: Vec<(Instant, BasisPoints)>,
    /// Until when the quote holds.
    pub expires_at: Instant,
}

impl From<&Quote> for Quoted {
    fn from(quote: &Quote) -> Self {
        let FeeSplit { fee, trainer_share } = quote.split();
        Self {
            quote: quote.id,
            session: quote.session,
            price: quote.price,
            fee,
            trainer_share,
            refund_terms: quote.refund_terms(),
            expires_at: quote.expires_at,
        }
    }
}

impl RequestQuote {
    const fn inquiry(&self) -> Inquiry {
        let Self { trainer, dog, wish, start, .. } = *self;
        Inquiry { trainer, dog, wish, start }
    }
}

#[async_trait]
impl Command for RequestQuote {
    const KIND: CommandKind = CommandKind::RequestQuote;
    type Outcome = Quoted;
    type Facts = Option<Schedule>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<Schedule>), RepositoryError> {
        asking::load(loading, &self.inquiry(), None).await
    }

    fn decide(&self, facts: Option<Schedule>, work: &mut Work<'_>) -> Result<Quoted, Error> {
        let schedule = facts.ok_or_else(|| unknown_trainer(self.start))?;
        let owner = work.acting.owner()?.clone();
        let (now, inquiry) = (work.now(), self.inquiry());
        let calendar = calendar(&schedule, now, None)?;
        let offer = facts_of(&schedule, &owner, &calendar, work.policy)
            .offer(inquiry.wish, inquiry.start)
            .map_err(BookingError::Refused)?;
        let lifetime = work.policy.quote_lifetime();
        let quote = Quote::of(self.quote, owner.id, inquiry, offer, lifetime, now)?;
        // What is shown is what held when it was committed. Nothing is bumped, as no rule rests on
        // quotes that are absent.
        work.changes.expect(&schedule.user);
        work.changes.expect(&schedule.calendar);
        if let Some(dog) = &schedule.dog {
            work.changes.expect(dog);
        }
        work.record(Event::QuoteGiven {
            quote: quote.id,
            trainer: quote.trainer,
            owner: quote.owner,
            dog: quote.dog,
            session: quote.session,
            price: quote.price.money(),
            fee: quote.fee,
            expires_at: quote.expires_at,
        });
        let quoted = Quoted::from(&quote);
        work.changes.insert(quote);
        Ok(quoted)
    }

    async fn explain(&self, loading: Loading<'_>, refusal: Error) -> Error {
        asking::explain(loading, &self.inquiry(), refusal).await
    }
}
