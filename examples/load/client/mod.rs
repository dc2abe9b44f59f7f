//! A client: it draws what to do next, does it, and notes what came of it.

mod owners;
mod reads;
mod requests;
mod trainers;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use sitstay::{
    audit::FeedPosition,
    command::{Actor, Call},
    error::ErrorKind,
    ids::CommandId,
    platform::{Command, Error, Platform},
    time::{Clock, Instant},
};

use super::{
    Failure, arguments::Mode, check::Ending, clock::BookingClock, log::Log, progress::Progress,
    random::Random, tally::tallied, town::Town,
};

/// How often a command is sent again under its id, where storage says that this has a chance.
const SEND_AGAIN: u64 = 5;
/// How much due work is carried out at once.
const DUE_LIMIT: u16 = 500;
const DUE_EVERY: Duration = Duration::from_millis(100);

/// What all clients of a run share.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) platform: Platform,
    pub(crate) town: Town,
    pub(crate) clock: BookingClock,
    pub(crate) mode: Mode,
    pub(crate) progress: Arc<Progress>,
    pub(crate) is_over: AtomicBool,
}

impl Stage {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

/// One of many clients.
#[derive(Debug)]
pub(crate) struct Client {
    stage: Arc<Stage>,
    random: Random,
    log: Log,
    /// Up to where the client has read the feed.
    feed: FeedPosition,
}

impl Client {
    pub(crate) fn new(stage: &Arc<Stage>, random: Random) -> Self {
        Self { stage: Arc::clone(stage), random, log: Log::default(), feed: FeedPosition::START }
    }

    /// Works until the run is over.
    pub(crate) async fn work(mut self) -> Result<Log, Failure> {
        while !self.stage.is_over() {
            match self.stage.mode {
                Mode::Uniform | Mode::OneTrainer => self.ask_blindly().await?,
                Mode::Reads => self.read().await?,
                Mode::Mixed => self.do_something().await?,
            }
            // In memory nothing ever waits, and others want to work too.
            tokio::task::yield_now().await;
        }
        Ok(self.log)
    }

    /// Carries out what is due, as a service's timer does, until the run is over, and once more.
    pub(crate) async fn carry_out_due_work(mut self) -> Result<Log, Failure> {
        let mut was_over = false;
        while !was_over {
            was_over = self.stage.is_over();
            let now = self.now();
            let stage = Arc::clone(&self.stage);
            let begun = Stopwatch::now();
            let (report, tally) = tallied(stage.platform.run_due(now, DUE_LIMIT)).await;
            let took = begun.elapsed();
            let report = match report {
                Ok(report) => report,
                Err(error) => {
                    self.log.note("run_due", true, Some(&error), took, &tally)?;
                    continue;
                }
            };
            let done = report.done.len();
            let failed: Vec<&Error> = report.failed.iter().map(|(_, error)| error).collect();
            self.log.note_many("run_due", done as u64, &failed, took, &tally)?;
            stage.progress.done.fetch_add(done as u64, Ordering::Relaxed);
            let committed: std::collections::BTreeSet<CommandId> =
                tally.committed.iter().copied().collect();
            let given: std::collections::BTreeSet<CommandId> = tally.given.into_iter().collect();
            for command in given {
                // Of what was not committed, somebody else may have carried out some.
                let is_done = committed.contains(&command);
                self.log.keep(command, if is_done { Ending::Done } else { Ending::Unknown });
            }
            if done < DUE_LIMIT.into() {
                tokio::time::sleep(DUE_EVERY).await;
            }
            tokio::task::yield_now().await;
        }
        Ok(self.log)
    }

    /// Draws from everything that people do on a platform; they look more than they change.
    async fn do_something(&mut self) -> Result<(), Failure> {
        match self.random.below(100) {
            0..60 => self.read().await,
            60..75 => self.look_and_ask().await,
            75..76 => self.ask_for_series().await,
            76..84 => self.answer_request().await,
            84..87 => self.leave().await,
            87..89 => self.move_lesson().await,
            89..91 => self.propose_move().await,
            91..94 => self.complete().await,
            94..96 => self.review().await,
            96..97 => self.reply().await,
            97..98 => self.block_time().await,
            98..99 => self.change_profile().await,
            _ => self.read_all_notifications().await,
        }
    }

    fn now(&self) -> Instant {
        self.stage.clock.now()
    }

    /// Gives a command, and notes what came of it; `None` where it was refused.
    async fn give<C: Command + Clone>(
        &mut self,
        actor: Actor,
        command: C,
    ) -> Result<Option<C::Outcome>, Failure> {
        let now = self.now();
        let call = Call::new(self.random.id(now), actor, now);
        let platform = &self.stage.platform;
        let begun = Stopwatch::now();
        let sending = async {
            let mut again = 0;
            loop {
                match platform.execute(call, command.clone()).await {
                    Err(error) if error.is_retryable() && again < SEND_AGAIN => again += 1,
                    answer => return (answer, again),
                }
            }
        };
        let ((answer, again), tally) = tallied(sending).await;
        let took = begun.elapsed();
        self.log.sent_again += again;
        self.log.note(C::KIND.code(), true, answer.as_ref().err(), took, &tally)?;
        let counter = match &answer {
            Ok(_) => &self.stage.progress.done,
            Err(_) => &self.stage.progress.refused,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        self.log.keep(call.id, ending(answer.as_ref().err()));
        Ok(answer.ok())
    }

    /// Reads something, and notes how that went; `None` where it was refused.
    async fn view<T>(
        &mut self,
        name: &'static str,
        reading: impl Future<Output = Result<T, Error>>,
    ) -> Result<Option<T>, Failure> {
        let begun = Stopwatch::now();
        let (answer, tally) = tallied(reading).await;
        self.log.note(name, false, answer.as_ref().err(), begun.elapsed(), &tally)?;
        self.stage.progress.reads.fetch_add(1, Ordering::Relaxed);
        Ok(answer.ok())
    }
}

/// What is known of a command after its last answer.
fn ending(refusal: Option<&Error>) -> Ending {
    match refusal.map(Error::kind) {
        None => Ending::Done,
        Some(ErrorKind::Unavailable | ErrorKind::Internal) => Ending::Unknown,
        Some(_) => Ending::Refused,
    }
}
