//! What a worker delivers: the feed, with what is to be told to whom.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Error, Platform};
use crate::{
    account::UserStatus,
    audit::{FeedEntry, FeedPosition},
    command::Actor,
    ids::NotificationId,
    repository::Told,
};

/// An entry of the feed with what is to be told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dispatch {
    /// The entry, and where the feed goes on after it.
    pub entry: FeedEntry,
    /// What is to be told, in the order in which it was written.
    pub told: Vec<Told>,
}

impl Platform {
    /// Returns at most `limit` entries of the [feed](Self::feed) after a position, each with what is
    /// to be told of it; for admins and the system.
    ///
    /// A worker delivers what it finds and stores the position of the last entry together with
    /// that, so that no notification is lost or told twice: entries come in a stable order, each
    /// exactly once, and a notification belongs to one of them. Most have none.
    ///
    /// Whoever is suspended is told all the same, of the suspension for instance, or of a refund.
    /// Nothing is told to whom erasure has made nobody. Whether somebody has read a notification in
    /// the meantime, it says itself.
    ///
    /// # Errors
    ///
    /// Those of [`feed`](Self::feed).
    pub async fn dispatches(
        &self,
        actor: Actor,
        after: FeedPosition,
        limit: u16,
    ) -> Result<Vec<Dispatch>, Error> {
        let entries = self.feed(actor, after, limit).await?;
        let ids: BTreeSet<NotificationId> =
            entries.iter().flat_map(|known| &known.entry.notified).copied().collect();
        let found = if ids.is_empty() { Vec::new() } else { self.repository().told(&ids).await? };
        let mut told: BTreeMap<NotificationId, Told> = found
            .into_iter()
            .filter(|told| told.facts.recipient.status != UserStatus::Deleted)
            .map(|told| (told.notification.id, told))
            .collect();
        let dispatch = |entry: FeedEntry| {
            let notified = &entry.entry.notified;
            let told = notified.iter().filter_map(|id| told.remove(id)).collect();
            Dispatch { entry, told }
        };
        Ok(entries.into_iter().map(dispatch).collect())
    }
}
