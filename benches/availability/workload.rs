//! One trainer's week and six queries for free starts, in plain numbers that every engine can take.
//!
//! Instants are whole seconds since the Unix epoch.

use std::fmt::Write as _;

use chrono::DateTime;
use sha2::{Digest, Sha256};

pub(crate) const ZONE: &str = "America/New_York";
pub(crate) const LESSON_MINUTES: u32 = 60;
pub(crate) const STEP_MINUTES: u32 = 15;

/// Each window: its weekday, counted from Sunday, and the minutes of the day at its start and end.
pub(crate) fn week() -> impl Iterator<Item = (u8, u16, u16)> {
    let workdays = (1..=5).flat_map(|day| [(day, 9 * 60, 12 * 60), (day, 13 * 60, 17 * 60)]);
    workdays.chain([(6, 10 * 60, 14 * 60)])
}

/// One query, and what the right answer is known by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query {
    pub(crate) name: &'static str,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) bookings: usize,
    /// How many starts are free.
    pub(crate) starts: usize,
    /// The first half of the digest of these starts.
    pub(crate) digest: &'static str,
}

const MONDAY: i64 = 1_803_877_200; // 2027-03-01T05:00:00Z, midnight in New York
const FOUR_WEEKS: i64 = 1_806_292_800; // 2027-03-29T04:00:00Z
const A_YEAR: i64 = 1_835_326_800; // 2028-02-28T05:00:00Z

pub(crate) const QUERIES: [Query; 6] = [
    query("4w/0", FOUR_WEEKS, 0, 492, "e46ec7189210a9c1"),
    query("4w/100", FOUR_WEEKS, 100, 387, "7d8c24e3ba9cd12f"),
    query("4w/1000", FOUR_WEEKS, 1_000, 27, "967830835216ebce"),
    query("52w/0", A_YEAR, 0, 6_396, "26968bbfa6cd3ae5"),
    query("52w/100", A_YEAR, 100, 6_255, "77ba5ea0048b4b4d"),
    query("52w/1000", A_YEAR, 1_000, 5_354, "0e1901c7e88b1438"),
];

const fn query(
    name: &'static str,
    end: i64,
    bookings: usize,
    starts: usize,
    digest: &'static str,
) -> Query {
    Query { name, start: MONDAY, end, bookings, starts, digest }
}

impl Query {
    /// The hours that are booked: in no order, some at night, some at the same time.
    pub(crate) fn booked(&self) -> impl Iterator<Item = (i64, i64)> {
        let (first, quarters) = (self.start, (self.end - self.start) / 900);
        let mut state = 42_u64;
        (0..self.bookings).map(move |_| {
            // A linear congruential generator, of which the upper half is taken.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let start = first + 900 * (i64::try_from(state >> 33).unwrap() % (quarters - 3));
            (start, start + 3_600)
        })
    }

    /// Stops unless these are the right starts.
    pub(crate) fn check(&self, starts: impl IntoIterator<Item = i64>) {
        let starts: Vec<i64> = starts.into_iter().collect();
        let found = (starts.len(), digest(&starts));
        assert_eq!(found, (self.starts, self.digest.to_owned()), "{}", self.name);
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of the starts as RFC 3339 text, a line each.
fn digest(starts: &[i64]) -> String {
    let lines: Vec<String> = starts
        .iter()
        .map(|&start| {
            DateTime::from_timestamp(start, 0).unwrap().format("%Y-%m-%dT%H:%M:%SZ").to_string()
        })
        .collect();
    let mut hex = String::new();
    for byte in &Sha256::digest(lines.join("\n"))[..8] {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}
