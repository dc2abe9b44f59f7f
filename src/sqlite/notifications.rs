//! Notifications, preferences and reminders.

use std::{cmp::Reverse, collections::BTreeSet, sync::LazyLock};

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, codes, newest, newest_of, select},
};
use crate::{
    ids::{BookingId, NotificationId, UserId},
    notification::Notification,
    repository::{
        NotificationFilter, NotificationQueries, Page, PageRequest, Result, Told, Versioned,
    },
    sql::{RECIPIENT, Record as _, told, told_booking, told_facts},
};

/// Makes the text of a query for notifications `t` with what their texts can name.
fn told_sql(rest: &str) -> String {
    // CROSS JOIN keeps the order of the tables: the notifications come first, by one of their indexes.
    format!(
        "SELECT {}, {}, {RECIPIENT}, {} FROM notifications t
          CROSS JOIN users recipient ON recipient.id = t.user_id
          WHERE {rest}",
        Notification::statements().columns_of("t"),
        told_booking(""),
        told_facts("")
    )
}

impl Snapshot<'_> {
    pub(super) fn notification(
        self,
        id: NotificationId,
    ) -> Result<Option<Versioned<Notification>>> {
        self.row(select!(Notification, "WHERE id = $1"), &[id.into()])
    }

    fn inbox(self, filter: &NotificationFilter, page: PageRequest) -> Result<Page<Told>> {
        const END: &str = "AND ($2 = '' OR instr($2, ',' || t.type || ','))
            AND (t.created_at, t.id) < ($3, $4)
          ORDER BY t.created_at DESC, t.id DESC LIMIT $5";
        static ALL: LazyLock<String> = LazyLock::new(|| told_sql(&format!("t.user_id = $1 {END}")));
        static UNREAD: LazyLock<String> =
            LazyLock::new(|| told_sql(&format!("t.user_id = $1 AND t.is_read = 0 {END}")));
        let sql = if filter.unread_only { &UNREAD } else { &ALL };
        let list = [filter.user.into(), codes(&filter.kinds)];
        let rows = self.all(sql, &newest(&list, page), told)?;
        Ok(Page::cut(self.with_lessons(rows)?, page, |last| {
            newest_of(last.notification.created_at, last.notification.id)
        }))
    }

    fn told(self, ids: &BTreeSet<NotificationId>) -> Result<Vec<Told>> {
        static ONE: LazyLock<String> = LazyLock::new(|| told_sql("t.id = $1"));
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.first(&ONE, &[(*id).into()], told)?);
        }
        let mut found = self.with_lessons(found)?;
        found.sort_by_key(|told| Reverse((told.notification.created_at, told.notification.id)));
        Ok(found)
    }

    fn with_lessons(self, rows: Vec<(Told, Option<BookingId>)>) -> Result<Vec<Told>> {
        let mut found = Vec::with_capacity(rows.len());
        for (mut told, booking) in rows {
            if let Some(booking) = booking {
                told.facts.lesson = self.lesson(booking)?.map(Into::into);
            }
            found.push(told);
        }
        Ok(found)
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

    async fn inbox(&self, filter: &NotificationFilter, page: PageRequest) -> Result<Page<Told>> {
        let filter = filter.clone();
        self.read(move |snapshot| snapshot.inbox(&filter, page)).await
    }

    async fn told(&self, ids: &BTreeSet<NotificationId>) -> Result<Vec<Told>> {
        let ids = ids.clone();
        self.read(move |snapshot| snapshot.told(&ids)).await
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
