//! The load tool, run for a second on a small store in each mode; and its check of a store, on
//! files that somebody broke.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broken_files;
mod held_feed;
#[path = "../../examples/load/main.rs"]
#[expect(dead_code, reason = "the program's `main`; the tests call what it calls")]
mod load;
#[path = "../support/postgres_server.rs"]
mod postgres_server;

use std::sync::{Arc, Mutex};

use serde_json::Value;
use sqlx::ConnectOptions as _;

use self::postgres_server::Server;

/// What a run answers: its exit code, its line of JSON and what it says besides.
struct Answer {
    code: u8,
    out: String,
    said: String,
}

async fn run(given: &[&str]) -> Answer {
    let mut out = Vec::new();
    let said: Arc<Mutex<Vec<u8>>> = Arc::default();
    let listener: load::progress::Listener = said.clone();
    let code =
        load::run(given.iter().map(|text| (*text).to_owned()).collect(), &mut out, &listener).await;
    let said = String::from_utf8(said.lock().unwrap().clone()).unwrap();
    Answer { code, out: String::from_utf8(out).unwrap(), said }
}

/// Runs a small store for a second, and returns the report.
async fn report(backend: &str, mode: &str) -> Value {
    // Memory has no database, and SQLite takes a temporary one.
    let database = if backend == "postgres" { Some(Server::shared().empty().await) } else { None };
    let url = database.as_ref().map(|known| known.options().to_url_lossy().to_string());
    let given = ["--backend", backend, "--mode", mode, "--trainers", "7", "--existing", "900"];
    let mut given = [&given[..], &["--clients", "4", "--seconds", "1", "--seed", "3"]].concat();
    // However slow the machine is, every kind of thing was done by then.
    given.extend(["--at-least", "800"]);
    given.extend(url.iter().flat_map(|url| ["--database", url]));
    let Answer { code, out, said } = run(&given).await;
    let report: Value = serde_json::from_str(&out).unwrap_or_default();
    assert_eq!(code, 0, "{report:#}\n{said}");
    assert_eq!(out.lines().count(), 1);
    assert_eq!(report["all_kept"], true);
    let broken = report["invariants"]["broken"].as_object().unwrap();
    assert_eq!(broken.len(), 7);
    assert!(broken.values().all(|count| *count == 0), "{report:#}");
    assert!(count(&report["invariants"]["looked_at"]["bookings"]) >= 900);
    report
}

fn count(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// One read and one commit make a command; a refusal that names alternatives takes one read more.
fn assert_calls(kind: &Value) {
    let each = kind["storage_calls_each"].as_f64().unwrap();
    let done = count(&kind["done"]);
    let lost_races = count(&kind["lost_races"]);
    assert!(done > 0);
    assert!(each >= 2.0, "{kind:#}");
    assert!(lost_races > 0 || each <= 2.0, "{kind:#}");
}

async fn uniform(backend: &str) {
    let report = report(backend, "uniform").await;
    assert_calls(&report["by_kind"]["request_booking"]);
    assert_eq!(report["reads"]["done"], 0);
    let commands = &report["commands"];
    let looked_up = count(&report["invariants"]["looked_at"]["commands"]);
    assert!(looked_up > count(&commands["done"]) + count(&commands["refused"]));
}

async fn one_trainer(backend: &str) {
    let report = report(backend, "one-trainer").await;
    assert_calls(&report["by_kind"]["request_booking"]);
    assert!(count(&report["refusals"]["booking.refused: trainer_conflict"]) > 0, "{report:#}");
}

async fn reads(backend: &str) {
    let report = report(backend, "reads").await;
    assert_eq!(report["commands"]["done"], 0);
    for kind in ["search", "slots", "lessons", "trainer_card", "reviews", "notifications", "feed"] {
        assert!(count(&report["by_kind"][kind]["done"]) > 0, "{kind}: {report:#}");
        assert_eq!(report["by_kind"][kind]["refused"], 0, "{kind}: {report:#}");
    }
}

async fn mixed(backend: &str) {
    let report = report(backend, "mixed").await;
    for kind in ["request_booking", "accept_booking", "run_due"] {
        assert!(count(&report["by_kind"][kind]["done"]) > 0, "{kind}: {report:#}");
    }
    assert!(count(&report["reads"]["done"]) > 0);
    assert!(count(&report["invariants"]["looked_at"]["ledger_entries"]) > 0);
    assert!(count(&report["invariants"]["looked_at"]["reviews"]) > 0);
}

macro_rules! modes {
    ($($backend:ident: $($mode:ident),+;)+) => {$(
        mod $backend {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $mode() {
                    super::$mode(stringify!($backend)).await;
                }
            )+
        }
    )+};
}

modes! {
    memory: uniform, one_trainer, reads, mixed;
    sqlite: uniform, one_trainer, reads, mixed;
    postgres: uniform, one_trainer, reads, mixed;
}
