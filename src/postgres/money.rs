//! Payments, refunds, disputes and the ledger.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    parameters::Parameters,
    part::{Statement, records_of, rows},
};
use crate::{
    ids::BookingId,
    ledger::LedgerEntry,
    payment::{Dispute, Payment, Refund},
    repository::{MoneyQueries, Result, Versioned},
    sql::Record as _,
};

#[async_trait]
impl MoneyQueries for PostgresRepository {
    async fn payments(&self, booking: BookingId) -> Result<Vec<Versioned<Payment>>> {
        static PAYMENTS: LazyLock<Statement<Vec<Versioned<Payment>>>> =
            LazyLock::new(|| rows::<Payment>("WHERE t.booking_id = $1 ORDER BY t.id").into());
        self.ask(&PAYMENTS, Parameters::new().and(booking)?).await
    }

    async fn refunds(&self, booking: BookingId) -> Result<Vec<Versioned<Refund>>> {
        static REFUNDS: LazyLock<Statement<Vec<Versioned<Refund>>>> = LazyLock::new(|| {
            rows::<Refund>(
                "WHERE t.payment_id IN (SELECT id FROM @.payments WHERE booking_id = $1)
                 ORDER BY t.id",
            )
            .into()
        });
        self.ask(&REFUNDS, Parameters::new().and(booking)?).await
    }

    async fn disputes(&self, booking: BookingId) -> Result<Vec<Versioned<Dispute>>> {
        static DISPUTES: LazyLock<Statement<Vec<Versioned<Dispute>>>> =
            LazyLock::new(|| rows::<Dispute>("WHERE t.booking_id = $1 ORDER BY t.id").into());
        self.ask(&DISPUTES, Parameters::new().and(booking)?).await
    }

    async fn ledger(&self, booking: BookingId) -> Result<Vec<LedgerEntry>> {
        static LEDGER: LazyLock<Statement<Vec<LedgerEntry>>> = LazyLock::new(|| {
            let of_booking = "WHERE t.booking_id = $1 ORDER BY t.created_at, t.id";
            records_of::<LedgerEntry, _>("", of_booking, LedgerEntry::decode).into()
        });
        self.ask(&LEDGER, Parameters::new().and(booking)?).await
    }
}
