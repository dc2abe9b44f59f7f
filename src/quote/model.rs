use serde::Serialize;

use crate::{
    booking::check_session,
    cancellation::CancellationPolicy,
    error::{InvalidValue, Problem, within},
    ids::{BookingId, DogId, OwnerId, QuoteId, ServiceId, TrainerId},
    money::{Money, Price},
    time::{Instant, Interval, ZoneId},
    trainer::BUFFER_MAX_MINUTES,
};

/// A price that was shown to an owner and holds for a while (table `quotes`).
///
/// It keeps everything that the price depends on: a booking that is made of it charges exactly what
/// was shown, on the terms that were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The key.
    pub id: QuoteId,
    /// Who would give the lesson.
    pub trainer: TrainerId,
    /// Who asked.
    pub owner: OwnerId,
    /// Which dog it is for.
    pub dog: DogId,
    /// Which service it is; `None` for a custom request.
    pub service: Option<ServiceId>,
    /// From when to when the lesson would last (columns `start_time` and `end_time`).
    pub session: Interval,
    /// The pause kept free before it, in minutes.
    pub buffer_before_minutes: u16,
    /// The pause kept free after it, in minutes.
    pub buffer_after_minutes: u16,
    /// What the owner would pay.
    pub price: Price,
    /// The platform's part of the price.
    pub fee: Money,
    /// What the owner would get back after cancelling.
    pub cancellation_policy: CancellationPolicy,
    /// The zone by whose wall clock the lesson would take place (column `time_zone`).
    pub zone: ZoneId,
    /// Until when it holds.
    pub expires_at: Instant,
    /// The booking that was made of it.
    pub booking: Option<BookingId>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Quote {
    /// Checks the lesson's length, the buffers and that the fee is a part of the price.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first rule that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        check_session(self.session)?;
        within("buffer_before_minutes", self.buffer_before_minutes, 0, BUFFER_MAX_MINUTES)?;
        within("buffer_after_minutes", self.buffer_after_minutes, 0, BUFFER_MAX_MINUTES)?;
        within("fee", self.fee.minor(), 0, self.price.minor())?;
        if self.fee.currency() == self.price.currency() {
            Ok(())
        } else {
            Err(InvalidValue::new("fee", Problem::Malformed("in the price's currency")))
        }
    }
}
