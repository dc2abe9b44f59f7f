//! Notifications, preferences and reminders.

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{Edit, Index, newest},
    tables::Row,
};
use crate::{
    ids::{NotificationId, UserId},
    notification::{Notification, Preferences, Reminder},
    repository::{Cursor, NotificationQueries, Page, PageRequest, Result, Versioned},
    time::Instant,
};

/// How notifications are found.
#[derive(Debug, Default)]
pub(super) struct NotificationIndexes {
    user: Index<UserId, (Instant, NotificationId)>,
    unread: Index<UserId, (Instant, NotificationId)>,
}

impl Row for Notification {
    type Indexes = NotificationIndexes;

    fn file(&self, by: &mut NotificationIndexes, edit: Edit) {
        let key = (self.created_at, self.id);
        edit.index(&mut by.user, self.user, key);
        if !self.is_read {
            edit.index(&mut by.unread, self.user, key);
        }
    }
}

impl Row for Preferences {
    type Indexes = ();

    fn file(&self, (): &mut (), _: Edit) {}
}

impl Row for Reminder {
    type Indexes = ();

    fn file(&self, (): &mut (), _: Edit) {}
}

#[async_trait]
impl NotificationQueries for MemoryRepository {
    async fn notifications(
        &self,
        user: UserId,
        unread_only: bool,
        page: PageRequest,
    ) -> Result<Page<Versioned<Notification>>> {
        let tables = self.read();
        let by = &tables.notifications.by;
        let line = if unread_only { by.unread.of(user) } else { by.user.of(user) };
        let rows = newest(line, page.cursor())
            .take(usize::from(page.limit()) + 1)
            .filter_map(|id| tables.notifications.cloned(id));
        Ok(Page::cut(rows.collect(), page, |last| Cursor::new(last.created_at, last.id.as_uuid())))
    }

    async fn unread_count(&self, user: UserId) -> Result<u64> {
        Ok(self.read().notifications.by.unread.of(user).len() as u64)
    }
}
