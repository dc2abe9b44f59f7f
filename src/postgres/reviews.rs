//! Reviews.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    newest::Newest,
    parameters::Parameters,
    part::{Statement, row, rows},
};
use crate::{
    ids::{ReviewId, TrainerId},
    repository::{Cursor, Page, PageRequest, Result, ReviewQueries, Versioned},
    review::Review,
};

#[async_trait]
impl ReviewQueries for PostgresRepository {
    async fn review(&self, id: ReviewId) -> Result<Option<Versioned<Review>>> {
        static REVIEW: LazyLock<Statement<Option<Versioned<Review>>>> =
            LazyLock::new(|| row::<Review>("WHERE t.id = $1").into());
        self.ask(&REVIEW, Parameters::new().and(id)?).await
    }

    async fn reviews(
        &self,
        trainer: TrainerId,
        with_hidden: bool,
        page: PageRequest,
    ) -> Result<Page<Versioned<Review>>> {
        static ALL: LazyLock<Newest<Versioned<Review>>> =
            LazyLock::new(|| Newest::of("t.trainer_id = $1", 1, rows));
        static VISIBLE: LazyLock<Newest<Versioned<Review>>> =
            LazyLock::new(|| Newest::of("t.trainer_id = $1 AND NOT t.is_hidden", 1, rows));
        let list = if with_hidden { &ALL } else { &VISIBLE };
        self.newest(list, Parameters::new().and(trainer)?, page, |last| {
            Cursor::new(last.created_at, last.id.as_uuid())
        })
        .await
    }
}
