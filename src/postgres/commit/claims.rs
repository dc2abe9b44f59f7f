//! The time that bookings take, which follows the bookings that are written.

use std::collections::HashSet;

use super::{
    refusal::Refusal,
    text::{Text, Writes},
};
use crate::{
    booking::{Booking, BookingStatus, Claim, Resource},
    ids::BookingId,
    repository::{BoxError, Change, EntityRef, RepositoryError, Table, Write},
    sql::{Kind, Value},
};

/// A claim that a booking will hold.
#[derive(Debug)]
struct Wanted {
    claim: Claim,
    /// Whether it is only kept: a completed booking does not claim again what it has released.
    only_if_held: bool,
}

/// The time that a change set takes and frees.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// The claims, the trainers' first, then by resource and start: as every commit takes them.
    wanted: Vec<Wanted>,
    /// The bookings that are new.
    new: Vec<BookingId>,
    /// The bookings whose claims may change or go.
    old: Vec<BookingId>,
}

impl Times {
    pub(super) fn of(changes: &[Change]) -> Self {
        let mut times = Self::default();
        let mut released = HashSet::new();
        for change in changes {
            match change {
                Change::Release(booking) => {
                    times.old.push(*booking);
                    released.insert(*booking);
                }
                Change::Booking(Write::Insert(booking)) => {
                    times.new.push(booking.id);
                    times.want(booking, false);
                }
                Change::Booking(Write::Update(booking)) => {
                    // Releases come first.
                    let is_released = released.contains(&booking.id);
                    if !is_released {
                        times.old.push(booking.id);
                    }
                    let is_completed = booking.status == BookingStatus::Completed;
                    if !(is_completed && is_released) {
                        times.want(booking, is_completed);
                    }
                }
                _ => {}
            }
        }
        times.wanted.sort_unstable_by_key(|wanted| {
            let Claim { resource, during, .. } = wanted.claim;
            (matches!(resource, Resource::Dog(_)), resource.as_uuid(), during.start())
        });
        times
    }

    fn want(&mut self, booking: &Booking, only_if_held: bool) {
        if booking.status.claims_trainer() {
            self.wanted.push(Wanted { claim: booking.trainer_claim(), only_if_held });
        }
        if booking.status.claims_dog() {
            self.wanted.push(Wanted { claim: booking.dog_claim(), only_if_held });
        }
    }

    /// Says whether bookings that are there already will hold claims.
    fn may_move(&self) -> bool {
        !self.old.is_empty() && !self.wanted.is_empty()
    }
}

fn kind(resource: Resource) -> &'static str {
    match resource {
        Resource::Trainer(_) => "trainer",
        Resource::Dog(_) => "dog",
    }
}

fn push_uuids(text: &mut Text, ids: &[BookingId]) -> Result<usize, BoxError> {
    text.push_values(Kind::Uuid, ids.iter().map(|id| id.as_uuid().into()).collect())
}

/// Where bookings move: looks for what they lack, and for rivals that this snapshot sees.
///
/// Without it two bookings that move into each other's place would wait for each other: after it a
/// commit waits only for claims that are younger than its snapshot.
pub(super) fn probe(text: &mut Text, times: &Times) -> Result<(), BoxError> {
    if !times.may_move() {
        return Ok(());
    }
    text.begin_named("wanted");
    text.push("MATERIALIZED (SELECT e.*, tstzrange(e.starts_at, e.ends_at) AS during FROM unnest(");
    push_wanted(text, &times.wanted)?;
    text.push(") WITH ORDINALITY AS e (booking_id, kind, resource_id, starts_at, ends_at, only_if_held, place))");
    let prefix = text.prefix.clone();
    text.begin_named("lacking");
    // As below, the scalar subquery keeps the planner from a join.
    text.push(&format!(
        "MATERIALIZED (SELECT wanted.* FROM wanted
          WHERE (SELECT true FROM {prefix}occupied held
                  WHERE held.booking_id = wanted.booking_id AND held.kind = wanted.kind
                    AND held.resource_id = wanted.resource_id
                    AND held.during = wanted.during) IS NULL
            AND (NOT only_if_held OR (
                SELECT true FROM {prefix}occupied held
                 WHERE held.booking_id = wanted.booking_id AND held.kind = wanted.kind)))"
    ));
    text.begin_named("rival");
    text.push("MATERIALIZED (SELECT min(place)::integer AS place FROM lacking WHERE ");
    let old =
        text.parameter_list(Kind::Uuid, times.old.iter().map(|id| id.as_uuid().into()).collect())?;
    for kind in ["trainer", "dog"] {
        text.push(if kind == "dog" { " OR " } else { "" });
        // The kind stands in the text, so that the index of its constraint serves.
        text.push(&format!(
            "(kind = '{kind}' AND (
                SELECT true FROM {prefix}occupied held
                 WHERE held.kind = '{kind}' AND held.resource_id = lacking.resource_id
                   AND held.during && lacking.during AND held.booking_id <> ALL({old}) LIMIT 1))"
        ));
    }
    text.push(")");
    let step = text.begin();
    text.push("MATERIALIZED (SELECT 1 FROM rival WHERE place IS NULL");
    let first = taken(text, &times.wanted, Refusal::unchecked);
    text.end(step, "1", Writes::Nothing, &format!("(SELECT {first} - 1 + place FROM rival)"));
    Ok(())
}

/// Adds the refusals of all claims, and returns the number of the first.
fn taken(text: &mut Text, wanted: &[Wanted], found: fn(RepositoryError) -> Refusal) -> usize {
    let refusals = wanted.iter().map(|wanted| {
        let Claim { resource, during, .. } = wanted.claim;
        found(RepositoryError::TimeTaken { resource, during })
    });
    text.refusals(refusals.collect())
}

/// Adds the arrays of the claims, and returns what stands for those of their bookings and kinds.
fn push_wanted(text: &mut Text, wanted: &[Wanted]) -> Result<String, BoxError> {
    let values = |of: &dyn Fn(&Wanted) -> Value<'static>| wanted.iter().map(of).collect();
    let bookings = values(&|wanted| wanted.claim.booking.as_uuid().into());
    let bookings = text.parameter_list(Kind::Uuid, bookings)?;
    let kinds = values(&|wanted| kind(wanted.claim.resource).into());
    let kinds = text.parameter_list(Kind::Text, kinds)?;
    let keys = format!("{bookings}, {kinds}");
    text.push(&keys);
    text.push(", ");
    text.push_values(Kind::Uuid, values(&|wanted| wanted.claim.resource.as_uuid().into()))?;
    text.push(", ");
    text.push_values(Kind::Instant, values(&|wanted| wanted.claim.during.start().into()))?;
    text.push(", ");
    text.push_values(Kind::Instant, values(&|wanted| wanted.claim.during.end().into()))?;
    text.push(", ");
    text.push_values(Kind::Bool, values(&|wanted| wanted.only_if_held.into()))?;
    Ok(keys)
}

/// Releases what written bookings hold and will not hold any more.
pub(super) fn release(text: &mut Text, times: &Times) -> Result<(), BoxError> {
    if times.old.is_empty() {
        return Ok(());
    }
    text.begin_named("released");
    text.push("(DELETE FROM ");
    text.push_table("occupied");
    text.push(" held WHERE booking_id = ANY(");
    push_uuids(text, &times.old)?;
    text.push(")");
    if times.may_move() {
        text.push(
            // Not `NOT EXISTS`, which becomes a join of all pairs where the planner expects few.
            " AND (held.booking_id, held.kind, held.resource_id, held.during) NOT IN (
                 SELECT booking_id, kind, resource_id, during FROM wanted)",
        );
    }
    text.push_gate(" AND ");
    text.push(" RETURNING 1");
    text.end_infallible();
    // All of it is released before the first claim is taken.
    text.also("(SELECT count(*) FROM released) >= 0");
    Ok(())
}

/// Claims what bookings will hold.
pub(super) fn claim(text: &mut Text, times: &Times) -> Result<(), BoxError> {
    if times.wanted.is_empty() {
        return Ok(());
    }
    if times.may_move() {
        return claim_lacking(text, times);
    }
    // The usual request: whoever finds the trainer's time taken has written no claim yet.
    if let [trainer, dog] = &times.wanted[..] {
        claim_one(text, times, trainer)?;
        return claim_one(text, times, dog);
    }
    let step = text.begin();
    push_insert(text);
    text.push("SELECT e.booking_id, e.kind, e.resource_id, tstzrange(e.starts_at, e.ends_at) FROM unnest(");
    let keys = push_wanted(text, &times.wanted)?;
    text.push(") WITH ORDINALITY AS e (booking_id, kind, resource_id, starts_at, ends_at, only_if_held, place)");
    text.push_gate(" WHERE ");
    text.push(" ORDER BY place ON CONFLICT DO NOTHING RETURNING booking_id, kind");
    let first = taken(text, &times.wanted, Refusal::checked);
    let taken = format!(
        "(SELECT {first} - 1 + coalesce(min(place), 1)::integer
            FROM unnest({keys}) WITH ORDINALITY AS e (booking_id, kind, place)
           WHERE (booking_id, kind) NOT IN (SELECT booking_id, kind FROM {step}))",
        step = step.name()
    );
    let number = unless_there(text, times, &taken)?;
    let rows = i64::try_from(times.wanted.len()).unwrap_or(i64::MAX);
    let rows = text.parameter(Kind::Integer, rows.into())?;
    text.end(step, &rows, Writes::EvenInPart, &number);
    Ok(())
}

fn push_insert(text: &mut Text) {
    text.push("(INSERT INTO ");
    text.push_table("occupied");
    text.push(" (booking_id, kind, resource_id, during) ");
}

fn claim_one(text: &mut Text, times: &Times, wanted: &Wanted) -> Result<(), BoxError> {
    let Claim { resource, during, booking } = wanted.claim;
    let step = text.begin();
    push_insert(text);
    text.push("SELECT ");
    text.push_value(Kind::Uuid, booking.as_uuid().into())?;
    text.push(", ");
    text.push_value(Kind::Text, kind(resource).into())?;
    text.push(", ");
    text.push_value(Kind::Uuid, resource.as_uuid().into())?;
    text.push(", tstzrange(");
    text.push_value(Kind::Instant, during.start().into())?;
    text.push(", ");
    text.push_value(Kind::Instant, during.end().into())?;
    text.push(")");
    text.push_gate(" WHERE ");
    text.push(" ON CONFLICT DO NOTHING RETURNING 1");
    let taken = RepositoryError::TimeTaken { resource, during };
    let taken = text.refusal(Refusal::checked(taken)).to_string();
    let number = unless_there(text, times, &taken)?;
    text.end(step, "1", Writes::Whole, &number);
    Ok(())
}

fn claim_lacking(text: &mut Text, times: &Times) -> Result<(), BoxError> {
    let step = text.begin();
    push_insert(text);
    text.push("SELECT booking_id, kind, resource_id, during FROM lacking");
    text.push_gate(" WHERE ");
    text.push(" ORDER BY place ON CONFLICT DO NOTHING RETURNING booking_id, kind");
    let first = taken(text, &times.wanted, Refusal::checked);
    let taken = format!(
        "(SELECT {first} - 1 + coalesce(min(place), 1)::integer FROM lacking
           WHERE (booking_id, kind) NOT IN (SELECT booking_id, kind FROM {step}))",
        step = step.name()
    );
    let number = unless_there(text, times, &taken)?;
    text.end(step, "(SELECT count(*) FROM lacking)", Writes::PerhapsNothing, &number);
    Ok(())
}

/// A key that is taken comes before a time that is taken: a change set that was carried out already
/// finds its own claims in the way.
fn unless_there(text: &mut Text, times: &Times, number: &str) -> Result<String, BoxError> {
    let exists = times.new.iter().map(|booking| {
        let entity = EntityRef::new(Table::Booking, *booking);
        Refusal::checked(RepositoryError::AlreadyExists(entity))
    });
    let exists = text.refusals(exists.collect());
    let prefix = text.prefix.clone();
    match &times.new[..] {
        [] => Ok(number.to_owned()),
        [booking] => {
            let id = text.parameter(Kind::Uuid, booking.as_uuid().into())?;
            Ok(format!(
                "CASE WHEN EXISTS (SELECT FROM {prefix}bookings WHERE id = {id})
                 THEN {exists} ELSE {number} END"
            ))
        }
        bookings => {
            let ids = bookings.iter().map(|id| id.as_uuid().into()).collect();
            let ids = text.parameter_list(Kind::Uuid, ids)?;
            // A scalar subquery is looked up row by row; the planner would join by a hash of the
            // whole table while it takes that for small.
            Ok(format!(
                "coalesce((SELECT {exists} - 1 + min(e.place)::integer
                    FROM unnest({ids}) WITH ORDINALITY AS e (id, place)
                   WHERE (SELECT true FROM {prefix}bookings WHERE id = e.id)), {number})"
            ))
        }
    }
}
