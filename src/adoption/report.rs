//! What a dry run finds.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use super::SourceTable;
use crate::{
    code::codes,
    error::{InvalidValue, Problem},
    repository::RowKey,
};

codes! {
    /// Which rule a row breaks.
    pub enum Reason as "adoption_reason" {
        /// A value that every row needs is not there, or is an instant that is not finite.
        Missing = "missing",
        /// A text is blank where something must stand.
        Empty = "empty",
        /// A text is too long.
        TooLong = "too_long",
        /// A number or an instant is out of its bounds; a negative price, a rating of 6.
        OutOfRange = "out_of_range",
        /// A value does not have the form of its type; an address without `@`, a national phone
        /// number, a password that is no hash.
        Malformed = "malformed",
        /// The domain knows no such status.
        UnknownStatus = "unknown_status",
        /// The domain knows no such size of dog.
        UnknownSize = "unknown_size",
        /// The row that this one refers to is not there.
        Orphan = "orphan",
        /// Another row, which is older, has the same e-mail address.
        DuplicateEmail = "duplicate_email",
        /// Another row, which is older, is the same profile of the same user.
        DuplicateProfile = "duplicate_profile",
        /// Another role has the same name, or another row gives the user the same role.
        DuplicateRole = "duplicate_role",
        /// A role's name is one of the library's but for its case, and [nobody
        /// declared](super::Terms::role) that it means that.
        MisspelledRole = "misspelled_role",
        /// A user has a profile without its role, and so could not act in it.
        MissingRole = "missing_role",
        /// Another review, which is older, is of the same booking.
        DuplicateReview = "duplicate_review",
        /// Another payment, which is older, is paid for the same booking.
        DuplicatePayment = "duplicate_payment",
        /// An amount is no whole number of minor units.
        FractionalAmount = "fractional_amount",
        /// A payment is not in the declared currency.
        OtherCurrency = "other_currency",
        /// A payment's amount is not its booking's price.
        OtherAmount = "other_amount",
        /// The clocks of the declared zone skip this local time.
        SkippedLocalTime = "skipped_local_time",
        /// The clocks of the declared zone show this local time twice.
        AmbiguousLocalTime = "ambiguous_local_time",
        /// A time is not a whole minute, or a length no whole number of them.
        FractionalMinutes = "fractional_minutes",
        /// The end is not after the start.
        EmptyInterval = "empty_interval",
        /// A lesson is completed before it is over.
        CompletedEarly = "completed_early",
        /// A lesson that is pending or accepted overlaps another of its trainer.
        TrainerOverlap = "trainer_overlap",
        /// A lesson that is pending or accepted overlaps another of its dog.
        DogOverlap = "dog_overlap",
        /// A lesson is for a dog of another owner.
        ForeignDog = "foreign_dog",
        /// A lesson is for a service of another trainer.
        ForeignService = "foreign_service",
        /// A trainer has booked themselves.
        OwnLesson = "own_lesson",
        /// A lesson that is pending or accepted has a party who is deleted.
        DeletedParty = "deleted_party",
        /// A window of weekly hours overlaps another.
        WindowOverlap = "window_overlap",
        /// More than 24 windows start on one weekday.
        TooManyWindows = "too_many_windows",
        /// A review is of a lesson of other people.
        ForeignReview = "foreign_review",
        /// A review is of a lesson that is not completed.
        NotReviewable = "not_reviewable",
    }
}

codes! {
    /// What is to be said of a row that breaks no rule, or of how it was mended.
    pub enum Remark as "adoption_remark" {
        /// A flag is not there, and counts as what was [declared](super::Terms::assuming).
        AssumedFlag = "assumed_flag",
        /// An amount lost the [noise](super::Terms::forgiving_noise) of a float.
        ForgivenNoise = "forgiven_noise",
        /// A profile brings along the role that its user did not hold, as was
        /// [declared](super::Terms::granting_roles).
        GrantedRole = "granted_role",
        /// A request that nobody answered was paid for: all of it is due to go back.
        RefundDue = "refund_due",
        /// A lesson that was cancelled is paid for: the service decided what to give back, so that
        /// the payment stays as it is.
        KeptPayment = "kept_payment",
    }
}

impl From<InvalidValue> for Reason {
    fn from(value: InvalidValue) -> Self {
        match value.problem() {
            Problem::Empty => Self::Empty,
            Problem::TooLong { .. } => Self::TooLong,
            Problem::OutOfRange { .. } => Self::OutOfRange,
            Problem::Malformed(_) => Self::Malformed,
        }
    }
}

/// A row that breaks a rule, and which.
///
/// It holds no value of the row, which may be personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Offender {
    /// In which table.
    pub table: SourceTable,
    /// Which row; two ids in `user_roles`.
    #[serde(serialize_with = "as_text")]
    pub key: RowKey,
    /// Which rule it breaks.
    pub reason: Reason,
    /// In which column, where it is one.
    pub column: Option<&'static str>,
    /// Which row of the same table stands in its way, where one does.
    #[serde(serialize_with = "as_optional_text")]
    pub other: Option<RowKey>,
}

fn as_text<S: Serializer>(key: &RowKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(key)
}

fn as_optional_text<S: Serializer>(key: &Option<RowKey>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&key.map(|key| key.to_string()))
}

/// What a dry run found: every row that breaks a rule, once for each rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub(super) offenders: Vec<Offender>,
    pub(super) remarks: BTreeMap<Remark, u64>,
    pub(super) rows: BTreeMap<SourceTable, u64>,
}

impl Report {
    /// Returns what was found, in the order of the tables.
    #[must_use]
    pub fn offenders(&self) -> &[Offender] {
        &self.offenders
    }

    /// Says whether every row keeps every rule, so that all can be copied.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.offenders.is_empty()
    }

    /// Counts what was found by table and reason.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<(SourceTable, Reason), u64> {
        let mut counts = BTreeMap::new();
        for offender in &self.offenders {
            *counts.entry((offender.table, offender.reason)).or_default() += 1;
        }
        counts
    }

    /// Counts what is to be said of rows that break no rule.
    #[must_use]
    pub const fn remarks(&self) -> &BTreeMap<Remark, u64> {
        &self.remarks
    }

    /// Returns how many rows a table of the source has.
    #[must_use]
    pub fn rows(&self, table: SourceTable) -> u64 {
        self.rows.get(&table).copied().unwrap_or_default()
    }

    /// Returns the rows that are listed, once each.
    pub(super) fn listed(&self) -> BTreeSet<(SourceTable, RowKey)> {
        self.offenders.iter().map(|offender| (offender.table, offender.key)).collect()
    }
}
