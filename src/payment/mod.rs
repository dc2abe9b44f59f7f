//! Money that moved: payments, refunds and disputes.

mod dispute;
mod model;
mod obligation;
mod refund;

pub use dispute::{Dispute, DisputeKind, DisputeStatus};
pub use model::{Payment, PaymentStatus};
pub use obligation::Obligation;
pub use refund::{Refund, RefundCause, RefundStatus};
