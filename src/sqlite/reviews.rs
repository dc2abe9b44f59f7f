//! Reviews.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, newest, newest_of, select},
};
use crate::{
    ids::{BookingId, ReviewId, TrainerId},
    repository::{Page, PageRequest, Result, ReviewQueries, Versioned},
    review::Review,
};

impl Snapshot<'_> {
    pub(super) fn review(self, id: ReviewId) -> Result<Option<Versioned<Review>>> {
        self.row(select!(Review, "WHERE id = $1"), &[id.into()])
    }

    pub(super) fn review_of(self, booking: BookingId) -> Result<Option<Versioned<Review>>> {
        self.row(select!(Review, "WHERE booking_id = $1"), &[booking.into()])
    }
}

#[async_trait]
impl ReviewQueries for SqliteRepository {
    async fn review(&self, id: ReviewId) -> Result<Option<Versioned<Review>>> {
        self.read(move |snapshot| snapshot.review(id)).await
    }

    async fn reviews(
        &self,
        trainer: TrainerId,
        with_hidden: bool,
        page: PageRequest,
    ) -> Result<Page<Versioned<Review>>> {
        let sql = if with_hidden {
            select!(
                Review,
                "WHERE trainer_id = $1 AND (created_at, id) < ($2, $3)
                 ORDER BY created_at DESC, id DESC LIMIT $4"
            )
        } else {
            select!(
                Review,
                "WHERE trainer_id = $1 AND is_hidden = 0 AND (created_at, id) < ($2, $3)
                 ORDER BY created_at DESC, id DESC LIMIT $4"
            )
        };
        self.read(move |snapshot| {
            let rows = snapshot.rows::<Review>(sql, &newest(&[trainer.into()], page))?;
            Ok(Page::cut(rows, page, |last| newest_of(last.created_at, last.id)))
        })
        .await
    }
}
