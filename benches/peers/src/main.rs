//! The slot engine beside other published engines and a plain yardstick, on one workload.
//!
//! All find the same starts, by count and digest, before anything is timed. They take turns, a
//! slice each. Run with `cargo run --release --manifest-path benches/peers/Cargo.toml`, then
//! optionally `--slices N` (51) and `--slice-us N` (1000), or `--case ENGINE/QUERY --runs N` for
//! nothing but so many runs of one, for a profiler. The peers carry older zone data, which agrees
//! with ours here; `benches/availability` measures what none of them has.

#[path = "../../availability/engine.rs"]
mod engine;
mod gaps;
#[path = "../../availability/measure.rs"]
mod measure;
mod nettu;
mod osm;
#[path = "../../availability/workload.rs"]
mod workload;
mod yardstick;

use std::{str::FromStr, time::Duration};

use self::{
    measure::{Case, measure},
    workload::{QUERIES, Query, ZONE},
};

fn main() {
    if let Some(name) = option::<String>("--case") {
        return run_only(&name, option("--runs").unwrap_or(1));
    }
    let slices = option("--slices").unwrap_or(51);
    let slice = Duration::from_micros(option("--slice-us").unwrap_or(1_000));
    println!(
        "{:<10}{:<24}{:>7}  {:<18}{:>12}{:>22}{:>9}",
        "query", "engine", "starts", "sha256", "median µs", "quartiles", "× ours"
    );
    for query in QUERIES {
        let cases = cases(query);
        cases.iter().for_each(Case::check);
        let took = measure(&cases, slices, slice);
        for (case, took_it) in cases.iter().zip(&took) {
            let micros = |nanos: f64| nanos / 1_000.0;
            let quartiles = format!("{:.1}–{:.1}", micros(took_it.first), micros(took_it.third));
            println!(
                "{:<10}{:<24}{:>7}  {:<18}{:>12.1}{quartiles:>22}{:>9.2}",
                query.name,
                case.name,
                query.starts,
                query.digest,
                micros(took_it.median),
                took_it.median / took[0].median,
            );
        }
    }
}

/// All engines on one query; ours is the first.
fn cases(query: Query) -> [Case; 5] {
    [
        engine::case("sitstay", query),
        by_hand("yardstick".to_owned(), query),
        nettu::case("nettu_scheduler_domain".to_owned(), query),
        osm::case("opening-hours".to_owned(), query),
        gaps::case("chrono-slots".to_owned(), query),
    ]
}

fn run_only(name: &str, runs: u32) {
    let (engine, query) = name.split_once('/').unwrap();
    let query = QUERIES.into_iter().find(|known| known.name == query).unwrap();
    cases(query).iter().find(|case| case.name == engine).unwrap().run(runs);
}

fn by_hand(name: String, query: Query) -> Case {
    let zone: chrono_tz::Tz = ZONE.parse().unwrap();
    let week = yardstick::by_weekday();
    let booked: Vec<(i64, i64)> = query.booked().collect();
    let starts = move || yardstick::starts(&zone, &week, query, &booked);
    Case::new(name, starts, move |starts| query.check(starts))
}

fn option<T: FromStr>(name: &str) -> Option<T> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok()
}
