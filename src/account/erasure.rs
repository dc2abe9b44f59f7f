//! What is personal in each row: the one place that says what erasure takes away.

use super::{AccountError, User, UserStatus};
use crate::{
    booking::{Booking, Cancellation},
    code::codes,
    contact::{Email, PersonName},
    dog::Dog,
    ids::{OwnerId, TrainerId, UserId},
    review::Review,
    text::{Name, Text},
    time::Instant,
    trainer::{Service, Trainer},
};

codes! {
    /// What must be settled before a user can be erased.
    pub enum ErasureObstacle as "erasure_obstacle" {
        /// A booking, on either side, is pending or accepted.
        ActiveBooking = "active_booking",
        /// A refund, on either side, is due or on its way.
        OpenRefund = "open_refund",
        /// A dispute, on either side, is not decided.
        OpenDispute = "open_dispute",
        /// A payout to the trainer is on its way.
        OpenPayout = "open_payout",
        /// The trainer's account is not at zero.
        OpenBalance = "open_balance",
        /// Nobody else who is active runs the platform.
        LastAdmin = "last_admin",
    }
}

impl User {
    /// Takes away names, e-mail address, phone and password, and ends the account for good.
    ///
    /// The names become [`PersonName::tombstone`], the address [`Email::tombstone`]; the address
    /// that the user had is free again.
    ///
    /// # Errors
    ///
    /// [`AccountError::StatusUnreachable`] if the user was erased before.
    pub fn erase(self, now: Instant) -> Result<Self, AccountError> {
        let user = self.enter(UserStatus::Deleted, now)?;
        Ok(Self {
            email: Email::tombstone(user.id),
            password: None,
            first_name: PersonName::tombstone(),
            last_name: PersonName::tombstone(),
            phone: None,
            ..user
        })
    }
}

impl Trainer {
    /// Takes away what the trainer says of themselves and where search finds them; the rating
    /// stays.
    #[must_use]
    pub fn erase(self, now: Instant) -> Self {
        Self { bio: Text::default(), search_location: None, updated_at: now, ..self }
    }
}

impl Service {
    /// Takes away the trainer's words and ends the offer; what was booked keeps its price.
    #[must_use]
    pub fn erase(self, now: Instant) -> Self {
        Self {
            name: Name::tombstone(),
            description: Text::default(),
            is_active: false,
            updated_at: now,
            ..self
        }
    }
}

impl Dog {
    /// Takes away name, breed and notes; a dog that was kept is removed.
    #[must_use]
    pub fn erase(self, now: Instant) -> Self {
        Self {
            name: Name::tombstone(),
            breed: None,
            notes: Text::default(),
            removed_at: self.removed_at.or(Some(now)),
            updated_at: now,
            ..self
        }
    }
}

impl Booking {
    /// Takes away the reason that `user` gave for cancelling.
    #[must_use]
    pub fn erase_words_of(mut self, user: UserId, now: Instant) -> Self {
        let own = |cancellation: &&mut Cancellation| cancellation.by == Some(user);
        if let Some(cancellation) = self.cancellation.as_mut().filter(own) {
            cancellation.reason = None;
            self.updated_at = now;
        }
        self
    }
}

impl Review {
    /// Takes away the comment of `owner` and the reply of `trainer`; the points stay.
    #[must_use]
    pub fn erase_words_of(
        mut self,
        owner: Option<OwnerId>,
        trainer: Option<TrainerId>,
        now: Instant,
    ) -> Self {
        if owner == Some(self.owner) {
            self.comment = Text::default();
            self.updated_at = now;
        }
        if trainer == Some(self.trainer) {
            self.reply = None;
            self.updated_at = now;
        }
        self
    }
}
