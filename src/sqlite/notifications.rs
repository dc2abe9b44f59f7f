//! Notifications, preferences and reminders.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, newest, newest_of, select},
};
use crate::{
    ids::{NotificationId, UserId},
    notification::Notification,
    repository::{NotificationQueries, Page, PageRequest, Result, Versioned},
};

impl Snapshot<'_> {
    pub(super) fn notification(
        self,
        id: NotificationId,
    ) -> Result<Option<Versioned<Notification>>> {
        self.row(select!(Notification, "WHERE id = $1"), &[id.into()])
    }
}

#[async_trait]
impl NotificationQueries for SqliteRepository {
    async fn notifications(
        &self,
        user: UserId,
        unread_only: bool,
        page: PageRequest,
    ) -> Result<Page<Versioned<Notification>>> {
        let sql = if unread_only {
            select!(
                Notification,
                "WHERE user_id = $1 AND is_read = 0 AND (created_at, id) < ($2, $3)
                 ORDER BY created_at DESC, id DESC LIMIT $4"
            )
        } else {
            select!(
                Notification,
                "WHERE user_id = $1 AND (created_at, id) < ($2, $3)
                 ORDER BY created_at DESC, id DESC LIMIT $4"
            )
        };
        self.read(move |snapshot| {
            let rows = snapshot.rows::<Notification>(sql, &newest(&[user.into()], page))?;
            Ok(Page::cut(rows, page, |last| newest_of(last.created_at, last.id)))
        })
        .await
    }

    async fn unread_count(&self, user: UserId) -> Result<u64> {
        self.read(move |snapshot| {
            snapshot.count(
                "SELECT count(*) FROM notifications WHERE user_id = $1 AND is_read = 0",
                &[user.into()],
            )
        })
        .await
    }
}
