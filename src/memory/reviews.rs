//! Reviews.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{Edit, Index, newest},
    sorted::Sorted,
    stored::{Shared, Stored},
    tables::{Row, Tables},
};
use crate::{
    ids::{OwnerId, ReviewId, TrainerId},
    repository::{Cursor, Page, PageRequest, Result, ReviewFilter, ReviewQueries, Versioned},
    review::Review,
    time::Instant,
};

/// How reviews are found; a booking's by its unique value.
#[derive(Debug, Default)]
pub(super) struct ReviewIndexes {
    trainer: Index<TrainerId, (Instant, ReviewId)>,
    owner: Index<OwnerId, ReviewId>,
}

impl Row for Review {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = ReviewIndexes;

    fn file(row: &Shared<Self>, by: &mut ReviewIndexes, edit: Edit) {
        edit.index(&mut by.trainer, row.trainer, (row.created_at, row.id));
        edit.index(&mut by.owner, row.owner, row.id);
    }
}

impl Tables {
    /// Returns the reviews that hold a comment by the owner or a reply by the trainer, by id.
    pub(super) fn worded_reviews(
        &self,
        owner: Option<OwnerId>,
        trainer: Option<TrainerId>,
    ) -> Vec<Versioned<Review>> {
        let by = &self.reviews.by;
        let written = owner.into_iter().flat_map(|owner| by.owner.of(owner).keys().copied());
        let of_trainer = trainer.into_iter().flat_map(|trainer| by.trainer.of(trainer).keys());
        let written = written.filter_map(|id| self.reviews.get(id));
        let replied = of_trainer.filter_map(|(_, id)| self.reviews.get(*id));
        let written = written.filter(|review| !review.comment.is_empty());
        let replied = replied.filter(|review| review.reply.is_some());
        let worded: BTreeMap<_, _> =
            written.chain(replied).map(|review| (review.id, review)).collect();
        worded.into_values().cloned().collect()
    }
}

#[async_trait]
impl ReviewQueries for MemoryRepository {
    async fn review(&self, id: ReviewId) -> Result<Option<Versioned<Review>>> {
        Ok(self.read().reviews.cloned(id))
    }

    async fn reviews(
        &self,
        filter: &ReviewFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Review>>> {
        let is_wanted = |review: &Review| {
            (filter.points.is_empty() || filter.points.contains(&review.rating))
                && filter.has_reply.is_none_or(|has_reply| review.reply.is_some() == has_reply)
                && filter.is_hidden.is_none_or(|is_hidden| review.is_hidden == is_hidden)
                && filter.hidden_of.is_none_or(|owner| !review.is_hidden || review.owner == owner)
        };
        let tables = self.read();
        let rows = newest(tables.reviews.by.trainer.of(filter.trainer), page.cursor())
            .filter_map(|id| tables.reviews.get(id))
            .filter(|review| is_wanted(review))
            .take(usize::from(page.limit()) + 1)
            .cloned();
        Ok(Page::cut(rows.collect(), page, |last| Cursor::new(last.created_at, last.id.as_uuid())))
    }
}
