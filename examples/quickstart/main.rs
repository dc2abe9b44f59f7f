//! A platform in one file, and a lesson on it from the first look to the review.
//!
//! ```text
//! cargo run --features sqlite --example quickstart
//! cargo run --features sqlite --example quickstart -- --database FILE --data FILE
//! ```
//!
//! It opens a SQLite file, loads a platform into it and tells a story. Run again on the same file
//! it finds the platform there, and goes on with the next free slot. `examples/data/README.md`
//! describes the data file; a mistake in it is named with line and field, and the exit code is 2.

mod arguments;
mod clock;
mod data;
mod ids;
mod load;
mod narration;
mod story;
mod week;
mod words;

use std::{
    error::Error,
    io::{self, Write},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use sitstay::{
    platform::Platform,
    repository::{Census, Repository, Table},
    sqlite::SqliteRepository,
    time::{Clock, Instant, Zone},
};

use self::{
    arguments::{Arguments, USAGE},
    clock::SimulatedClock,
    data::{Mistake, PlatformFile},
    narration::Narration,
    words::{counted, local_time},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let given = std::env::args().skip(1);
    ExitCode::from(run(given, &mut io::stdout(), &mut io::stderr()).await)
}

/// Runs the quickstart and returns its exit code: 0, 1 for a failure, 2 for a wrong argument or a
/// mistake in the data file.
pub(crate) async fn run(
    given: impl IntoIterator<Item = String>,
    out: &mut (dyn Write + Send),
    complaints: &mut (dyn Write + Send),
) -> u8 {
    let ending = match Arguments::parse(given) {
        Ok(Arguments { wants_help: true, .. }) => writeln!(out, "{USAGE}").map_err(Ending::from),
        Ok(arguments) => quickstart(&arguments, out).await,
        Err(problem) => Err(Ending::Refused(format!("{problem}\n\n{USAGE}"))),
    };
    let (code, complaint) = match ending {
        Ok(()) => return 0,
        Err(Ending::Refused(complaint)) => (2, complaint),
        Err(Ending::Failed(error)) => (1, with_causes(&*error)),
    };
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(complaints, "{complaint}");
    code
}

/// Why a run ends before its story does.
#[derive(Debug)]
enum Ending {
    /// What was given is wrong.
    Refused(String),
    /// Something did not work.
    Failed(Box<dyn Error + Send + Sync>),
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Ending {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

async fn quickstart(arguments: &Arguments, out: &mut (dyn Write + Send)) -> Result<(), Ending> {
    let now = clock::system_now()?;
    let (name, text) = arguments.read_data()?;
    let refused = |mistake: Mistake| Ending::Refused(format!("{name}:{mistake}"));
    let file = Arc::new(data::read(&text, now).map_err(refused)?);

    let repository = Arc::new(SqliteRepository::open(&arguments.database)?);
    let platform = Platform::new(repository.clone(), file.terms());
    let last_event = clock::last_event(&platform).await?;
    let clock = SimulatedClock::starting_after(now, last_event);
    let zone = file.stage_zone();
    let mut narration = Narration::new(out);
    introduce(&mut narration, &clock, now, &zone)?;

    let before = repository.census().await?;
    load::load(&platform, &file, clock.now()).await.map_err(|not_loaded| {
        match not_loaded.problem() {
            Some(problem) => refused(Mistake::at(&not_loaded.at, problem, &text)),
            None => not_loaded.into(),
        }
    })?;
    let after = repository.census().await?;
    narration.step("The platform", &local_time(&zone, clock.now()))?;
    narration.say(&loaded(&file, &arguments.database, &before, &after))?;
    Ok(story::tell(&platform, &file, &clock, &mut narration).await?)
}

fn introduce(
    narration: &mut Narration<'_>,
    clock: &SimulatedClock,
    real: Instant,
    zone: &Zone,
) -> io::Result<()> {
    let start = if clock.now() > real {
        "goes on where the last story ended, ahead of the real time"
    } else {
        "starts at the real time"
    };
    let zone = zone.id();
    narration.title("sitstay quickstart")?;
    narration.gap()?;
    narration.say(&format!(
        "The clock is simulated: it {start}, and skips to whatever happens next. Times are \
         those of {zone}, where the trainer is."
    ))
}

fn loaded(file: &PlatformFile, database: &Path, before: &Census, after: &Census) -> String {
    let rows = |census: &Census, table| {
        let known = census.tables.iter().find(|(known, _)| *known == table);
        known.map_or(0, |(_, count)| count.rows)
    };
    let trainers = counted(rows(after, Table::Trainer), "trainer", "trainers");
    let owners = counted(rows(after, Table::Owner), "owner", "owners");
    let dogs = counted(rows(after, Table::Dog), "dog", "dogs");
    let lessons = rows(after, Table::Booking);
    let commands = rows(after, Table::Command) - rows(before, Table::Command);
    let database = database.display();
    match (rows(before, Table::Trainer), commands) {
        (0, _) => format!(
            "Loaded into {database}: {trainers} in {}, {owners} with {dogs}, by {}.",
            counted(file.zones(), "time zone", "time zones"),
            counted(commands, "command", "commands")
        ),
        (_, 0) => format!(
            "{database} is loaded already: {trainers}, {owners} with {dogs}, and {}. Nothing is \
             there twice.",
            counted(lessons, "lesson", "lessons")
        ),
        _ => format!(
            "{database} was loaded before; {} of the file were new. There are {trainers}, {owners} \
             with {dogs}, and {}.",
            counted(commands, "command", "commands"),
            counted(lessons, "lesson", "lessons")
        ),
    }
}
