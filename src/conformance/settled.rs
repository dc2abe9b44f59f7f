use std::time::Duration;

use crate::{
    audit::{FeedEntry, FeedPosition},
    repository::{Repository, Table},
};

/// Waits until all that was committed is certain, and returns the whole feed.
///
/// A feed may for a while leave out what was committed last. On Postgres it ends before the oldest
/// transaction that still runs anywhere on the server, so that what other programs and tests do there
/// holds it back. Whoever compares the feed with what was written waits here first.
///
/// # Panics
///
/// If the repository cannot be read, and if nothing more comes into the feed for a minute although
/// the audit trail has more entries.
///
/// # Example: the feed after a commit
///
/// ```
/// # #[cfg(feature = "memory")] {
/// use sitstay::{
///     conformance::{self, fixtures::Fixtures, settled},
///     memory::MemoryRepository,
///     repository::{ChangeSet, Repository},
/// };
///
/// conformance::run(async {
///     let (repository, make) = (MemoryRepository::new(), Fixtures::new());
///     let entry = make.audit_entry(&make.user());
///     repository.commit(ChangeSet::new().appending(entry.clone())).await.unwrap();
///     assert_eq!(settled(&repository).await[0].entry, entry);
/// });
/// # }
/// ```
pub async fn settled(repository: &dyn Repository) -> Vec<FeedEntry> {
    const PAGE: u16 = 1_000;
    const PAUSE: Duration = Duration::from_millis(2);
    const PAUSES: u32 = 30_000;
    let census = repository.census().await.unwrap();
    let written = census.tables.iter().find(|(table, _)| *table == Table::AuditEntry);
    let written = written.expect("the census counts the audit trail").1.rows;
    let (mut feed, mut position, mut pauses) = (Vec::new(), FeedPosition::START, 0);
    loop {
        let page = repository.feed(position, PAGE).await.unwrap();
        if let Some(last) = page.last() {
            (position, pauses) = (last.position, 0);
            feed.extend(page);
        } else if feed.len() as u64 >= written {
            return feed;
        } else {
            assert!(pauses < PAUSES, "{} of {written} entries are in the feed", feed.len());
            pauses += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }
}
