//! The storage contract: typed reads, and one write that holds whole or not at all.
//!
//! A backend implements the query traits and [`Repository::commit`], and keeps the promises
//! written there. It decides nothing else: rules are pure functions of the domain, and the
//! [`platform`](crate::platform) layer joins the two.

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
    Schedule, ScheduleQuery, Standing, TrainerCard,
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
