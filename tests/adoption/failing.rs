//! A repository that fails at a commit of the test's choice.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use sitstay::{
    account::{Location, User},
    audit::{FeedEntry, FeedPosition, Subject},
    booking::{Booking, Claim},
    contact::EmailKey,
    dog::{Dog, DogPhoto},
    ids::{
        BookingId, DogId, LocationId, OwnerId, ReviewId, SeriesId, ServiceId, TrainerId, UserId,
    },
    notification::Notification,
    payment::{Dispute, LedgerEntry, Payment, Refund},
    repository::{
        AccountQueries, AuditQueries, Belongings, BelongingsQuery, BookingFile, BookingQueries,
        Caller, CallerQuery, Census, Change, ChangeSet, DecisionQueries, Desk, DogQueries, Due,
        DueQueries, ErasureFile, Lesson, LessonFilter, MoneyQueries, NotificationQueries, Page,
        PageRequest, Person, Repository, RepositoryError, Result, ReviewQueries, Schedule,
        ScheduleQuery, TrainerCard, TrainerQueries, Versioned, Write,
    },
    review::Review,
    time::Instant,
    trainer::{CalendarGuard, Service, Trainer},
};

/// How a commit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is not carried out, and never will be again.
    Down,
    /// It is carried out, and nobody hears of it.
    Unheard,
    /// It is not carried out, and nobody hears of it.
    Lost,
    /// It is refused whenever it adds this booking, for a reason that nobody foresaw.
    Refused(BookingId),
}

/// A repository whose commit number `at` fails, and every later one if it is down then.
#[derive(Debug)]
pub(super) struct Failing<R> {
    pub(super) inner: R,
    failure: Failure,
    at: usize,
    commits: AtomicUsize,
    largest: AtomicUsize,
    tell: fn(),
}

impl<R> Failing<R> {
    pub(super) fn new(inner: R, failure: Failure, at: usize) -> Self {
        let (commits, largest) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { inner, failure, at, commits, largest, tell: || {} }
    }

    /// A repository at which nothing fails.
    pub(super) fn never(inner: R) -> Self {
        Self::new(inner, Failure::Down, usize::MAX)
    }

    /// A repository that tells of each commit before and after it.
    pub(super) fn telling(inner: R, tell: fn()) -> Self {
        Self { tell, ..Self::never(inner) }
    }

    pub(super) fn commits(&self) -> usize {
        self.commits.load(Ordering::Relaxed)
    }

    /// How many bookings the largest commit added.
    pub(super) fn most_bookings(&self) -> usize {
        self.largest.load(Ordering::Relaxed)
    }
}

/// The bookings that a commit adds.
fn bookings(changes: &ChangeSet) -> Vec<BookingId> {
    let prepared = changes.clone().prepare().unwrap();
    let added = prepared.changes.iter().filter_map(|change| match change {
        Change::Booking(Write::Insert(booking)) => Some(booking.id),
        _ => None,
    });
    added.collect()
}

macro_rules! passed_on {
    ($($queries:ident { $(fn $name:ident($($argument:ident: $ty:ty),*) -> $answer:ty;)+ })+) => {$(
        #[async_trait]
        impl<R: Repository> $queries for Failing<R> {
            $(async fn $name(&self, $($argument: $ty),*) -> Result<$answer> {
                self.inner.$name($($argument),*).await
            })+
        }
    )+};
}

passed_on! {
    DecisionQueries {
        fn caller(query: CallerQuery) -> Caller;
        fn belongings(caller: CallerQuery, query: BelongingsQuery) -> (Caller, Belongings);
        fn person(caller: CallerQuery, user: UserId) -> (Caller, Option<Person>);
        fn erasure_file(caller: CallerQuery, user: UserId) -> (Caller, Option<ErasureFile>);
        fn desk(caller: CallerQuery, user: UserId, from: Instant) -> (Caller, Option<Desk>);
        fn request(caller: CallerQuery, query: ScheduleQuery) -> (Caller, Option<Schedule>);
        fn booking_file(caller: CallerQuery, booking: BookingId) -> (Caller, Option<BookingFile>);
        fn move_file(caller: CallerQuery, booking: BookingId, query: ScheduleQuery)
            -> (Caller, Option<(BookingFile, Schedule)>);
        fn series_files(caller: CallerQuery, series: SeriesId, from: Instant)
            -> (Caller, Vec<BookingFile>);
        fn review_file(caller: CallerQuery, review: ReviewId) -> (Caller, Option<BookingFile>);
    }
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
        fn reviews(trainer: TrainerId, with_hidden: bool, page: PageRequest)
            -> Page<Versioned<Review>>;
    }
    MoneyQueries {
        fn payments(booking: BookingId) -> Vec<Versioned<Payment>>;
        fn refunds(booking: BookingId) -> Vec<Versioned<Refund>>;
        fn disputes(booking: BookingId) -> Vec<Versioned<Dispute>>;
        fn ledger(booking: BookingId) -> Vec<LedgerEntry>;
    }
    NotificationQueries {
        fn notifications(user: UserId, unread_only: bool, page: PageRequest)
            -> Page<Versioned<Notification>>;
        fn unread_count(user: UserId) -> u64;
    }
    AuditQueries {
        fn history(subject: Subject, page: PageRequest) -> Page<FeedEntry>;
        fn feed(after: FeedPosition, limit: u16) -> Vec<FeedEntry>;
    }
    DueQueries {
        fn due(now: Instant, completed_before: Instant, remind_before: Instant, limit: u16)
            -> Vec<Due>;
    }
}

#[async_trait]
impl<R: Repository> Repository for Failing<R> {
    async fn commit(&self, changes: ChangeSet) -> Result<()> {
        // Commits in memory are done at once: others come to their turn in between.
        tokio::task::yield_now().await;
        let number = self.commits.fetch_add(1, Ordering::Relaxed);
        let added = bookings(&changes);
        self.largest.fetch_max(added.len(), Ordering::Relaxed);
        match self.failure {
            Failure::Refused(booking) if added.contains(&booking) => {
                Err(RepositoryError::Backend { backend: "test", source: "a check failed".into() })
            }
            Failure::Down if number >= self.at => {
                Err(RepositoryError::Unavailable("the database is down".into()))
            }
            Failure::Unheard if number == self.at => {
                self.inner.commit(changes).await?;
                Err(RepositoryError::Uncertain("the connection broke".into()))
            }
            Failure::Lost if number == self.at => {
                Err(RepositoryError::Uncertain("the connection broke".into()))
            }
            _ => {
                (self.tell)();
                let done = self.inner.commit(changes).await;
                (self.tell)();
                done
            }
        }
    }

    async fn census(&self) -> Result<Census> {
        self.inner.census().await
    }

    async fn purge_commands(&self, before: Instant) -> Result<u64> {
        self.inner.purge_commands(before).await
    }
}
