//! Fills a store with people and bookings, in change sets of many rows.
//!
//! Every row comes with the command, the audit entries and the notifications that the platform
//! would have written with it. Bookings are written in the order in which they were made, so that
//! new keys sort after old ones as they do in a store that grew.

mod extras;
mod lessons;
mod past;
mod people;

use std::{collections::VecDeque, sync::Arc};

use chrono::{Days, TimeDelta};
use sitstay::{
    ids::CommandId,
    repository::{ChangeSet, Repository},
    time::{Instant, WallTime},
};
use tokio::task::JoinHandle;

use self::{lessons::Lessons, people::People};
use super::{
    Failure,
    arguments::Arguments,
    progress::Progress,
    random::Random,
    town::{self, FIRST_HOUR, LESSONS_PER_DAY, Town},
};

/// How many lessons go into one change set; each comes with a dozen of rows.
const LESSONS_PER_BATCH: usize = 500;
const PEOPLE_PER_BATCH: usize = 250;
/// How many change sets are on their way while the next is put together.
const IN_FLIGHT: usize = 3;
/// How many commands are kept, to be looked for when all is over.
const SAMPLE: usize = 10_000;
/// Past lessons leave a tenth of the day free; the two days before the run are quiet.
const PAST_PER_DAY: u64 = 9;
/// Lessons to come take a third of the day.
const UPCOMING_PER_DAY: u64 = 3;
const MOST_UPCOMING: u64 = 90;
/// So many years of lessons are enough for anybody.
const MOST_DAYS: u64 = 45 * 365;

/// What was filled in.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) town: Town,
    /// An even sample of the commands that were given.
    pub(crate) commands: Vec<CommandId>,
}

/// Fills a store that is empty, as of `now`.
pub(crate) async fn fill(
    repository: &Arc<dyn Repository>,
    arguments: &Arguments,
    now: Instant,
    progress: &Progress,
) -> Result<Filled, Failure> {
    let plan = Plan::of(arguments)?;
    let since = now.saturating_add(-TimeDelta::days(plan.days + 30));
    let town = Town::found(arguments, since)?;
    let mut random = Random::new(arguments.seed, 1);
    let mut given = Vec::new();
    let mut queue = Queue { repository: Arc::clone(repository), in_flight: VecDeque::new() };

    let mut people = People { town: &town, random: &mut random, since, given: &mut given };
    let mut changes = ChangeSet::new();
    people.admin(&mut changes)?;
    for (number, seat) in town.trainers.iter().enumerate() {
        people.trainer(seat, number, &mut changes)?;
        if number % PEOPLE_PER_BATCH == 0 {
            queue.commit(std::mem::take(&mut changes), ChangeSet::new()).await?;
        }
    }
    for (number, seat) in town.owners.iter().enumerate() {
        people.owner(*seat, number, &mut changes)?;
        if number % PEOPLE_PER_BATCH == 0 {
            queue.commit(std::mem::take(&mut changes), ChangeSet::new()).await?;
        }
    }
    queue.commit(changes, ChangeSet::new()).await?;
    queue.finish().await?;

    let terms = town::terms()?;
    let mut lessons = Lessons {
        town: &town,
        terms: &terms,
        random: &mut random,
        now,
        given: &mut given,
        inserts: ChangeSet::new(),
        releases: ChangeSet::new(),
    };
    let mut filled = 0;
    for round in 0..plan.rounds {
        for trainer in 0..town.trainers.len() {
            let Some(place) = plan.place(trainer, round) else { continue };
            lessons.write(trainer, place)?;
            filled += 1;
            if filled % LESSONS_PER_BATCH == 0 {
                let (inserts, releases) = lessons.take();
                queue.commit(inserts, releases).await?;
                progress.filled(filled);
            }
        }
    }
    let (inserts, releases) = lessons.take();
    queue.commit(inserts, releases).await?;
    queue.finish().await?;
    progress.filled(filled);
    let every = given.len().div_ceil(SAMPLE).max(1);
    let commands = given.into_iter().step_by(every).collect();
    Ok(Filled { town, commands })
}

impl Lessons<'_> {
    /// Writes one lesson, and what some have beside it.
    fn write(&mut self, trainer: usize, place: Place) -> Result<(), Failure> {
        let start = self.start(trainer, place)?;
        match place {
            Place::Past { .. } => {
                let completed = self.past(trainer, start)?;
                let reviewed = completed.filter(|_| self.random.in_percent(25));
                reviewed.map_or(Ok(()), |lesson| self.review(&lesson))
            }
            Place::Upcoming { .. } => {
                let booking = self.upcoming(trainer, start)?;
                if self.random.in_percent(50) { self.pay(&booking) } else { Ok(()) }
            }
        }
    }

    fn start(&self, trainer: usize, place: Place) -> Result<Instant, Failure> {
        let zone = &self.town.trainers[trainer].zone;
        let today = zone.date(self.now);
        let (date, hour) = match place {
            Place::Past { back, slot } => (today.checked_sub_days(Days::new(back)), slot),
            Place::Upcoming { ahead, slot } => (today.checked_add_days(Days::new(ahead)), slot),
        };
        let date = date.ok_or("a date is out of range")?;
        Ok(zone.resolve(date, WallTime::new(FIRST_HOUR + hour, 0)?)?.earliest())
    }

    fn take(&mut self) -> (ChangeSet, ChangeSet) {
        (std::mem::take(&mut self.inserts), std::mem::take(&mut self.releases))
    }
}

/// On which day a lesson is, counted from today, and in which of the day's slots.
#[derive(Debug, Clone, Copy)]
enum Place {
    Past { back: u64, slot: u8 },
    Upcoming { ahead: u64, slot: u8 },
}

/// How many lessons each trainer has, and when.
#[derive(Debug)]
struct Plan {
    per_trainer: u64,
    /// So many trainers have one lesson more.
    one_more: u64,
    rounds: u64,
    /// How far back the lessons go.
    days: i64,
}

impl Plan {
    fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let per_trainer = arguments.existing / arguments.trainers;
        let one_more = arguments.existing % arguments.trainers;
        let rounds = per_trainer + u64::from(one_more > 0);
        let days = (rounds - upcoming(rounds)) / PAST_PER_DAY + 3;
        if days > MOST_DAYS {
            let message = "--existing: too many bookings for so few --trainers, who give nine \
                           lessons a day and for 45 years at most";
            return Err(message.into());
        }
        Ok(Self { per_trainer, one_more, rounds, days: i64::try_from(days)? })
    }

    /// Says when a trainer's lesson of a round is, from the oldest on.
    fn place(&self, trainer: usize, round: u64) -> Option<Place> {
        let has_one_more = u64::try_from(trainer).is_ok_and(|number| number < self.one_more);
        let lessons = self.per_trainer + u64::from(has_one_more);
        let past = lessons - upcoming(lessons);
        let slot = |place: u64| u8::try_from(place).unwrap_or_default();
        if round >= lessons {
            None
        } else if let Some(place) = past.checked_sub(round + 1) {
            Some(Place::Past { back: 3 + place / PAST_PER_DAY, slot: slot(place % PAST_PER_DAY) })
        } else {
            let place = round - past;
            let slots_between = u64::from(LESSONS_PER_DAY) / UPCOMING_PER_DAY;
            Some(Place::Upcoming {
                ahead: 2 + place / UPCOMING_PER_DAY,
                slot: slot(place % UPCOMING_PER_DAY * slots_between),
            })
        }
    }
}

/// Of so many lessons of a trainer, so many are to come.
fn upcoming(lessons: u64) -> u64 {
    (lessons * 15 / 100).min(MOST_UPCOMING)
}

/// Change sets on their way.
struct Queue {
    repository: Arc<dyn Repository>,
    in_flight: VecDeque<JoinHandle<Result<(), sitstay::repository::RepositoryError>>>,
}

impl Queue {
    /// Sends a change set, and another one to be carried out after it.
    async fn commit(&mut self, first: ChangeSet, second: ChangeSet) -> Result<(), Failure> {
        if self.in_flight.len() >= IN_FLIGHT {
            self.wait().await?;
        }
        let repository = Arc::clone(&self.repository);
        self.in_flight.push_back(tokio::spawn(async move {
            repository.commit(first).await?;
            if second.is_empty() { Ok(()) } else { repository.commit(second).await }
        }));
        Ok(())
    }

    async fn wait(&mut self) -> Result<(), Failure> {
        match self.in_flight.pop_front() {
            Some(sent) => Ok(sent.await??),
            None => Ok(()),
        }
    }

    async fn finish(&mut self) -> Result<(), Failure> {
        while !self.in_flight.is_empty() {
            self.wait().await?;
        }
        Ok(())
    }
}
