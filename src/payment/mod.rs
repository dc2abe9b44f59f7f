//! Money that moved: payments, refunds and disputes.
//!
//! What a payment's money is doing is its [`Cover`]: a function of the rows of its refunds and
//! disputes. Every verb of a [`PaymentFile`] changes rows and books the difference between the cover
//! before and after, so that the ledger always equals the rows, and the order in which a provider
//! [reports](PaymentFile::reported) never matters. The states are drawn in the
//! [guide](crate::guide::architecture#a-payment).
//!
//! # Example: a payment that succeeds
//!
//! ```
//! use sitstay::{
//!     conformance::fixtures::{Fixtures, accepted, at, between},
//!     payment::{PaymentFile, PaymentStatus},
//! };
//!
//! let mut make = Fixtures::new();
//! let booking = accepted(make.booking(&make.cast(), between("09:00", "10:00")));
//! let file = PaymentFile {
//!     payment: make.payment(&booking),
//!     booking,
//!     refunds: Vec::new(),
//!     disputes: Vec::new(),
//!     another_is_paid: false,
//! };
//! let settlement = file.succeed(at("07:00"), &mut make, at("07:01"))?;
//! assert_eq!(settlement.payment.map(|payment| payment.status), Some(PaymentStatus::Paid));
//! assert_eq!(settlement.legs.len(), 2); // The trainer's share, and the platform's fee.
//! # Ok::<(), sitstay::payment::PaymentError>(())
//! ```

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
