//! Reads on which commands are decided.

use async_trait::async_trait;

use super::{MemoryRepository, tables::Tables};
use crate::{
    ids::{BookingId, ReviewId, SeriesId, TrainerId, UserId},
    money::Currency,
    repository::{
        Belongings, BelongingsQuery, BookingFile, Caller, CallerQuery, DecisionQueries, Desk,
        ErasureFile, PaymentCase, PaymentSought, PayoutCase, PayoutRound, PayoutSought, Person,
        Result, Schedule, ScheduleQuery, UniqueKey,
    },
    time::Instant,
};

impl Tables {
    fn belongings(&self, query: BelongingsQuery) -> Belongings {
        let BelongingsQuery {
            location,
            service,
            certification,
            exception,
            time_block,
            dog,
            photo,
            notification,
            preferences,
            calendar,
        } = query;
        let exception = exception.map(|(trainer, date)| UniqueKey::ExceptionDate(trainer, date));
        Belongings {
            location: location.and_then(|id| self.locations.cloned(id)),
            service: service.and_then(|id| self.services.cloned(id)),
            certification: certification.and_then(|id| self.certifications.cloned(id)),
            exception: exception.and_then(|date| self.unique(&date).cloned()),
            time_block: time_block.and_then(|id| self.time_blocks.cloned(id)),
            dog: dog.and_then(|id| self.dogs.cloned(id)),
            dog_has_active_booking: dog
                .is_some_and(|id| self.bookings.by.diaries.of_dog(id).active > 0),
            photo: photo.and_then(|id| self.photos.cloned(id)),
            notification: notification.and_then(|id| self.notifications.cloned(id)),
            preferences: preferences.and_then(|user| self.preferences.cloned(user)),
            calendar: calendar.and_then(|trainer| self.calendars.cloned(trainer)),
        }
    }

    fn move_file(&self, id: BookingId, query: ScheduleQuery) -> Option<(BookingFile, Schedule)> {
        let file = self.booking_file(id)?;
        let schedule = self.schedule(ScheduleQuery {
            trainer: file.booking.trainer,
            service: file.booking.service,
            dog: Some(file.booking.dog),
            quote: None,
            ..query
        })?;
        Some((file, schedule))
    }
}

#[async_trait]
impl DecisionQueries for MemoryRepository {
    async fn caller(&self, query: CallerQuery) -> Result<Caller> {
        Ok(self.read().caller(query))
    }

    async fn belongings(
        &self,
        caller: CallerQuery,
        query: BelongingsQuery,
    ) -> Result<(Caller, Belongings)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.belongings(query)))
    }

    async fn person(&self, caller: CallerQuery, user: UserId) -> Result<(Caller, Option<Person>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.person(user)))
    }

    async fn erasure_file(
        &self,
        caller: CallerQuery,
        user: UserId,
    ) -> Result<(Caller, Option<ErasureFile>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.erasure_file(user)))
    }

    async fn desk(
        &self,
        caller: CallerQuery,
        trainer_user: UserId,
        from: Instant,
    ) -> Result<(Caller, Option<Desk>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.desk(trainer_user, from)))
    }

    async fn request(
        &self,
        caller: CallerQuery,
        query: ScheduleQuery,
    ) -> Result<(Caller, Option<Schedule>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.schedule(query)))
    }

    async fn booking_file(
        &self,
        caller: CallerQuery,
        booking: BookingId,
    ) -> Result<(Caller, Option<BookingFile>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.booking_file(booking)))
    }

    async fn move_file(
        &self,
        caller: CallerQuery,
        booking: BookingId,
        query: ScheduleQuery,
    ) -> Result<(Caller, Option<(BookingFile, Schedule)>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.move_file(booking, query)))
    }

    async fn series_files(
        &self,
        caller: CallerQuery,
        series: SeriesId,
        from: Instant,
    ) -> Result<(Caller, Vec<BookingFile>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.series_files(series, from)))
    }

    async fn payment_case(
        &self,
        caller: CallerQuery,
        sought: &PaymentSought,
    ) -> Result<(Caller, Option<PaymentCase>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.payment_case(sought)))
    }

    async fn payout_round(
        &self,
        caller: CallerQuery,
        trainer: TrainerId,
        currency: Currency,
    ) -> Result<(Caller, Option<PayoutRound>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.payout_round(trainer, currency)))
    }

    async fn payout_case(
        &self,
        caller: CallerQuery,
        sought: &PayoutSought,
    ) -> Result<(Caller, Option<PayoutCase>)> {
        let tables = self.read();
        Ok((tables.caller(caller), tables.payout_case(sought)))
    }

    async fn review_file(
        &self,
        caller: CallerQuery,
        review: ReviewId,
    ) -> Result<(Caller, Option<BookingFile>)> {
        let tables = self.read();
        let booking = tables.reviews.get(review).map(|review| review.booking);
        Ok((tables.caller(caller), booking.and_then(|booking| tables.booking_file(booking))))
    }
}
