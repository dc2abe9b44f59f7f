//! A backend of one's own: a repository around any other, which measures it or makes it fail.
//!
//! ```text
//! cargo run --features memory,testing --example wrapped_backend
//! ```
//!
//! A platform runs on a store in memory whose every fifth commit fails on purpose: in turn it is not
//! carried out, or it is and its answer gets lost. Whoever asks sends the same command again until
//! it is answered. In the end every lesson is booked once, and a table says what storage was asked
//! and how long the slowest answer took.
//!
//! What a wrapper must not change is shown by the suite that every backend passes; it is run at the
//! end of this file, by `cargo test --features memory,testing --example wrapped_backend`.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{self, Write},
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sitstay::{
    booking::{BookingStatus, Wish},
    command::{Actor, Call},
    conformance::fixtures::{Cast, Fixtures, at, days_later},
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{AcceptBooking, Command, LessonsQuery, Platform, RequestBooking},
    policy::PlatformPolicy,
    repository::{ChangeSet, Forward, PageRequest, Question, Repository, RepositoryError, Result},
    time::Weekday,
    trainer::HoursWindow,
};

/// Counts what a repository is asked, and how long the slowest answer takes.
#[derive(Debug)]
struct Metered {
    store: Arc<dyn Repository>,
    measured: Mutex<BTreeMap<&'static str, Measured>>,
}

/// What was measured of one question.
#[derive(Debug, Clone, Copy, Default)]
struct Measured {
    count: u64,
    slowest: Duration,
}

impl Metered {
    fn around(store: Arc<dyn Repository>) -> Self {
        Self { store, measured: Mutex::default() }
    }

    async fn measure<T: Send>(
        &self,
        name: &'static str,
        answer: impl Future<Output = T> + Send,
    ) -> T {
        let begun = std::time::Instant::now();
        let answer = answer.await;
        let took = begun.elapsed();
        // Numbers are whole even if somebody panicked while they held them.
        let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = measured.entry(name).or_default();
        measured.count += 1;
        measured.slowest = measured.slowest.max(took);
        answer
    }

    /// Prints what was measured, the most frequent question first.
    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut rows: Vec<_> = measured.into_iter().collect();
        rows.sort_by_key(|(name, measured)| (std::cmp::Reverse(measured.count), *name));
        writeln!(out, "{:<16}{:>8}{:>14}", "question", "asked", "slowest")?;
        for (name, Measured { count, slowest }) in rows {
            writeln!(out, "{name:<16}{count:>8}{:>11} µs", slowest.as_micros())?;
        }
        Ok(())
    }
}

impl Forward for Metered {
    fn target(&self) -> &dyn Repository {
        &*self.store
    }

    async fn asks<T: Send>(
        &self,
        question: Question,
        answer: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        self.measure(question.name, answer).await
    }

    async fn commits(&self, changes: ChangeSet) -> Result<()> {
        self.measure("commit", self.store.commit(changes)).await
    }
}

/// Makes commits of a repository fail.
///
/// It keeps the contract: what is told as [`RepositoryError::Unavailable`] was not carried out, and
/// of what is told as [`RepositoryError::Uncertain`] nobody may rely on either.
#[derive(Debug)]
struct Faulty {
    store: Arc<dyn Repository>,
    /// Every how many commits one fails; `None`: never.
    period: Option<u64>,
    begun: AtomicU64,
    failed: AtomicU64,
}

impl Faulty {
    fn around(store: Arc<dyn Repository>, period: Option<u64>) -> Self {
        Self { store, period, begun: AtomicU64::new(0), failed: AtomicU64::new(0) }
    }
}

impl Forward for Faulty {
    fn target(&self) -> &dyn Repository {
        &*self.store
    }

    async fn commits(&self, changes: ChangeSet) -> Result<()> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        if self.period.is_none_or(|period| !number.is_multiple_of(period)) {
            return self.store.commit(changes).await;
        }
        let failed = self.failed.fetch_add(1, Ordering::Relaxed);
        if failed.is_multiple_of(2) {
            return Err(RepositoryError::Unavailable("the plug was pulled".into()));
        }
        self.store.commit(changes).await?;
        Err(RepositoryError::Uncertain("the answer was swallowed".into()))
    }
}

type Outcome<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match tell(&mut io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn tell(out: &mut (dyn Write + Send)) -> Outcome<()> {
    let memory: Arc<dyn Repository> = Arc::new(MemoryRepository::new());
    let make = Fixtures::new();
    let cast = settle(&*memory, &make).await?;

    let faulty = Arc::new(Faulty::around(memory.clone(), Some(5)));
    let metered = Arc::new(Metered::around(faulty.clone()));
    let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)])?;
    let policy = PlatformPolicy::new(BasisPoints::new(1_500)?, money);
    let platform = Platform::new(metered.clone(), policy);

    let (owner, trainer) = (Actor::owner(cast.owner_user.id), Actor::trainer(cast.trainer_user.id));
    let now = at("08:00");
    let call = |actor| Call::new(make.id(), actor, now);
    let (mut asked, mut calls) = (0, 0);
    for day in 1..=10 {
        for time in ["09:00", "11:00", "14:00", "16:00"] {
            let booking = make.id();
            let wish = RequestBooking {
                booking,
                trainer: cast.trainer.id,
                dog: cast.dog.id,
                wish: Wish::Service(cast.service.id),
                start: days_later(at(time), day),
                quote: None,
            };
            asked += 1;
            calls += send(&platform, call(owner), wish).await?;
            calls += send(&platform, call(trainer), AcceptBooking { booking }).await?;
        }
    }
    let upcoming = LessonsQuery::upcoming(now);
    let lessons = platform.lessons(trainer, &upcoming, PageRequest::MAX, now).await?.items;
    let accepted = lessons.iter().filter(|lesson| lesson.status == BookingStatus::Accepted).count();

    metered.print(out)?;
    let failed = faulty.failed.load(Ordering::Relaxed);
    writeln!(out, "\n{failed} commits failed on purpose, and {calls} calls were made.")?;
    writeln!(out, "{asked} lessons were asked for, {accepted} are accepted: each once.")?;
    if accepted == asked { Ok(()) } else { Err("a lesson was lost, or is there twice".into()) }
}

/// Sends a command until it is answered, always under the same id, and returns how often.
async fn send<C: Command + Clone>(platform: &Platform, call: Call, command: C) -> Outcome<u64> {
    let mut sent = 1;
    loop {
        match platform.execute(call, command.clone()).await {
            Ok(_) => return Ok(sent),
            Err(error) if error.is_retryable() => sent += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Stores a trainer who works every day, and an owner with a dog.
async fn settle(store: &dyn Repository, make: &Fixtures) -> Outcome<Cast> {
    let cast = make.cast();
    let mut changes = ChangeSet::new();
    cast.insert_into(&mut changes);
    for weekday in Weekday::ALL {
        changes.insert(HoursWindow { weekday, ..make.hours(&cast.trainer) });
    }
    store.commit(changes).await?;
    Ok(cast)
}

/// That a wrapper which does not fail on purpose keeps every promise of the contract.
#[cfg(test)]
mod conformance {
    use super::*;

    async fn fresh() -> (Arc<dyn Repository>, ()) {
        let memory = Arc::new(MemoryRepository::new());
        let wrapped = Metered::around(Arc::new(Faulty::around(memory, None)));
        (Arc::new(wrapped), ())
    }

    sitstay::repository_conformance_tests!(fresh);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn commands_get_through_a_store_that_fails() {
        let mut told = Vec::new();
        tell(&mut told).await.unwrap();
        let told = String::from_utf8(told).unwrap();
        assert!(told.starts_with("question"), "{told}");
        assert!(told.contains("40 lessons were asked for, 40 are accepted"), "{told}");
    }
}
