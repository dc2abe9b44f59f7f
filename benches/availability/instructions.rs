//! How many instructions a run of each case takes, against what was recorded.
//!
//! Unlike times they do not depend on what else the machine does, so that a gate can hold them.
//! They depend on the compiler and the C library: record them anew when either changes.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
};

use crate::measure::Case;

/// What was recorded: a case and its instructions a line.
const RECORDED: &str = include_str!("instructions.txt");
/// By how many percent a case may take more than was recorded.
const TOLERANCE: u64 = 10;
/// What the first run costs once, as filling caches, cancels out between these two.
const RUNS: [u32; 2] = [2, 12];

/// Counts all cases under valgrind, and says whether each keeps to what was recorded.
pub(crate) fn hold(cases: &[Case]) -> bool {
    let recorded: BTreeMap<&str, u64> = RECORDED
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, count) = line.rsplit_once(' ').unwrap();
            (name.trim(), count.parse().unwrap())
        })
        .collect();
    println!("{:<28} {:>12} {:>12} {:>8}", "case", "instructions", "recorded", "change");
    let mut all_hold = true;
    for case in cases {
        let count = instructions(&case.name);
        let Some(&known) = recorded.get(case.name.as_str()) else {
            println!("{:<28} {count:>12} {:>12}", case.name, "nothing");
            all_hold = false;
            continue;
        };
        let holds = count * 100 <= known * (100 + TOLERANCE);
        all_hold &= holds;
        println!(
            "{:<28} {count:>12} {known:>12} {:>+7.1}%{}",
            case.name,
            (count as f64 / known as f64 - 1.0) * 100.0,
            if holds { "" } else { " is too much" }
        );
    }
    all_hold
}

fn instructions(case: &str) -> u64 {
    let [few, many] = RUNS.map(|runs| total(case, runs));
    (many - few) / u64::from(RUNS[1] - RUNS[0])
}

/// Runs a case in a process of its own under valgrind, and returns all instructions of it.
fn total(case: &str, runs: u32) -> u64 {
    let itself = std::env::current_exe().unwrap();
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(itself)
        .args(["--bench", "--case", case, "--runs", &runs.to_string()])
        .stdout(Stdio::null())
        .output()
        .expect("valgrind must be installed");
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}");
    let collected = report.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.unwrap_or_else(|| panic!("no count in: {report}"));
    count.trim().parse().unwrap()
}
