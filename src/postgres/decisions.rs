//! Reads on which commands are decided, each one statement and so of one moment.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    accounts::{caller, caller_parameters, person},
    erasure::erasure_file,
    files::{BOOKING_FILE, MOVE_FILE, PAYMENT_CASE, REVIEW_FILE, SERIES_FILES},
    part::{Part, Statement, exists, row},
    payouts::{PAYOUT_CASE, PAYOUT_ROUND, open_parameters},
    trainers::{
        ScheduleNumbers, ScheduleRows, desk, desk_parameters, schedule, schedule_parameters,
    },
};
use crate::{
    ids::{BookingId, ReviewId, SeriesId, TrainerId, UserId},
    money::Currency,
    repository::{
        Belongings, BelongingsQuery, BookingFile, Caller, CallerQuery, DecisionQueries, Desk,
        ErasureFile, PaymentCase, PaymentSought, PayoutCase, PayoutRound, PayoutSought, Person,
        Result, Schedule, ScheduleQuery,
    },
    time::Instant,
};

/// Asks for single rows, by the keys `$3` to `$13`, some of which are null.
fn belongings() -> Part<Belongings> {
    row("WHERE t.id = $3")
        .and(row("WHERE t.id = $4"))
        .and(row("WHERE t.id = $5"))
        .and(row("WHERE t.trainer_id = $6 AND t.local_date = $7"))
        .and(row("WHERE t.id = $8"))
        .and(row("WHERE t.id = $9"))
        // A dog's time is taken exactly by its pending and accepted bookings.
        .and(exists("FROM @.occupied WHERE resource_id = $9 AND kind = 'dog'"))
        .and(row("WHERE t.id = $10"))
        .and(row("WHERE t.id = $11"))
        .and(row("WHERE t.user_id = $12"))
        .and(row("WHERE t.trainer_id = $13"))
        .map(|loaded| {
            let (((loaded, notification), preferences), calendar) = loaded;
            let (((loaded, dog), dog_has_active_booking), photo) = loaded;
            let ((((location, service), certification), exception), time_block) = loaded;
            Ok(Belongings {
                location,
                service,
                certification,
                exception,
                time_block,
                dog,
                dog_has_active_booking,
                photo,
                notification,
                preferences,
                calendar,
            })
        })
}

#[async_trait]
impl DecisionQueries for PostgresRepository {
    async fn caller(&self, query: CallerQuery) -> Result<Caller> {
        static CALLER: LazyLock<Statement<Caller>> = LazyLock::new(|| caller().into());
        self.ask(&CALLER, caller_parameters(query)?).await
    }

    async fn belongings(
        &self,
        query: CallerQuery,
        keys: BelongingsQuery,
    ) -> Result<(Caller, Belongings)> {
        static BELONGINGS: LazyLock<Statement<(Caller, Belongings)>> =
            LazyLock::new(|| caller().and(belongings()).into());
        let (trainer, date) = keys.exception.unzip();
        let parameters = caller_parameters(query)?
            .and(keys.location)?
            .and(keys.service)?
            .and(keys.certification)?
            .and(trainer)?
            .and(date)?
            .and(keys.time_block)?
            .and(keys.dog)?
            .and(keys.photo)?
            .and(keys.notification)?
            .and(keys.preferences)?
            .and(keys.calendar)?;
        self.ask(&BELONGINGS, parameters).await
    }

    async fn person(&self, query: CallerQuery, user: UserId) -> Result<(Caller, Option<Person>)> {
        static PERSON: LazyLock<Statement<(Caller, Option<Person>)>> =
            LazyLock::new(|| caller().and(person("$3")).into());
        self.ask(&PERSON, caller_parameters(query)?.and(user)?).await
    }

    async fn erasure_file(
        &self,
        query: CallerQuery,
        user: UserId,
    ) -> Result<(Caller, Option<ErasureFile>)> {
        static ERASURE: LazyLock<Statement<(Caller, Option<ErasureFile>)>> =
            LazyLock::new(|| caller().and(erasure_file("$3")).into());
        self.ask(&ERASURE, caller_parameters(query)?.and(user)?).await
    }

    async fn desk(
        &self,
        query: CallerQuery,
        trainer_user: UserId,
        from: Instant,
    ) -> Result<(Caller, Option<Desk>)> {
        static DESK: LazyLock<Statement<(Caller, Option<Desk>)>> =
            LazyLock::new(|| caller().and(desk()).into());
        let asked = caller_parameters(query)?.and(trainer_user)?;
        self.ask(&DESK, desk_parameters(asked, from)?).await
    }

    async fn request(
        &self,
        query: CallerQuery,
        wanted: ScheduleQuery,
    ) -> Result<(Caller, Option<Schedule>)> {
        static REQUEST: LazyLock<Statement<(Caller, Option<ScheduleRows>)>> = LazyLock::new(|| {
            caller().and(schedule("$3", "$4", "$5", "$6", ScheduleNumbers::after(6))).into()
        });
        let asked = caller_parameters(query)?
            .and(wanted.trainer)?
            .and(wanted.service)?
            .and(wanted.dog)?
            .and(wanted.quote)?;
        let parameters = schedule_parameters(asked, wanted.range, wanted.now)?;
        let (caller, rows) = self.ask(&REQUEST, parameters).await?;
        Ok((caller, rows.map(|rows| rows.within(wanted.range))))
    }

    async fn booking_file(
        &self,
        query: CallerQuery,
        booking: BookingId,
    ) -> Result<(Caller, Option<BookingFile>)> {
        self.ask(&BOOKING_FILE, caller_parameters(query)?.and(booking)?).await
    }

    async fn move_file(
        &self,
        query: CallerQuery,
        booking: BookingId,
        wanted: ScheduleQuery,
    ) -> Result<(Caller, Option<(BookingFile, Schedule)>)> {
        let asked = caller_parameters(query)?.and(booking)?;
        let parameters = schedule_parameters(asked, wanted.range, wanted.now)?;
        let ((caller, file), rows) = self.ask(&MOVE_FILE, parameters).await?;
        Ok((caller, file.zip(rows.map(|rows| rows.within(wanted.range)))))
    }

    async fn series_files(
        &self,
        query: CallerQuery,
        series: SeriesId,
        from: Instant,
    ) -> Result<(Caller, Vec<BookingFile>)> {
        self.ask(&SERIES_FILES, caller_parameters(query)?.and(series)?.and(from)?).await
    }

    async fn payment_case(
        &self,
        query: CallerQuery,
        sought: &PaymentSought,
    ) -> Result<(Caller, Option<PaymentCase>)> {
        let mut keys = (None, None, None, None, None);
        match sought.clone() {
            PaymentSought::Payment(id) => keys.0 = Some(id),
            PaymentSought::Refund(id) => keys.1 = Some(id),
            PaymentSought::Dispute(id) => keys.2 = Some(id),
            PaymentSought::Reported { provider, reference, payment, refund } => {
                keys = (payment, refund, None, Some(provider), Some(reference));
            }
        }
        let parameters = caller_parameters(query)?
            .and(keys.0)?
            .and(keys.1)?
            .and(keys.2)?
            .and(keys.3)?
            .and(keys.4)?;
        self.ask(&PAYMENT_CASE, parameters).await
    }

    async fn payout_round(
        &self,
        query: CallerQuery,
        trainer: TrainerId,
        currency: Currency,
    ) -> Result<(Caller, Option<PayoutRound>)> {
        let asked = open_parameters(caller_parameters(query)?, trainer, Some(currency))?;
        self.ask(&PAYOUT_ROUND, asked).await
    }

    async fn payout_case(
        &self,
        query: CallerQuery,
        sought: &PayoutSought,
    ) -> Result<(Caller, Option<PayoutCase>)> {
        let (payout, name) = match sought.clone() {
            PayoutSought::Payout(id) => (Some(id), None),
            PayoutSought::Reported { provider, reference, payout } => {
                (payout, Some((provider, reference)))
            }
        };
        let (provider, reference) = name.unzip();
        let parameters = caller_parameters(query)?.and(payout)?.and(provider)?.and(reference)?;
        self.ask(&PAYOUT_CASE, parameters).await
    }

    async fn review_file(
        &self,
        query: CallerQuery,
        review: ReviewId,
    ) -> Result<(Caller, Option<BookingFile>)> {
        self.ask(&REVIEW_FILE, caller_parameters(query)?.and(review)?).await
    }
}
