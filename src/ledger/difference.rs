use serde::Serialize;

use super::Account;
use crate::{
    ids::{BookingId, LedgerEntryId, PaymentId, PayoutId},
    money::Money,
    payment::ReportOutcome,
    text::Token,
};

/// Something that an auditor found not to fit together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Difference {
    /// The payment is not of its booking's price, or its fee is no part of it.
    PriceDiffers {
        /// Which payment.
        payment: PaymentId,
    },
    /// What was booked as the trainer's share and the fee is not what the booking says.
    SplitDiffers {
        /// Which payment.
        payment: PaymentId,
    },
    /// The payment's sums or status are not those of its refunds and disputes.
    ReservationDiffers {
        /// Which payment.
        payment: PaymentId,
        /// What is reserved by its refunds and disputes.
        reserved: Money,
        /// What went back by them.
        refunded: Money,
    },
    /// Two payments of the booking are paid, and neither is surplus.
    SettledTwice {
        /// One of the two.
        payment: PaymentId,
    },
    /// What the payment says that has to go back is not what its booking asks for.
    OwedDiffers {
        /// Which payment.
        payment: PaymentId,
    },
    /// Something that a provider reported, or that is owed, was not written.
    NotSettled {
        /// Which payment, if it is one.
        payment: Option<PaymentId>,
        /// Which payout, if it is one.
        payout: Option<PayoutId>,
    },
    /// An account does not have of the payment what its refunds and disputes ask for.
    EntriesDiffer {
        /// Which payment.
        payment: PaymentId,
        /// Which account.
        account: Account,
        /// What should stand on it.
        expected: Money,
        /// What does.
        found: Money,
    },
    /// An entry of the ledger is of a kind that no movement makes.
    UnknownEntry {
        /// Which entry.
        entry: LedgerEntryId,
    },
    /// An entry of the ledger belongs to nothing, or not where it was found.
    StrayEntry {
        /// Which entry.
        entry: LedgerEntryId,
    },
    /// Two payouts hold one entry.
    PaidTwice {
        /// Which entry.
        entry: LedgerEntryId,
    },
    /// The payout's amount is not that of its items with what was carried.
    PayoutDiffers {
        /// Which payout.
        payout: PayoutId,
        /// What its items and what was carried make.
        expected: Money,
    },
    /// The payout does not carry on what the one before it left over.
    CarryDiffers {
        /// Which payout.
        payout: PayoutId,
        /// What the one before it left over.
        expected: Money,
    },
    /// An account does not have of the payout what its state asks for.
    PayoutEntriesDiffer {
        /// Which payout.
        payout: PayoutId,
        /// Which account.
        account: Account,
        /// What should stand on it.
        expected: Money,
        /// What does.
        found: Money,
    },
    /// The payout holds an entry that it may not: of another trainer or currency, of no payment, or
    /// of nothing that the trainer is owed.
    ItemNotPayable {
        /// Which payout.
        payout: PayoutId,
        /// Which entry.
        entry: LedgerEntryId,
    },
    /// The item is live though its payout failed, or released though it did not.
    ItemState {
        /// Which payout.
        payout: PayoutId,
        /// Which entry.
        entry: LedgerEntryId,
    },
    /// An account has something else than all payments, payouts and other entries together.
    AccountDiffers {
        /// Which account.
        account: Account,
        /// What its parts make.
        expected: Money,
        /// What stands on it.
        found: Money,
    },
    /// A provider reported something that moved no money.
    ReportIdle {
        /// The provider's name for the event.
        event: Token,
        /// Why.
        outcome: ReportOutcome,
    },
    /// The time that a booking takes is not what its status asks for.
    ClaimsDiffer {
        /// Which booking.
        booking: BookingId,
    },
    /// Stored amounts are too large to compute with, or in several currencies.
    Unreadable {
        /// Which payment, if it is one.
        payment: Option<PaymentId>,
        /// Which payout, if it is one.
        payout: Option<PayoutId>,
    },
}

impl Difference {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PriceDiffers { .. } => "price_differs",
            Self::SplitDiffers { .. } => "split_differs",
            Self::ReservationDiffers { .. } => "reservation_differs",
            Self::SettledTwice { .. } => "settled_twice",
            Self::OwedDiffers { .. } => "owed_differs",
            Self::NotSettled { .. } => "not_settled",
            Self::EntriesDiffer { .. } => "entries_differ",
            Self::UnknownEntry { .. } => "unknown_entry",
            Self::StrayEntry { .. } => "stray_entry",
            Self::PaidTwice { .. } => "paid_twice",
            Self::PayoutDiffers { .. } => "payout_differs",
            Self::CarryDiffers { .. } => "carry_differs",
            Self::PayoutEntriesDiffer { .. } => "payout_entries_differ",
            Self::ItemNotPayable { .. } => "item_not_payable",
            Self::ItemState { .. } => "item_state",
            Self::AccountDiffers { .. } => "account_differs",
            Self::ReportIdle { .. } => "report_idle",
            Self::ClaimsDiffer { .. } => "claims_differ",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}
