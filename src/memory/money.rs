//! Payments, refunds, disputes and the ledger.

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{Edit, Index, Pairs},
    sorted::Sorted,
    tables::{Row, Stored, Tables},
};
use crate::{
    ids::{BookingId, DisputeId, LedgerEntryId, PaymentId, RefundId},
    ledger::{Account, LedgerEntry},
    payment::{Dispute, Payment, Refund},
    repository::{MoneyQueries, Result, Versioned},
    time::Instant,
};

/// How payments are found.
#[derive(Debug, Default)]
pub(super) struct PaymentIndexes {
    pub(super) booking: Pairs<BookingId, PaymentId>,
}

impl Row for Payment {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = PaymentIndexes;

    fn file(&self, by: &mut PaymentIndexes, edit: Edit) {
        edit.pair(&mut by.booking, self.booking, self.id);
    }
}

/// How refunds are found.
#[derive(Debug, Default)]
pub(super) struct RefundIndexes {
    payment: Pairs<PaymentId, RefundId>,
}

impl Row for Refund {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = RefundIndexes;

    fn file(&self, by: &mut RefundIndexes, edit: Edit) {
        edit.pair(&mut by.payment, self.payment, self.id);
    }
}

/// How disputes are found.
#[derive(Debug, Default)]
pub(super) struct DisputeIndexes {
    booking: Pairs<BookingId, DisputeId>,
}

impl Row for Dispute {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = DisputeIndexes;

    fn file(&self, by: &mut DisputeIndexes, edit: Edit) {
        edit.pair(&mut by.booking, self.booking, self.id);
    }
}

/// How the ledger's entries are found.
#[derive(Debug, Default)]
pub(super) struct LedgerIndexes {
    booking: Pairs<BookingId, (Instant, LedgerEntryId)>,
    /// The accounts of trainers.
    pub(super) account: Index<Account, LedgerEntryId>,
}

impl Row for LedgerEntry {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = LedgerIndexes;

    fn file(&self, by: &mut LedgerIndexes, edit: Edit) {
        if let Some(booking) = self.booking {
            edit.pair(&mut by.booking, booking, (self.created_at, self.id));
        }
        for account in [self.debit, self.credit] {
            if let Account::TrainerPayable(_) | Account::TrainerInFlight(_) = account {
                edit.index(&mut by.account, account, self.id);
            }
        }
    }
}

impl Tables {
    /// Returns the payments of a booking, by id.
    pub(super) fn payments_of(&self, booking: BookingId) -> Vec<Versioned<Payment>> {
        self.payments.all(self.payments.by.booking.of(booking))
    }

    /// Returns the refunds of a booking's payments, by id.
    pub(super) fn refunds_over(&self, booking: BookingId) -> Vec<Versioned<Refund>> {
        let payments = self.payments.by.booking.of(booking);
        let refunds = payments.flat_map(|id| self.refunds.by.payment.of(*id));
        let mut refunds = self.refunds.all(refunds);
        refunds.sort_by_key(|refund| refund.id);
        refunds
    }

    /// Returns the disputes over a booking, by id.
    pub(super) fn disputes_over(&self, booking: BookingId) -> Vec<Versioned<Dispute>> {
        self.disputes.all(self.disputes.by.booking.of(booking))
    }
}

#[async_trait]
impl MoneyQueries for MemoryRepository {
    async fn payments(&self, booking: BookingId) -> Result<Vec<Versioned<Payment>>> {
        Ok(self.read().payments_of(booking))
    }

    async fn refunds(&self, booking: BookingId) -> Result<Vec<Versioned<Refund>>> {
        Ok(self.read().refunds_over(booking))
    }

    async fn disputes(&self, booking: BookingId) -> Result<Vec<Versioned<Dispute>>> {
        Ok(self.read().disputes_over(booking))
    }

    async fn ledger(&self, booking: BookingId) -> Result<Vec<LedgerEntry>> {
        let tables = self.read();
        let entries = tables.ledger.by.booking.of(booking);
        let entries = entries.filter_map(|(_, id)| tables.ledger.get(*id));
        Ok(entries.map(|entry| (**entry).clone()).collect())
    }
}
