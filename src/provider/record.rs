use serde::Serialize;

use super::ProviderEvent;
use crate::{error::InvalidValue, ids::ProviderEventId, time::Instant};

/// An event in the inbox (table `provider_events`, append-only).
///
/// It is written in one commit with its effect, and once per provider and event id, however often
/// the provider sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProviderEventRecord {
    /// The key.
    pub id: ProviderEventId,
    /// What was reported (columns `provider`, `event_id`, `kind`, `reference`, `payload` and
    /// `occurred_at`).
    pub event: ProviderEvent,
    /// When it came in.
    pub created_at: Instant,
}

impl ProviderEventRecord {
    /// Checks that the amount can be stored.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if not.
    pub fn check(&self) -> Result<(), InvalidValue> {
        self.event.happening.check()
    }
}
