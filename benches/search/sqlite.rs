//! The SQLite backend, and hand-written SQL on `rusqlite`.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread,
};

use rusqlite::{Connection, params};
use sitstay::{geo::GeoPoint, repository::NearbyQuery, sqlite::SqliteRepository};
use tokio::sync::oneshot;

use super::{
    country::Country,
    questions::{Measured, compare_nearby, measure},
};

/// The candidates in one strip, with the cheapest service of each.
const STRIP: &str = "
    SELECT l.trainer_id, l.latitude, l.longitude, l.rating_sum, l.total_reviews, s.price, s.currency
      FROM listed_trainers l
      JOIN trainer_services s ON s.id =
           (SELECT id FROM trainer_services
             WHERE trainer_id = l.trainer_id AND is_active = 1
               AND currency = ?6 AND price BETWEEN ?7 AND ?8
               AND (accepted_dog_sizes = '[]' OR instr(accepted_dog_sizes, '\"small\"') > 0)
             ORDER BY price, id LIMIT 1)
     WHERE l.band = ?1 AND l.longitude BETWEEN ?2 AND ?3 AND l.latitude BETWEEN ?4 AND ?5
       AND l.total_reviews > 0
       AND (l.rating_sum * 20000 + l.total_reviews) / (2 * l.total_reviews) >= ?9";

pub(crate) async fn run(country: Country, searches: u64, mapped_bytes: u32) -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("search.db");
    let builder = SqliteRepository::builder(&path).memory_map(mapped_bytes);
    let repository = Arc::new(builder.open().unwrap());
    country.settle(&*repository).await;
    repository.checkpoint().await.unwrap();
    let raw = Raw::open(&path, mapped_bytes);
    let by_hand = async |query| raw.ask(query).await;
    let nearby = Some(compare_nearby(&*repository, country, searches, by_hand).await);
    Measured { times: measure(repository, country, searches).await, nearby }
}

/// A connection on a thread of its own, as a service has it that must not block its runtime.
struct Raw(mpsc::Sender<(NearbyQuery, oneshot::Sender<usize>)>);

impl Raw {
    fn open(path: &Path, mapped_bytes: u32) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch("PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY").unwrap();
        connection.pragma_update(None, "mmap_size", mapped_bytes).unwrap();
        let (jobs, queue) = mpsc::channel::<(NearbyQuery, oneshot::Sender<usize>)>();
        thread::spawn(move || {
            for (query, reply) in queue {
                reply.send(by_hand(&connection, &query)).unwrap();
            }
        });
        Self(jobs)
    }

    async fn ask(&self, query: NearbyQuery) -> usize {
        let (reply, answer) = oneshot::channel();
        self.0.send((query, reply)).unwrap();
        answer.await.unwrap()
    }
}

fn by_hand(connection: &Connection, query: &NearbyQuery) -> usize {
    let mut statement = connection.prepare_cached(STRIP).unwrap();
    let price = query.criteria.price.unwrap();
    let currency = price.currency();
    let mut found = Vec::new();
    for (number, ring) in query.rings.iter().enumerate() {
        found.clear();
        for strip in &ring.strips {
            let area = strip.area;
            let values = params![
                strip.band,
                area.west,
                area.east,
                area.south,
                area.north,
                currency.code(),
                price.min(),
                price.max(),
                query.criteria.min_mean_e4,
            ];
            let rows = statement.query_map(values, |row| {
                let trainer = uuid::Uuid::from_bytes(row.get(0)?);
                let place = GeoPoint::new(row.get(1)?, row.get(2)?).unwrap();
                let rating: (i64, i64) = (row.get(3)?, row.get(4)?);
                let price: (i64, String) = (row.get(5)?, row.get(6)?);
                Ok((sitstay::ids::TrainerId::from_uuid(trainer), place, rating, price))
            });
            found.extend(rows.unwrap().map(Result::unwrap));
        }
        if found.len() >= query.enough as usize || number + 1 == query.rings.len() {
            break;
        }
    }
    found.len()
}
