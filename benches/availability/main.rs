//! What slots and decisions cost.
//!
//! - `slots/…`: one trainer's week over four weeks and a year, with none to 1,000 bookings, from
//!   values to the list of starts. `benches/peers` runs the same queries on other engines.
//! - `listing/…`: the same over the rows of a trainer with buffers, exceptions, blocks and limits.
//! - `decision/…`: one request, from its calendar to the booking or the refusal; `…/rows` builds
//!   the calendar from the rows around the start, too.
//!
//! Every answer is checked before it is timed. Run with `cargo bench --bench availability
//! --features testing`, with
//!
//! - `--only PREFIX`: the cases whose names begin so,
//! - `--slices N`: how many slices each case gets (101),
//! - `--slice-us N`: about how long a slice takes (500),
//! - `--instructions`: counts instructions under valgrind instead, and fails where a case takes
//!   more than was recorded,
//! - `--case NAME --runs N`: nothing but so many runs of one case, for a profiler.
//!
//! Without `--bench` (under `cargo test`) the answers are checked, and no more.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and may stop")]
#![expect(clippy::panic, reason = "an option that is not understood stops it")]
#![expect(clippy::float_arithmetic, reason = "times and their ratios")]

mod engine;
mod instructions;
mod measure;
mod trainer;
mod workload;

use std::{process::ExitCode, time::Duration};

use self::{
    measure::{Case, measure},
    workload::QUERIES,
};

/// What is done, and how long it may take.
#[derive(Debug)]
struct Options {
    only: String,
    slices: usize,
    slice_us: u64,
    instructions: bool,
    case: Option<String>,
    runs: u32,
}

impl Options {
    fn from_arguments() -> Option<Self> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        if !arguments.iter().any(|argument| argument == "--bench") {
            // What is there is for the tests beside this, as the name of one of them.
            return None;
        }
        let mut options = Self {
            only: String::new(),
            slices: 101,
            slice_us: 500,
            instructions: false,
            case: None,
            runs: 1,
        };
        let mut arguments = arguments.into_iter().filter(|argument| argument != "--bench");
        while let Some(name) = arguments.next() {
            let mut value =
                || arguments.next().unwrap_or_else(|| panic!("{name} is without a value"));
            match name.as_str() {
                "--only" => options.only = value(),
                "--slices" => options.slices = value().parse().unwrap(),
                "--slice-us" => options.slice_us = value().parse().unwrap(),
                "--instructions" => options.instructions = true,
                "--case" => options.case = Some(value()),
                "--runs" => options.runs = value().parse().unwrap(),
                _ => panic!("{name} is no option"),
            }
        }
        Some(options)
    }
}

fn main() -> ExitCode {
    let slots = QUERIES.map(|query| engine::case(format!("slots/{}", query.name), query));
    let mut cases: Vec<Case> = slots.into_iter().chain(trainer::cases()).collect();
    let Some(options) = Options::from_arguments() else {
        cases.iter().for_each(Case::check);
        return ExitCode::SUCCESS;
    };
    if let Some(name) = &options.case {
        let case = cases.iter().find(|case| case.name == *name);
        case.unwrap_or_else(|| panic!("{name} is no case")).run(options.runs);
        return ExitCode::SUCCESS;
    }
    cases.retain(|case| case.name.starts_with(&options.only));
    cases.iter().for_each(Case::check);
    if options.instructions {
        return if instructions::hold(&cases) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    println!("{:<28} {:>10} {:>19}", "case", "median ns", "quartiles");
    let slice = Duration::from_micros(options.slice_us);
    for (case, took) in cases.iter().zip(measure(&cases, options.slices, slice)) {
        let quartiles = format!("{:.0}–{:.0}", took.first, took.third);
        println!("{:<28} {:>10.0} {quartiles:>19}", case.name, took.median);
    }
    ExitCode::SUCCESS
}
