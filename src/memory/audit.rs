//! The audit trail, its feed, and the commands that were carried out.

use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Included, Unbounded},
};

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{Edit, Timeline, highest, lowest},
    tables::{Row, Tables},
};
use crate::{
    audit::{AuditEntry, FeedEntry, FeedPosition, Subject},
    command::CommandRecord,
    ids::{AuditId, CommandId},
    repository::{AuditQueries, Cursor, Page, PageRequest, Result},
    time::Instant,
};

/// How audit entries are found.
#[derive(Debug, Default)]
pub(super) struct AuditIndexes {
    /// Flat, because most things have few entries.
    subject: BTreeMap<(Subject, Instant, AuditId), FeedPosition>,
    feed: BTreeMap<FeedPosition, AuditId>,
}

impl Row for AuditEntry {
    type Indexes = AuditIndexes;

    /// Entries are numbered as they come. Only undoing takes one out, and then always the last, so
    /// that the numbers have no gaps.
    fn file(&self, by: &mut AuditIndexes, edit: Edit) {
        let key = (self.event.subject(), self.created_at, self.id);
        match edit {
            Edit::Add => {
                let last = by.feed.last_key_value().map_or(FeedPosition::START, |(last, _)| *last);
                let (_, _, number) = last.parts();
                let position = FeedPosition::new(0, 0, number + 1);
                by.feed.insert(position, self.id);
                by.subject.insert(key, position);
            }
            Edit::Remove => {
                if let Some(position) = by.subject.remove(&key) {
                    by.feed.remove(&position);
                }
            }
        }
    }
}

/// How commands are found.
#[derive(Debug, Default)]
pub(super) struct CommandIndexes {
    created_at: Timeline<CommandId>,
}

impl Row for CommandRecord {
    type Indexes = CommandIndexes;

    fn file(&self, by: &mut CommandIndexes, edit: Edit) {
        edit.set(&mut by.created_at, (self.created_at, self.id));
    }
}

impl Tables {
    /// Removes the commands from before an instant, and returns how many.
    pub(super) fn purge_commands(&mut self, before: Instant) -> u64 {
        let mut purged = 0;
        while let Some(&(_, id)) = self.commands.by.created_at.range(..(before, lowest())).next() {
            self.replace::<CommandRecord>(id, None);
            purged += 1;
        }
        purged
    }

    fn history(&self, subject: Subject, page: PageRequest) -> Page<FeedEntry> {
        let first = (subject, Instant::MIN, lowest());
        let end = page.cursor().map_or(Included((subject, Instant::MAX, highest())), |seen| {
            Excluded((subject, seen.at(), AuditId::from_uuid(seen.id())))
        });
        let keys = self.audit.by.subject.range((Included(first), end)).rev();
        let rows = keys
            .take(usize::from(page.limit()) + 1)
            .filter_map(|(&(_, _, id), &position)| self.feed_entry(position, id));
        Page::cut(rows.collect(), page, |last| {
            Cursor::new(last.entry.created_at, last.entry.id.as_uuid())
        })
    }

    fn feed_entry(&self, position: FeedPosition, id: AuditId) -> Option<FeedEntry> {
        Some(FeedEntry { position, entry: self.audit.cloned(id)?.into_value() })
    }
}

#[async_trait]
impl AuditQueries for MemoryRepository {
    async fn history(&self, subject: Subject, page: PageRequest) -> Result<Page<FeedEntry>> {
        Ok(self.read().history(subject, page))
    }

    async fn feed(&self, after: FeedPosition, limit: u16) -> Result<Vec<FeedEntry>> {
        let tables = self.read();
        let entries = tables.audit.by.feed.range((Excluded(after), Unbounded));
        let entries = entries.take(limit.into());
        Ok(entries.filter_map(|(position, id)| tables.feed_entry(*position, *id)).collect())
    }
}
