use serde::Serialize;

use crate::{
    code::codes,
    error::{InvalidValue, Problem, within},
    ids::{LedgerEntryId, PayoutId, TrainerId},
    money::Money,
    provider::Provider,
    text::Token,
    time::Instant,
};

codes! {
    /// Where a payout stands.
    pub enum PayoutState as "payout_state" {
        /// Decided, and not handed to the provider.
        Created = "created",
        /// Handed to the provider.
        InFlight = "in_flight",
        /// The trainer has it; final.
        Processed = "processed",
        /// It did not arrive; final. What it was made of is free again.
        Failed = "failed",
        /// The provider did not say what became of it: it has to be looked up.
        Unknown = "unknown",
    }
}

codes! {
    /// Where a payout stands, as reports tell it.
    pub enum PayoutStatus as "payout_status" {
        /// The trainer does not have it.
        Pending = "pending",
        /// The trainer has it.
        Processed = "processed",
    }
}

impl PayoutState {
    /// Says whether the payout keeps its trainer from another one in its currency.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Created | Self::InFlight | Self::Unknown)
    }

    /// Returns the status that reports tell.
    #[must_use]
    pub const fn status(self) -> PayoutStatus {
        match self {
            Self::Processed => PayoutStatus::Processed,
            Self::Created | Self::InFlight | Self::Failed | Self::Unknown => PayoutStatus::Pending,
        }
    }
}

/// Money on its way to a trainer (table `payouts`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payout {
    /// The key.
    pub id: PayoutId,
    /// Whose earnings it pays.
    pub trainer: TrainerId,
    /// How much is sent; more than zero.
    pub amount: Money,
    /// Where it stands.
    pub state: PayoutState,
    /// Who sends it.
    pub provider: Provider,
    /// The provider's name for it, unique per provider.
    pub provider_reference: Option<Token>,
    /// What the last processed payout in the currency left over, in minor units.
    pub carried_in: i64,
    /// What is left over below the step of payouts, in minor units.
    pub carried_out: i64,
    /// When the trainer got it; present exactly when processed.
    pub processed_at: Option<Instant>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Payout {
    /// Checks that the amount is more than zero, that nothing below zero is carried, and that a
    /// processed one says when.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first rule that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("amount", self.amount.minor(), 1, i64::MAX)?;
        within("carried_in", self.carried_in, 0, i64::MAX)?;
        within("carried_out", self.carried_out, 0, i64::MAX)?;
        if self.processed_at.is_some() == (self.state == PayoutState::Processed) {
            Ok(())
        } else {
            let form = "present exactly when processed";
            Err(InvalidValue::new("processed_at", Problem::Malformed(form)))
        }
    }
}

/// An entry of the ledger that a payout pays (table `payout_items`).
///
/// An entry has at most one live item, which is one that is not released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct PayoutItem {
    /// Which payout; the first part of the key.
    pub payout: PayoutId,
    /// Which entry; the second part of the key.
    pub entry: LedgerEntryId,
    /// Since when the entry is free for another payout.
    pub released_at: Option<Instant>,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl PayoutItem {
    /// Says whether the payout holds the entry.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.released_at.is_none()
    }
}
