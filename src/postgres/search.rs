//! Trainers in a neighbourhood, and what many of them offer.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use async_trait::async_trait;

use super::{
    PostgresRepository,
    error::failure,
    parameters::Parameters,
    part::{Part, Statement, array, list, made, records_of, rows},
    schema::PLACE,
    trainers::{ScheduleNumbers, schedule_parameters},
};
use crate::{
    geo::BoundingBox,
    ids::TrainerId,
    repository::{Candidate, NearbyQuery, Offering, Result, SearchQueries, Table, Versioned},
    search::Strip,
    sql::{
        Fields, occupancy,
        search::{CANDIDATE, Dialect, Narrowed, OFFERING, candidate, offering},
    },
    time::Interval,
    trainer::{HoursException, HoursWindow, Service, TimeBlock, Trainer},
};

const DIALECT: Dialect =
    Dialect { position: "strpos", sizes: "o.accepted_dog_sizes::text", place: PLACE, marker: '$' };

/// The number of a ring, and the candidates in it.
type Found = (usize, Vec<Candidate>);

/// Makes the statement of a look around a point, which finds out by itself which ring is enough.
fn nearby(query: &NearbyQuery) -> Result<(Statement<Found>, Parameters)> {
    let mut parameters = strip_parameters(query)?;
    let narrowed = Narrowed::by(&query.criteria, 9, &DIALECT);
    let Narrowed { cheapest, conditions, parameters: more, .. } = narrowed;
    for (kind, value) in more {
        parameters.push(kind, value).map_err(failure)?;
    }
    let within = array(
        CANDIDATE,
        &format!(
            "FROM strips
             JOIN @.listed_trainers l ON l.band = strips.band
              AND l.longitude BETWEEN strips.west AND strips.east
              AND l.latitude BETWEEN strips.south AND strips.north
             {cheapest}
            WHERE strips.ring = rings.ring{conditions} LIMIT $8"
        ),
    );
    let part = list("ring", "FROM chosen", ring_number)
        .and(made("(SELECT found FROM chosen)", candidate))
        .sharing(
            "strips AS MATERIALIZED (
                 SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[],
                                      $5::bigint[], $6::bigint[])
                            AS strip (ring, band, west, east, south, north))"
                .to_owned(),
        )
        // Rings are looked through one after the other, and none behind the first that is enough;
        // `OFFSET` keeps the planner from looking twice.
        .sharing(format!(
            "chosen AS MATERIALIZED (
                 SELECT ring, found
                   FROM (SELECT ring, {within} AS found
                           FROM generate_series(0, $9::bigint) AS rings (ring) OFFSET 0) looks
                  WHERE ring = $9 OR cardinality(found) >= $7
                  LIMIT 1)"
        ))
        .map(|(ring, candidates)| {
            let ring = ring.first().copied().unwrap_or_default();
            Ok((usize::try_from(ring).unwrap_or_default(), candidates))
        });
    Ok((part.into(), parameters))
}

fn ring_number(fields: &mut Fields<'_>) -> Result<i64> {
    fields.take().map_err(failure)
}

fn strip_parameters(query: &NearbyQuery) -> Result<Parameters> {
    let strips: Vec<(i64, Strip)> = (0..)
        .zip(&query.rings)
        .flat_map(|(number, ring)| ring.strips.iter().map(move |strip| (number, *strip)))
        .collect();
    let column = |value: fn(&Strip) -> i64| -> Vec<i64> {
        strips.iter().map(|(_, strip)| value(strip)).collect()
    };
    let edge = |edge: fn(&BoundingBox) -> i32| -> Vec<i64> {
        strips.iter().map(|(_, strip)| edge(&strip.area).into()).collect()
    };
    let rings: Vec<i64> = strips.iter().map(|(number, _)| *number).collect();
    let last = i64::try_from(query.rings.len()).unwrap_or(i64::MAX) - 1;
    Parameters::new()
        .and_all(&rings)?
        .and_all(&column(|strip| strip.band.into()))?
        .and_all(&edge(|area| area.west))?
        .and_all(&edge(|area| area.east))?
        .and_all(&edge(|area| area.south))?
        .and_all(&edge(|area| area.north))?
        .and(i64::from(query.enough))?
        .and(i64::from(query.limit))?
        .and(last)
}

/// Asks for what the trainers of the list `$1` offer.
fn offerings() -> Part<Vec<Offering>> {
    let numbers = ScheduleNumbers::after(1);
    records_of::<Trainer, _>(
        OFFERING,
        "JOIN @.users ON users.id = t.user_id AND users.status = 'active'
         LEFT JOIN @.locations place ON place.id = t.search_location_id
        WHERE t.id = ANY($1) ORDER BY t.id",
        offering,
    )
    .and(rows("WHERE t.trainer_id = ANY($1) AND t.is_active ORDER BY t.id"))
    .and(rows("WHERE t.trainer_id = ANY($1) ORDER BY t.day_of_week, t.start_time, t.id"))
    .and(rows(&format!(
        "WHERE t.trainer_id = ANY($1) AND t.local_date BETWEEN {} AND {} ORDER BY t.local_date",
        numbers.first_date(),
        numbers.last_date()
    )))
    .and(rows(&format!(
        "WHERE t.trainer_id = ANY($1) AND t.end_time > {} AND t.start_time < {}
         ORDER BY t.start_time, t.id",
        numbers.range_start(),
        numbers.range_end()
    )))
    .and(list(
        "trainer_id, id, status, hold_expires_at, start_time, end_time, buffer_before_minutes,
         buffer_after_minutes,
         EXISTS (SELECT FROM @.occupied WHERE booking_id = bookings.id AND kind = 'trainer')",
        &format!(
            "FROM @.bookings
              WHERE trainer_id = ANY($1) AND start_time >= {} AND start_time < {}
                AND status <> 'cancelled'
              ORDER BY start_time, id",
            numbers.bookings_from(),
            numbers.bookings_until()
        ),
        |fields| Ok((fields.take_of(Table::Booking)?, occupancy(fields)?)),
    ))
    .map(|(((((heads, services), hours), exceptions), blocks), bookings)| {
        let mut shelf: Shelf = heads.into_iter().map(|head| (head.trainer.id, head)).collect();
        give(&mut shelf, services, |row: &Versioned<Service>| row.trainer, |it| &mut it.services);
        give(
            &mut shelf,
            hours,
            |row: &Versioned<HoursWindow>| row.trainer,
            |it| &mut it.agenda.hours,
        );
        give(
            &mut shelf,
            exceptions,
            |row: &Versioned<HoursException>| row.trainer,
            |it| &mut it.agenda.exceptions,
        );
        give(
            &mut shelf,
            blocks,
            |row: &Versioned<TimeBlock>| row.trainer,
            |it| &mut it.agenda.blocks,
        );
        for (trainer, booking) in bookings {
            if let Some(offering) = shelf.get_mut(&trainer) {
                offering.agenda.bookings.push(booking);
            }
        }
        Ok(shelf.into_values().collect())
    })
}

type Shelf = BTreeMap<TrainerId, Offering>;

/// Gives each trainer their rows, in the order in which they come.
fn give<T>(
    shelf: &mut Shelf,
    rows: Vec<T>,
    trainer: fn(&T) -> TrainerId,
    place: fn(&mut Offering) -> &mut Vec<T>,
) {
    for row in rows {
        if let Some(offering) = shelf.get_mut(&trainer(&row)) {
            place(offering).push(row);
        }
    }
}

#[async_trait]
impl SearchQueries for PostgresRepository {
    async fn nearby(&self, query: &NearbyQuery) -> Result<(usize, Vec<Candidate>)> {
        let (statement, parameters) = nearby(query)?;
        self.ask_replica_once(&statement, parameters).await
    }

    async fn offerings(
        &self,
        trainers: &BTreeSet<TrainerId>,
        range: Interval,
    ) -> Result<Vec<Offering>> {
        static OFFERINGS: LazyLock<Statement<Vec<Offering>>> = LazyLock::new(|| offerings().into());
        let parameters = Parameters::new().and_all(trainers)?;
        // Whether a hold has lapsed is for the reader to say.
        let parameters = schedule_parameters(parameters, range, range.start())?;
        let mut offerings = self.ask_replica(&OFFERINGS, parameters).await?;
        for offering in &mut offerings {
            offering.agenda.bookings.retain(|booking| booking.occupied.overlaps(range));
        }
        Ok(offerings)
    }
}
