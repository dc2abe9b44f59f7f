use std::{collections::BTreeSet, fmt};

use async_trait::async_trait;

use super::{
    AccountQueries, AuditFilter, AuditQueries, Belongings, BelongingsQuery, BookingFile,
    BookingQueries, Caller, CallerQuery, Candidate, Census, ChangeSet, DecisionQueries, Desk,
    DogQueries, Due, DueQueries, ErasureFile, LedgerQueries, Lesson, LessonFilter, LessonPayment,
    MoneyQueries, NearbyQuery, NotificationFilter, NotificationQueries, Offering, Page,
    PageRequest, PaymentCase, PaymentFilter, PaymentSought, PayoutCase, PayoutDue, PayoutFilter,
    PayoutRound, PayoutSought, Person, Repository, Result, ReviewFilter, ReviewQueries, Schedule,
    ScheduleQuery, SearchQueries, StatementRows, Told, TrainerCard, TrainerEarnings,
    TrainerQueries, Versioned,
};
use crate::{
    account::{Location, User},
    audit::{FeedEntry, FeedPosition},
    booking::{Booking, Claim},
    contact::EmailKey,
    dog::{Dog, DogPhoto},
    ids::{
        BookingId, DogId, LedgerEntryId, LocationId, NotificationId, OwnerId, PaymentId, PayoutId,
        ProviderEventId, ReviewId, SeriesId, ServiceId, TrainerId, UserId,
    },
    ledger::{AuditedPayment, AuditedPayout, Balances, LedgerEntry},
    money::Currency,
    notification::Notification,
    payment::{Dispute, Payment, Refund},
    payout::{Payout, PayoutItem},
    provider::ProviderEventRecord,
    review::Review,
    time::{Instant, Interval},
    trainer::{CalendarGuard, Service, Trainer},
};

/// A repository that hands everything on to another one, and may do something around it: measure,
/// trace, or fail on purpose.
///
/// Whatever implements it is a [`Repository`]. The wrapped one must keep the promises of the contract
/// still: an answer may be delayed, counted or replaced by an error, and a commit that was carried
/// out may be told as [`Uncertain`](super::RepositoryError::Uncertain), but nothing may be told as
/// carried out that was not.
///
/// # Example: how long reads take
///
/// ```
/// # #[cfg(feature = "memory")] {
/// use std::{
///     sync::{Arc, atomic::{AtomicU64, Ordering}},
///     time::Instant,
/// };
///
/// use sitstay::{
///     ids::UserId,
///     memory::MemoryRepository,
///     repository::{AccountQueries, Forward, Question, Repository, Result},
/// };
///
/// #[derive(Debug)]
/// struct Timed {
///     store: Arc<dyn Repository>,
///     micros: AtomicU64,
/// }
///
/// impl Forward for Timed {
///     fn target(&self) -> &dyn Repository {
///         &*self.store
///     }
///
///     async fn asks<T: Send>(
///         &self,
///         _: Question,
///         answer: impl Future<Output = Result<T>> + Send,
///     ) -> Result<T> {
///         let begun = Instant::now();
///         let answer = answer.await;
///         let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
///         self.micros.fetch_add(micros, Ordering::Relaxed);
///         answer
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let timed = Timed { store: Arc::new(MemoryRepository::new()), micros: AtomicU64::new(0) };
/// let nobody = timed.user(UserId::from_uuid(uuid::Uuid::nil())).await.unwrap();
/// assert!(nobody.is_none());
/// # });
/// # }
/// ```
pub trait Forward: fmt::Debug + Send + Sync + 'static {
    /// Returns the repository that answers.
    fn target(&self) -> &dyn Repository;

    /// Asks a question: nothing is asked before `answer` is awaited.
    ///
    /// # Errors
    ///
    /// Those of the target, and whatever the wrapper adds.
    fn asks<T: Send>(
        &self,
        question: Question,
        answer: impl Future<Output = Result<T>> + Send,
    ) -> impl Future<Output = Result<T>> + Send {
        let _ = question;
        answer
    }

    /// Carries out a change set.
    ///
    /// # Errors
    ///
    /// Those of the target, and whatever the wrapper adds.
    fn commits(&self, changes: ChangeSet) -> impl Future<Output = Result<()>> + Send {
        self.target().commit(changes)
    }
}

/// Which question is asked of storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// The name of the method that asks, as in `booking_file`.
    pub name: &'static str,
    /// Who asks, where a command is decided on the answer.
    pub caller: Option<CallerQuery>,
}

macro_rules! decisions {
    ($(fn $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        #[diagnostic::do_not_recommend]
        impl<F: Forward> DecisionQueries for F {
            $(
                async fn $name(&self, caller: CallerQuery, $($argument: $kind),*) -> Result<$answer> {
                    let question = Question { name: stringify!($name), caller: Some(caller) };
                    self.asks(question, self.target().$name(caller, $($argument),*)).await
                }
            )+
        }
    };
}

macro_rules! reads {
    ($($queries:ident { $(fn $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)+ })+) => {$(
        #[async_trait]
        #[diagnostic::do_not_recommend]
        impl<F: Forward> $queries for F {
            $(
                async fn $name(&self, $($argument: $kind),*) -> Result<$answer> {
                    let question = Question { name: stringify!($name), caller: None };
                    self.asks(question, self.target().$name($($argument),*)).await
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
    fn payment_case(sought: &PaymentSought) -> (Caller, Option<PaymentCase>);
    fn payout_round(trainer: TrainerId, currency: Currency) -> (Caller, Option<PayoutRound>);
    fn payout_case(sought: &PayoutSought) -> (Caller, Option<PayoutCase>);
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
    SearchQueries {
        fn nearby(query: &NearbyQuery) -> (usize, Vec<Candidate>);
        fn offerings(trainers: &BTreeSet<TrainerId>, range: Interval) -> Vec<Offering>;
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
        fn reviews(filter: &ReviewFilter, page: PageRequest) -> Page<Versioned<Review>>;
    }
    MoneyQueries {
        fn payments(booking: BookingId) -> Vec<Versioned<Payment>>;
        fn lesson_payments(filter: &PaymentFilter, page: PageRequest) -> Page<LessonPayment>;
        fn refunds(booking: BookingId) -> Vec<Versioned<Refund>>;
        fn disputes(booking: BookingId) -> Vec<Versioned<Dispute>>;
        fn ledger(booking: BookingId) -> Vec<LedgerEntry>;
        fn payouts(filter: &PayoutFilter, page: PageRequest) -> Page<Versioned<Payout>>;
        fn payout_items(payout: PayoutId) -> Vec<Versioned<PayoutItem>>;
        fn statement_rows(
            trainer: TrainerId,
            currency: Currency,
            period: Interval
        ) -> StatementRows;
        fn trainer_earnings(trainer: TrainerId) -> TrainerEarnings;
    }
    LedgerQueries {
        fn audited_payments(after: Option<PaymentId>, limit: u16) -> Vec<AuditedPayment>;
        fn audited_payouts(after: Option<PayoutId>, limit: u16) -> Vec<AuditedPayout>;
        fn stray_entries(after: Option<LedgerEntryId>, limit: u16) -> Vec<LedgerEntry>;
        fn stray_reports(
            after: Option<ProviderEventId>,
            limit: u16
        ) -> Vec<ProviderEventRecord>;
        fn account_totals() -> Balances;
    }
    NotificationQueries {
        fn notifications(
            filter: &NotificationFilter,
            page: PageRequest
        ) -> Page<Versioned<Notification>>;
        fn inbox(filter: &NotificationFilter, page: PageRequest) -> Page<Told>;
        fn told(ids: &BTreeSet<NotificationId>) -> Vec<Told>;
        fn unread_count(user: UserId) -> u64;
    }
    AuditQueries {
        fn history(filter: &AuditFilter, page: PageRequest) -> Page<FeedEntry>;
        fn feed(after: FeedPosition, limit: u16) -> Vec<FeedEntry>;
    }
    DueQueries {
        fn due(
            now: Instant,
            completed_before: Instant,
            remind_before: Instant,
            limit: u16
        ) -> Vec<Due>;
        fn payouts_due(after: Option<PayoutDue>, limit: u16) -> Vec<PayoutDue>;
    }
}

#[async_trait]
#[diagnostic::do_not_recommend]
impl<F: Forward> Repository for F {
    async fn commit(&self, changes: ChangeSet) -> Result<()> {
        self.commits(changes).await
    }

    async fn census(&self) -> Result<Census> {
        let question = Question { name: "census", caller: None };
        self.asks(question, self.target().census()).await
    }

    async fn purge_commands(&self, before: Instant) -> Result<u64> {
        self.target().purge_commands(before).await
    }
}
