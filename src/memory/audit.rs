//! The audit trail, its feed, and the commands that were carried out.

use std::ops::Bound::{Excluded, Included};

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    MemoryRepository,
    index::{Edit, Timeline, Under},
    sorted::Sorted,
    tables::{Row, Stored, Tables},
};
use crate::{
    audit::{AuditEntry, FeedEntry, FeedPosition, Subject, SubjectKind},
    command::CommandRecord,
    ids::{AuditId, CommandId},
    repository::{AuditQueries, Cursor, Page, PageRequest, Result},
    time::Instant,
};

/// How audit entries are found.
#[derive(Debug, Default)]
pub(super) struct AuditIndexes {
    /// By kind, and then flat, because most things have few entries.
    subject: Under<SubjectKind, Sorted<OfSubject, u64>>,
    /// The entries by their number.
    feed: Sorted<u64, AuditId>,
}

/// The key of a thing, and when which entry about it was made.
type OfSubject = (Uuid, Instant, AuditId);

impl Row for AuditEntry {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = AuditIndexes;

    /// Entries are numbered as they come. Only undoing takes one out, and then always the last, so
    /// that the numbers have no gaps.
    fn file(&self, by: &mut AuditIndexes, edit: Edit) {
        let Subject { kind, id } = self.event.subject();
        let key = (id, self.created_at, self.id);
        match edit {
            Edit::Add => {
                let number = by.feed.greatest().map_or(1, |last| last + 1);
                by.feed.insert(number, self.id);
                by.subject.edit(kind, |of_kind| of_kind.insert(key, number));
            }
            Edit::Remove => {
                if let Some(number) = by.subject.edit(kind, |of_kind| of_kind.remove(&key)) {
                    by.feed.remove(&number);
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
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = CommandIndexes;

    fn file(&self, by: &mut CommandIndexes, edit: Edit) {
        edit.set(&mut by.created_at, (self.created_at, self.id));
    }
}

impl Tables {
    /// Removes the commands from before an instant, and returns how many.
    pub(super) fn purge_commands(&mut self, before: Instant) -> u64 {
        let mut purged = 0;
        while let Some((at, id)) = self.commands.by.created_at.least()
            && at < before
        {
            self.replace::<CommandRecord>(id, None);
            purged += 1;
        }
        purged
    }

    fn history(&self, subject: Subject, page: PageRequest) -> Page<FeedEntry> {
        let last = (subject.id, Instant::MAX, AuditId::from_uuid(Uuid::max()));
        let end = page.cursor().map_or(Included(last), |seen| {
            Excluded((subject.id, seen.at(), AuditId::from_uuid(seen.id())))
        });
        let of_kind = self.audit.by.subject.of(subject.kind);
        let rows = of_kind
            .up_to(end)
            .take_while(|((id, ..), _)| *id == subject.id)
            .take(usize::from(page.limit()) + 1)
            .filter_map(|((_, _, id), number)| self.feed_entry(*number, *id));
        Page::cut(rows.collect(), page, |last| {
            Cursor::new(last.entry.created_at, last.entry.id.as_uuid())
        })
    }

    fn feed(&self, after: FeedPosition, limit: u16) -> Vec<FeedEntry> {
        let (_, _, seen) = after.parts();
        let entries = self.audit.by.feed.from(seen.saturating_add(1)).take(limit.into());
        entries.filter_map(|(number, id)| self.feed_entry(*number, *id)).collect()
    }

    fn feed_entry(&self, number: u64, id: AuditId) -> Option<FeedEntry> {
        let position = FeedPosition::new(0, 0, number);
        Some(FeedEntry { position, entry: self.audit.cloned(id)?.into_value() })
    }
}

#[async_trait]
impl AuditQueries for MemoryRepository {
    async fn history(&self, subject: Subject, page: PageRequest) -> Result<Page<FeedEntry>> {
        Ok(self.read().history(subject, page))
    }

    async fn feed(&self, after: FeedPosition, limit: u16) -> Result<Vec<FeedEntry>> {
        Ok(self.read().feed(after, limit))
    }
}
