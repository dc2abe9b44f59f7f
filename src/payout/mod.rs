//! Payouts: which earnings can be paid out, and what becomes of them on their way.
//!
//! [`PayoutRequest::decide`] makes a payout of all that is available, [`Payout::follow`] takes it
//! along the one table of [edges](PAYOUT_EDGES), and [`TrainerBalance`] says how much is where.

mod balances;
mod earnings;
mod edge;
mod error;
mod model;
mod reports;

pub use balances::TrainerBalance;
pub use earnings::{Earning, NewPayout, PayoutRequest, PayoutStanding};
pub use edge::{PAYOUT_EDGES, PayoutEdge, PayoutStep, PayoutVerb};
pub use error::PayoutError;
pub use model::{Payout, PayoutItem, PayoutState, PayoutStatus};
