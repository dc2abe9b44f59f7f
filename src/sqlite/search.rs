//! Trainers in a neighbourhood, and what many of them offer.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, select},
};
use crate::{
    ids::TrainerId,
    repository::{Candidate, NearbyQuery, Offering, Result, SearchQueries},
    search::Strip,
    sql::{
        Value,
        search::{CANDIDATE, Dialect, Narrowed, OFFERING, candidate, offering},
    },
    time::Interval,
    trainer::{Service, Trainer},
};

// Of `$1` and `$2`, SQLite takes the one for the first parameter that the text names first.
const DIALECT: Dialect =
    Dialect { position: "instr", sizes: "o.accepted_dog_sizes", place: "", marker: '?' };

impl Snapshot<'_> {
    fn nearby(self, query: &NearbyQuery) -> Result<(usize, Vec<Candidate>)> {
        let narrowed = Narrowed::by(&query.criteria, 6, &DIALECT);
        let Narrowed { cheapest, conditions, parameters, .. } = &narrowed;
        let sql = format!(
            "SELECT {CANDIDATE} FROM listed_trainers l {cheapest}
              WHERE l.band = ?1 AND l.longitude BETWEEN ?2 AND ?3
                AND l.latitude BETWEEN ?4 AND ?5{conditions} LIMIT ?6"
        );
        let mut candidates = self.query(&sql)?;
        let mut found = Vec::new();
        for (number, ring) in query.rings.iter().enumerate() {
            found.clear();
            for strip in &ring.strips {
                let left = i64::from(query.limit) - found.len() as i64;
                let mut values = strip_values(strip, left);
                values.extend(parameters.iter().map(|(_, value)| value.clone()));
                found.extend(candidates.all(&values, candidate)?);
            }
            if found.len() >= query.enough as usize || number + 1 == query.rings.len() {
                return Ok((number, found));
            }
        }
        Ok((0, found))
    }

    fn offering(self, trainer: TrainerId, range: Interval) -> Result<Option<Offering>> {
        let head = self.first(
            select!(
                Trainer with OFFERING,
                "CROSS JOIN users ON users.id = t.user_id AND users.status = 'active'
                  LEFT JOIN locations place ON place.id = t.search_location_id WHERE t.id = $1"
            ),
            &[trainer.into()],
            offering,
        )?;
        let Some(head) = head else { return Ok(None) };
        Ok(Some(Offering {
            services: self.rows(
                select!(Service, "WHERE trainer_id = $1 AND is_active = 1 ORDER BY id"),
                &[trainer.into()],
            )?,
            agenda: self.agenda(trainer, range)?,
            ..head
        }))
    }
}

fn strip_values(strip: &Strip, limit: i64) -> Vec<Value<'static>> {
    let area = strip.area;
    [strip.band.into(), area.west.into(), area.east.into(), area.south.into(), area.north.into()]
        .into_iter()
        .chain([limit])
        .map(Value::Integer)
        .collect()
}

#[async_trait]
impl SearchQueries for SqliteRepository {
    async fn nearby(&self, query: &NearbyQuery) -> Result<(usize, Vec<Candidate>)> {
        let query = query.clone();
        self.read(move |snapshot| snapshot.nearby(&query)).await
    }

    async fn offerings(
        &self,
        trainers: &BTreeSet<TrainerId>,
        range: Interval,
    ) -> Result<Vec<Offering>> {
        let trainers = trainers.clone();
        self.read(move |snapshot| {
            let offerings = trainers.iter().map(|trainer| snapshot.offering(*trainer, range));
            offerings.filter_map(Result::transpose).collect()
        })
        .await
    }
}
