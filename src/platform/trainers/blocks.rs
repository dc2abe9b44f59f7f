use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::desk::{CalendarWritten, Timetable, found, load_desk};
use crate::{
    audit::Event,
    command::CommandKind,
    ids::TimeBlockId,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, Desk, RepositoryError},
    time::Interval,
    trainer::{BlockSource, TimeBlock, TrainerError},
};

/// Takes time out of a trainer's calendar, as the trainer.
///
/// It may overlap bookings, which stay, and other blocks.
///
/// # Errors
///
/// [`TrainerError::TimeOver`] if the time has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockTime {
    /// The id of the new block, made by the caller.
    pub block: TimeBlockId,
    /// The time taken out.
    pub during: Interval,
    /// Where it comes from.
    pub source: BlockSource,
}

/// Opens blocked time again, as the trainer.
///
/// # Errors
///
/// [`TrainerError::NoBlock`] if the trainer has no such block, or only one that is long over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnblockTime {
    /// Which block.
    pub block: TimeBlockId,
}

#[async_trait]
impl Command for BlockTime {
    const KIND: CommandKind = CommandKind::BlockTime;
    type Outcome = CalendarWritten;
    type Facts = Option<Desk>;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Option<Desk>), RepositoryError> {
        load_desk(loading).await
    }

    fn decide(&self, facts: Option<Desk>, work: &mut Work<'_>) -> Result<CalendarWritten, Error> {
        let desk = found(facts, work)?;
        let (trainer, now) = (desk.trainer.id, work.now());
        let Self { block, during, source } = *self;
        if during.end() <= now {
            return Err(TrainerError::TimeOver.into());
        }
        let row =
            TimeBlock { id: block, trainer, during, source, created_at: now, updated_at: now };
        work.changes.insert(row);
        work.record(Event::TimeBlocked { trainer, block, during });
        let mut timetable = Timetable::of(&desk)?;
        timetable.blocks.insert(block, during);
        timetable.written(&desk, work)
    }
}

#[async_trait]
impl Command for UnblockTime {
    const KIND: CommandKind = CommandKind::UnblockTime;
    type Outcome = CalendarWritten;
    type Facts = Option<Desk>;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Option<Desk>), RepositoryError> {
        load_desk(loading).await
    }

    fn decide(&self, facts: Option<Desk>, work: &mut Work<'_>) -> Result<CalendarWritten, Error> {
        let desk = found(facts, work)?;
        let row = desk.blocks.iter().find(|row| row.id == self.block);
        work.changes.remove(row.ok_or(TrainerError::NoBlock)?.clone());
        work.record(Event::TimeUnblocked { trainer: desk.trainer.id, block: self.block });
        let mut timetable = Timetable::of(&desk)?;
        timetable.blocks.remove(&self.block);
        timetable.written(&desk, work)
    }
}
