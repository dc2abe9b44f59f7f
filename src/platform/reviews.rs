//! Reviews: written and edited by owners, answered by trainers, hidden by admins.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Error,
    execute::{Command, Loading},
    work::Work,
};
use crate::{
    audit::{Event, Subject, SubjectKind},
    authority::{Capacity, Denied},
    command::CommandKind,
    ids::{BookingId, ReviewId},
    notification::NotificationKind,
    repository::{BookingFile, Caller, RatingDelta, RepositoryError, Versioned},
    review::{Points, Review, ReviewError},
    text::Text,
};

/// Reviews a completed lesson, as its owner; once.
///
/// # Errors
///
/// [`ReviewError`] if the lesson cannot be reviewed, or not any more, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteReview {
    /// The id of the new review, made by the caller.
    pub review: ReviewId,
    /// Of which booking.
    pub booking: BookingId,
    /// The points.
    pub rating: Points,
    /// The words.
    pub comment: Text,
}

/// Replaces points and words of a review, as its author.
///
/// # Errors
///
/// [`ReviewError::TooLateToEdit`]; [`Error::NotFound`] for another's review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditReview {
    /// Which review.
    pub review: ReviewId,
    /// The points from now on.
    pub rating: Points,
    /// The words from now on.
    pub comment: Text,
}

/// Answers a review, as the trainer whom it rates; once.
///
/// # Errors
///
/// [`ReviewError::AlreadyReplied`]; [`Error::NotFound`] for a review of another trainer, and for a
/// hidden one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyToReview {
    /// Which review.
    pub review: ReviewId,
    /// The answer, not empty.
    pub reply: Text,
}

/// Hides a review, as an admin who is no party to the lesson.
///
/// It counts nowhere from then on, and only its author and admins see it.
///
/// # Errors
///
/// [`ReviewError::AlreadyHidden`], [`Denied::IsParty`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HideReview {
    /// Which review.
    pub review: ReviewId,
}

/// Shows a hidden review again, as an admin who is no party to the lesson.
///
/// # Errors
///
/// [`ReviewError::NotHidden`], [`Denied::IsParty`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnhideReview {
    /// Which review.
    pub review: ReviewId,
}

type Loaded = Result<(Caller, Option<BookingFile>), RepositoryError>;

fn subject(review: &Review) -> Subject {
    Subject::new(SubjectKind::Review, review.id)
}

/// The lesson of a review, and the review, if the actor stands where they must.
fn found(
    file: Option<BookingFile>,
    work: &Work<'_>,
) -> Result<(BookingFile, Versioned<Review>), Error> {
    let missing = || Error::NotFound(SubjectKind::Review);
    let file = file.ok_or_else(missing)?;
    let review = file.review.clone().ok_or_else(missing)?;
    let parties = [file.owner_party.user.id, file.trainer_party.user.id];
    match work.acting.capacity {
        Capacity::Owner if work.acting.owner_id() == Some(review.owner) => {}
        // Whom it rates does not see a hidden review.
        Capacity::Trainer
            if work.acting.trainer_id() == Some(review.trainer) && !review.is_hidden => {}
        Capacity::Admin if work.acting.user_id().is_some_and(|user| parties.contains(&user)) => {
            return Err(Denied::IsParty.into());
        }
        Capacity::Admin | Capacity::System => {}
        _ => return Err(missing()),
    }
    Ok((file, review))
}

/// Replaces a review, and moves its trainer's rating by the difference.
fn replace(work: &mut Work<'_>, review: &Versioned<Review>, next: Review) {
    let (before, after) = (review.counted(), next.counted());
    if before != after {
        work.changes.rate(RatingDelta {
            trainer: review.trainer,
            sum: after.sum - before.sum,
            count: after.count - before.count,
        });
    }
    work.changes.update(review.with(next));
}

#[async_trait]
impl Command for WriteReview {
    const KIND: CommandKind = CommandKind::WriteReview;
    type Outcome = ();
    type Facts = Option<BookingFile>;

    async fn load(&self, loading: Loading<'_>) -> Loaded {
        loading.repository.booking_file(loading.caller, self.booking).await
    }

    fn decide(&self, facts: Option<BookingFile>, work: &mut Work<'_>) -> Result<(), Error> {
        let owner = work.acting.owner()?.id;
        let file = facts.filter(|file| file.booking.owner == owner);
        let file = file.ok_or(Error::NotFound(SubjectKind::Booking))?;
        if file.review.is_some() {
            return Err(ReviewError::AlreadyReviewed.into());
        }
        let (comment, window) = (self.comment.clone(), work.policy.review_window);
        let booking = &file.booking;
        let review = Review::write(self.review, booking, self.rating, comment, window, work.now())?;
        // The booking's row is bumped, so that of two reviews one sees the other.
        work.changes.update(booking.clone());
        let counted = review.counted();
        work.changes.rate(RatingDelta {
            trainer: review.trainer,
            sum: counted.sum,
            count: counted.count,
        });
        work.record(Event::ReviewWritten {
            review: review.id,
            booking: review.booking,
            trainer: review.trainer,
            rating: review.rating,
        });
        work.notify(&file.trainer_party, NotificationKind::ReviewReceived, subject(&review));
        work.changes.insert(review);
        Ok(())
    }
}

#[async_trait]
impl Command for EditReview {
    const KIND: CommandKind = CommandKind::EditReview;
    type Outcome = ();
    type Facts = Option<BookingFile>;

    async fn load(&self, loading: Loading<'_>) -> Loaded {
        loading.repository.review_file(loading.caller, self.review).await
    }

    fn decide(&self, facts: Option<BookingFile>, work: &mut Work<'_>) -> Result<(), Error> {
        let (_, review) = found(facts, work)?;
        let (comment, window) = (self.comment.clone(), work.policy.review_edit_window);
        let edited = review.clone().into_value().edit(self.rating, comment, window, work.now())?;
        let (from, to) = (review.rating, edited.rating);
        work.record(Event::ReviewEdited { review: review.id, from, to });
        replace(work, &review, edited);
        Ok(())
    }
}

#[async_trait]
impl Command for ReplyToReview {
    const KIND: CommandKind = CommandKind::ReplyToReview;
    type Outcome = ();
    type Facts = Option<BookingFile>;

    async fn load(&self, loading: Loading<'_>) -> Loaded {
        loading.repository.review_file(loading.caller, self.review).await
    }

    fn decide(&self, facts: Option<BookingFile>, work: &mut Work<'_>) -> Result<(), Error> {
        let (file, review) = found(facts, work)?;
        let replied = review.clone().into_value().reply(self.reply.clone(), work.now())?;
        work.record(Event::ReviewReplied { review: review.id });
        work.notify(&file.owner_party, NotificationKind::ReviewReplied, subject(&review));
        replace(work, &review, replied);
        Ok(())
    }
}

#[async_trait]
impl Command for HideReview {
    const KIND: CommandKind = CommandKind::HideReview;
    type Outcome = ();
    type Facts = Option<BookingFile>;

    async fn load(&self, loading: Loading<'_>) -> Loaded {
        loading.repository.review_file(loading.caller, self.review).await
    }

    fn decide(&self, facts: Option<BookingFile>, work: &mut Work<'_>) -> Result<(), Error> {
        let (_, review) = found(facts, work)?;
        let hidden = review.clone().into_value().hide(work.now())?;
        work.record(Event::ReviewHidden { review: review.id });
        replace(work, &review, hidden);
        Ok(())
    }
}

#[async_trait]
impl Command for UnhideReview {
    const KIND: CommandKind = CommandKind::UnhideReview;
    type Outcome = ();
    type Facts = Option<BookingFile>;

    async fn load(&self, loading: Loading<'_>) -> Loaded {
        loading.repository.review_file(loading.caller, self.review).await
    }

    fn decide(&self, facts: Option<BookingFile>, work: &mut Work<'_>) -> Result<(), Error> {
        let (_, review) = found(facts, work)?;
        let shown = review.clone().into_value().unhide(work.now())?;
        work.record(Event::ReviewUnhidden { review: review.id });
        replace(work, &review, shown);
        Ok(())
    }
}
