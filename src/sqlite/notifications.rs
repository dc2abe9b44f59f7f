//! Notifications, preferences and reminders.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, codes, newest, newest_of, select},
};
use crate::{
    ids::{NotificationId, UserId},
    notification::Notification,
    repository::{NotificationFilter, NotificationQueries, Page, PageRequest, Result, Versioned},
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
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Notification>>> {
        let sql = if filter.unread_only {
            select!(
                Notification,
                "WHERE user_id = $1 AND is_read = 0
                   AND ($2 = '' OR instr($2, ',' || type || ','))
                   AND (created_at, id) < ($3, $4)
                 ORDER BY created_at DESC, id DESC LIMIT $5"
            )
        } else {
            select!(
                Notification,
                "WHERE user_id = $1
                   AND ($2 = '' OR instr($2, ',' || type || ','))
                   AND (created_at, id) < ($3, $4)
                 ORDER BY created_at DESC, id DESC LIMIT $5"
            )
        };
        let list = [filter.user.into(), codes(&filter.kinds)];
        self.read(move |snapshot| {
            let rows = snapshot.rows::<Notification>(sql, &newest(&list, page))?;
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
