//! The audit trail, its feed, and the commands that were carried out.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, newest, newest_of, select},
};
use crate::{
    audit::{AuditEntry, FeedEntry, FeedPosition, Subject},
    command::CommandRecord,
    ids::CommandId,
    repository::{AuditFilter, AuditQueries, Page, PageRequest, Result, Table, Trail},
    sql::{Fields, Record as _, Value},
    time::Instant,
};

impl Snapshot<'_> {
    pub(super) fn command(self, id: CommandId) -> Result<Option<CommandRecord>> {
        self.first(
            select!(CommandRecord, "WHERE command_id = $1"),
            &[id.into()],
            CommandRecord::decode,
        )
    }

    fn history(self, filter: AuditFilter, page: PageRequest) -> Result<Page<FeedEntry>> {
        let from = filter.from.unwrap_or(Instant::MIN).into();
        let before = page.before(filter.until);
        let rows = match filter.trail {
            Trail::About(Subject { kind, id }) => self.all(
                select!(
                    AuditEntry and "feed_position",
                    "WHERE entity_id = $1 AND entity = $2 AND created_at >= $3
                       AND (created_at, id) < ($4, $5)
                     ORDER BY created_at DESC, id DESC LIMIT $6"
                ),
                &newest(&[id.into(), kind.code().into(), from], before),
                feed_entry,
            ),
            Trail::By(user) => self.all(
                select!(
                    AuditEntry and "feed_position",
                    "WHERE actor_user_id = $1 AND created_at >= $2
                       AND (created_at, id) < ($3, $4)
                     ORDER BY created_at DESC, id DESC LIMIT $5"
                ),
                &newest(&[user.into(), from], before),
                feed_entry,
            ),
        }?;
        Ok(Page::cut(rows, page, |last| newest_of(last.entry.created_at, last.entry.id)))
    }
}

/// Reads an entry whose position follows its columns.
fn feed_entry(fields: &mut Fields<'_>) -> Result<FeedEntry> {
    let entry = AuditEntry::decode(fields)?;
    let position: i64 = fields.take_of(Table::AuditEntry)?;
    Ok(FeedEntry { position: FeedPosition::new(0, 0, position.unsigned_abs()), entry })
}

#[async_trait]
impl AuditQueries for SqliteRepository {
    async fn history(&self, filter: &AuditFilter, page: PageRequest) -> Result<Page<FeedEntry>> {
        let filter = *filter;
        self.read(move |snapshot| snapshot.history(filter, page)).await
    }

    async fn feed(&self, after: FeedPosition, limit: u16) -> Result<Vec<FeedEntry>> {
        // One writer at a time numbers the entries, so that every entry before a committed one is
        // committed too. Positions of an epoch or a transaction are another database's.
        let (epoch, transaction, sequence) = after.parts();
        let after = if (epoch, transaction) > (0, 0) { u64::MAX } else { sequence };
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        self.read(move |snapshot| {
            snapshot.all(
                select!(
                    AuditEntry and "feed_position",
                    "WHERE feed_position > $1 ORDER BY feed_position LIMIT $2"
                ),
                &[after.into(), Value::Integer(limit.into())],
                feed_entry,
            )
        })
        .await
    }
}
