//! What a booking's commit costs on each backend, against the plainest code on the same driver.
//!
//! A commit inserts the booking with its claims, a notification, the command and an audit entry, and
//! expects the trainer's calendar and the owner's user. The plain code writes the same rows under
//! the same schema, with the same guards; both run in turns, a slice each, on databases of their
//! own. Run with `cargo bench --bench commit --all-features`, with
//!
//! - `--backends A,B`: which backends (all whose features are on),
//! - `--existing N,M`: how many bookings there are before (0 and 1,000,000),
//! - `--clients N,M`: how many clients book at once (1, 4 and 16),
//! - `--crowds A,B`: whom they ask (`spread` and `colliding`),
//! - `--slices N`: how many slices each side gets in each setting (21),
//! - `--slice-ms N`: about how long a slice takes (200; in memory a hundredth of it, and a hundred times
//!   as many),
//! - `--folder PATH`: where the databases are made (the folder for temporary files).
//!
//! What the memory backend's commit costs as it grows shows with `--backends memory --existing
//! 10_000,100_000,1_000_000 --clients 1`. Without `--bench` (under `cargo test`) everything runs once
//! at toy sizes, whatever else is asked.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and may stop")]
#![expect(clippy::panic, reason = "an option that is not understood stops it")]
#![expect(clippy::float_arithmetic, reason = "rates and their ratios")]

mod measure;
#[cfg(feature = "memory")]
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
#[path = "../../tests/support/postgres_server.rs"]
mod postgres_server;
mod scene;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::path::PathBuf;

use self::scene::Crowd;

/// What is measured, and where.
#[derive(Debug, Clone)]
struct Options {
    backends: Vec<String>,
    existing: Vec<u64>,
    clients: Vec<u64>,
    crowds: Vec<Crowd>,
    slices: usize,
    slice_ms: u64,
    folder: PathBuf,
}

impl Options {
    fn new(is_bench: bool) -> Self {
        let (existing, clients, slices, slice_ms) = if is_bench {
            (vec![0, 1_000_000], vec![1, 4, 16], 21, 200)
        } else {
            (vec![100], vec![1, 4], 2, 1)
        };
        let backends = ["memory", "sqlite", "postgres"].map(str::to_owned).to_vec();
        let crowds = Crowd::ALL.to_vec();
        Self { backends, existing, clients, crowds, slices, slice_ms, folder: std::env::temp_dir() }
    }

    fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let is_bench = arguments.iter().any(|argument| argument == "--bench");
        let mut options = Self::new(is_bench);
        if !is_bench {
            // What is there is for the tests beside this, as the name of one of them.
            return options;
        }
        let mut arguments = arguments.into_iter().filter(|argument| argument != "--bench");
        while let Some(name) = arguments.next() {
            let mut value =
                || arguments.next().unwrap_or_else(|| panic!("{name} is without a value"));
            match name.as_str() {
                "--backends" => options.backends = value().split(',').map(str::to_owned).collect(),
                "--existing" => options.existing = numbers(&value()),
                "--clients" => options.clients = numbers(&value()),
                "--crowds" => {
                    let names = value();
                    options
                        .crowds
                        .retain(|crowd| names.split(',').any(|name| name == crowd.name()));
                }
                "--slices" => options.slices = value().parse().unwrap(),
                "--slice-ms" => options.slice_ms = value().parse().unwrap(),
                "--folder" => options.folder = value().into(),
                _ => panic!("{name} is no option"),
            }
        }
        options
    }
}

fn numbers(list: &str) -> Vec<u64> {
    list.split(',').map(|number| number.replace('_', "").parse().unwrap()).collect()
}

fn main() {
    let options = Options::from_arguments();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    #[cfg(feature = "memory")]
    let threads = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    println!(
        "{:<8} {:>9} {:>7} {:<9} {:>11} {:>11} {:>6} {:>11}",
        "backend", "existing", "clients", "bookings", "library/s", "raw/s", "ratio", "quartiles"
    );
    for &existing in &options.existing {
        for backend in &options.backends {
            match backend.as_str() {
                #[cfg(feature = "memory")]
                "memory" => threads.block_on(memory::run(&options, existing)),
                #[cfg(feature = "sqlite")]
                "sqlite" => runtime.block_on(sqlite::run(&options, existing)),
                #[cfg(feature = "postgres")]
                "postgres" => runtime.block_on(postgres::run(&options, existing)),
                _ => println!("{backend:<8} is not built in"),
            }
        }
    }
}
