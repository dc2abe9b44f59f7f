//! A repository that counts what it is asked, and hands it on.

use std::sync::Arc;

use async_trait::async_trait;
use sitstay::{
    account::{Location, User},
    audit::{FeedEntry, FeedPosition, Subject},
    booking::{Booking, Claim},
    contact::EmailKey,
    dog::{Dog, DogPhoto},
    ids::{
        BookingId, CommandId, DogId, LocationId, OwnerId, ReviewId, SeriesId, ServiceId, TrainerId,
        UserId,
    },
    ledger::LedgerEntry,
    notification::Notification,
    payment::{Dispute, Payment, Refund},
    repository::{
        AccountQueries, AuditQueries, Belongings, BelongingsQuery, BookingFile, BookingQueries,
        Caller, CallerQuery, Census, ChangeSet, DecisionQueries, Desk, DogQueries, Due, DueQueries,
        ErasureFile, Lesson, LessonFilter, MoneyQueries, NotificationQueries, Page, PageRequest,
        Person, Repository, RepositoryError, Result, ReviewQueries, Schedule, ScheduleQuery,
        TrainerCard, TrainerQueries, Versioned,
    },
    review::Review,
    time::Instant,
    trainer::{CalendarGuard, Service, Trainer},
};
use uuid::Uuid;

use super::tally::{Tally, note};

/// Counts reads and commits on the [`Tally`] of whoever asks.
#[derive(Debug)]
pub(crate) struct Metered(pub(crate) Arc<dyn Repository>);

/// Reads that name no command are those of views.
const NO_COMMAND: CommandId = CommandId::from_uuid(Uuid::nil());

fn read_for(caller: CallerQuery) {
    note(|tally| {
        tally.reads += 1;
        if caller.command != NO_COMMAND {
            tally.given.push(caller.command);
        }
    });
}

macro_rules! decisions {
    ($(fn $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl DecisionQueries for Metered {
            $(
                async fn $name(&self, caller: CallerQuery, $($argument: $kind),*) -> Result<$answer> {
                    read_for(caller);
                    self.0.$name(caller, $($argument),*).await
                }
            )+
        }
    };
}

macro_rules! reads {
    ($($queries:ident { $(fn $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)+ })+) => {$(
        #[async_trait]
        impl $queries for Metered {
            $(
                async fn $name(&self, $($argument: $kind),*) -> Result<$answer> {
                    note(|tally| tally.reads += 1);
                    self.0.$name($($argument),*).await
                }
            )+
        }
    )+};
}

decisions! {
    fn caller() -> Caller;
    fn belongings(query: BelongingsQuery) -> (Caller, Belongings);
    fn person(user: UserId) -> (Caller, Option<Person>);
    fn erasure_file(user: UserId) -> (Caller, Option<ErasureFile>);
    fn desk(trainer_user: UserId, from: Instant) -> (Caller, Option<Desk>);
    fn request(query: ScheduleQuery) -> (Caller, Option<Schedule>);
    fn booking_file(booking: BookingId) -> (Caller, Option<BookingFile>);
    fn move_file(
        booking: BookingId,
        query: ScheduleQuery
    ) -> (Caller, Option<(BookingFile, Schedule)>);
    fn series_files(series: SeriesId, from: Instant) -> (Caller, Vec<BookingFile>);
    fn review_file(review: ReviewId) -> (Caller, Option<BookingFile>);
}

reads! {
    AccountQueries {
        fn user(id: UserId) -> Option<Versioned<User>>;
        fn user_by_email(key: &EmailKey) -> Option<Versioned<User>>;
        fn location(id: LocationId) -> Option<Versioned<Location>>;
        fn locations(user: UserId) -> Vec<Versioned<Location>>;
    }
    TrainerQueries {
        fn trainer(id: TrainerId) -> Option<Versioned<Trainer>>;
        fn calendar(trainer: TrainerId) -> Option<Versioned<CalendarGuard>>;
        fn service(id: ServiceId) -> Option<Versioned<Service>>;
        fn services(trainer: TrainerId) -> Vec<Versioned<Service>>;
        fn trainer_card(id: TrainerId) -> Option<TrainerCard>;
        fn schedule(query: ScheduleQuery) -> Option<Schedule>;
    }
    DogQueries {
        fn dog(id: DogId) -> Option<Versioned<Dog>>;
        fn dogs(owner: OwnerId) -> Vec<Versioned<Dog>>;
        fn photos(dog: DogId) -> Vec<Versioned<DogPhoto>>;
    }
    BookingQueries {
        fn booking(id: BookingId) -> Option<Versioned<Booking>>;
        fn lessons(filter: &LessonFilter, page: PageRequest) -> Page<Lesson>;
        fn claims(booking: BookingId) -> Vec<Claim>;
        fn mismatched_claims(limit: u16) -> Vec<BookingId>;
    }
    ReviewQueries {
        fn review(id: ReviewId) -> Option<Versioned<Review>>;
        fn reviews(
            trainer: TrainerId,
            with_hidden: bool,
            page: PageRequest
        ) -> Page<Versioned<Review>>;
    }
    MoneyQueries {
        fn payments(booking: BookingId) -> Vec<Versioned<Payment>>;
        fn refunds(booking: BookingId) -> Vec<Versioned<Refund>>;
        fn disputes(booking: BookingId) -> Vec<Versioned<Dispute>>;
        fn ledger(booking: BookingId) -> Vec<LedgerEntry>;
    }
    NotificationQueries {
        fn notifications(
            user: UserId,
            unread_only: bool,
            page: PageRequest
        ) -> Page<Versioned<Notification>>;
        fn unread_count(user: UserId) -> u64;
    }
    AuditQueries {
        fn history(subject: Subject, page: PageRequest) -> Page<FeedEntry>;
        fn feed(after: FeedPosition, limit: u16) -> Vec<FeedEntry>;
    }
    DueQueries {
        fn due(
            now: Instant,
            completed_before: Instant,
            remind_before: Instant,
            limit: u16
        ) -> Vec<Due>;
    }
}

fn count_commit(tally: &mut Tally, outcome: &Result<()>) {
    match outcome {
        Ok(()) => {
            tally.commits += 1;
            tally.committed.extend(tally.given.last().copied());
        }
        Err(
            RepositoryError::Conflict(_)
            | RepositoryError::TimeTaken { .. }
            | RepositoryError::Contention(_),
        ) => tally.lost += 1,
        Err(_) => tally.failed += 1,
    }
}

#[async_trait]
impl Repository for Metered {
    async fn commit(&self, changes: ChangeSet) -> Result<()> {
        let outcome = self.0.commit(changes).await;
        note(|tally| count_commit(tally, &outcome));
        outcome
    }

    async fn census(&self) -> Result<Census> {
        note(|tally| tally.reads += 1);
        self.0.census().await
    }

    async fn purge_commands(&self, before: Instant) -> Result<u64> {
        self.0.purge_commands(before).await
    }
}
