//! The one write: a change set that holds whole or not at all, as one statement.
//!
//! The statement is a chain of common table expressions, and what it returns says how it went. A
//! step goes on only where the one before it did all of its work:
//!
//! 1. *probe*: is the time that bookings move to free of others, as far as this snapshot sees?
//! 2. *lock*: every row that is expected or written, in one order for all commits;
//! 3. *release*, then *claim* time in `occupied`, where `ON CONFLICT DO NOTHING` waits for a rival
//!    in progress and never deadlocks with it, as a plain insert would;
//! 4. *insert* everything else.
//!
//! Where a step falls short and nothing was written before it, the statement returns the number of
//! the refusal; else it raises it, which undoes what was written. Order between steps exists only
//! through what they read of each other: unreferenced parts run last, in any order, and all parts
//! see the snapshot from before the statement. Texts depend on the kinds of steps, and never on
//! values or on how many rows there are, so that they stay few enough to be prepared.

mod claims;
mod locks;
mod refusal;
mod row;
mod row_by_row;
mod rows_together;
mod text;

use std::sync::Arc;

use sqlx::Row as _;

use self::{
    claims::{claim, probe, release},
    locks::lock,
    refusal::{Refusal, raised, refused},
    row::insert,
    text::{GROUP, Text},
};
use super::{
    PostgresRepository,
    error::{Meaning, failure, unwritten, written},
    parameters::Parameters,
};
use crate::repository::{BoxError, Guard, Prepared, RepositoryError, Result};

/// How often a commit that was given up in favour of another is tried again.
const ATTEMPTS: usize = 5;

/// Carries out a change set in one round trip.
///
/// A refusal for which versions were not checked yet costs a second one, because versions come
/// first.
pub(super) async fn commit(repository: &PostgresRepository, changes: Prepared) -> Result<()> {
    if changes.guards.is_empty() && changes.changes.is_empty() {
        return Ok(());
    }
    let mut attempt = 1;
    let refusal = loop {
        let Plan { sql, parameters, refusals } = Plan::of(&changes, repository).map_err(failure)?;
        let error = match repository.writer.fetch_once(sql, parameters).await? {
            Ok(row) => match row.try_get::<i32, _>(0).map_err(failure)? {
                0 => return Ok(()),
                number => break numbered(number, refusals)?,
            },
            Err(error) => error,
        };
        if let Some(number) = raised(&error) {
            break numbered(number, refusals)?;
        }
        if let Some(refusal) = refused(&error, &changes) {
            break refusal;
        }
        // The server undid it.
        if Meaning::of(&error) == Meaning::Overtaken && attempt < ATTEMPTS && is_collision(&error) {
            attempt += 1;
            continue;
        }
        return Err(written(error));
    };
    if !refusal.versions_hold
        && let Some(stale) = stale_guard(repository, &changes.guards).await?
    {
        return Err(RepositoryError::Conflict(stale.entity));
    }
    Err(refusal.error)
}

/// Says whether a commit met another one, and was not just too slow.
fn is_collision(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

/// A commit as a statement.
struct Plan {
    sql: Arc<str>,
    parameters: Parameters,
    refusals: Vec<Vec<Refusal>>,
}

impl Plan {
    fn of(changes: &Prepared, repository: &PostgresRepository) -> Result<Self, BoxError> {
        let mut text = Text::new(repository.schema.prefix());
        let times = claims::Times::of(&changes.changes);
        probe(&mut text, &times)?;
        lock(&mut text, changes)?;
        release(&mut text, &times)?;
        claim(&mut text, &times)?;
        insert(&mut text, &changes.changes)?;
        let (sql, parameters, refusals) = text.finish();
        Ok(Self { sql: sql.into(), parameters, refusals })
    }
}

/// Returns the refusal of a number, from 1 on.
fn numbered(number: i32, mut refusals: Vec<Vec<Refusal>>) -> Result<Refusal> {
    let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let group = place.and_then(|place| Some((refusals.get_mut(place / GROUP)?, place % GROUP)));
    match group {
        Some((group, place)) if place < group.len() => Ok(group.swap_remove(place)),
        _ => Err(failure(format!("the commit returned {number}"))),
    }
}

/// Finds a row that is no longer at the version that it is expected at.
async fn stale_guard<'g>(
    repository: &PostgresRepository,
    guards: &'g [Guard],
) -> Result<Option<&'g Guard>> {
    if guards.is_empty() {
        return Ok(None);
    }
    let (sql, parameters) =
        rows_together::versions(repository.schema.prefix(), guards).map_err(failure)?;
    let row = repository.writer.fetch_once(sql.into(), parameters).await?.map_err(unwritten)?;
    let stale: Option<i32> = row.try_get(0).map_err(failure)?;
    Ok(stale.and_then(|place| guards.get(usize::try_from(place).ok()?)))
}
