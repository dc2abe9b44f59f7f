use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::desk::{Timetable, TimetableChange};
use crate::{
    audit::Event,
    availability::IntervalSet,
    command::CommandKind,
    platform::{Error, work::Work},
    repository::Desk,
    time::Interval,
    trainer::{BlockSource, TimeBlock, TrainerError},
};

/// Replaces the busy time of another calendar by what that calendar says now, as the trainer.
///
/// What was imported before is opened again, unless it is busy still; it then stays the same
/// block. Blocks that the trainer wrote stay, and so do bookings. Time that is over is neither
/// added nor removed. Feature `ical` reads busy time from a file; whatever else knows when a
/// trainer is busy serves as well.
///
/// # Errors
///
/// [`TrainerError::TooMuchBusyTime`] beyond [`MAX_STRETCHES`](Self::MAX_STRETCHES).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportBusyTime {
    /// When the trainer is busy elsewhere.
    pub busy: IntervalSet,
}

impl ImportBusyTime {
    /// The largest number of stretches of busy time; those that touch are one.
    pub const MAX_STRETCHES: usize = 5_000;
}

impl TimetableChange for ImportBusyTime {
    const KIND: CommandKind = CommandKind::ImportBusyTime;

    fn change(
        &self,
        desk: &Desk,
        timetable: &mut Timetable,
        work: &mut Work<'_>,
    ) -> Result<(), Error> {
        let (trainer, now) = (desk.trainer.id, work.now());
        if self.busy.len() > Self::MAX_STRETCHES {
            return Err(TrainerError::TooMuchBusyTime { max: Self::MAX_STRETCHES }.into());
        }
        let is_over = |during: Interval| during.end() <= now;
        let mut new: BTreeSet<_> = self.busy.iter().filter(|&during| !is_over(during)).collect();
        let mut removed = 0;
        for row in &desk.blocks {
            if row.source != BlockSource::Imported || is_over(row.during) {
                continue;
            }
            // What stays is taken out of the new; a second block of the same time goes.
            if !new.remove(&row.during) {
                timetable.blocks.remove(&row.id);
                work.changes.remove(row.clone());
                removed += 1;
            }
        }
        let added = new.len() as u64;
        for during in new {
            let id = work.next_id();
            timetable.blocks.insert(id, during);
            work.changes.insert(TimeBlock {
                id,
                trainer,
                during,
                source: BlockSource::Imported,
                created_at: now,
                updated_at: now,
            });
        }
        work.record(Event::BusyTimeImported { trainer, added, removed });
        Ok(())
    }
}
