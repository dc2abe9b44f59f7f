//! Payments, refunds, disputes and the ledger.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    parameters::Parameters,
    part::{Statement, records_of, rows},
    payments::{OF_OWNER, OF_TRAINER},
    payouts::{PAYOUT_ITEMS, PAYOUTS, STATEMENT_ROWS, TRAINER_EARNINGS, open_parameters},
};
use crate::{
    ids::{BookingId, PayoutId, TrainerId},
    ledger::{Account, LedgerEntry},
    money::{Currency, Money},
    payment::{Dispute, Payment, PaymentStatus, Refund},
    payout::{Payout, PayoutItem, PayoutState},
    repository::{
        Cursor, LessonPayment, MoneyQueries, Page, PageRequest, PaymentFilter, PaymentsOf,
        PayoutFilter, Result, StatementRows, TrainerEarnings, Versioned,
    },
    sql::Record as _,
    time::{Instant, Interval},
};

#[async_trait]
impl MoneyQueries for PostgresRepository {
    async fn payments(&self, booking: BookingId) -> Result<Vec<Versioned<Payment>>> {
        static PAYMENTS: LazyLock<Statement<Vec<Versioned<Payment>>>> =
            LazyLock::new(|| rows::<Payment>("WHERE t.booking_id = $1 ORDER BY t.id").into());
        self.ask(&PAYMENTS, Parameters::new().and(booking)?).await
    }

    async fn lesson_payments(
        &self,
        filter: &PaymentFilter,
        page: PageRequest,
    ) -> Result<Page<LessonPayment>> {
        let (list, parameters) = match filter.of {
            PaymentsOf::Trainer(trainer) => (&OF_TRAINER, Parameters::new().and(trainer)?),
            PaymentsOf::Owner(owner) => (&OF_OWNER, Parameters::new().and(owner)?),
        };
        let parameters = parameters
            .and(filter.from.unwrap_or(Instant::MIN))?
            .and_all::<PaymentStatus>(&filter.statuses)?;
        self.newest(list, parameters, page.before(filter.until), |last| {
            Cursor::new(last.payment.created_at, last.payment.id.as_uuid())
        })
        .await
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

    async fn payouts(
        &self,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Payout>>> {
        let parameters = Parameters::new()
            .and(filter.trainer)?
            .and(filter.currency)?
            .and_all::<PayoutState>(&filter.states)?;
        let key = |last: &Versioned<Payout>| Cursor::new(last.created_at, last.id.as_uuid());
        self.newest(&PAYOUTS, parameters, page, key).await
    }

    async fn payout_items(&self, payout: PayoutId) -> Result<Vec<Versioned<PayoutItem>>> {
        self.ask(&PAYOUT_ITEMS, Parameters::new().and(payout)?).await
    }

    async fn statement_rows(
        &self,
        trainer: TrainerId,
        currency: Currency,
        period: Interval,
    ) -> Result<StatementRows> {
        let parameters = Parameters::new()
            .and(trainer)?
            .and(Account::TrainerPayable(trainer))?
            .and(currency)?
            .and(period.start())?
            .and(period.end())?;
        let (opening, entries) = self.ask_replica(&STATEMENT_ROWS, parameters).await?;
        Ok(StatementRows { opening: Money::new(opening, currency), entries })
    }

    async fn trainer_earnings(&self, trainer: TrainerId) -> Result<TrainerEarnings> {
        let parameters = open_parameters(Parameters::new(), trainer, None)?;
        self.ask_replica(&TRAINER_EARNINGS, parameters).await
    }
}
