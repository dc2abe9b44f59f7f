//! What rows of the source become.

use uuid::Uuid;

use super::{LeftBehind, Offender, Remark, SourceTable, Spare};
use crate::{
    audit::Subject,
    ids::{RoleId, UserId},
    repository::{Change, RowKey},
};

/// What one row of the source becomes.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) key: RowKey,
    pub(super) changes: Vec<Change>,
    /// What the rows belong to; told in the audit trail.
    pub(super) subject: Option<Subject>,
}

/// A row that was read.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) key: RowKey,
    /// `None` where the row breaks a rule, or is left behind.
    pub(super) piece: Option<Piece>,
    pub(super) leave: Option<LeftBehind>,
    pub(super) offenders: Vec<Offender>,
    pub(super) emptied: Vec<Spare>,
    pub(super) remarks: Vec<Remark>,
    /// The rows that this one depends on.
    pub(super) parents: Vec<(SourceTable, RowKey)>,
}

/// Puts a key together out of its parts.
pub(super) fn row_key(first: Uuid, second: Option<Uuid>) -> RowKey {
    let id = UserId::from_uuid(first);
    match second {
        Some(second) => RowKey::from((id, RoleId::from_uuid(second))),
        None => RowKey::from(id),
    }
}
