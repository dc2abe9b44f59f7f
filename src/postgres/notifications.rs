//! Notifications.

use std::{collections::BTreeSet, sync::LazyLock};

use async_trait::async_trait;

use super::{
    PostgresRepository,
    bookings::{NAMED, NAMES},
    newest::Newest,
    parameters::Parameters,
    part::{Part, Statement, count, list, rows},
    schema::PLACE,
};
use crate::{
    booking::Booking,
    ids::{NotificationId, UserId},
    notification::{Notification, NotificationKind},
    repository::{
        Cursor, NotificationFilter, NotificationQueries, Page, PageRequest, Result, Told, Versioned,
    },
    sql::{RECIPIENT, Record as _, lesson, told, told_booking, told_facts},
};

/// Of the user `$1`, and of one of the kinds `$2`.
const OF_USER: &str = "t.user_id = $1 AND (cardinality($2) = 0 OR t.type = ANY($2))";

/// Asks for notifications with what their texts can name, the newest first: everything after `FROM`,
/// where the table is called `t`.
fn tellings(rest: &str) -> Part<Vec<Told>> {
    let found = format!(
        "told AS MATERIALIZED (
             SELECT t.*, {} AS booking_id FROM @.notifications t {rest})",
        told_booking(PLACE)
    );
    let columns = format!(
        "{}, t.booking_id, {RECIPIENT}, {}",
        Notification::statements().columns_of("t"),
        told_facts(PLACE)
    );
    let told_to = "FROM told t JOIN @.users recipient ON recipient.id = t.user_id
                  ORDER BY t.created_at DESC, t.id DESC";
    let lessons = list(
        &format!("{}, {NAMES}", Booking::statements().columns_of("t")),
        &format!("FROM @.bookings t {NAMED} WHERE t.id IN (SELECT booking_id FROM told)"),
        lesson,
    );
    list(&columns, told_to, told).sharing(found).and(lessons).map(|(rows, lessons)| {
        let telling = |(mut told, booking): (Told, _)| {
            let lesson = lessons.iter().find(|lesson| Some(lesson.booking.id) == booking);
            told.facts.lesson = lesson.cloned().map(Into::into);
            told
        };
        Ok(rows.into_iter().map(telling).collect())
    })
}

fn key(last: &Told) -> Cursor {
    Cursor::new(last.notification.created_at, last.notification.id.as_uuid())
}

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

    async fn inbox(&self, filter: &NotificationFilter, page: PageRequest) -> Result<Page<Told>> {
        static ALL: LazyLock<Newest<Told>> = LazyLock::new(|| Newest::of(OF_USER, 2, tellings));
        static UNREAD: LazyLock<Newest<Told>> =
            LazyLock::new(|| Newest::of(&format!("{OF_USER} AND NOT t.is_read"), 2, tellings));
        let parameters =
            Parameters::new().and(filter.user)?.and_all::<NotificationKind>(&filter.kinds)?;
        let list = if filter.unread_only { &UNREAD } else { &ALL };
        self.newest(list, parameters, page, key).await
    }

    async fn told(&self, ids: &BTreeSet<NotificationId>) -> Result<Vec<Told>> {
        static TOLD: LazyLock<Statement<Vec<Told>>> =
            LazyLock::new(|| tellings("WHERE t.id = ANY($1)").into());
        let ids: Vec<NotificationId> = ids.iter().copied().collect();
        self.ask(&TOLD, Parameters::new().and_all(&ids)?).await
    }

    async fn unread_count(&self, user: UserId) -> Result<u64> {
        static UNREAD: LazyLock<Statement<u64>> = LazyLock::new(|| {
            count("FROM @.notifications WHERE user_id = $1 AND NOT is_read").into()
        });
        self.ask_replica(&UNREAD, Parameters::new().and(user)?).await
    }
}
