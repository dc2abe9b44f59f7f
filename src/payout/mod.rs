//! Payouts: which earnings can be paid out, and what becomes of them on their way.

mod model;

pub use model::{Payout, PayoutItem, PayoutState, PayoutStatus};
