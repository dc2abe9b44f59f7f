//! Which trainers there are, in the order in which they came: a read model that follows the feed.
//!
//! It is kept in memory, and caught up with the feed before each read: every instance of the service
//! has its own, and all of them say the same.

use sitstay::{
    audit::{Event, FeedPosition},
    command::{Actor, SystemReason},
    ids::TrainerId,
    platform::{Error, Platform},
};
use tokio::sync::Mutex;

/// How many entries of the feed are read at a time.
const ENTRIES: u16 = 1_000;

/// The trainers, and up to where the feed was read.
#[derive(Debug)]
pub(crate) struct Directory(Mutex<Known>);

#[derive(Debug)]
struct Known {
    trainers: Vec<TrainerId>,
    position: FeedPosition,
}

impl Directory {
    pub(crate) fn new() -> Self {
        let known = Known { trainers: Vec::new(), position: FeedPosition::START };
        Self(Mutex::new(known))
    }

    /// Returns at most `limit` trainers after the first `skip`, and whether there are more.
    pub(crate) async fn page(
        &self,
        platform: &Platform,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<TrainerId>, bool), Error> {
        let mut known = self.0.lock().await;
        known.catch_up(platform).await?;
        let page: Vec<_> = known.trainers.iter().skip(skip).take(limit).copied().collect();
        let is_more = known.trainers.len() > skip.saturating_add(page.len());
        Ok((page, is_more))
    }
}

impl Known {
    async fn catch_up(&mut self, platform: &Platform) -> Result<(), Error> {
        let reader = Actor::System(SystemReason::Maintenance);
        loop {
            let entries = platform.feed(reader, self.position, ENTRIES).await?;
            for known in &entries {
                if let Event::TrainerRegistered { trainer, .. } = known.entry.event {
                    self.trainers.push(trainer);
                }
                self.position = known.position;
            }
            if entries.len() < usize::from(ENTRIES) {
                return Ok(());
            }
        }
    }
}
