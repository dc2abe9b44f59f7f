//! Payments, refunds, disputes and the ledger.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, select},
};
use crate::{
    ids::BookingId,
    ledger::LedgerEntry,
    payment::{Dispute, Payment, Refund},
    repository::{MoneyQueries, Result, Versioned},
    sql::Record as _,
};

impl Snapshot<'_> {
    /// Returns the payment of a booking that is paid and not surplus.
    pub(super) fn paid_payment(self, booking: BookingId) -> Result<Option<Versioned<Payment>>> {
        self.row(
            select!(Payment, "WHERE booking_id = $1 AND status = 'paid' AND surplus = 0"),
            &[booking.into()],
        )
    }

    pub(super) fn payments(self, booking: BookingId) -> Result<Vec<Versioned<Payment>>> {
        self.rows(select!(Payment, "WHERE booking_id = $1 ORDER BY id"), &[booking.into()])
    }

    /// Returns the refunds of a booking's payments, by id.
    pub(super) fn refunds(self, booking: BookingId) -> Result<Vec<Versioned<Refund>>> {
        self.rows(
            select!(
                Refund,
                "WHERE payment_id IN (SELECT id FROM payments WHERE booking_id = $1)
                 ORDER BY id"
            ),
            &[booking.into()],
        )
    }

    pub(super) fn disputes(self, booking: BookingId) -> Result<Vec<Versioned<Dispute>>> {
        self.rows(select!(Dispute, "WHERE booking_id = $1 ORDER BY id"), &[booking.into()])
    }
}

#[async_trait]
impl MoneyQueries for SqliteRepository {
    async fn payments(&self, booking: BookingId) -> Result<Vec<Versioned<Payment>>> {
        self.read(move |snapshot| snapshot.payments(booking)).await
    }

    async fn refunds(&self, booking: BookingId) -> Result<Vec<Versioned<Refund>>> {
        self.read(move |snapshot| snapshot.refunds(booking)).await
    }

    async fn disputes(&self, booking: BookingId) -> Result<Vec<Versioned<Dispute>>> {
        self.read(move |snapshot| snapshot.disputes(booking)).await
    }

    async fn ledger(&self, booking: BookingId) -> Result<Vec<LedgerEntry>> {
        self.read(move |snapshot| {
            snapshot.all(
                select!(LedgerEntry, "WHERE booking_id = $1 ORDER BY created_at, id"),
                &[booking.into()],
                LedgerEntry::decode,
            )
        })
        .await
    }
}
