//! What is done without being asked for: due work, what the payment provider reports, and payouts.

use chrono::NaiveDate;
use sitstay::platform::Error;
use tokio::sync::watch;

use crate::{app::App, config::Config, money};

/// How many things that are due are carried out at a time.
const LIMIT: u16 = 1_000;

/// Works until it is told to stop; what it is at, it finishes.
pub(crate) async fn run(app: App, config: Config, mut stop: watch::Receiver<bool>) {
    let mut paid_on = None;
    loop {
        hear(&app).await;
        if let Err(error) = catch_up(&app).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "due work failed");
        }
        let today = app.now().to_utc().date_naive();
        if config.pays_out && paid_on != Some(today) {
            match pay_out(&app, today).await {
                Ok(()) => paid_on = Some(today),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "payouts failed");
                }
            }
        }
        let stopped = stop.wait_for(|stop| *stop);
        if tokio::time::timeout(config.work_every, stopped).await.is_ok() {
            return;
        }
    }
}

/// Pays every trainer what is available.
///
/// A day's run has the same id on every instance and after every restart, so that nobody is paid twice
/// on one day.
async fn pay_out(app: &App, day: NaiveDate) -> Result<(), Error> {
    let run = money::command_about(&format!("payouts of {day}"));
    let mut after = None;
    loop {
        let part = app.platform.run_payouts(run, &*app.provider, after, LIMIT, app.now()).await?;
        for (due, error) in &part.failed {
            let trainer = due.trainer;
            tracing::warn!(%trainer, error = error as &dyn std::error::Error, "a payout failed");
        }
        after = part.next;
        if after.is_none() {
            return Ok(());
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
async fn hear(app: &App) {
    for event in app.provider.deliver() {
        // What was refused is in the log; the provider tells everything more than once.
        let _ = money::take_report(app, event).await;
    }
}
