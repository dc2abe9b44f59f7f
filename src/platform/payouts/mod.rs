//! Payouts: what admins and the system do, what providers answer and report, and what trainers see.

mod create;
mod reading;
mod reports;
mod rest;
mod run;
mod send;
mod step;

pub use create::{CreatePayout, PayoutCreated};
pub(super) use reports::{payout_sought, take_payout_report};
pub use rest::{RestWrittenOff, WriteOffRest};
pub use run::PayoutRun;
pub use send::{PayoutSent, PayoutSettled, RecordPayout, SendPayout};
