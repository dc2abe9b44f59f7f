//! Steps that lock and write many rows of one table, whose text does not depend on how many.

use super::{
    locks::{Lock, key_columns, key_values},
    refusal::Refusal,
    row::{AnyRow, RowWrite, columns_of, push_arrays, push_names, write_of},
    text::{Step, Text, Writes},
};
use crate::{
    postgres::parameters::Parameters,
    repository::{
        BoxError, Change, EntityRef, Guard, Prepared, RatingDelta, RepositoryError, Table,
    },
    sql::{Column, Kind, Part, Value},
};

/// Locks rows of one table at once, in the order of their keys; they are written afterwards.
pub(super) fn lock(text: &mut Text, locks: &[Lock<'_>]) -> Result<(), BoxError> {
    let table = locks[0].entity.table();
    let has_releases = locks.iter().any(|lock| lock.is_released);
    let step = text.begin();
    text.push("MATERIALIZED (SELECT e.place FROM ");
    text.push_table(table.name());
    text.push(" t JOIN unnest(");
    let keys = push_keys(text, table, &locks.iter().map(|lock| lock.entity))?;
    text.push(", ");
    let versions = locks.iter().map(|lock| match lock.version {
        Some(version) => Value::Integer(version.as_i64()),
        None => Value::Null,
    });
    text.push_values(Kind::Integer, versions.collect())?;
    if has_releases {
        text.push(", ");
        let released = locks.iter().map(|lock| lock.is_released.into());
        text.push_values(Kind::Bool, released.collect())?;
    }
    text.push(") WITH ORDINALITY AS e (");
    push_names(text, &key_columns(table).collect::<Vec<_>>());
    text.push(if has_releases {
        ", version, is_released, place) ON "
    } else {
        ", version, place) ON "
    });
    push_key_join(text, table);
    text.push(" AND (e.version IS NULL OR e.version = t.version)");
    if has_releases {
        text.push(" AND NOT (e.is_released AND t.status IN ('pending', 'accepted'))");
    }
    text.push_gate(" WHERE ");
    // The lock is taken above the sort, so in the order of the keys.
    text.push(" ORDER BY e.place ");
    let is_shared = locks.iter().all(Lock::is_shared);
    text.push(if is_shared { "FOR SHARE OF t" } else { "FOR NO KEY UPDATE OF t" });

    let unfit = text.refusals(locks.iter().map(Lock::unfit).collect());
    let missing = text.refusals(locks.iter().map(Lock::missing).collect());
    // As everywhere, a scalar subquery keeps the planner from a join by a table it takes for small.
    let number = format!(
        "(SELECT CASE WHEN (SELECT true FROM {prefix}{table} t WHERE {join}) THEN {unfit}
                      ELSE {missing} END - 1 + e.place::integer
            FROM unnest({keys}) WITH ORDINALITY AS e ({names}, place)
           WHERE e.place NOT IN (SELECT place FROM {step}) ORDER BY e.place LIMIT 1)",
        prefix = text.prefix,
        table = table.name(),
        join = key_join(table),
        names = key_columns(table).map(Column::sql_name).collect::<Vec<_>>().join(", "),
        step = step.name(),
    );
    let rows = text.parameter(Kind::Integer, count(locks.len()))?;
    text.end(step, &rows, Writes::Nothing, &number);
    Ok(())
}

/// Adds an array for each column of the keys, and returns what stands for them.
fn push_keys(
    text: &mut Text,
    table: Table,
    entities: &(impl Iterator<Item = EntityRef> + Clone),
) -> Result<String, BoxError> {
    let mut keys = Vec::new();
    for place in 0..key_columns(table).count() {
        let values = entities.clone().filter_map(|entity| key_values(entity.key()).nth(place));
        keys.push(text.parameter_list(Kind::Uuid, values.map(Value::Uuid).collect())?);
    }
    let keys = keys.join(", ");
    text.push(&keys);
    Ok(keys)
}

fn key_join(table: Table) -> String {
    let columns = key_columns(table).map(Column::sql_name);
    columns.map(|name| format!("t.{name} = e.{name}")).collect::<Vec<_>>().join(" AND ")
}

fn push_key_join(text: &mut Text, table: Table) {
    text.push(&key_join(table));
}

/// Writes the rows of the tables that were locked together, in the order of the changes.
pub(super) fn write(text: &mut Text, tables: &[Table], changes: &Prepared) -> Result<(), BoxError> {
    if tables.is_empty() {
        return Ok(());
    }
    let is_meant =
        |change: &&Change| change.target().is_some_and(|entity| tables.contains(&entity.table()));
    let changes = || changes.changes.iter().filter(is_meant);
    let writes: Vec<RowWrite<'_>> = changes()
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
            RowWrite::Delete(_) => delete(text, &rows)?,
            _ => update(text, &rows)?,
        }
    }
    let ratings: Vec<RatingDelta> = changes()
        .filter_map(|change| if let Change::Rating(delta) = change { Some(*delta) } else { None })
        .collect();
    if ratings.is_empty() { Ok(()) } else { rate(text, &ratings) }
}

fn update(text: &mut Text, rows: &[&dyn AnyRow]) -> Result<(), BoxError> {
    let updated = |part| columns_of(rows[0].columns(), part);
    let keys: Vec<_> = updated(Part::Key).collect();
    let changed: Vec<_> = updated(Part::Data).chain(updated(Part::Derived)).collect();
    let columns = [keys, changed.clone()].concat();
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
    let table = rows[0].table();
    let step = text.begin();
    text.push("(UPDATE ");
    text.push_table(table.name());
    text.push(" t SET version = t.version + 1");
    for column in changed {
        let json = if column.kind == Kind::Json { "::jsonb" } else { "" };
        text.push(&format!(", {name} = e.{name}{json}", name = column.sql_name()));
    }
    text.push(" FROM unnest(");
    push_arrays(text, &columns, values)?;
    text.push(") AS e (");
    push_names(text, &columns);
    text.push(") WHERE ");
    push_key_join(text, table);
    text.push_gate(" AND ");
    text.push(" RETURNING 1");
    end(text, step, EntityRef::new(table, rows[0].row_key()), rows.len())
}

fn delete(text: &mut Text, rows: &[&dyn AnyRow]) -> Result<(), BoxError> {
    let table = rows[0].table();
    let step = text.begin();
    text.push("(DELETE FROM ");
    text.push_table(table.name());
    text.push(" t USING unnest(");
    push_keys(text, table, &rows.iter().map(|row| EntityRef::new(table, row.row_key())))?;
    text.push(") AS e (");
    push_names(text, &key_columns(table).collect::<Vec<_>>());
    text.push(") WHERE ");
    push_key_join(text, table);
    text.push_gate(" AND ");
    text.push(" RETURNING 1");
    end(text, step, EntityRef::new(table, rows[0].row_key()), rows.len())
}

fn rate(text: &mut Text, deltas: &[RatingDelta]) -> Result<(), BoxError> {
    let step = text.begin();
    text.push("(UPDATE ");
    text.push_table(Table::Trainer.name());
    text.push(
        " t SET rating_sum = t.rating_sum + e.sum, total_reviews = t.total_reviews + e.count
           FROM unnest(",
    );
    let trainers = deltas.iter().map(|delta| delta.trainer.as_uuid().into());
    text.push_values(Kind::Uuid, trainers.collect())?;
    text.push(", ");
    text.push_values(Kind::Integer, deltas.iter().map(|delta| delta.sum.into()).collect())?;
    text.push(", ");
    text.push_values(Kind::Integer, deltas.iter().map(|delta| delta.count.into()).collect())?;
    text.push(") AS e (id, sum, count) WHERE t.id = e.id");
    text.push_gate(" AND ");
    text.push(" RETURNING 1");
    end(text, step, EntityRef::new(Table::Trainer, deltas[0].trainer), deltas.len())
}

/// The rows are locked at their versions, so that all of them are found.
fn end(text: &mut Text, step: Step, first: EntityRef, rows: usize) -> Result<(), BoxError> {
    let conflict = Refusal::checked(RepositoryError::Conflict(first));
    let number = text.refusal(conflict).to_string();
    let expected = text.parameter(Kind::Integer, count(rows))?;
    text.end(step, &expected, Writes::EvenInPart, &number);
    Ok(())
}

fn count(rows: usize) -> Value<'static> {
    Value::Integer(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// Makes the statement that returns the place of the first guard that does not hold, from 0 on.
///
/// The guards are sorted, so that those of one table stand together.
pub(super) fn versions(prefix: &str, guards: &[Guard]) -> Result<(String, Parameters), BoxError> {
    let mut text = Text::new(prefix);
    let mut before = 0;
    text.push("SELECT min(place)::integer FROM (");
    for guards in guards.chunk_by(|one, other| one.entity.table() == other.entity.table()) {
        let table = guards[0].entity.table();
        text.push(if before == 0 { "SELECT " } else { " UNION ALL SELECT " });
        text.push_value(Kind::Integer, count(before))?;
        text.push(" + e.place - 1 AS place FROM unnest(");
        push_keys(&mut text, table, &guards.iter().map(|guard| guard.entity))?;
        text.push(", ");
        let versions = guards.iter().map(|guard| guard.version.as_i64().into());
        text.push_values(Kind::Integer, versions.collect())?;
        text.push(") WITH ORDINALITY AS e (");
        push_names(&mut text, &key_columns(table).collect::<Vec<_>>());
        text.push(", version, place) WHERE (SELECT true FROM ");
        text.push_table(table.name());
        text.push(" t WHERE ");
        push_key_join(&mut text, table);
        text.push(" AND t.version = e.version) IS NULL");
        before += guards.len();
    }
    text.push(") stale");
    Ok(text.into_plain())
}
