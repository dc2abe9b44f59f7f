//! Values at the edges of what their types allow.

use crate::{
    money::Currency,
    text::Text,
    time::{Instant, Interval},
};

/// Stores the first row, then each of the others as its next value, and reads each back.
macro_rules! read_back {
    ($world:ident: $rows:expr, $row:ident => $read:expr) => {{
        let mut stored = None;
        for $row in $rows {
            stored = Some($world.write(stored, $row.clone()).await);
            assert_eq!($read, stored);
        }
    }};
}

/// Returns as many characters of four bytes each, the most that a text of that length can take.
pub(super) fn dogs(count: usize) -> String {
    "🐕".repeat(count)
}

/// Returns what a careless SQL statement, JSON encoder or pattern would trip over.
pub(super) fn hostile() -> &'static str {
    "O'Brien \"%_\\ -- ; DROP TABLE users; {}[]<&> \u{301}é\u{200d}\u{feff}"
}

pub(super) fn texts() -> [Text; 4] {
    [String::new(), dogs(5_000), hostile().to_owned(), "two\nlines\t".to_owned()]
        .map(|text| Text::parse(&text).unwrap())
}

pub(super) fn all_of_time() -> Interval {
    Interval::new(Instant::MIN, Instant::MAX).unwrap()
}

pub(super) fn kuwait() -> Currency {
    "KWD".parse().unwrap()
}

pub(super) use read_back;
