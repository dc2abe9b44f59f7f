use std::{collections::BTreeSet, fmt};

use async_trait::async_trait;
use serde::Serialize;

use super::{
    AuditFilter, Belongings, BelongingsQuery, BookingFile, Caller, CallerQuery, ChangeSet, Desk,
    Due, ErasureFile, Lesson, LessonFilter, LessonPayment, NotificationFilter, Page, PageRequest,
    PaymentCase, PaymentFilter, PaymentSought, PayoutCase, PayoutDue, PayoutFilter, PayoutRound,
    PayoutSought, Person, RepositoryError, ReviewFilter, Schedule, ScheduleQuery, SearchQueries,
    StatementRows, Table, Told, TrainerCard, TrainerEarnings, Versioned,
};
use crate::{
    account::{Location, User},
    audit::{FeedEntry, FeedPosition},
    booking::{Booking, Claim},
    contact::EmailKey,
    dog::{Dog, DogPhoto},
    ids::{
        BookingId, LedgerEntryId, LocationId, NotificationId, OwnerId, PaymentId, PayoutId,
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

/// The result of a call to storage.
pub type Result<T, E = RepositoryError> = std::result::Result<T, E>;

/// Reads on which commands are decided, each in one round trip and from the writer.
#[async_trait]
pub trait DecisionQueries {
    /// Loads who gives a command, and the stored command of the same id.
    async fn caller(&self, query: CallerQuery) -> Result<Caller>;

    /// Loads the caller and single rows by their keys.
    async fn belongings(
        &self,
        caller: CallerQuery,
        query: BelongingsQuery,
    ) -> Result<(Caller, Belongings)>;

    /// Loads the caller and a user about whom they decide.
    async fn person(&self, caller: CallerQuery, user: UserId) -> Result<(Caller, Option<Person>)>;

    /// Loads the caller, and a user who is to be erased with everything personal about them.
    async fn erasure_file(
        &self,
        caller: CallerQuery,
        user: UserId,
    ) -> Result<(Caller, Option<ErasureFile>)>;

    /// Loads the caller and the whole calendar of the trainer's profile that the user
    /// `trainer_user` has, from `from` on.
    async fn desk(
        &self,
        caller: CallerQuery,
        trainer_user: UserId,
        from: Instant,
    ) -> Result<(Caller, Option<Desk>)>;

    /// Loads the caller and what says which times of a trainer are free.
    async fn request(
        &self,
        caller: CallerQuery,
        query: ScheduleQuery,
    ) -> Result<(Caller, Option<Schedule>)>;

    /// Loads the caller and a booking with everything around it.
    async fn booking_file(
        &self,
        caller: CallerQuery,
        booking: BookingId,
    ) -> Result<(Caller, Option<BookingFile>)>;

    /// Loads the caller, a booking with everything around it, and what says which times of its
    /// trainer and its dog are free; `service` and `dog` of the query are ignored, the booking's
    /// own are meant, and so is `trainer`. No quote is loaded.
    async fn move_file(
        &self,
        caller: CallerQuery,
        booking: BookingId,
        query: ScheduleQuery,
    ) -> Result<(Caller, Option<(BookingFile, Schedule)>)>;

    /// Loads the caller and all bookings of a series that start at or after `from`, by start.
    async fn series_files(
        &self,
        caller: CallerQuery,
        series: SeriesId,
        from: Instant,
    ) -> Result<(Caller, Vec<BookingFile>)>;

    /// Loads the caller and a payment with everything around it.
    async fn payment_case(
        &self,
        caller: CallerQuery,
        sought: &PaymentSought,
    ) -> Result<(Caller, Option<PaymentCase>)>;

    /// Loads the caller, and everything that a payout to a trainer in a currency is decided on.
    async fn payout_round(
        &self,
        caller: CallerQuery,
        trainer: TrainerId,
        currency: Currency,
    ) -> Result<(Caller, Option<PayoutRound>)>;

    /// Loads the caller and a payout with everything around it.
    async fn payout_case(
        &self,
        caller: CallerQuery,
        sought: &PayoutSought,
    ) -> Result<(Caller, Option<PayoutCase>)>;

    /// Loads the caller and the booking that a review is of.
    async fn review_file(
        &self,
        caller: CallerQuery,
        review: ReviewId,
    ) -> Result<(Caller, Option<BookingFile>)>;
}

/// Reads over users and their places.
#[async_trait]
pub trait AccountQueries {
    /// Returns a user.
    async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>>;

    /// Returns the user, not deleted, who has an e-mail address; for signing in.
    async fn user_by_email(&self, key: &EmailKey) -> Result<Option<Versioned<User>>>;

    /// Returns a location.
    async fn location(&self, id: LocationId) -> Result<Option<Versioned<Location>>>;

    /// Returns a user's locations, by id.
    ///
    /// It tolerates lag: a replica may answer.
    async fn locations(&self, user: UserId) -> Result<Vec<Versioned<Location>>>;
}

/// Reads over trainers and their calendars.
#[async_trait]
pub trait TrainerQueries {
    /// Returns a trainer.
    async fn trainer(&self, id: TrainerId) -> Result<Option<Versioned<Trainer>>>;

    /// Returns the guard row of a trainer's calendar.
    async fn calendar(&self, trainer: TrainerId) -> Result<Option<Versioned<CalendarGuard>>>;

    /// Returns a service.
    async fn service(&self, id: ServiceId) -> Result<Option<Versioned<Service>>>;

    /// Returns a trainer's services, active or not, by id.
    ///
    /// It tolerates lag: a replica may answer.
    async fn services(&self, trainer: TrainerId) -> Result<Vec<Versioned<Service>>>;

    /// Returns what everybody may see of a trainer.
    ///
    /// It tolerates lag: a replica may answer.
    async fn trainer_card(&self, id: TrainerId) -> Result<Option<TrainerCard>>;

    /// Returns what says which times of a trainer are free.
    ///
    /// It tolerates lag: a replica may answer.
    async fn schedule(&self, query: ScheduleQuery) -> Result<Option<Schedule>>;
}

/// Reads over dogs.
#[async_trait]
pub trait DogQueries {
    /// Returns a dog, removed or not.
    async fn dog(&self, id: crate::ids::DogId) -> Result<Option<Versioned<Dog>>>;

    /// Returns an owner's dogs that are not removed, by id.
    ///
    /// It tolerates lag: a replica may answer.
    async fn dogs(&self, owner: OwnerId) -> Result<Vec<Versioned<Dog>>>;

    /// Returns the photos of a dog, by id.
    ///
    /// It tolerates lag: a replica may answer.
    async fn photos(&self, dog: crate::ids::DogId) -> Result<Vec<Versioned<DogPhoto>>>;
}

/// Reads over bookings.
#[async_trait]
pub trait BookingQueries {
    /// Returns a booking.
    async fn booking(&self, id: BookingId) -> Result<Option<Versioned<Booking>>>;

    /// Returns a page of bookings with names, by start and id.
    ///
    /// It tolerates lag: a replica may answer.
    async fn lessons(&self, filter: &LessonFilter, page: PageRequest) -> Result<Page<Lesson>>;

    /// Returns the claims of a booking, the trainer's first.
    async fn claims(&self, booking: BookingId) -> Result<Vec<Claim>>;

    /// Returns bookings whose claims are not the ones that they should have, at most `limit`, by
    /// id. There are none, unless somebody wrote past the library.
    async fn mismatched_claims(&self, limit: u16) -> Result<Vec<BookingId>>;
}

/// Reads over reviews.
#[async_trait]
pub trait ReviewQueries {
    /// Returns a review.
    async fn review(&self, id: ReviewId) -> Result<Option<Versioned<Review>>>;

    /// Returns a page of a trainer's reviews, the newest first (by `created_at`, then by id).
    ///
    /// It tolerates lag: a replica may answer.
    async fn reviews(
        &self,
        filter: &ReviewFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Review>>>;
}

/// Reads over money.
#[async_trait]
pub trait MoneyQueries {
    /// Returns the payments of a booking, by id.
    async fn payments(&self, booking: BookingId) -> Result<Vec<Versioned<Payment>>>;

    /// Returns a page of payments with their lessons, the newest first (by the payment's
    /// `created_at`, then by its id).
    ///
    /// It tolerates lag: a replica may answer.
    async fn lesson_payments(
        &self,
        filter: &PaymentFilter,
        page: PageRequest,
    ) -> Result<Page<LessonPayment>>;

    /// Returns the refunds of a booking's payments, by id.
    async fn refunds(&self, booking: BookingId) -> Result<Vec<Versioned<Refund>>>;

    /// Returns the disputes over a booking, by id.
    async fn disputes(&self, booking: BookingId) -> Result<Vec<Versioned<Dispute>>>;

    /// Returns the ledger's entries over a booking, by the instant they were booked and id.
    async fn ledger(&self, booking: BookingId) -> Result<Vec<LedgerEntry>>;

    /// Returns a page of a trainer's payouts, the newest first (by `created_at`, then by id).
    ///
    /// It tolerates lag: a replica may answer.
    async fn payouts(
        &self,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Payout>>>;

    /// Returns the items of a payout, released ones too, by entry.
    async fn payout_items(&self, payout: PayoutId) -> Result<Vec<Versioned<PayoutItem>>>;

    /// Returns what a trainer's statement in a currency is written from; the opening balance is
    /// summed up where it is stored.
    ///
    /// It tolerates lag: a replica may answer.
    async fn statement_rows(
        &self,
        trainer: TrainerId,
        currency: Currency,
        period: Interval,
    ) -> Result<StatementRows>;

    /// Returns what a trainer's balances are computed from.
    ///
    /// It tolerates lag: a replica may answer.
    async fn trainer_earnings(&self, trainer: TrainerId) -> Result<TrainerEarnings>;
}

/// Reads over the whole ledger, for those who audit it.
///
/// All of them tolerate lag: a replica may answer. Each answer is of one moment.
#[async_trait]
pub trait LedgerQueries {
    /// Returns at most `limit` payments after one, by id, with all that an audit compares them with.
    async fn audited_payments(
        &self,
        after: Option<PaymentId>,
        limit: u16,
    ) -> Result<Vec<AuditedPayment>>;

    /// Returns at most `limit` payouts after one, by id, with all that an audit compares them with.
    async fn audited_payouts(
        &self,
        after: Option<PayoutId>,
        limit: u16,
    ) -> Result<Vec<AuditedPayout>>;

    /// Returns at most `limit` entries after one, by id, that are of no payment and no payout.
    async fn stray_entries(
        &self,
        after: Option<LedgerEntryId>,
        limit: u16,
    ) -> Result<Vec<LedgerEntry>>;

    /// Returns at most `limit` events of providers after one, by id, under whose reference no
    /// payment and no payout is known.
    async fn stray_reports(
        &self,
        after: Option<ProviderEventId>,
        limit: u16,
    ) -> Result<Vec<ProviderEventRecord>>;

    /// Adds up what stands on every account.
    async fn account_totals(&self) -> Result<Balances>;
}

/// Reads over notifications.
#[async_trait]
pub trait NotificationQueries {
    /// Returns a page of a user's notifications, the newest first (by `created_at`, then by id).
    ///
    /// Where all are asked for it tolerates lag: a replica may answer. Unread ones come from the
    /// writer, because marking them as read is decided on them.
    async fn notifications(
        &self,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Notification>>>;

    /// Returns the same page, each notification with what its text can name.
    ///
    /// It tolerates lag: a replica may answer.
    async fn inbox(&self, filter: &NotificationFilter, page: PageRequest) -> Result<Page<Told>>;

    /// Returns those of some notifications that exist, each with what its text can name, the newest
    /// first (by `created_at`, then by id).
    ///
    /// Always from the writer, as the feed is, which names them.
    async fn told(&self, ids: &BTreeSet<NotificationId>) -> Result<Vec<Told>>;

    /// Returns how many notifications a user has not read.
    ///
    /// It tolerates lag: a replica may answer.
    async fn unread_count(&self, user: UserId) -> Result<u64>;
}

/// Reads over the audit trail.
#[async_trait]
pub trait AuditQueries {
    /// Returns a page of what happened to a thing, or of what a user did, the newest first (by
    /// `created_at`, then by id).
    ///
    /// It tolerates lag: a replica may answer.
    async fn history(&self, filter: &AuditFilter, page: PageRequest) -> Result<Page<FeedEntry>>;

    /// Returns at most `limit` committed entries after a position, in a stable order.
    ///
    /// Each is returned exactly once to a consumer that goes on from the last position it saw, also
    /// entries that were committed late; the answer ends at what is certain, and may for a while
    /// leave out what was committed last. Always from the writer.
    async fn feed(&self, after: FeedPosition, limit: u16) -> Result<Vec<FeedEntry>>;
}

/// Reads over what is due.
#[async_trait]
pub trait DueQueries {
    /// Returns at most `limit` things that are due at `now`, in the order of [`Due`].
    ///
    /// Due are, in this order, and within a kind from the earliest instant on, then by id:
    ///
    /// 1. pending bookings whose `hold_expires_at` is at or before `now`, by that instant;
    /// 2. accepted bookings that ended at or before `completed_before`, by their end;
    /// 3. completed bookings that still claim their trainer's time, which with its buffers ended
    ///    at or before `now`, by that end;
    /// 4. open proposals whose `expires_at` is at or before `now`, or whose booking is neither
    ///    pending nor accepted, by `expires_at` and the proposal's id;
    /// 5. accepted bookings that start after `now` and before `remind_before` and have no reminder
    ///    for that start, by their start.
    ///
    /// The first `limit` of these are chosen, so that what has waited longest is never left behind,
    /// and are then sorted by kind and key.
    async fn due(
        &self,
        now: Instant,
        completed_before: Instant,
        remind_before: Instant,
        limit: u16,
    ) -> Result<Vec<Due>>;

    /// Returns at most `limit` trainers and currencies after one of them, in their order, in which
    /// something may have to be paid out: an entry is in no payout, or a payout is on its way.
    async fn payouts_due(&self, after: Option<PayoutDue>, limit: u16) -> Result<Vec<PayoutDue>>;
}

/// How many rows a table has, and how often they were written in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TableCount {
    /// The number of rows.
    pub rows: u64,
    /// The sum of all rows' versions; in an append-only table the number of rows.
    pub writes: u64,
}

/// The size of every table, and of the claims.
///
/// Two equal counts mean that nothing was written in between, but for a write and a delete that
/// make up for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    /// Every table of [`Table::ALL`], in its order.
    pub tables: Vec<(Table, TableCount)>,
    /// The number of claims in `occupied`.
    pub claims: u64,
}

/// Storage for the whole domain.
///
/// # Contract
///
/// [`commit`](Self::commit) keeps these promises against any writer, under any concurrency. The
/// exported suite checks every one of them.
///
/// - **Whole or not at all.** Every part of a change set is carried out, or none is; also when it
///   is refused, and also when the future is dropped.
/// - **Versions.** A row that is expected, updated or removed is still at the version it was read
///   at, and stays so until the commit is done; else [`RepositoryError::Conflict`]. An update that
///   succeeds bumps the version by one.
/// - **No double booking.** `occupied` follows the bookings: an active one claims its trainer's
///   time with buffers and its dog's session, a completed one keeps its trainer's until
///   [`Release`](super::Change::Release), a cancelled one has none. Claims of one resource never
///   overlap; else [`RepositoryError::TimeTaken`].
/// - **Keys.** A key exists once; else [`RepositoryError::AlreadyExists`].
/// - **Unique values.** What [`Entity::each_unique`](super::Entity::each_unique) visits exists
///   once; else [`RepositoryError::Duplicate`].
/// - **References.** What [`Entity::each_parent`](super::Entity::each_parent) visits exists; else
///   [`RepositoryError::MissingReference`]. A row that is referred to is not removed; else
///   [`RepositoryError::StillReferenced`].
/// - **Bounds.** What [`Entity::check`](super::Entity::check) refuses is not stored; else
///   [`RepositoryError::Invalid`].
/// - **Order.** Within a set, what frees comes before what takes: two bookings can change places, an
///   erased user's address can be taken, and a row can be removed together with the reference to
///   it. Another value that passes from one row that stays to another takes two commits. Versions are checked before
///   everything else; of several other broken promises any one is told.
/// - **Append-only.** Rows of the ledger, the audit trail, reminders and commands never change.
/// - **Feed.** Every audit entry gets a position; see [`AuditQueries::feed`].
/// - **Seeds.** The three roles of [`RoleName`](crate::account::RoleName) are there from the start.
///
/// Reads see what was committed before they began, unless they say that they tolerate lag and the
/// repository was given a replica. A panic in one call never breaks the next.
#[async_trait]
pub trait Repository:
    DecisionQueries
    + AccountQueries
    + TrainerQueries
    + SearchQueries
    + DogQueries
    + BookingQueries
    + ReviewQueries
    + MoneyQueries
    + LedgerQueries
    + NotificationQueries
    + AuditQueries
    + DueQueries
    + fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// Carries out a change set, whole or not at all.
    ///
    /// # Errors
    ///
    /// A [`RepositoryError`] names a promise that the change set would break; nothing was written
    /// then. Where it would break several, a row that breaks a rule of its own or is written twice
    /// is named first, then a version that is no longer the stored one; which of the others is
    /// named is the backend's choice.
    async fn commit(&self, changes: ChangeSet) -> Result<()>;

    /// Counts the rows of every table; for operations and tests.
    async fn census(&self) -> Result<Census>;

    /// Removes stored commands from before an instant, and returns how many.
    ///
    /// A command that is repeated after that is carried out anew.
    async fn purge_commands(&self, before: Instant) -> Result<u64>;
}

// Fails to compile the day somebody makes the trait unfit for `dyn`.
const _: fn(&dyn Repository) = |_| {};
