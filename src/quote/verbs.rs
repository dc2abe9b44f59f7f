use super::{Quote, QuoteError};
use crate::{
    booking::Booking,
    money::{BasisPoints, FeeSplit, Money},
    time::{Instant, ZoneId},
};

impl Quote {
    /// Returns how the price is divided: the platform's fee and the trainer's share.
    #[must_use]
    pub const fn split(&self) -> FeeSplit {
        // The fee never exceeds the price and has its currency (see `check`).
        let share = self.price.minor() - self.fee.minor();
        let trainer_share = Money::new(share, self.price.currency());
        FeeSplit { fee: self.fee, trainer_share }
    }

    /// Returns until when the owner would get back which share, in the trainer's zone; after the
    /// last instant it is nothing.
    #[must_use]
    pub fn refund_terms(&self, zone: ZoneId) -> Vec<(Instant, BasisPoints)> {
        self.cancellation_policy.deadlines(self.session.start(), &zone.zone())
    }

    /// Checks that a request is for exactly what was quoted, and in time.
    ///
    /// `asked` is the booking as the request would make it at today's price; what was quoted counts
    /// for price, fee, buffers and cancellation policy, and the rest has to agree.
    ///
    /// # Errors
    ///
    /// [`QuoteError`] if the quote is another owner's, has expired or was used, or is for something
    /// else.
    pub fn usable(&self, asked: &Booking, now: Instant) -> Result<(), QuoteError> {
        if self.owner != asked.owner {
            return Err(QuoteError::Unknown);
        }
        if let Some(booking) = self.booking {
            return Err(QuoteError::Used(booking));
        }
        if self.expires_at <= now {
            return Err(QuoteError::Expired);
        }
        let is_same = self.trainer == asked.trainer
            && self.dog == asked.dog
            && self.service == asked.service
            && self.session == asked.session;
        if is_same { Ok(()) } else { Err(QuoteError::Differs) }
    }

    /// Puts what was quoted into the booking that is made of it, and marks the quote as used.
    ///
    /// # Errors
    ///
    /// Those of [`usable`](Self::usable).
    pub fn book(self, asked: Booking, now: Instant) -> Result<(Self, Booking), QuoteError> {
        self.usable(&asked, now)?;
        let booking = Booking {
            price: self.price,
            fee: self.fee,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
            cancellation_policy: self.cancellation_policy.clone(),
            ..asked
        };
        Ok((Self { booking: Some(booking.id), updated_at: now, ..self }, booking))
    }
}
