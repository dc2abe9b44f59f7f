//! Reviews.

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{Edit, Index, newest},
    tables::Row,
};
use crate::{
    ids::{ReviewId, TrainerId},
    repository::{Cursor, Page, PageRequest, Result, ReviewQueries, Versioned},
    review::Review,
    time::Instant,
};

/// How reviews are found; a booking's by its unique value.
#[derive(Debug, Default)]
pub(super) struct ReviewIndexes {
    trainer: Index<TrainerId, (Instant, ReviewId)>,
}

impl Row for Review {
    type Indexes = ReviewIndexes;

    fn file(&self, by: &mut ReviewIndexes, edit: Edit) {
        edit.index(&mut by.trainer, self.trainer, (self.created_at, self.id));
    }
}

#[async_trait]
impl ReviewQueries for MemoryRepository {
    async fn review(&self, id: ReviewId) -> Result<Option<Versioned<Review>>> {
        Ok(self.read().reviews.cloned(id))
    }

    async fn reviews(
        &self,
        trainer: TrainerId,
        with_hidden: bool,
        page: PageRequest,
    ) -> Result<Page<Versioned<Review>>> {
        let tables = self.read();
        let rows = newest(tables.reviews.by.trainer.of(trainer), page.cursor())
            .filter_map(|id| tables.reviews.get(id))
            .filter(|review| with_hidden || !review.is_hidden)
            .take(usize::from(page.limit()) + 1)
            .cloned();
        Ok(Page::cut(rows.collect(), page, |last| Cursor::new(last.created_at, last.id.as_uuid())))
    }
}
