//! The ledger: where every amount came from and went to, and nothing that is ever changed.
//!
//! An event that moves money makes one [movement](crate::ids::MovementId) of balanced legs, each an
//! amount from one [`Account`] to another. [`Movement`] is the table of which event makes which legs.
//! [`Balances`] add entries up, a [`Statement`] shows a trainer what became of theirs, and the
//! [`Auditor`] compares all of it with the rows of payments and payouts.
//!
//! # Example: every movement adds up to zero
//!
//! ```
//! use sitstay::ledger::{Movement, Side};
//!
//! // The provider holds the money; the trainer and the platform are owed their parts.
//! let legs: Vec<_> = Movement::Paid.legs().iter().map(|leg| (leg.debit, leg.credit)).collect();
//! assert_eq!(
//!     legs,
//!     [
//!         (Side::ProviderClearing, Side::TrainerPayable),
//!         (Side::ProviderClearing, Side::PlatformFees),
//!     ]
//! );
//! ```

mod account;
mod auditor;
mod balance;
mod difference;
mod entry;
mod journal;
mod movement;
mod statement;

pub use account::Account;
pub use auditor::{AuditedPayment, AuditedPayout, Auditor};
pub use balance::Balances;
pub use difference::Difference;
pub use entry::LedgerEntry;
pub use journal::Journal;
pub use movement::{Leg, Movement, Side};
pub use statement::{Statement, StatementLine};
