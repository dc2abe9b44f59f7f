//! The rows that a commit expects, updates or removes, and the order in which it locks them.

use super::{
    refusal::Refusal,
    row::{AnyRow, RowWrite, columns_of, push_arrays, push_names, write_of},
    text::{Text, Writes},
};
use crate::{
    postgres::parameters::Parameters,
    repository::{
        BoxError, Change, EntityRef, Guard, Prepared, RatingDelta, RepositoryError, RowKey, Table,
        Version,
    },
    sql::{Column, Kind, Part, Value},
};

/// Up to as many rows of a table are locked by a step each. More are locked by one step, so that
/// the number of rows makes no new text.
const FEW: usize = 3;

/// Something that locks a row.
enum Lock<'c> {
    /// A booking whose claims are released; it must not be active.
    Release(EntityRef),
    /// A row that is expected at a version, or written.
    Guard(Guard, Option<RowWrite<'c>>),
    /// A delta, of a row that may be expected at a version.
    Rate(RatingDelta, Option<Version>),
}

impl Lock<'_> {
    fn entity(&self) -> EntityRef {
        match self {
            Self::Release(entity) => *entity,
            Self::Guard(guard, _) => guard.entity,
            Self::Rate(delta, _) => EntityRef::new(Table::Trainer, delta.trainer),
        }
    }

    /// Of one row, the release comes first: it looks at the row as it was.
    const fn rank(&self) -> u8 {
        match self {
            Self::Release(_) => 0,
            Self::Guard(..) => 1,
            Self::Rate(..) => 2,
        }
    }
}

/// Locks and writes all rows that are there already, by table and key, as every commit does: so no
/// two commits wait for each other in a circle.
pub(super) fn lock(text: &mut Text, changes: &Prepared) -> Result<(), BoxError> {
    let locks = locks_of(changes);
    for locks in locks.chunk_by(|one, other| one.entity().table() == other.entity().table()) {
        let releases = locks.iter().filter(|lock| matches!(lock, Lock::Release(_))).count();
        let locks = if releases > FEW {
            lock_released_together(text, locks)?;
            locks.iter().filter(|lock| !matches!(lock, Lock::Release(_))).collect()
        } else {
            Vec::from_iter(locks)
        };
        if is_together(&locks.iter().copied()) {
            lock_together(text, &locks)?;
        } else {
            for lock in locks {
                lock_one(text, lock)?;
            }
        }
    }
    // What was locked together is written together, what frees before what takes.
    write_together(text, &locks, changes)
}

fn locks_of(changes: &Prepared) -> Vec<Lock<'_>> {
    let mut writes: Vec<_> = changes
        .changes
        .iter()
        .filter_map(|change| match write_of(change) {
            Some(write @ (RowWrite::Update(_) | RowWrite::Delete(_))) => {
                Some((change.target()?, Some(write)))
            }
            _ => None,
        })
        .collect();
    let mut locks: Vec<Lock<'_>> = Vec::with_capacity(changes.guards.len() + 2);
    for guard in &changes.guards {
        let write = writes.iter_mut().find(|(entity, _)| *entity == guard.entity);
        locks.push(Lock::Guard(*guard, write.and_then(|(_, write)| write.take())));
    }
    for change in &changes.changes {
        match change {
            Change::Release(booking) => {
                locks.push(Lock::Release(EntityRef::new(Table::Booking, *booking)));
            }
            Change::Rating(delta) => {
                let entity = EntityRef::new(Table::Trainer, delta.trainer);
                // A row that is updated cannot be locked again by the same statement.
                let expected = locks.iter().position(
                    |lock| matches!(lock, Lock::Guard(guard, None) if guard.entity == entity),
                );
                let version = expected.map(|place| match locks.swap_remove(place) {
                    Lock::Guard(guard, _) => guard.version,
                    Lock::Release(_) | Lock::Rate(..) => Version::FIRST,
                });
                locks.push(Lock::Rate(*delta, version));
            }
            _ => {}
        }
    }
    locks.sort_by_key(|lock| (lock.entity(), lock.rank()));
    locks
}

/// Says whether the rows of one table are locked by one step: where they are many, and where one
/// that goes may make way for one that is updated, whichever key comes first.
fn is_together<'l>(locks: &(impl Iterator<Item = &'l Lock<'l>> + Clone)) -> bool {
    let guards = || {
        locks.clone().filter_map(|lock| match lock {
            Lock::Guard(guard, write) => Some((guard, write)),
            _ => None,
        })
    };
    let has_one_key = guards().all(|(guard, _)| guard.entity.key().second().is_none());
    let updates = guards().filter(|(_, write)| matches!(write, Some(RowWrite::Update(_)))).count();
    let deletes = guards().any(|(_, write)| matches!(write, Some(RowWrite::Delete(_))));
    let is_users = guards().any(|(guard, _)| guard.entity.table() == Table::User);
    has_one_key && (guards().count() > FEW || (deletes && updates > 0) || (is_users && updates > 1))
}

fn lock_one(text: &mut Text, lock: &Lock<'_>) -> Result<(), BoxError> {
    match lock {
        Lock::Release(booking) => lock_released(text, *booking),
        Lock::Rate(delta, version) => rate(text, *delta, *version),
        Lock::Guard(guard, None) => expect(text, *guard),
        Lock::Guard(guard, Some(RowWrite::Update(row))) => update(text, *guard, *row),
        Lock::Guard(guard, Some(_)) => delete(text, *guard),
    }
}

fn conflict(text: &mut Text, entity: EntityRef) -> String {
    text.refusal(Refusal::checked(RepositoryError::Conflict(entity))).to_string()
}

/// Adds the condition that a row is at the key and version of a guard, and the gate.
fn push_condition(
    text: &mut Text,
    entity: EntityRef,
    version: Option<Version>,
) -> Result<(), BoxError> {
    push_key(text, entity)?;
    if let Some(version) = version {
        text.push(" AND version = ");
        text.push_value(Kind::Integer, Value::Integer(version.as_i64()))?;
    }
    text.push_gate(" AND ");
    Ok(())
}

fn push_key(text: &mut Text, entity: EntityRef) -> Result<(), BoxError> {
    let key = entity.key();
    for (place, (column, value)) in key_columns(entity.table()).zip(parts(key)).enumerate() {
        text.push(if place == 0 { "" } else { " AND " });
        text.push(column.sql_name());
        text.push(" = ");
        text.push_value(Kind::Uuid, value.into())?;
    }
    Ok(())
}

fn parts(key: RowKey) -> impl Iterator<Item = uuid::Uuid> {
    std::iter::once(key.first()).chain(key.second())
}

fn key_columns(table: Table) -> impl Iterator<Item = &'static Column> {
    columns_of(crate::sql::columns_of(table), Part::Key)
}

fn expect(text: &mut Text, guard: Guard) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("MATERIALIZED (SELECT 1 FROM ");
    text.push_table(guard.entity.table().name());
    text.push(" WHERE ");
    push_condition(text, guard.entity, Some(guard.version))?;
    text.push(" FOR SHARE");
    let number = conflict(text, guard.entity);
    text.end(step, "1", Writes::Nothing, &number);
    Ok(())
}

fn update(text: &mut Text, guard: Guard, row: &dyn AnyRow) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("(UPDATE ");
    text.push_table(guard.entity.table().name());
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
    push_condition(text, guard.entity, Some(guard.version))?;
    text.push(" RETURNING 1");
    let number = conflict(text, guard.entity);
    text.end(step, "1", Writes::Whole, &number);
    Ok(())
}

fn delete(text: &mut Text, guard: Guard) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("(DELETE FROM ");
    text.push_table(guard.entity.table().name());
    text.push(" WHERE ");
    push_condition(text, guard.entity, Some(guard.version))?;
    text.push(" RETURNING 1");
    let number = conflict(text, guard.entity);
    text.end(step, "1", Writes::Whole, &number);
    Ok(())
}

fn rate(text: &mut Text, delta: RatingDelta, version: Option<Version>) -> Result<(), BoxError> {
    let entity = EntityRef::new(Table::Trainer, delta.trainer);
    let step = text.begin();
    text.push("(UPDATE ");
    text.push_table(entity.table().name());
    text.push(" SET rating_sum = rating_sum + ");
    text.push_value(Kind::Integer, delta.sum.into())?;
    text.push(", total_reviews = total_reviews + ");
    text.push_value(Kind::Integer, delta.count.into())?;
    text.push(" WHERE ");
    push_condition(text, entity, version)?;
    text.push(" RETURNING 1");
    let error = match version {
        Some(_) => RepositoryError::Conflict(entity),
        None => RepositoryError::MissingReference(entity),
    };
    let number = text.refusal(Refusal::unchecked(error)).to_string();
    text.end(step, "1", Writes::Whole, &number);
    Ok(())
}

fn lock_released(text: &mut Text, booking: EntityRef) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("MATERIALIZED (SELECT 1 FROM ");
    text.push_table(booking.table().name());
    text.push(" WHERE ");
    push_condition(text, booking, None)?;
    text.push(" AND status NOT IN ('pending', 'accepted') FOR SHARE");
    let active = text.refusal(Refusal::unchecked(RepositoryError::Conflict(booking)));
    let missing = text.refusal(Refusal::unchecked(RepositoryError::MissingReference(booking)));
    // The key is asked for again by its value: a text cannot refer to a parameter twice here.
    let prefix = text.prefix.clone();
    let id = booking.key().first();
    let number = format!(
        "CASE WHEN EXISTS (SELECT FROM {prefix}bookings WHERE id = {}) THEN {active} ELSE {missing} END",
        text.parameter(Kind::Uuid, id.into())?
    );
    text.end(step, "1", Writes::Nothing, &number);
    Ok(())
}

/// Locks all bookings at once whose claims are released.
fn lock_released_together(text: &mut Text, locks: &[Lock<'_>]) -> Result<(), BoxError> {
    let released: Vec<EntityRef> =
        locks.iter().filter(|lock| matches!(lock, Lock::Release(_))).map(Lock::entity).collect();
    let step = text.begin();
    text.push("MATERIALIZED (SELECT t.id FROM ");
    text.push_table(Table::Booking.name());
    text.push(" t WHERE t.id = ANY(");
    let ids = released.iter().map(|booking| Value::Uuid(booking.key().first())).collect();
    let ids = text.push_values(Kind::Uuid, ids)?;
    text.push(") AND t.status NOT IN ('pending', 'accepted')");
    text.push_gate(" AND ");
    text.push(" ORDER BY t.id FOR SHARE");
    let mut refusals = |error: fn(EntityRef) -> RepositoryError| {
        text.refusals(released.iter().map(|entity| Refusal::unchecked(error(*entity))).collect())
    };
    let active = refusals(RepositoryError::Conflict);
    let missing = refusals(RepositoryError::MissingReference);
    let (prefix, step_name) = (text.prefix.clone(), step.name());
    let number = format!(
        "(SELECT CASE WHEN EXISTS (SELECT FROM {prefix}bookings b WHERE b.id = e.id)
                      THEN {active} ELSE {missing} END - 1 + e.place::integer
            FROM unnest(${ids}) WITH ORDINALITY AS e (id, place)
           WHERE e.id NOT IN (SELECT id FROM {step_name}) ORDER BY e.place LIMIT 1)"
    );
    let rows = text.parameter(Kind::Integer, count(released.len()))?;
    text.end(step, &rows, Writes::Nothing, &number);
    Ok(())
}

/// Locks all guarded rows of one table at once; they are written afterwards.
fn lock_together(text: &mut Text, locks: &[&Lock<'_>]) -> Result<(), BoxError> {
    let mut guards = Vec::with_capacity(locks.len());
    for lock in locks {
        match lock {
            Lock::Guard(guard, _) => guards.push(*guard),
            lock => lock_one(text, lock)?,
        }
    }
    let table = guards[0].entity.table();
    let key = key_columns(table).next().map_or("id", Column::sql_name);
    let step = text.begin();
    text.push("MATERIALIZED (SELECT t.");
    text.push(key);
    text.push(" AS id FROM ");
    text.push_table(table.name());
    text.push(" t JOIN unnest(");
    let ids = guards.iter().map(|guard| Value::Uuid(guard.entity.key().first())).collect();
    let ids = text.push_values(Kind::Uuid, ids)?;
    text.push(", ");
    let versions = guards.iter().map(|guard| guard.version.as_i64().into()).collect();
    text.push_values(Kind::Integer, versions)?;
    text.push(") AS e (id, version) ON e.id = t.");
    text.push(key);
    text.push(" AND e.version = t.version");
    text.push_gate(" WHERE ");
    // The lock is taken above the sort, so in the order of the keys.
    text.push(" ORDER BY e.id ");
    let writes = guards.iter().any(|guard| guard.writes);
    text.push(if writes { "FOR NO KEY UPDATE OF t" } else { "FOR SHARE OF t" });
    let refusals =
        guards.iter().map(|guard| Refusal::checked(RepositoryError::Conflict(guard.entity)));
    let first = text.refusals(refusals.collect());
    let missing = format!(
        "{first} + (SELECT min(e.place) FROM unnest(${ids}) WITH ORDINALITY
             AS e (id, place) WHERE e.id NOT IN (SELECT id FROM {}))::integer - 1",
        step.name()
    );
    let rows = text.parameter(Kind::Integer, count(guards.len()))?;
    text.end(step, &rows, Writes::Nothing, &missing);
    Ok(())
}

/// Writes the rows that were locked together, in the order of the changes.
fn write_together(text: &mut Text, locks: &[Lock<'_>], changes: &Prepared) -> Result<(), BoxError> {
    let tables: Vec<Table> = locks
        .chunk_by(|one, other| one.entity().table() == other.entity().table())
        .filter(|locks| is_together(&locks.iter()))
        .map(|locks| locks[0].entity().table())
        .collect();
    if tables.is_empty() {
        return Ok(());
    }
    let writes: Vec<RowWrite<'_>> = changes
        .changes
        .iter()
        .filter(|change| change.target().is_some_and(|row| tables.contains(&row.table())))
        .filter_map(write_of)
        .filter(|write| !matches!(write, RowWrite::Insert(_)))
        .collect();
    let is_alike = |one: &RowWrite<'_>, other: &RowWrite<'_>| match (one, other) {
        (RowWrite::Update(one), RowWrite::Update(other))
        | (RowWrite::Delete(one), RowWrite::Delete(other)) => one.table() == other.table(),
        _ => false,
    };
    for writes in writes.chunk_by(is_alike) {
        let rows: Vec<&dyn AnyRow> = writes
            .iter()
            .filter_map(|write| match write {
                RowWrite::Update(row) | RowWrite::Delete(row) => Some(*row),
                RowWrite::Insert(_) => None,
            })
            .collect();
        match writes[0] {
            RowWrite::Delete(_) => delete_many(text, &rows)?,
            _ => update_many(text, &rows)?,
        }
    }
    Ok(())
}

fn update_many(text: &mut Text, rows: &[&dyn AnyRow]) -> Result<(), BoxError> {
    let updated = |part| columns_of(rows[0].columns(), part);
    let columns: Vec<_> =
        updated(Part::Key).chain(updated(Part::Data)).chain(updated(Part::Derived)).collect();
    let mut values: Vec<Vec<Value<'static>>> = vec![Vec::with_capacity(rows.len()); columns.len()];
    for row in rows {
        let mut place = 0;
        for part in [Part::Key, Part::Data, Part::Derived] {
            row.values(part, &mut |value| {
                values[place].push(value.into_owned());
                place += 1;
                Ok(())
            })?;
        }
    }
    let step = text.begin();
    text.push("(UPDATE ");
    text.push_table(rows[0].table().name());
    text.push(" t SET version = t.version + 1");
    for column in &columns[1..] {
        let json = if column.kind == Kind::Json { "::jsonb" } else { "" };
        text.push(&format!(", {name} = e.{name}{json}", name = column.sql_name()));
    }
    text.push(" FROM unnest(");
    push_arrays(text, &columns, values)?;
    text.push(") AS e (");
    push_names(text, &columns);
    let key = columns[0].sql_name();
    text.push(&format!(") WHERE t.{key} = e.{key}"));
    text.push_gate(" AND ");
    text.push(" RETURNING 1");
    end_many(text, step, rows)
}

fn delete_many(text: &mut Text, rows: &[&dyn AnyRow]) -> Result<(), BoxError> {
    let key = columns_of(rows[0].columns(), Part::Key).next().map_or("id", Column::sql_name);
    let step = text.begin();
    text.push("(DELETE FROM ");
    text.push_table(rows[0].table().name());
    text.push(&format!(" WHERE {key} = ANY("));
    text.push_values(Kind::Uuid, rows.iter().map(|row| row.row_key().first().into()).collect())?;
    text.push(")");
    text.push_gate(" AND ");
    text.push(" RETURNING 1");
    end_many(text, step, rows)
}

/// The rows are locked at their versions, so that all of them are found.
fn end_many(
    text: &mut Text,
    step: super::text::Part,
    rows: &[&dyn AnyRow],
) -> Result<(), BoxError> {
    let entity = EntityRef::new(rows[0].table(), rows[0].row_key());
    let number = conflict(text, entity);
    let expected = text.parameter(Kind::Integer, count(rows.len()))?;
    text.end(step, &expected, Writes::EvenInPart, &number);
    Ok(())
}

fn count(rows: usize) -> Value<'static> {
    Value::Integer(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// Makes the statement that returns the place of the first guard that does not hold, from 0 on.
pub(super) fn versions(prefix: &str, guards: &[Guard]) -> Result<(String, Parameters), BoxError> {
    let mut text = Text::new(prefix);
    text.push("SELECT min(place)::integer FROM (");
    for (place, guard) in guards.iter().enumerate() {
        text.push(if place == 0 { "" } else { " UNION ALL " });
        text.push(&format!("SELECT {place} AS place WHERE NOT EXISTS (SELECT FROM "));
        text.push_table(guard.entity.table().name());
        text.push(" WHERE ");
        push_condition(&mut text, guard.entity, Some(guard.version))?;
        text.push(")");
    }
    text.push(") stale");
    Ok(text.into_plain())
}
