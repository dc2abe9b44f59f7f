//! Payouts: which earnings can be paid out, and what becomes of them on their way.
//!
//! [`PayoutRequest::decide`] makes a payout of all that is available, [`Payout::follow`] takes it
//! along the one table of [edges](PAYOUT_EDGES), as [answers](Payout::answered) and
//! [reports](Payout::reported) of its provider say, and [`TrainerBalance`] says how much is where.
//! The states are drawn in the [guide](crate::guide::architecture#a-payout).
//!
//! # Example: what may become of a payout whose answer got lost
//!
//! ```
//! use sitstay::payout::{PayoutEdge, PayoutState, PayoutVerb};
//!
//! let ends = |verb| PayoutEdge::find(verb, PayoutState::Unknown).map(|edge| edge.to);
//! assert_eq!(ends(PayoutVerb::Process), Some(PayoutState::Processed));
//! assert_eq!(ends(PayoutVerb::Fail), Some(PayoutState::Failed));
//! assert_eq!(ends(PayoutVerb::Send), None); // It is never just sent again.
//! ```

mod answer;
mod balances;
mod earnings;
mod edge;
mod error;
mod model;
mod payable;
mod reports;

pub use answer::PayoutAnswer;
pub use balances::TrainerBalance;
pub use earnings::Earning;
pub use edge::{PAYOUT_EDGES, PayoutEdge, PayoutStep, PayoutVerb};
pub use error::PayoutError;
pub use model::{Payout, PayoutItem, PayoutState, PayoutStatus};
pub use payable::{NewPayout, Payable, PayoutRequest, PayoutStanding};
pub use reports::PayoutReported;
