//! Notifications.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    newest::Newest,
    parameters::Parameters,
    part::{Statement, count, rows},
};
use crate::{
    ids::UserId,
    notification::{Notification, NotificationKind},
    repository::{
        Cursor, NotificationFilter, NotificationQueries, Page, PageRequest, Result, Versioned,
    },
};

/// Of the user `$1`, and of one of the kinds `$2`.
const OF_USER: &str = "t.user_id = $1 AND (cardinality($2) = 0 OR t.type = ANY($2))";

#[async_trait]
impl NotificationQueries for PostgresRepository {
    async fn notifications(
        &self,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Notification>>> {
        static ALL: LazyLock<Newest<Versioned<Notification>>> =
            LazyLock::new(|| Newest::of(OF_USER, 2, rows));
        static UNREAD: LazyLock<Newest<Versioned<Notification>>> =
            LazyLock::new(|| Newest::of(&format!("{OF_USER} AND NOT t.is_read"), 2, rows));
        let key = |last: &Versioned<Notification>| Cursor::new(last.created_at, last.id.as_uuid());
        let parameters =
            Parameters::new().and(filter.user)?.and_all::<NotificationKind>(&filter.kinds)?;
        if filter.unread_only {
            // Marking them as read is decided on these.
            self.newest_of_writer(&UNREAD, parameters, page, key).await
        } else {
            self.newest(&ALL, parameters, page, key).await
        }
    }

    async fn unread_count(&self, user: UserId) -> Result<u64> {
        static UNREAD: LazyLock<Statement<u64>> = LazyLock::new(|| {
            count("FROM @.notifications WHERE user_id = $1 AND NOT is_read").into()
        });
        self.ask_replica(&UNREAD, Parameters::new().and(user)?).await
    }
}
