use serde::{Deserialize, Serialize};

use crate::{
    audit::SubjectKind,
    authority::Capacity,
    command::Actor,
    ids::{ReviewId, TrainerId},
    platform::{Error, Platform},
    repository::{Page, PageRequest, ReviewFilter, TrainerCard},
    review::{Points, Review},
    text::Text,
    time::Instant,
};

/// A review as others see it: without whose it is, and of which lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicReview {
    /// Which review.
    pub review: ReviewId,
    /// The points given.
    pub rating: Points,
    /// The words.
    pub comment: Text,
    /// The trainer's answer.
    pub reply: Option<Text>,
    /// Whether an admin hid it from others than its author and admins.
    pub is_hidden: bool,
    /// Whether the reader wrote it.
    pub is_own: bool,
    /// When it was written.
    pub created_at: Instant,
}

impl PublicReview {
    fn of(review: Review, is_own: bool) -> Self {
        Self {
            review: review.id,
            rating: review.rating,
            comment: review.comment,
            reply: review.reply,
            is_hidden: review.is_hidden,
            is_own,
            created_at: review.created_at,
        }
    }
}

impl Platform {
    /// Returns what everybody may see of a trainer.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such trainer; also for one who is suspended, except for
    /// themselves, admins and the system.
    pub async fn trainer_card(
        &self,
        actor: Actor,
        trainer: TrainerId,
    ) -> Result<TrainerCard, Error> {
        let missing = || Error::NotFound(SubjectKind::Trainer);
        let card = self.repository().trainer_card(trainer).await?.ok_or_else(missing)?;
        if card.is_listed {
            return Ok(card);
        }
        let reader = self.reader(actor).await?;
        let may_see = matches!(reader.capacity, Capacity::Admin | Capacity::System)
            || reader.user_id() == Some(card.trainer.user);
        if may_see { Ok(card) } else { Err(missing()) }
    }

    /// Returns a page of a trainer's reviews, the newest first.
    ///
    /// Hidden ones are seen by their author, by admins and by the system, whatever is asked for; not
    /// by whom they rate, even if they are an admin.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] if the reader's claim does not hold.
    pub async fn reviews(
        &self,
        actor: Actor,
        filter: impl Into<ReviewFilter> + Send,
        page: PageRequest,
    ) -> Result<Page<PublicReview>, Error> {
        let mut filter: ReviewFilter = filter.into();
        let reader = self.reader(actor).await?;
        let own_profile = reader.standing().and_then(|standing| standing.trainer.as_ref());
        let is_rated = own_profile.is_some_and(|own| own.id == filter.trainer);
        let sees_all = matches!(reader.capacity, Capacity::Admin | Capacity::System) && !is_rated;
        let author = reader.owner_id();
        match author {
            _ if sees_all => {}
            Some(author) => filter.hidden_of = Some(author),
            None if filter.is_hidden == Some(true) => {
                return Ok(Page { items: Vec::new(), next: None });
            }
            None => filter.is_hidden = Some(false),
        }
        let reviews = self.repository().reviews(&filter, page).await?;
        Ok(reviews.map(|review| {
            let is_own = Some(review.owner) == author;
            PublicReview::of(review.into_value(), is_own)
        }))
    }
}
