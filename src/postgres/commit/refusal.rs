//! What a refused statement means in the words of the contract.

use uuid::Uuid;

use crate::{
    error::{InvalidValue, Problem},
    postgres::error::server_error,
    repository::{Change, EntityRef, Prepared, RepositoryError, Table, Unique},
};

/// Why a commit was refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) error: RepositoryError,
    /// Whether all rows were found at the versions that they were expected at.
    pub(super) versions_hold: bool,
}

impl Refusal {
    /// What is found after all versions were checked, or by checking them.
    pub(super) fn checked(error: RepositoryError) -> Self {
        Self { error, versions_hold: true }
    }

    /// What is found before all versions were checked.
    pub(super) fn unchecked(error: RepositoryError) -> Self {
        Self { error, versions_hold: false }
    }
}

/// The code with which `commit_refused` raises.
const REFUSED: &str = "SS001";

/// Returns the number of the refusal that the statement itself raised.
pub(super) fn raised(error: &sqlx::Error) -> Option<i32> {
    let error = server_error(error)?;
    if error.code() == REFUSED { error.message().parse().ok() } else { None }
}

/// Names the promise of the schema that the change set would break.
pub(super) fn refused(error: &sqlx::Error, changes: &Prepared) -> Option<Refusal> {
    let error = server_error(error)?;
    // The detail is in the server's language, and holds the key in any.
    let violation = Violation {
        table: error.table().unwrap_or_default(),
        constraint: error.constraint().unwrap_or_default(),
        detail: error.detail().unwrap_or_default(),
    };
    let refusal = match error.code() {
        "23505" => violation.uniqueness(&changes.changes),
        "23503" => violation.reference(&changes.changes),
        "23502" | "23514" | "22001" | "22003" => violation.bound(&changes.changes),
        _ => return None,
    };
    Some(Refusal::unchecked(refusal))
}

struct Violation<'e> {
    table: &'e str,
    constraint: &'e str,
    detail: &'e str,
}

impl Violation<'_> {
    fn uniqueness(&self, changes: &[Change]) -> RepositoryError {
        match unique(self.constraint) {
            Some(unique) => RepositoryError::Duplicate(unique),
            None => RepositoryError::AlreadyExists(self.entity(changes)),
        }
    }

    fn reference(&self, changes: &[Change]) -> RepositoryError {
        let removed = changes.iter().filter(|change| is_removal(change)).filter_map(Change::target);
        let mut parents = Vec::new();
        for change in changes {
            change.each_parent(&mut |parent| parents.push(parent));
        }
        let referred = parent_table(self.constraint);
        let is_meant = |entity: &EntityRef| Some(entity.table()) == referred && self.names(entity);
        if let Some(removed) = removed.into_iter().find(is_meant) {
            return RepositoryError::StillReferenced(removed);
        }
        match parents.iter().copied().find(is_meant) {
            Some(parent) => RepositoryError::MissingReference(parent),
            None => RepositoryError::MissingReference(self.entity(changes)),
        }
    }

    fn bound(&self, changes: &[Change]) -> RepositoryError {
        let entity = self.entity(changes);
        let source = match self.constraint {
            "dog_trainers_rating" => {
                InvalidValue::new("rating", Problem::Malformed("the sum of 1 to 5 points each"))
            }
            _ => {
                let problem = Problem::Malformed("a row that keeps the bounds of its table");
                InvalidValue::new(entity.table().name(), problem)
            }
        };
        RepositoryError::Invalid { entity, source }
    }

    /// Names the row that is written: the one whose key the detail holds, or else the first one of
    /// the table.
    fn entity(&self, changes: &[Change]) -> EntityRef {
        let of_table = || {
            let targets = changes.iter().filter_map(Change::target);
            targets.filter(|target| target.table().name() == self.table)
        };
        let named = of_table().find(|target| self.names(target));
        let any = || changes.iter().find_map(Change::target);
        named.or_else(|| of_table().next()).or_else(any).unwrap_or_else(unknown)
    }

    fn names(&self, entity: &EntityRef) -> bool {
        let key = entity.key();
        let holds = |part: Uuid| self.detail.contains(&part.to_string());
        holds(key.first()) && key.second().is_none_or(holds)
    }
}

/// A change set that breaks a promise has a change; this is for a server that says otherwise.
fn unknown() -> EntityRef {
    EntityRef::new(Table::Booking, crate::ids::BookingId::from_uuid(Uuid::nil()))
}

fn is_removal(change: &Change) -> bool {
    matches!(super::row::write_of(change), Some(super::row::RowWrite::Delete(_)))
}

/// Names the unique value that an index guards, if it is not a key.
fn unique(index: &str) -> Option<Unique> {
    Some(match index {
        "roles_name" => Unique::RoleName,
        "users_email_key" => Unique::EmailKey,
        "dog_owners_user" => Unique::OwnerProfile,
        "dog_trainers_user" => Unique::TrainerProfile,
        "trainer_availability_exceptions_date" => Unique::ExceptionDate,
        "reschedule_requests_open" => Unique::OpenProposal,
        "reviews_booking" => Unique::BookingReview,
        "payments_paid" => Unique::PaidPayment,
        "payments_reference" => Unique::PaymentReference,
        "refunds_reference" => Unique::RefundReference,
        "disputes_reference" => Unique::DisputeReference,
        "reminders_start" => Unique::ReminderStart,
        "payouts_running" => Unique::RunningPayout,
        "payouts_reference" => Unique::PayoutReference,
        "payout_items_live" => Unique::LivePayoutItem,
        "provider_events_event" => Unique::ProviderEvent,
        _ => return None,
    })
}

/// Names the table that a foreign key refers to: its name ends in that of its column.
fn parent_table(constraint: &str) -> Option<Table> {
    const COLUMNS: [(&str, Table); 18] = [
        ("debit_trainer_id", Table::Trainer),
        ("credit_trainer_id", Table::Trainer),
        ("search_location_id", Table::Location),
        ("user_id", Table::User),
        ("role_id", Table::Role),
        ("trainer_id", Table::Trainer),
        ("owner_id", Table::Owner),
        ("dog_id", Table::Dog),
        ("service_id", Table::Service),
        ("series_id", Table::Series),
        ("booking_id", Table::Booking),
        ("payment_id", Table::Payment),
        ("payout_id", Table::Payout),
        ("proposed_by", Table::User),
        ("opened_by", Table::User),
        ("replaces", Table::Refund),
        ("location_id", Table::Location),
        ("entry_id", Table::LedgerEntry),
    ];
    let columns = constraint.strip_suffix("_fkey")?;
    COLUMNS.iter().find(|(column, _)| columns.ends_with(column)).map(|(_, table)| *table)
}
