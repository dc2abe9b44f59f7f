//! The storage contract: typed reads, and one write that holds whole or not at all.
//!
//! A backend implements the query traits and [`Repository::commit`], and keeps the promises
//! written there. It decides nothing else: rules are pure functions of the domain, and the
//! [`platform`](crate::platform) layer joins the two.
//!
//! # How to write a backend
//!
//! A service that wants to do something around storage, such as to measure it, implements
//! [`Forward`] and has a whole repository; `examples/wrapped_backend.rs` does. A store of one's own
//! takes these steps, each of which the [suite](crate::conformance) checks on its own:
//!
//! 1. **Rows.** Every type that implements [`Entity`] is a row of the [`Table`] of that name, with
//!    its key and, unless it is append-only, a [`Version`]. What a row must be is said by its
//!    [`check`](Entity::check), [`each_unique`](Entity::each_unique) and
//!    [`each_parent`](Entity::each_parent). Begin with the cases in `round_trips_…`.
//! 2. **The commit.** [`ChangeSet::prepare`] checks a set and puts it in order. Lock and compare the
//!    [guards](Prepared::guards) in their order, then carry out the changes in theirs. [`Change`] is
//!    to be matched without a wildcard: a kind of change that is skipped is data that is lost. The
//!    promises are listed at [`Repository`]; the cases are `versions`, `keys`, `uniques`,
//!    `references`, `bounds` and `commits`.
//! 3. **Claims.** They are rows of the store's own, derived from each booking that is written
//!    ([`Booking::trainer_claim`](crate::booking::Booking::trainer_claim) and
//!    [`dog_claim`](crate::booking::Booking::dog_claim)), and two of one resource never overlap. Let
//!    the database refuse that, by a constraint or a trigger, and not by a look beforehand. The cases
//!    are `claims` and `races`.
//! 4. **Reads.** A [decision query](DecisionQueries) answers from one snapshot of the writer's, with
//!    the stored command of the id that it is asked with. Lists are in the order that they state, by
//!    an instant and then by the bytes of an id. The cases are `queries_…`.
//! 5. **The feed.** Entries come in an order that never changes once it was told, which is not the
//!    order of their ids or times. The cases are in `queries_feed`.
//!
//! The rest of the suite works through the platform, and shows whether all of that holds together.
//!
//! What is easily overlooked:
//!
//! - An update bumps the version by one also where no value changed. A [`RatingDelta`] bumps
//!   nothing, and an update of a trainer leaves the stored rating as it is.
//! - Versions are compared before anything else is refused: a decision on stale rows is told to be
//!   one, and is decided anew.
//! - What frees comes first: in one set two bookings change places, and an address passes on.
//! - A commit whose future is dropped happened or did not. An error says that it did not, except for
//!   [`Uncertain`](RepositoryError::Uncertain), which is for a connection that was lost while the
//!   commit was under way, and for nothing else.
//! - Instants have microseconds. Text is compared by code points; what is to be found whatever its
//!   case is stored folded by the domain.
//! - A row that the domain's rules refuse when it is read is
//!   [`Corrupt`](RepositoryError::Corrupt), never a default.
//! - A panic in one call must not break the next, so a lock that was poisoned is taken all the same.
//!
//! ## Example: the suite on a backend
//!
//! ```test_harness,no_run
//! # #[cfg(all(feature = "memory", feature = "testing"))]
//! mod own_backend {
//!     use std::sync::Arc;
//!
//!     use sitstay::{memory::MemoryRepository as OwnBackend, repository::Repository};
//!
//!     // The second value is dropped after each case: a folder, or a schema of a database.
//!     async fn fresh() -> (Arc<dyn Repository>, ()) {
//!         (Arc::new(OwnBackend::new()), ())
//!     }
//!
//!     sitstay::repository_conformance_tests!(fresh);
//! }
//! ```

mod change_set;
mod context;
mod entity;
mod error;
mod filter;
mod forward;
mod page;
mod payouts;
mod queries;
mod rows;
mod search;
mod unique;
mod versioned;

pub use change_set::{Change, ChangeSet, Guard, Prepared, RatingDelta, Write};
pub use context::{
    Agenda, Belongings, BelongingsQuery, BookingFile, Caller, CallerQuery, Desk, Due, ErasureFile,
    LapsedHold, Lesson, LessonPayment, Occupancy, Party, PaymentCase, PaymentSought, Person,
    Schedule, ScheduleQuery, Standing, Told, TrainerCard,
};
pub use entity::{Entity, EntityRef, Removable, RowKey, Table};
pub use error::{BoxError, RepositoryError};
pub use filter::{
    AuditFilter, LessonFilter, NotificationFilter, PaymentFilter, PaymentsOf, PayoutFilter,
    ReviewFilter, Trail,
};
pub use forward::{Forward, Question};
pub use page::{Cursor, Page, PageRequest};
pub use payouts::{
    EarningFile, PayoutCase, PayoutDue, PayoutRound, PayoutSought, StatementRows, TrainerEarnings,
};
pub use queries::{
    AccountQueries, AuditQueries, BookingQueries, Census, DecisionQueries, DogQueries, DueQueries,
    LedgerQueries, MoneyQueries, NotificationQueries, Repository, Result, ReviewQueries,
    TableCount, TrainerQueries,
};
pub use search::{Candidate, NearbyQuery, Offering, SearchQueries};
pub use unique::{Unique, UniqueKey};
pub use versioned::{Version, Versioned};

#[allow(unused_imports)]
pub(crate) use rows::for_each_row;
