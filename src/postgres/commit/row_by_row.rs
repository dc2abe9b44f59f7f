//! Steps that lock and write one row each.

use super::{
    locks::{Lock, key_columns, key_values},
    refusal::Refusal,
    row::{AnyRow, RowWrite, columns_of},
    text::{Text, Writes},
};
use crate::{
    repository::{BoxError, EntityRef, RatingDelta, RepositoryError},
    sql::{Kind, Part, Value},
};

pub(super) fn lock(text: &mut Text, lock: &Lock<'_>) -> Result<(), BoxError> {
    if lock.is_released {
        release(text, lock)?;
    }
    match (&lock.write, lock.rating) {
        (Some(RowWrite::Update(row)), _) => update(text, lock, *row),
        (Some(_), _) => delete(text, lock),
        (None, Some(delta)) => rate(text, lock, delta),
        (None, None) if lock.is_released => Ok(()),
        (None, None) => expect(text, lock),
    }
}

/// Adds the condition that a row is at the key and version of a lock, and the gate.
fn push_condition(text: &mut Text, lock: &Lock<'_>) -> Result<(), BoxError> {
    push_key(text, lock.entity)?;
    if let Some(version) = lock.version {
        text.push(" AND version = ");
        text.push_value(Kind::Integer, Value::Integer(version.as_i64()))?;
    }
    text.push_gate(" AND ");
    Ok(())
}

fn push_key(text: &mut Text, entity: EntityRef) -> Result<(), BoxError> {
    let values = key_values(entity.key());
    for (place, (column, value)) in key_columns(entity.table()).zip(values).enumerate() {
        text.push(if place == 0 { "" } else { " AND " });
        text.push(column.sql_name());
        text.push(" = ");
        text.push_value(Kind::Uuid, value.into())?;
    }
    Ok(())
}

fn expect(text: &mut Text, lock: &Lock<'_>) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("MATERIALIZED (SELECT 1 FROM ");
    text.push_table(lock.entity.table().name());
    text.push(" WHERE ");
    push_condition(text, lock)?;
    text.push(" FOR SHARE");
    let number = text.refusal(lock.unfit()).to_string();
    text.end(step, "1", Writes::Nothing, &number);
    Ok(())
}

fn update(text: &mut Text, lock: &Lock<'_>, row: &dyn AnyRow) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("(UPDATE ");
    text.push_table(lock.entity.table().name());
    text.push(" SET version = version + 1");
    for part in [Part::Data, Part::Derived] {
        let mut columns = columns_of(row.columns(), part);
        row.values(part, &mut |value| {
            let Some(column) = columns.next() else { return Ok(()) };
            text.push(", ");
            text.push(column.sql_name());
            text.push(" = ");
            text.push_value(column.kind, value)
        })?;
    }
    text.push(" WHERE ");
    push_condition(text, lock)?;
    text.push(" RETURNING 1");
    let number = conflict(text, lock.entity);
    text.end(step, "1", Writes::Whole, &number);
    Ok(())
}

fn delete(text: &mut Text, lock: &Lock<'_>) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("(DELETE FROM ");
    text.push_table(lock.entity.table().name());
    text.push(" WHERE ");
    push_condition(text, lock)?;
    text.push(" RETURNING 1");
    let number = conflict(text, lock.entity);
    text.end(step, "1", Writes::Whole, &number);
    Ok(())
}

fn conflict(text: &mut Text, entity: EntityRef) -> String {
    text.refusal(Refusal::checked(RepositoryError::Conflict(entity))).to_string()
}

fn rate(text: &mut Text, lock: &Lock<'_>, delta: RatingDelta) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("(UPDATE ");
    text.push_table(lock.entity.table().name());
    text.push(" SET rating_sum = rating_sum + ");
    text.push_value(Kind::Integer, delta.sum.into())?;
    text.push(", total_reviews = total_reviews + ");
    text.push_value(Kind::Integer, delta.count.into())?;
    text.push(" WHERE ");
    push_condition(text, lock)?;
    text.push(" RETURNING 1");
    let number = text.refusal(lock.missing()).to_string();
    text.end(step, "1", Writes::Whole, &number);
    Ok(())
}

/// Locks a booking whose claims are released, as strongly as if it were written: two commits that
/// share it first and write it then would wait for each other.
fn release(text: &mut Text, lock: &Lock<'_>) -> Result<(), BoxError> {
    let booking = lock.entity;
    let step = text.begin();
    text.push("MATERIALIZED (SELECT 1 FROM ");
    text.push_table(booking.table().name());
    text.push(" WHERE ");
    push_key(text, booking)?;
    text.push_gate(" AND ");
    text.push(" AND status NOT IN ('pending', 'accepted') FOR NO KEY UPDATE");
    let active = text.refusal(Refusal::unchecked(RepositoryError::Conflict(booking)));
    let missing = text.refusal(Refusal::unchecked(RepositoryError::MissingReference(booking)));
    let id = text.parameter(Kind::Uuid, booking.key().first().into())?;
    let prefix = text.prefix.clone();
    let number = format!(
        "CASE WHEN EXISTS (SELECT FROM {prefix}bookings WHERE id = {id})
         THEN {active} ELSE {missing} END"
    );
    text.end(step, "1", Writes::Nothing, &number);
    Ok(())
}
