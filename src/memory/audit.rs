//! The audit trail, its feed, and the commands that were carried out.

use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
};

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{Edit, Index, Timeline, lowest, newest},
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
    subject: Index<Subject, (Instant, AuditId)>,
    feed: BTreeMap<FeedPosition, AuditId>,
    position: BTreeMap<AuditId, FeedPosition>,
}

impl Row for AuditEntry {
    type Indexes = AuditIndexes;

    /// Entries are numbered as they come. Only undoing takes one out, and then always the last, so
    /// that the numbers have no gaps.
    fn file(&self, by: &mut AuditIndexes, edit: Edit) {
        edit.index(&mut by.subject, self.event.subject(), (self.created_at, self.id));
        match edit {
            Edit::Add => {
                let (_, _, last) =
                    by.feed.last_key_value().map_or(FeedPosition::START, |(last, _)| *last).parts();
                let position = FeedPosition::new(0, 0, last + 1);
                by.feed.insert(position, self.id);
                by.position.insert(self.id, position);
            }
            Edit::Remove => {
                if let Some(position) = by.position.remove(&self.id) {
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

    fn feed_entry(&self, id: AuditId) -> Option<FeedEntry> {
        let position = *self.audit.by.position.get(&id)?;
        Some(FeedEntry { position, entry: self.audit.cloned(id)?.into_value() })
    }
}

#[async_trait]
impl AuditQueries for MemoryRepository {
    async fn history(&self, subject: Subject, page: PageRequest) -> Result<Page<FeedEntry>> {
        let tables = self.read();
        let rows = newest(tables.audit.by.subject.of(subject), page.cursor())
            .take(usize::from(page.limit()) + 1)
            .filter_map(|id| tables.feed_entry(id));
        Ok(Page::cut(rows.collect(), page, |last| {
            Cursor::new(last.entry.created_at, last.entry.id.as_uuid())
        }))
    }

    async fn feed(&self, after: FeedPosition, limit: u16) -> Result<Vec<FeedEntry>> {
        let tables = self.read();
        let entries = tables.audit.by.feed.range((Excluded(after), Unbounded));
        let entries = entries.take(limit.into());
        Ok(entries.filter_map(|(_, id)| tables.feed_entry(*id)).collect())
    }
}
