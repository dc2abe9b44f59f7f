//! Puts a store under load, to size a deployment with it, and checks that nothing broke.
//!
//! ```text
//! cargo run --release --all-features --example load
//! cargo run --release --all-features --example load -- --backend sqlite --database FILE \
//!     --trainers 1000 --existing 1000000 --clients 16 --seconds 30 --mode uniform
//! ```
//!
//! It fills a new store with people and bookings as the platform would have written them, lets
//! clients give real commands and read for a while, and then reads everything back. What it
//! measured and found is one line of JSON on standard output; progress is told on standard error.
//! The exit code is 1 where an invariant is broken.
//!
//! Time is simulated: it starts at this machine's time and passes as fast as lessons are booked (see
//! `clock.rs`), so that free times never run out. All choices are drawn from `--seed`; how the
//! clients' commands interleave is up to the machine.

mod arguments;
mod backend;
mod causes;
pub(crate) mod check;
mod client;
mod clock;
mod fill;
mod log;
mod meter;
pub(crate) mod progress;
mod random;
mod report;
mod tally;
mod town;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use sitstay::{
    platform::Platform,
    time::{Clock, Instant},
};
use tokio::task::JoinHandle;

use self::{
    arguments::{Arguments, Mode, USAGE},
    backend::{NoStore, Store},
    causes::with_causes,
    check::Promise,
    client::{Client, Stage},
    clock::BookingClock,
    fill::Filled,
    log::Log,
    meter::Metered,
    progress::{Listener, Progress, say},
    random::Random,
    report::{Times, report},
    town::LESSONS_PER_DAY,
};

/// Any error that ends a run.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let listener: Listener = Arc::new(Mutex::new(io::stderr()));
    ExitCode::from(run(std::env::args().skip(1).collect(), &mut io::stdout(), &listener).await)
}

/// Runs the tool and returns its exit code: 0, 1 for a broken invariant or a failure, 2 for a wrong
/// argument.
pub(crate) async fn run(
    given: Vec<String>,
    out: &mut (dyn Write + Send),
    listener: &Listener,
) -> u8 {
    let arguments = match Arguments::parse(given) {
        Ok(Arguments { wants_help: true, .. }) => {
            return u8::from(writeln!(out, "{USAGE}").is_err());
        }
        Ok(arguments) => arguments,
        Err(problem) => {
            say(listener, &format!("{problem}\n\n{USAGE}"));
            return 2;
        }
    };
    let store = match backend::open(&arguments).await {
        Ok(store) => store,
        Err(error @ NoStore::Refused(_)) => {
            say(listener, &format!("{error}\n\n{USAGE}"));
            return 2;
        }
        Err(error) => {
            say(listener, &with_causes(&error));
            return 1;
        }
    };
    match load(&arguments, &store, out, listener).await {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(error) => {
            say(listener, &with_causes(&*error));
            1
        }
    }
}

/// Fills, runs and checks; says whether every invariant holds.
async fn load(
    arguments: &Arguments,
    store: &Store,
    out: &mut (dyn Write + Send),
    listener: &Listener,
) -> Result<bool, Failure> {
    let Arguments { backend, mode, existing, clients, seconds, .. } = arguments;
    let progress = Arc::new(Progress::default());
    let teller = progress.tell(listener);
    let now = whole_minute(clock::system_now()?)?;

    say(listener, &format!("filling {backend} with {existing} bookings"));
    let watch = Stopwatch::now();
    let Filled { town, commands } =
        fill::fill(&store.repository, arguments, now, &progress).await?;
    let filling = watch.elapsed();

    let mut journal = check::begin(&*store.repository, commands).await?;
    let platform = Platform::new(Arc::new(Metered(Arc::clone(&store.repository))), town::terms()?);
    let clock = BookingClock::new(now, bookings_per_day(arguments));
    let stage = Arc::new(Stage {
        platform,
        town,
        clock,
        mode: *mode,
        progress: Arc::clone(&progress),
        is_over: AtomicBool::new(false),
    });
    say(listener, &format!("running {mode} with {clients} clients for {seconds} s"));
    let watch = Stopwatch::now();
    let mut log = work(&stage, arguments).await?;
    let running = watch.elapsed();

    say(listener, "checking");
    let watch = Stopwatch::now();
    journal.given = std::mem::take(&mut log.given);
    let told = |rows| progress.checked(rows);
    let findings = check::check(&*store.repository, &journal, &told).await?;
    let checking = watch.elapsed();
    teller.abort();

    let simulated_hours = stage.clock.now().since(now).num_hours();
    let times = Times { filling, running, checking, simulated_hours };
    writeln!(out, "{}", report(arguments, &log, &findings, times)?)?;
    for promise in Promise::ALL.into_iter().filter(|promise| findings.broken(*promise) > 0) {
        say(listener, &format!("broken {} times: {promise:?}", findings.broken(promise)));
    }
    Ok(findings.all_kept())
}

/// Lets all clients work for as long as was asked, and gathers what they did.
async fn work(stage: &Arc<Stage>, arguments: &Arguments) -> Result<Log, Failure> {
    let client = |number: u64| Client::new(stage, Random::new(arguments.seed, 2 + number));
    let mut tasks: Vec<_> =
        (1..=arguments.clients).map(|number| tokio::spawn(client(number).work())).collect();
    if arguments.mode == Mode::Mixed {
        tasks.push(tokio::spawn(client(0).carry_out_due_work()));
    }
    tokio::time::sleep(Duration::from_secs(arguments.seconds)).await;
    // A client that failed ends the run, which then tells why.
    let has_failed = |tasks: &[JoinHandle<_>]| tasks.iter().any(JoinHandle::is_finished);
    while stage.progress.answered() < arguments.at_least && !has_failed(&tasks) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stage.is_over.store(true, Ordering::Relaxed);
    let mut log = Log::default();
    for task in tasks {
        log.add(task.await??)?;
    }
    Ok(log)
}

/// How many bookings make a day: half of what the trainers could give, or, where one is fought
/// for, all of their day.
fn bookings_per_day(arguments: &Arguments) -> u64 {
    let lessons = u64::from(LESSONS_PER_DAY);
    match arguments.mode {
        Mode::OneTrainer => lessons,
        Mode::Uniform | Mode::Reads | Mode::Mixed => (arguments.trainers * lessons / 2).max(1),
    }
}

fn whole_minute(instant: Instant) -> Result<Instant, Failure> {
    const MICROS: i64 = 60_000_000;
    Ok(Instant::from_micros(instant.as_micros() / MICROS * MICROS)?)
}
