//! The audit trail and its feed.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    newest::Newest,
    parameters::Parameters,
    part::{Part, Statement, records_of},
};
use crate::{
    audit::{AuditEntry, FeedEntry, FeedPosition, Subject},
    repository::{
        AuditFilter, AuditQueries, BoxError, Cursor, Page, PageRequest, Result, Table, Trail,
    },
    sql::{Fields, Record as _, corrupt},
    time::Instant,
};

fn entries(rest: &str) -> Part<Vec<FeedEntry>> {
    records_of::<AuditEntry, _>(
        ", t.feed_epoch, t.feed_transaction::text, t.feed_sequence",
        rest,
        feed_entry,
    )
}

/// Reads an entry whose position follows its columns.
fn feed_entry(fields: &mut Fields<'_>) -> Result<FeedEntry> {
    let entry = AuditEntry::decode(fields)?;
    let mut position = || {
        let (epoch, transaction, sequence): (i64, String, i64) =
            (fields.take()?, fields.take()?, fields.take()?);
        let (epoch, sequence) = (epoch.try_into()?, sequence.try_into()?);
        Ok::<_, BoxError>(FeedPosition::new(epoch, transaction.parse()?, sequence))
    };
    let position = position().map_err(|source| corrupt(Table::AuditEntry.name(), source))?;
    Ok(FeedEntry { position, entry })
}

#[async_trait]
impl AuditQueries for PostgresRepository {
    async fn history(&self, filter: &AuditFilter, page: PageRequest) -> Result<Page<FeedEntry>> {
        static ABOUT: LazyLock<Newest<FeedEntry>> = LazyLock::new(|| {
            let condition = "t.created_at >= $1 AND t.entity_id = $2 AND t.entity = $3";
            Newest::of(condition, 3, entries)
        });
        static BY: LazyLock<Newest<FeedEntry>> =
            LazyLock::new(|| Newest::of("t.created_at >= $1 AND t.actor_user_id = $2", 2, entries));
        let parameters = Parameters::new().and(filter.from.unwrap_or(Instant::MIN))?;
        let (list, parameters) = match filter.trail {
            Trail::About(Subject { kind, id }) => (&ABOUT, parameters.and(id)?.and(kind)?),
            Trail::By(user) => (&BY, parameters.and(user)?),
        };
        self.newest(list, parameters, page.before(filter.until), |last| {
            Cursor::new(last.entry.created_at, last.entry.id.as_uuid())
        })
        .await
    }

    /// Always from the writer: only there it is known which transactions are still running, and the
    /// answer ends before the first of them.
    async fn feed(&self, after: FeedPosition, limit: u16) -> Result<Vec<FeedEntry>> {
        static FEED: LazyLock<Statement<Vec<FeedEntry>>> = LazyLock::new(|| {
            entries(
                "WHERE (t.feed_epoch, t.feed_transaction, t.feed_sequence) > ($1, $2::xid8, $3)
                   AND (t.feed_transaction < pg_snapshot_xmin(pg_current_snapshot())
                     OR t.feed_epoch < (SELECT @.feed_epoch()))
                 ORDER BY t.feed_epoch, t.feed_transaction, t.feed_sequence LIMIT $4",
            )
            .into()
        });
        let (epoch, transaction, sequence) = after.parts();
        let parameters = Parameters::new()
            .and(i64::try_from(epoch).unwrap_or(i64::MAX))?
            .and(transaction.to_string())?
            .and(i64::try_from(sequence).unwrap_or(i64::MAX))?
            .and(i64::from(limit))?;
        self.ask(&FEED, parameters).await
    }
}
