//! How a review is written, edited, answered and hidden, and what it adds to its trainer's rating.

use chrono::TimeDelta;

use super::{Points, Review, ReviewError};
use crate::{
    booking::{Attendance, Booking, BookingStatus},
    ids::ReviewId,
    text::Text,
    time::Instant,
    trainer::Rating,
};

impl Review {
    /// Reviews a lesson, as its owner.
    ///
    /// The lesson is completed, the owner came or the trainer did not, and less than `window` has
    /// passed since its completion. That there is no other review of it is for the caller to know.
    ///
    /// # Errors
    ///
    /// [`ReviewError::NotReviewable`] and [`ReviewError::TooLateToWrite`].
    pub fn write(
        id: ReviewId,
        booking: &Booking,
        rating: Points,
        comment: Text,
        window: TimeDelta,
        now: Instant,
    ) -> Result<Self, ReviewError> {
        let (BookingStatus::Completed, Some(completed_at), Some(attendance)) =
            (booking.status, booking.completed_at, booking.attendance)
        else {
            return Err(ReviewError::NotReviewable);
        };
        if attendance == Attendance::OwnerNoShow {
            return Err(ReviewError::NotReviewable);
        }
        if now >= completed_at.saturating_add(window) {
            return Err(ReviewError::TooLateToWrite);
        }
        Ok(Self {
            id,
            booking: booking.id,
            trainer: booking.trainer,
            owner: booking.owner,
            rating,
            comment,
            reply: None,
            is_hidden: false,
            created_at: now,
            updated_at: now,
        })
    }

    /// Replaces points and words, as the author, while less than `window` has passed since the
    /// review was written.
    ///
    /// A hidden review can be edited, and stays hidden.
    ///
    /// # Errors
    ///
    /// [`ReviewError::TooLateToEdit`].
    pub fn edit(
        self,
        rating: Points,
        comment: Text,
        window: TimeDelta,
        now: Instant,
    ) -> Result<Self, ReviewError> {
        if now >= self.created_at.saturating_add(window) {
            return Err(ReviewError::TooLateToEdit);
        }
        Ok(Self { rating, comment, updated_at: now, ..self })
    }

    /// Answers the review, as the trainer; once.
    ///
    /// # Errors
    ///
    /// [`ReviewError::EmptyReply`] and [`ReviewError::AlreadyReplied`].
    pub fn reply(self, reply: Text, now: Instant) -> Result<Self, ReviewError> {
        if reply.as_str().trim().is_empty() {
            return Err(ReviewError::EmptyReply);
        }
        if self.reply.is_some() {
            return Err(ReviewError::AlreadyReplied);
        }
        Ok(Self { reply: Some(reply), updated_at: now, ..self })
    }

    /// Hides the review from everybody but its author and admins.
    ///
    /// # Errors
    ///
    /// [`ReviewError::AlreadyHidden`].
    pub fn hide(self, now: Instant) -> Result<Self, ReviewError> {
        if self.is_hidden {
            return Err(ReviewError::AlreadyHidden);
        }
        Ok(Self { is_hidden: true, updated_at: now, ..self })
    }

    /// Shows a hidden review again.
    ///
    /// # Errors
    ///
    /// [`ReviewError::NotHidden`].
    pub fn unhide(self, now: Instant) -> Result<Self, ReviewError> {
        if !self.is_hidden {
            return Err(ReviewError::NotHidden);
        }
        Ok(Self { is_hidden: false, updated_at: now, ..self })
    }

    /// Returns what the review adds to its trainer's rating: nothing while it is hidden.
    #[must_use]
    pub fn counted(&self) -> Rating {
        if self.is_hidden {
            return Rating::default();
        }
        Rating { sum: self.rating.get().into(), count: 1 }
    }
}
