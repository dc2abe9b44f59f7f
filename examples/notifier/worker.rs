//! The loop: what is to be told is read, put into words and mailed.

use std::{error::Error, path::Path, sync::Arc, time::Duration};

use sitstay::{
    command::{Actor, SystemReason},
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    notification::Templates,
    platform::{Dispatch, Platform},
    policy::PlatformPolicy,
    sqlite::SqliteRepository,
};

use super::outbox::{Mail, Outbox};

/// How long to wait where nothing is to be told, or the platform is busy.
pub(crate) const PAUSE: Duration = Duration::from_millis(200);
/// How many entries of the feed are read at once: what a crash makes the next process do again.
const BATCH: u16 = 100;
const READER: Actor = Actor::System(SystemReason::Maintenance);

pub(crate) struct Worker {
    platform: Platform,
    outbox: Outbox,
    templates: Templates,
    mailed: u64,
}

impl Worker {
    pub(crate) fn open(
        platform: &Path,
        outbox: &Path,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        // It decides nothing, so the terms of the platform have no say.
        let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)])?;
        let policy = PlatformPolicy::new(BasisPoints::new(0)?, money);
        let repository = Arc::new(SqliteRepository::open(platform)?);
        Ok(Self {
            platform: Platform::new(repository, policy),
            outbox: Outbox::open(outbox)?,
            templates: Templates::english(),
            mailed: 0,
        })
    }

    /// Returns how many mails this process has written.
    pub(crate) const fn mailed(&self) -> u64 {
        self.mailed
    }

    /// Mails all that is to be told.
    pub(crate) async fn catch_up(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        loop {
            let position = self.outbox.position()?;
            let dispatches = match self.platform.dispatches(READER, position, BATCH).await {
                Ok(dispatches) => dispatches,
                Err(error) if error.is_retryable() => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let Some(last) = dispatches.last() else { return Ok(()) };
            let mails = self.mails(&dispatches);
            // A service with much to mail would do this on a thread of its own.
            if self.outbox.deliver(position, last.entry.position, &mails)? {
                self.mailed += mails.len() as u64;
            }
        }
    }

    fn mails(&self, dispatches: &[Dispatch]) -> Vec<Mail> {
        let told = dispatches.iter().flat_map(|dispatch| &dispatch.told);
        told.map(|told| Mail::of(told, &self.templates)).collect()
    }
}
