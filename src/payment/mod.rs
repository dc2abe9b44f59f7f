//! Money that moved: payments, refunds and disputes.
//!
//! What a payment's money is doing is its [`Cover`]: a function of the rows of its refunds and
//! disputes. Every verb of a [`PaymentFile`] changes rows and books the difference between the cover
//! before and after, so that the ledger always equals the rows, and the order in which a provider
//! [reports](PaymentFile::reported) never matters.

mod cover;
mod dispute;
mod error;
mod file;
mod matching;
mod model;
mod obligation;
mod refund;
mod reports;
mod verbs;

pub use cover::Cover;
pub use dispute::{Dispute, DisputeKind, DisputeStatus};
pub use error::PaymentError;
pub use file::{PaymentFile, Settlement};
pub use model::{Payment, PaymentStatus};
pub use refund::{Refund, RefundCause, RefundStatus};
pub use reports::{ReportOutcome, Reported};
