//! What searches and lists cost as a country grows, on each backend.
//!
//! The country grows by cities: with a hundred times as many trainers and bookings, what lies around
//! a place stays the same, and so should the cost of a page. `nearby`, the question that storage
//! answers for a search, is also compared with hand-written SQL on the same schema; both are asked in
//! turns. Run with `cargo bench --bench search --all-features`, with
//!
//! - `--backends A,B`: which backends (all whose features are on; `unmapped` is SQLite without a map
//!   of its file),
//! - `--trainers N,M`: how many trainers there are, each with ten bookings (1,000 and 10,000; the
//!   full range ends with 100,000, which takes minutes to fill),
//! - `--searches N`: how often each question is asked (400).
//!
//! Without `--bench` (under `cargo test`) everything runs once at toy sizes.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and may stop")]
#![expect(clippy::panic, reason = "an option that is not understood stops it")]
#![expect(clippy::float_arithmetic, reason = "times and their ratios")]

mod country;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
#[path = "../../tests/support/postgres_server.rs"]
mod postgres_server;
mod questions;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::sync::Arc;

use self::{
    country::Country,
    questions::{Measured, Question, Times, measure},
};

/// How many bookings each trainer has.
const BOOKINGS_EACH: u64 = 10;

struct Options {
    backends: Vec<String>,
    trainers: Vec<u64>,
    searches: u64,
}

impl Options {
    fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let is_bench = arguments.iter().any(|argument| argument == "--bench");
        let backends = ["memory", "sqlite", "postgres"].map(str::to_owned).to_vec();
        if !is_bench {
            return Self { backends, trainers: vec![40, 400], searches: 2 };
        }
        let mut options = Self { backends, trainers: vec![1_000, 10_000], searches: 400 };
        let mut arguments = arguments.into_iter().filter(|argument| argument != "--bench");
        while let Some(name) = arguments.next() {
            let value = arguments.next().unwrap_or_else(|| panic!("{name} is without a value"));
            let numbers =
                || value.split(',').map(|number| number.replace('_', "").parse().unwrap());
            match name.as_str() {
                "--backends" => options.backends = value.split(',').map(str::to_owned).collect(),
                "--trainers" => options.trainers = numbers().collect(),
                "--searches" => options.searches = numbers().next().unwrap(),
                _ => panic!("{name} is no option"),
            }
        }
        options
    }
}

#[tokio::main]
async fn main() {
    let options = Options::from_arguments();
    println!(
        "{:<9} {:>8} {:>9}  {:<22} {:>9} {:>9} {:>7}",
        "backend", "trainers", "bookings", "question", "p50/µs", "p99/µs", "growth"
    );
    for backend in &options.backends {
        let mut smallest: Vec<(Question, Times)> = Vec::new();
        for &trainers in &options.trainers {
            let country = Country { trainers, bookings: BOOKINGS_EACH * trainers };
            let Measured { times, nearby } = match backend.as_str() {
                #[cfg(feature = "memory")]
                "memory" => {
                    let repository = Arc::new(sitstay::memory::MemoryRepository::new());
                    country.settle(&*repository).await;
                    let times = measure(repository, country, options.searches).await;
                    Measured { times, nearby: None }
                }
                #[cfg(feature = "sqlite")]
                "sqlite" => sqlite::run(country, options.searches, u32::MAX).await,
                #[cfg(feature = "sqlite")]
                "unmapped" => sqlite::run(country, options.searches, 0).await,
                #[cfg(feature = "postgres")]
                "postgres" => postgres::run(country, options.searches).await,
                _ => panic!("{backend} is not built in"),
            };
            if smallest.is_empty() {
                smallest.clone_from(&times);
            }
            for ((question, times), (_, least)) in times.iter().zip(&smallest) {
                println!(
                    "{backend:<9} {trainers:>8} {:>9}  {:<22} {:>9.1} {:>9.1} {:>7.2}",
                    country.bookings,
                    question.name(),
                    times.p50,
                    times.p99,
                    times.p50 / least.p50
                );
            }
            if let Some([ours, by_hand]) = nearby {
                println!(
                    "{backend:<9} {trainers:>8} {:>9}  {:<22} {:>9.1} {:>9.1}   by hand {:.1}, ratio {:.2}",
                    country.bookings,
                    "nearby (storage)",
                    ours.p50,
                    ours.p99,
                    by_hand.p50,
                    by_hand.p50 / ours.p50
                );
            }
        }
    }
}
