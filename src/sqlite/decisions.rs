//! Reads on which commands are decided, each of one moment.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, select},
};
use crate::{
    dog::DogPhoto,
    ids::{BookingId, ReviewId, SeriesId, TrainerId, UserId},
    money::Currency,
    repository::{
        Belongings, BelongingsQuery, BookingFile, Caller, CallerQuery, DecisionQueries, Desk,
        ErasureFile, PaymentCase, PaymentSought, PayoutCase, PayoutRound, PayoutSought, Person,
        Result, Schedule, ScheduleQuery,
    },
    time::Instant,
    trainer::{Certification, HoursException, TimeBlock},
};

/// Loads a row where its key was given.
fn where_given<K, T>(
    key: Option<K>,
    load: impl FnOnce(K) -> Result<Option<T>>,
) -> Result<Option<T>> {
    key.map_or(Ok(None), load)
}

impl Snapshot<'_> {
    fn belongings(self, query: BelongingsQuery) -> Result<Belongings> {
        Ok(Belongings {
            location: where_given(query.location, |id| self.location(id))?,
            service: where_given(query.service, |id| self.service(id))?,
            certification: where_given(query.certification, |id| {
                self.row(select!(Certification, "WHERE id = $1"), &[id.into()])
            })?,
            exception: where_given(query.exception, |(trainer, date)| {
                self.row(
                    select!(HoursException, "WHERE trainer_id = $1 AND local_date = $2"),
                    &[trainer.into(), date.into()],
                )
            })?,
            time_block: where_given(query.time_block, |id| {
                self.row(select!(TimeBlock, "WHERE id = $1"), &[id.into()])
            })?,
            dog: where_given(query.dog, |id| self.dog(id))?,
            // A dog's time is taken exactly by its pending and accepted bookings.
            dog_has_active_booking: query.dog.map_or(Ok(false), |dog| {
                self.exists(
                    "SELECT 1 FROM occupied WHERE resource_id = $1 AND kind = 'dog'",
                    &[dog.into()],
                )
            })?,
            photo: where_given(query.photo, |id| {
                self.row(select!(DogPhoto, "WHERE id = $1"), &[id.into()])
            })?,
            notification: where_given(query.notification, |id| self.notification(id))?,
            preferences: where_given(query.preferences, |user| self.preferences(user))?,
            calendar: where_given(query.calendar, |trainer| self.calendar(trainer))?,
        })
    }

    fn move_file(
        self,
        id: BookingId,
        query: ScheduleQuery,
    ) -> Result<Option<(BookingFile, Schedule)>> {
        let Some(file) = self.booking_file(id)? else { return Ok(None) };
        let schedule = self.schedule(ScheduleQuery {
            trainer: file.booking.trainer,
            service: file.booking.service,
            dog: Some(file.booking.dog),
            quote: None,
            ..query
        })?;
        Ok(schedule.map(|schedule| (file, schedule)))
    }
}

#[async_trait]
impl DecisionQueries for SqliteRepository {
    async fn caller(&self, query: CallerQuery) -> Result<Caller> {
        self.read(move |snapshot| snapshot.caller(query)).await
    }

    async fn belongings(
        &self,
        caller: CallerQuery,
        query: BelongingsQuery,
    ) -> Result<(Caller, Belongings)> {
        self.read(move |snapshot| Ok((snapshot.caller(caller)?, snapshot.belongings(query)?))).await
    }

    async fn person(&self, caller: CallerQuery, user: UserId) -> Result<(Caller, Option<Person>)> {
        self.read(move |snapshot| Ok((snapshot.caller(caller)?, snapshot.person(user)?))).await
    }

    async fn erasure_file(
        &self,
        caller: CallerQuery,
        user: UserId,
    ) -> Result<(Caller, Option<ErasureFile>)> {
        self.read(move |snapshot| Ok((snapshot.caller(caller)?, snapshot.erasure_file(user)?)))
            .await
    }

    async fn desk(
        &self,
        caller: CallerQuery,
        trainer_user: UserId,
        from: Instant,
    ) -> Result<(Caller, Option<Desk>)> {
        self.read(move |snapshot| {
            Ok((snapshot.caller(caller)?, snapshot.desk(trainer_user, from)?))
        })
        .await
    }

    async fn request(
        &self,
        caller: CallerQuery,
        query: ScheduleQuery,
    ) -> Result<(Caller, Option<Schedule>)> {
        self.read(move |snapshot| Ok((snapshot.caller(caller)?, snapshot.schedule(query)?))).await
    }

    async fn booking_file(
        &self,
        caller: CallerQuery,
        booking: BookingId,
    ) -> Result<(Caller, Option<BookingFile>)> {
        self.read(move |snapshot| Ok((snapshot.caller(caller)?, snapshot.booking_file(booking)?)))
            .await
    }

    async fn move_file(
        &self,
        caller: CallerQuery,
        booking: BookingId,
        query: ScheduleQuery,
    ) -> Result<(Caller, Option<(BookingFile, Schedule)>)> {
        self.read(move |snapshot| {
            Ok((snapshot.caller(caller)?, snapshot.move_file(booking, query)?))
        })
        .await
    }

    async fn series_files(
        &self,
        caller: CallerQuery,
        series: SeriesId,
        from: Instant,
    ) -> Result<(Caller, Vec<BookingFile>)> {
        self.read(move |snapshot| {
            Ok((snapshot.caller(caller)?, snapshot.series_files(series, from)?))
        })
        .await
    }

    async fn payment_case(
        &self,
        caller: CallerQuery,
        sought: &PaymentSought,
    ) -> Result<(Caller, Option<PaymentCase>)> {
        let sought = sought.clone();
        self.read(move |snapshot| Ok((snapshot.caller(caller)?, snapshot.payment_case(&sought)?)))
            .await
    }

    async fn payout_round(
        &self,
        caller: CallerQuery,
        trainer: TrainerId,
        currency: Currency,
    ) -> Result<(Caller, Option<PayoutRound>)> {
        self.read(move |snapshot| {
            Ok((snapshot.caller(caller)?, snapshot.payout_round(trainer, currency)?))
        })
        .await
    }

    async fn payout_case(
        &self,
        caller: CallerQuery,
        sought: &PayoutSought,
    ) -> Result<(Caller, Option<PayoutCase>)> {
        let sought = sought.clone();
        self.read(move |snapshot| Ok((snapshot.caller(caller)?, snapshot.payout_case(&sought)?)))
            .await
    }

    async fn review_file(
        &self,
        caller: CallerQuery,
        review: ReviewId,
    ) -> Result<(Caller, Option<BookingFile>)> {
        self.read(move |snapshot| {
            let review = snapshot.review(review)?;
            let file = where_given(review, |review| snapshot.booking_file(review.booking))?;
            Ok((snapshot.caller(caller)?, file))
        })
        .await
    }
}
