//! What is done without being asked for: due work, and what the payment provider reports.

use std::time::Duration;

use sitstay::{
    command::{Actor, SystemReason},
    ids::CommandId,
    platform::{Error, TakeReport},
};
use tokio::sync::watch;
use uuid::Uuid;

use crate::app::App;

/// How many things that are due are carried out at a time.
const LIMIT: u16 = 1_000;

/// Works until it is told to stop; what it is at, it finishes.
pub(crate) async fn run(app: App, every: Duration, mut stop: watch::Receiver<bool>) {
    loop {
        hear(&app).await;
        if let Err(error) = catch_up(&app).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "due work failed");
        }
        let stopped = stop.wait_for(|stop| *stop);
        if tokio::time::timeout(every, stopped).await.is_ok() {
            return;
        }
    }
}

/// Carries out everything that is due.
async fn catch_up(app: &App) -> Result<(), Error> {
    loop {
        let report = app.platform.run_due(app.now(), LIMIT).await?;
        for (due, error) in &report.failed {
            tracing::warn!(?due, error = error as &dyn std::error::Error, "something due failed");
        }
        if !report.done.is_empty() {
            tracing::info!(count = report.done.len(), "carried out what was due");
        }
        if report.done.len() < usize::from(LIMIT) {
            return Ok(());
        }
    }
}

/// Takes in what the payment provider reports. A provider over HTTP calls a webhook instead.
pub(crate) async fn hear(app: &App) {
    for event in app.provider.deliver() {
        let name = format!("{} {}", event.provider, event.id);
        let id = CommandId::from_uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
        let system = Actor::System(SystemReason::ProviderEvent);
        // What was refused is in the log; the provider tells everything more than once.
        let _ = app.execute(id, system, TakeReport { event }).await;
    }
}
