//! Reviews.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, codes, newest, newest_of, select},
};
use crate::{
    ids::{BookingId, ReviewId},
    repository::{Page, PageRequest, Result, ReviewFilter, ReviewQueries, Versioned},
    review::Review,
};

impl Snapshot<'_> {
    pub(super) fn review(self, id: ReviewId) -> Result<Option<Versioned<Review>>> {
        self.row(select!(Review, "WHERE id = $1"), &[id.into()])
    }

    pub(super) fn review_of(self, booking: BookingId) -> Result<Option<Versioned<Review>>> {
        self.row(select!(Review, "WHERE booking_id = $1"), &[booking.into()])
    }

    fn reviews(self, filter: &ReviewFilter, page: PageRequest) -> Result<Page<Versioned<Review>>> {
        let points = codes(filter.points.iter().map(|points| points.get()));
        let (trainer, has_reply) = (filter.trainer.into(), filter.has_reply.into());
        let is_hidden = filter.is_hidden.into();
        let rows: Vec<Versioned<Review>> = if filter.is_hidden == Some(false) {
            self.rows(
                select!(
                    Review,
                    "WHERE trainer_id = $1 AND is_hidden = 0
                       AND ($2 = '' OR instr($2, ',' || rating || ','))
                       AND ($3 IS NULL OR (reply IS NOT NULL) = $3)
                       AND (created_at, id) < ($4, $5)
                     ORDER BY created_at DESC, id DESC LIMIT $6"
                ),
                &newest(&[trainer, points, has_reply], page),
            )
        } else {
            self.rows(
                select!(
                    Review,
                    "WHERE trainer_id = $1
                       AND ($2 = '' OR instr($2, ',' || rating || ','))
                       AND ($3 IS NULL OR (reply IS NOT NULL) = $3)
                       AND ($4 IS NULL OR is_hidden = $4)
                       AND ($5 IS NULL OR is_hidden = 0 OR owner_id = $5)
                       AND (created_at, id) < ($6, $7)
                     ORDER BY created_at DESC, id DESC LIMIT $8"
                ),
                &newest(&[trainer, points, has_reply, is_hidden, filter.hidden_of.into()], page),
            )
        }?;
        Ok(Page::cut(rows, page, |last| newest_of(last.created_at, last.id)))
    }
}

#[async_trait]
impl ReviewQueries for SqliteRepository {
    async fn review(&self, id: ReviewId) -> Result<Option<Versioned<Review>>> {
        self.read(move |snapshot| snapshot.review(id)).await
    }

    async fn reviews(
        &self,
        filter: &ReviewFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Review>>> {
        let filter = filter.clone();
        self.read(move |snapshot| snapshot.reviews(&filter, page)).await
    }
}
