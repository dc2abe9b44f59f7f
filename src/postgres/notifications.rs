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
    notification::Notification,
    repository::{Cursor, NotificationQueries, Page, PageRequest, Result, Versioned},
};

#[async_trait]
impl NotificationQueries for PostgresRepository {
    async fn notifications(
        &self,
        user: UserId,
        unread_only: bool,
        page: PageRequest,
    ) -> Result<Page<Versioned<Notification>>> {
        static ALL: LazyLock<Newest<Versioned<Notification>>> =
            LazyLock::new(|| Newest::of("t.user_id = $1", 1, rows));
        static UNREAD: LazyLock<Newest<Versioned<Notification>>> =
            LazyLock::new(|| Newest::of("t.user_id = $1 AND NOT t.is_read", 1, rows));
        let key = |last: &Versioned<Notification>| Cursor::new(last.created_at, last.id.as_uuid());
        let parameters = Parameters::new().and(user)?;
        if unread_only {
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
