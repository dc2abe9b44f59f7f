//! The audit trail, its feed, and the commands that were carried out.

use std::ops::Bound::{Excluded, Included, Unbounded};

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    MemoryRepository,
    index::{Edit, Timeline, Under},
    sorted::Sorted,
    stored::{Shared, Stored},
    tables::{Row, Tables},
};
use crate::{
    audit::{AuditEntry, FeedEntry, FeedPosition, Subject, SubjectKind},
    command::CommandRecord,
    ids::{AuditId, CommandId, UserId},
    repository::{AuditFilter, AuditQueries, Cursor, Page, PageRequest, Result, Trail},
    time::Instant,
};

/// How audit entries are found.
#[derive(Debug, Default)]
pub(super) struct AuditIndexes {
    /// By kind, and then flat, because most things have few entries.
    subject: Under<SubjectKind, Sorted<OfSubject, u64>>,
    /// By who made them; the system's are not looked for.
    actor: Under<UserId, Sorted<(Instant, AuditId), u64>>,
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
    fn file(row: &Shared<Self>, by: &mut AuditIndexes, edit: Edit) {
        let Subject { kind, id } = row.event.subject();
        let key = (id, row.created_at, row.id);
        match edit {
            Edit::Add => {
                let number = by.feed.greatest().map_or(1, |last| last + 1);
                by.feed.insert(number, row.id);
                by.subject.edit(kind, |of_kind| of_kind.insert(key, number));
                if let Some(actor) = row.actor {
                    by.actor.edit(actor, |own| own.insert((row.created_at, row.id), number));
                }
            }
            Edit::Remove => {
                if let Some(number) = by.subject.edit(kind, |of_kind| of_kind.remove(&key)) {
                    by.feed.remove(&number);
                }
                if let Some(actor) = row.actor {
                    by.actor.edit(actor, |own| own.remove(&(row.created_at, row.id)));
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

    fn file(row: &Shared<Self>, by: &mut CommandIndexes, edit: Edit) {
        edit.set(&mut by.created_at, (row.created_at, row.id));
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

    /// Returns what happened to a thing, before a cursor and not before an instant.
    fn about(
        &self,
        subject: Subject,
        from: Instant,
        seen: Option<Cursor>,
    ) -> impl Iterator<Item = (u64, AuditId)> {
        let last = (subject.id, Instant::MAX, AuditId::from_uuid(Uuid::max()));
        let end = seen.map_or(Included(last), |seen| {
            Excluded((subject.id, seen.at(), AuditId::from_uuid(seen.id())))
        });
        let of_kind = self.audit.by.subject.of(subject.kind).up_to(end);
        of_kind
            .take_while(move |((id, at, _), _)| *id == subject.id && *at >= from)
            .map(|((_, _, id), number)| (*number, *id))
    }

    /// Returns what a user did, before a cursor and not before an instant.
    fn done_by(
        &self,
        user: UserId,
        from: Instant,
        seen: Option<Cursor>,
    ) -> impl Iterator<Item = (u64, AuditId)> {
        let end =
            seen.map_or(Unbounded, |seen| Excluded((seen.at(), AuditId::from_uuid(seen.id()))));
        let own = self.audit.by.actor.of(user).up_to(end);
        own.take_while(move |((at, _), _)| *at >= from).map(|((_, id), number)| (*number, *id))
    }

    fn history(&self, filter: &AuditFilter, page: PageRequest) -> Page<FeedEntry> {
        let (from, seen) =
            (filter.from.unwrap_or(Instant::MIN), page.before(filter.until).cursor());
        let read = |entries: &mut dyn Iterator<Item = (u64, AuditId)>| -> Vec<FeedEntry> {
            let entries = entries.take(usize::from(page.limit()) + 1);
            entries.filter_map(|(number, id)| self.feed_entry(number, id)).collect()
        };
        let rows = match filter.trail {
            Trail::About(subject) => read(&mut self.about(subject, from, seen)),
            Trail::By(user) => read(&mut self.done_by(user, from, seen)),
        };
        Page::cut(rows, page, |last| Cursor::new(last.entry.created_at, last.entry.id.as_uuid()))
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
    async fn history(&self, filter: &AuditFilter, page: PageRequest) -> Result<Page<FeedEntry>> {
        Ok(self.read().history(filter, page))
    }

    async fn feed(&self, after: FeedPosition, limit: u16) -> Result<Vec<FeedEntry>> {
        Ok(self.read().feed(after, limit))
    }
}
