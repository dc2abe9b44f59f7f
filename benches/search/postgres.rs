//! The Postgres backend, and hand-written SQL on `sqlx`, on a throw-away server.

use std::sync::Arc;

use sitstay::{
    postgres::PostgresRepository,
    repository::NearbyQuery,
    search::{Ring, Strip},
};
use sqlx::{
    Connection as _, Executor as _, PgConnection, PgPool, Row as _, postgres::PgPoolOptions,
};

use super::{
    country::Country,
    postgres_server::{FAST, Server},
    questions::{Measured, compare_nearby, measure},
};

/// The candidates in the strips of one ring, with the cheapest service of each.
const RING: &str = "
    SELECT l.trainer_id, l.latitude, l.longitude, l.rating_sum, l.total_reviews, s.price, s.currency
      FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[])
           AS strip (band, west, east, south, north)
      JOIN sitstay.listed_trainers l ON l.band = strip.band
       AND l.longitude BETWEEN strip.west AND strip.east
       AND l.latitude BETWEEN strip.south AND strip.north
      JOIN sitstay.trainer_services s ON s.id =
           (SELECT id FROM sitstay.trainer_services
             WHERE trainer_id = l.trainer_id AND is_active
               AND currency = $6 AND price BETWEEN $7 AND $8
               AND (accepted_dog_sizes = '[]' OR accepted_dog_sizes ? 'small')
             ORDER BY price, id LIMIT 1)
     WHERE l.total_reviews > 0
       AND (l.rating_sum * 20000 + l.total_reviews) / (2 * l.total_reviews) >= $9";

pub(crate) async fn run(country: Country, searches: u64) -> Measured {
    let server = Server::start(FAST);
    let mut admin = PgConnection::connect_with(&server.options()).await.unwrap();
    admin.execute("CREATE DATABASE search").await.unwrap();
    let database = server.options().database("search");
    let repository =
        Arc::new(PostgresRepository::builder(database.clone()).connect().await.unwrap());
    country.settle(&*repository).await;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .connect_with(database)
        .await
        .unwrap();
    pool.execute("VACUUM ANALYZE").await.unwrap();
    let by_hand = async |query| by_hand(&pool, &query).await;
    let nearby = Some(compare_nearby(&*repository, country, searches, by_hand).await);
    Measured { times: measure(repository, country, searches).await, nearby }
}

/// Asks for one ring after the other, until one holds enough.
async fn by_hand(pool: &PgPool, query: &NearbyQuery) -> usize {
    let price = query.criteria.price.unwrap();
    let mut found = Vec::new();
    for Ring { strips, .. } in &query.rings {
        let column = |value: fn(&Strip) -> i32| -> Vec<i32> { strips.iter().map(value).collect() };
        let rows = sqlx::query(RING)
            .bind(column(|strip| strip.band.into()))
            .bind(column(|strip| strip.area.west))
            .bind(column(|strip| strip.area.east))
            .bind(column(|strip| strip.area.south))
            .bind(column(|strip| strip.area.north))
            .bind(price.currency().code())
            .bind(price.min())
            .bind(price.max())
            .bind(query.criteria.min_mean_e4)
            .fetch_all(pool)
            .await
            .unwrap();
        let read = |row: &sqlx::postgres::PgRow| {
            let trainer: uuid::Uuid = row.get(0);
            let place: (i32, i32) = (row.get(1), row.get(2));
            let rating: (i64, i64) = (row.get(3), row.get(4));
            let price: (i64, String) = (row.get(5), row.get(6));
            (trainer, place, rating, price)
        };
        found = rows.iter().map(read).collect();
        if found.len() >= query.enough as usize {
            break;
        }
    }
    found.len()
}
