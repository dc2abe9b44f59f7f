//! Times and reasons as people say them.

use chrono::NaiveDate;
use sitstay::time::{Instant, LocalTime, Zone};

/// For instance `Mon 23 Nov`.
pub(crate) fn short_date(date: NaiveDate) -> String {
    date.format("%a %-d %b").to_string()
}

/// For instance `Mon 23 Nov at 09:30`, with the offset where the clock shows that twice.
pub(crate) fn local_time(zone: &Zone, at: Instant) -> String {
    let local = zone.local(at);
    let text = format!("{} at {}", short_date(local.date), local.time);
    match zone.resolve(local.date, local.time) {
        Ok(LocalTime::Twice(..)) => format!("{text} ({})", offset(local.offset_seconds)),
        _ => text,
    }
}

fn offset(seconds: i32) -> String {
    let minutes = seconds.abs() / 60;
    let sign = if seconds < 0 { '−' } else { '+' };
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// For instance `1 review` or `3 reviews`.
pub(crate) fn counted<N: Into<i128>>(number: N, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{number} {}", if number == 1 { one } else { many })
}

/// For instance `Ann`, `Ann and Bo`, or `Ann, Bo and Cleo`.
pub(crate) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Ten-thousandths as a number with two decimals, for instance `4.67`.
pub(crate) fn decimal(ten_thousandths: i64) -> String {
    let hundredths = (ten_thousandths + 50) / 100;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
