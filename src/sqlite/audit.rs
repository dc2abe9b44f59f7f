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
    repository::{AuditQueries, Page, PageRequest, Result, Table},
    sql::{Fields, Record as _, Value},
};

impl Snapshot<'_> {
    pub(super) fn command(self, id: CommandId) -> Result<Option<CommandRecord>> {
        self.first(
            select!(CommandRecord, "WHERE command_id = $1"),
            &[id.into()],
            CommandRecord::decode,
        )
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
    async fn history(&self, subject: Subject, page: PageRequest) -> Result<Page<FeedEntry>> {
        self.read(move |snapshot| {
            let rows = snapshot.all(
                select!(
                    AuditEntry and "feed_position",
                    "WHERE entity_id = $1 AND entity = $2 AND (created_at, id) < ($3, $4)
                     ORDER BY created_at DESC, id DESC LIMIT $5"
                ),
                &newest(&[subject.id.into(), subject.kind.code().into()], page),
                feed_entry,
            )?;
            Ok(Page::cut(rows, page, |last| newest_of(last.entry.created_at, last.entry.id)))
        })
        .await
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
