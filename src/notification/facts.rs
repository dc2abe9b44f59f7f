use serde::Serialize;

use crate::{
    account::{User, UserStatus},
    contact::{Email, PersonName, Phone},
    ids::{BookingId, UserId},
    money::Money,
    review::Points,
    text::Name,
    time::{Instant, Interval, ZoneId},
};

/// What the text of a notification can name, as it is when it is read.
///
/// Nothing of it is stored with the notification, so that a lesson that moved meanwhile is told
/// with its time of now, and an erased person's name is in no message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Who is told.
    pub recipient: Recipient,
    /// The lesson: the subject itself, or that of the proposal, payment, refund, dispute or review.
    pub lesson: Option<LessonFacts>,
    /// The start that a proposal names.
    pub proposed_start: Option<Instant>,
    /// How much a payment, a refund or a payout is of.
    pub amount: Option<Money>,
    /// The points of a review.
    pub points: Option<Points>,
}

/// Somebody who is told something, and where.
///
/// `Debug` shows neither e-mail nor phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipient {
    /// The user.
    pub user: UserId,
    /// Where mail goes.
    pub email: Email,
    /// The first name.
    pub first_name: PersonName,
    /// Where calls and texts go.
    pub phone: Option<Phone>,
    /// Whether the user may act, or is erased.
    pub status: UserStatus,
}

/// A lesson, as a text names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LessonFacts {
    /// The booking.
    pub booking: BookingId,
    /// The trainer's user.
    pub trainer_user: UserId,
    /// The trainer's first and last name.
    pub trainer_name: (PersonName, PersonName),
    /// The owner's user.
    pub owner_user: UserId,
    /// The owner's first name.
    pub owner_first_name: PersonName,
    /// The dog's name.
    pub dog_name: Name,
    /// The service's name; `None` for a lesson that the owner worded.
    pub service_name: Option<Name>,
    /// When it takes place.
    pub session: Interval,
    /// The trainer's zone when it was booked.
    pub zone: ZoneId,
}

impl LessonFacts {
    /// Returns the trainer's whole name.
    #[must_use]
    pub fn trainer(&self) -> String {
        let (first, last) = &self.trainer_name;
        format!("{first} {last}")
    }

    /// Returns the name of the other side, as the user sees it; `None` for a user on neither side.
    #[must_use]
    pub fn other_than(&self, user: UserId) -> Option<String> {
        if user == self.trainer_user {
            Some(self.owner_first_name.to_string())
        } else if user == self.owner_user {
            Some(self.trainer())
        } else {
            None
        }
    }
}

impl From<&User> for Recipient {
    fn from(user: &User) -> Self {
        Self {
            user: user.id,
            email: user.email.clone(),
            first_name: user.first_name.clone(),
            phone: user.phone.clone(),
            status: user.status,
        }
    }
}

impl From<Recipient> for Facts {
    /// Makes the facts of a text that names nobody else.
    fn from(recipient: Recipient) -> Self {
        Self { recipient, lesson: None, proposed_start: None, amount: None, points: None }
    }
}
