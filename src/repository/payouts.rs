//! What decisions about payouts and views of earnings are made from, each loaded whole by one query.

use serde::Serialize;

use super::{Party, Versioned};
use crate::{
    booking::Booking,
    ids::{PayoutId, TrainerId},
    ledger::LedgerEntry,
    money::{Currency, Money},
    payment::{Dispute, Payment},
    payout::{Earning, Payable, Payout, PayoutItem},
    provider::{Provider, ProviderEventRecord},
    text::Token,
    trainer::Trainer,
};

/// What a trainer earns by one payment, of which some is in no payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarningFile {
    /// The booking.
    pub booking: Versioned<Booking>,
    /// The payment.
    pub payment: Versioned<Payment>,
    /// The disputes over the booking, by id.
    pub disputes: Vec<Versioned<Dispute>>,
    /// The payment's entries on what the trainer is owed, by the instant they were booked and id.
    pub entries: Vec<LedgerEntry>,
    /// The items of these entries, released ones too, by entry and payout.
    pub items: Vec<Versioned<PayoutItem>>,
}

impl EarningFile {
    /// Returns the rows without their versions, for the rules.
    #[must_use]
    pub fn earning(&self) -> Earning {
        Earning {
            booking: (*self.booking).clone(),
            payment: (*self.payment).clone(),
            disputes: self.disputes.iter().map(|dispute| (**dispute).clone()).collect(),
            entries: self.entries.clone(),
            items: self.items.iter().map(|item| **item).collect(),
        }
    }
}

/// Everything that a payout to a trainer in one currency is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutRound {
    /// The trainer.
    pub trainer: Versioned<Trainer>,
    /// The trainer's user.
    pub party: Party,
    /// The currency.
    pub currency: Currency,
    /// Every earning in the currency with an entry that has no live item, by payment.
    pub earnings: Vec<EarningFile>,
    /// What was written off in the currency and has no live item, by id.
    pub rests: Vec<LedgerEntry>,
    /// The last processed payout in the currency, by when it was processed and id.
    pub last: Option<Versioned<Payout>>,
    /// The payout in the currency that is on its way.
    pub running: Option<Versioned<Payout>>,
}

impl PayoutRound {
    /// Returns the earnings without their versions, for [`payable`](Self::payable).
    #[must_use]
    pub fn earnings(&self) -> Vec<Earning> {
        self.earnings.iter().map(EarningFile::earning).collect()
    }

    /// Returns what the trainer is owed, for the rules.
    #[must_use]
    pub fn payable<'r>(&'r self, earnings: &'r [Earning]) -> Payable<'r> {
        Payable {
            trainer: self.trainer.id,
            currency: self.currency,
            earnings,
            rests: &self.rests,
            last: self.last.as_deref(),
            running: self.running.as_deref(),
        }
    }
}

/// Says which payout is sought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayoutSought {
    /// The one of this key.
    Payout(PayoutId),
    /// The one that a provider reports on.
    Reported {
        /// Who reports.
        provider: Provider,
        /// The provider's name for the payout; it decides.
        reference: Token,
        /// Our id of the payout, for one that the provider's name does not find.
        payout: Option<PayoutId>,
    },
}

/// A payout with everything around it, and what its provider reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutCase {
    /// The payout.
    pub payout: Versioned<Payout>,
    /// Its items, released ones too, by entry.
    pub items: Vec<Versioned<PayoutItem>>,
    /// The trainer's user.
    pub party: Party,
    /// The provider's events about the payout's reference, or about the one that it was sought by, by
    /// id.
    pub reports: Vec<ProviderEventRecord>,
}

/// A trainer and a currency in which something may have to be paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PayoutDue {
    /// Whose earnings.
    pub trainer: TrainerId,
    /// In which currency.
    pub currency: Currency,
}

/// What a trainer's statement for a period is written from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRows {
    /// What the trainer was owed when the period began.
    pub opening: Money,
    /// The entries of the period on what the trainer is owed, by the instant they were booked and id.
    pub entries: Vec<LedgerEntry>,
}

/// What a trainer's balances are computed from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrainerEarnings {
    /// Every earning with an entry that has no live item, by payment.
    pub earnings: Vec<EarningFile>,
    /// What was written off and has no live item, by id.
    pub rests: Vec<LedgerEntry>,
    /// Every payout that did not fail, by id.
    pub payouts: Vec<Versioned<Payout>>,
}
