//! The one line of JSON that a run ends with.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    Failure,
    arguments::Arguments,
    check::Findings,
    log::{Kind, Log},
};

/// How long the parts of a run took, and how much simulated time passed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) filling: Duration,
    pub(crate) running: Duration,
    pub(crate) checking: Duration,
    pub(crate) simulated_hours: i64,
}

pub(crate) fn report(
    arguments: &Arguments,
    log: &Log,
    findings: &Findings,
    times: Times,
) -> Result<Value, Failure> {
    let (mut commands, mut reads) = (Kind::new(true)?, Kind::new(false)?);
    let mut kinds = Map::new();
    for (name, kind) in &log.kinds {
        if kind.is_command { &mut commands } else { &mut reads }.add(kind)?;
        kinds.insert((*name).to_owned(), summary(kind, times.running));
    }
    Ok(json!({
        "tool": concat!("sitstay load ", env!("CARGO_PKG_VERSION")),
        "settings": arguments,
        "seconds": {
            "filling": seconds(times.filling),
            "running": seconds(times.running),
            "checking": seconds(times.checking),
        },
        "bookings_filled_per_second": per_second(arguments.existing, times.filling),
        "simulated_hours": times.simulated_hours,
        "commands": summary(&commands, times.running),
        "reads": summary(&reads, times.running),
        "by_kind": kinds,
        "refusals": log.refusals,
        "lost_races": commands.lost_races,
        "sent_again": log.sent_again,
        "all_kept": findings.all_kept(),
        "invariants": findings,
    }))
}

fn summary(kind: &Kind, running: Duration) -> Value {
    let micros = |quantile| tenths(kind.latency.value_at_quantile(quantile), 1_000);
    json!({
        "done": kind.done,
        "done_per_second": per_second(kind.done, running),
        "refused": kind.refused,
        "answered_per_second": per_second(kind.done + kind.refused, running),
        "lost_races": kind.lost_races,
        "latency_us": {
            "p50": micros(0.50),
            "p95": micros(0.95),
            "p99": micros(0.99),
            "max": tenths(kind.latency.max(), 1_000),
        },
        "storage_calls_each": ratio(kind.calls, kind.done),
        "storage_calls_each_refused": ratio(kind.calls_refused, kind.refused),
    })
}

fn seconds(time: Duration) -> Value {
    tenths(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), 1_000)
}

fn per_second(count: u64, time: Duration) -> u64 {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    count.saturating_mul(1_000) / millis
}

/// Divides, with one decimal.
fn tenths(value: u64, by: u64) -> Value {
    decimal(value.saturating_mul(10) / by, 10)
}

/// Divides, with three decimals; `null` where there is nothing to divide by.
fn ratio(value: u64, by: u64) -> Value {
    let thousandths = value.saturating_mul(1_000).checked_div(by);
    thousandths.map_or(Value::Null, |thousandths| decimal(thousandths, 1_000))
}

#[expect(clippy::float_arithmetic, reason = "a report is no money, and JSON has no other decimals")]
fn decimal(value: u64, unit: u32) -> Value {
    json!(value as f64 / f64::from(unit))
}
