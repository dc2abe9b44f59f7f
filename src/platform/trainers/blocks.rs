use serde::{Deserialize, Serialize};

use super::desk::{Timetable, TimetableChange};
use crate::{
    audit::Event,
    command::CommandKind,
    ids::TimeBlockId,
    platform::{Error, work::Work},
    repository::Desk,
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

impl TimetableChange for BlockTime {
    const KIND: CommandKind = CommandKind::BlockTime;

    fn change(
        &self,
        desk: &Desk,
        timetable: &mut Timetable,
        work: &mut Work<'_>,
    ) -> Result<(), Error> {
        let (trainer, now) = (desk.trainer.id, work.now());
        let Self { block, during, source } = *self;
        if during.end() <= now {
            return Err(TrainerError::TimeOver.into());
        }
        let row =
            TimeBlock { id: block, trainer, during, source, created_at: now, updated_at: now };
        work.changes.insert(row);
        work.record(Event::TimeBlocked { trainer, block, during });
        timetable.blocks.insert(block, during);
        Ok(())
    }
}

impl TimetableChange for UnblockTime {
    const KIND: CommandKind = CommandKind::UnblockTime;

    fn change(
        &self,
        desk: &Desk,
        timetable: &mut Timetable,
        work: &mut Work<'_>,
    ) -> Result<(), Error> {
        let row = desk.blocks.iter().find(|row| row.id == self.block);
        work.changes.remove(row.ok_or(TrainerError::NoBlock)?.clone());
        work.record(Event::TimeUnblocked { trainer: desk.trainer.id, block: self.block });
        timetable.blocks.remove(&self.block);
        Ok(())
    }
}
