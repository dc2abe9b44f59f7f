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
    ids::ReviewId,
    repository::{Cursor, Page, PageRequest, Result, ReviewFilter, ReviewQueries, Versioned},
    review::{Points, Review},
};

/// Of the trainer `$1`, with one of the numbers of points `$2`, with a reply or without one as `$3` says.
const OF_TRAINER: &str = "t.trainer_id = $1 AND (cardinality($2) = 0 OR t.rating = ANY($2))
    AND ($3 IS NULL OR (t.reply IS NOT NULL) = $3)";

#[async_trait]
impl ReviewQueries for PostgresRepository {
    async fn review(&self, id: ReviewId) -> Result<Option<Versioned<Review>>> {
        static REVIEW: LazyLock<Statement<Option<Versioned<Review>>>> =
            LazyLock::new(|| row::<Review>("WHERE t.id = $1").into());
        self.ask(&REVIEW, Parameters::new().and(id)?).await
    }

    async fn reviews(
        &self,
        filter: &ReviewFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Review>>> {
        static ALL: LazyLock<Newest<Versioned<Review>>> = LazyLock::new(|| {
            let which = "AND ($4 IS NULL OR t.is_hidden = $4)
                AND ($5 IS NULL OR NOT t.is_hidden OR t.owner_id = $5)";
            Newest::of(&format!("{OF_TRAINER} {which}"), 5, rows)
        });
        static SHOWN: LazyLock<Newest<Versioned<Review>>> =
            LazyLock::new(|| Newest::of(&format!("{OF_TRAINER} AND NOT t.is_hidden"), 3, rows));
        let parameters = Parameters::new()
            .and(filter.trainer)?
            .and_all::<Points>(&filter.points)?
            .and(filter.has_reply)?;
        let key = |last: &Versioned<Review>| Cursor::new(last.created_at, last.id.as_uuid());
        if filter.is_hidden == Some(false) {
            self.newest(&SHOWN, parameters, page, key).await
        } else {
            let parameters = parameters.and(filter.is_hidden)?.and(filter.hidden_of)?;
            self.newest(&ALL, parameters, page, key).await
        }
    }
}
