use chrono::TimeDelta;

use super::{Quote, QuoteError};
use crate::{
    availability::Session,
    booking::{Inquiry, Offer, Wish},
    error::InvalidValue,
    ids::{BookingId, OwnerId, QuoteId},
    money::{BasisPoints, FeeSplit, Money},
    time::Instant,
};

impl Quote {
    /// Writes down for an owner what a lesson would be and cost.
    ///
    /// It holds for `lifetime` from now, but not beyond the start of the lesson.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if the lesson would end after 2200.
    pub fn of(
        id: QuoteId,
        owner: OwnerId,
        inquiry: Inquiry,
        offer: Offer,
        lifetime: TimeDelta,
        now: Instant,
    ) -> Result<Self, InvalidValue> {
        let minutes = |minutes| u16::try_from(minutes).unwrap_or(u16::MAX);
        Ok(Self {
            id,
            trainer: inquiry.trainer,
            owner,
            dog: inquiry.dog,
            service: inquiry.wish.service(),
            session: offer.session.lesson(inquiry.start)?,
            buffer_before_minutes: minutes(offer.session.buffer_before_minutes()),
            buffer_after_minutes: minutes(offer.session.buffer_after_minutes()),
            price: offer.price,
            fee: offer.fee,
            cancellation_policy: offer.cancellation_policy,
            zone: offer.zone,
            expires_at: now.saturating_add(lifetime).min(inquiry.start),
            booking: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// Returns what was quoted.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for a row that breaks the bounds of [`check`](Self::check).
    pub fn offer(&self) -> Result<Offer, InvalidValue> {
        let session = Session::new(
            self.minutes().into(),
            self.buffer_before_minutes.into(),
            self.buffer_after_minutes.into(),
        )?;
        Ok(Offer {
            session,
            price: self.price,
            fee: self.fee,
            cancellation_policy: self.cancellation_policy.clone(),
            zone: self.zone,
        })
    }

    /// Returns how the price is divided: the platform's fee and the trainer's share.
    #[must_use]
    pub const fn split(&self) -> FeeSplit {
        // The fee never exceeds the price and has its currency (see `check`).
        let share = self.price.minor() - self.fee.minor();
        let trainer_share = Money::new(share, self.price.currency());
        FeeSplit { fee: self.fee, trainer_share }
    }

    /// Returns until when the owner would get back which share after the lesson was accepted; from
    /// the last instant on it is nothing.
    #[must_use]
    pub fn refund_terms(&self) -> Vec<(Instant, BasisPoints)> {
        self.cancellation_policy.deadlines(self.session.start(), &self.zone.zone())
    }

    /// Checks that an owner asks for exactly what was quoted, and in time.
    ///
    /// # Errors
    ///
    /// [`QuoteError`] if the quote is another owner's, was used, has expired, or is for something
    /// else; the first of these that holds.
    pub fn usable(
        &self,
        owner: OwnerId,
        inquiry: &Inquiry,
        now: Instant,
    ) -> Result<(), QuoteError> {
        if self.owner != owner {
            return Err(QuoteError::Unknown);
        }
        if let Some(booking) = self.booking {
            return Err(QuoteError::Used(booking));
        }
        if self.expires_at <= now {
            return Err(QuoteError::Expired);
        }
        if *inquiry == self.inquiry() { Ok(()) } else { Err(QuoteError::Differs) }
    }

    /// Marks the quote as used for a booking.
    #[must_use]
    pub fn used(self, booking: BookingId, now: Instant) -> Self {
        Self { booking: Some(booking), updated_at: now, ..self }
    }

    /// Returns what the owner asked for.
    fn inquiry(&self) -> Inquiry {
        let wish = match self.service {
            Some(service) => Wish::Service(service),
            None => Wish::Custom { minutes: self.minutes(), price: self.price },
        };
        Inquiry { trainer: self.trainer, dog: self.dog, wish, start: self.session.start() }
    }

    /// Returns how long the lesson would last.
    fn minutes(&self) -> u16 {
        u16::try_from(self.session.duration().num_minutes()).unwrap_or(u16::MAX)
    }
}
