//! Money that moved: payments, refunds, disputes and the ledger.

mod dispute;
mod ledger;
mod model;
mod obligation;
mod refund;

pub use dispute::{Dispute, DisputeKind, DisputeStatus};
pub use ledger::{Account, LedgerEntry};
pub use model::{Payment, PaymentStatus};
pub use obligation::Obligation;
pub use refund::{Refund, RefundCause, RefundStatus};
