//! Notifications, preferences and reminders.

use async_trait::async_trait;

use super::{
    MemoryRepository,
    by_id::ById,
    index::{Edit, Kept, Timeline, Under, newest},
    sorted::Sorted,
    tables::{Row, Stored},
};
use crate::{
    ids::{NotificationId, UserId},
    notification::{Notification, Preferences, Reminder},
    repository::{
        Cursor, NotificationFilter, NotificationQueries, Page, PageRequest, Result, Versioned,
    },
};

/// How notifications are found.
#[derive(Debug, Default)]
pub(super) struct NotificationIndexes {
    pub(super) user: Under<UserId, Inbox>,
}

/// The notifications of one user.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    all: Timeline<NotificationId>,
    unread: Timeline<NotificationId>,
}

impl Kept for Inbox {
    const NOTHING: Self = Self { all: Timeline::NEW, unread: Timeline::NEW };

    fn is_nothing(&self) -> bool {
        self.all.is_empty()
    }
}

impl Row for Notification {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = NotificationIndexes;

    fn file(&self, by: &mut NotificationIndexes, edit: Edit) {
        let key = (self.created_at, self.id);
        by.user.edit(self.user, |inbox| {
            edit.set(&mut inbox.all, key);
            if !self.is_read {
                edit.set(&mut inbox.unread, key);
            }
        });
    }
}

impl Row for Preferences {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(&self, (): &mut (), _: Edit) {}
}

impl Row for Reminder {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(&self, (): &mut (), _: Edit) {}
}

#[async_trait]
impl NotificationQueries for MemoryRepository {
    async fn notifications(
        &self,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Notification>>> {
        let tables = self.read();
        let inbox = tables.notifications.by.user.of(filter.user);
        let line = if filter.unread_only { &inbox.unread } else { &inbox.all };
        let rows = newest(line, page.cursor())
            .filter_map(|id| tables.notifications.get(id))
            .filter(|told| filter.kinds.is_empty() || filter.kinds.contains(&told.kind))
            .take(usize::from(page.limit()) + 1)
            .cloned();
        Ok(Page::cut(rows.collect(), page, |last| Cursor::new(last.created_at, last.id.as_uuid())))
    }

    async fn unread_count(&self, user: UserId) -> Result<u64> {
        Ok(self.read().notifications.by.user.of(user).unread.count())
    }
}
