use super::{Reason, Reasons};
use crate::{
    ids::{BookingId, DogId, TrainerId},
    time::Interval,
};

/// The time that one booking takes: of its trainer with buffers, of its dog without.
///
/// # Example: a dog cannot be in two lessons
///
/// ```
/// use sitstay::{availability::{BookedTime, Reason}, time::Interval};
/// # let [ours, theirs] = ["018f3b4e-0000-7000-8000-000000000001", "018f3b4e-0000-7000-8000-000000000002"];
/// # let (rex, anna, ben) = (ours.parse()?, ours.parse()?, theirs.parse()?);
///
/// let lesson = Interval::parse("2027-03-01T09:00:00Z", "2027-03-01T10:00:00Z")?;
/// let booked = BookedTime { booking_id: ours.parse()?, trainer_id: anna, dog_id: rex, lesson, occupied: lesson };
/// let wanted = BookedTime { booking_id: theirs.parse()?, trainer_id: ben, dog_id: rex, lesson, occupied: lesson };
/// let conflicts = wanted.conflicts([&booked]);
/// assert_eq!(conflicts.reasons(), Reason::DogConflict.into());
/// assert_eq!(conflicts.booking_ids(), [booked.booking_id]);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookedTime {
    /// The booking that takes the time.
    pub booking_id: BookingId,
    /// Whose time is occupied.
    pub trainer_id: TrainerId,
    /// The dog that is in the lesson.
    pub dog_id: DogId,
    /// From the start of the lesson to its end.
    pub lesson: Interval,
    /// The lesson with its buffers.
    pub occupied: Interval,
}

/// The bookings whose time another would take, by id and in order.
///
/// They may be other people's: what a caller is told about them is for the caller's rights to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conflicts {
    /// Those that occupy the same trainer.
    pub trainer: Vec<BookingId>,
    /// Those that the same dog is in.
    pub dog: Vec<BookingId>,
}

impl BookedTime {
    /// Finds the bookings among `existing` that this one cannot stand beside.
    ///
    /// A booking never meets itself, so that a move can be tested against all that is there. The
    /// caller leaves out what no longer takes time.
    #[must_use]
    pub fn conflicts<'a>(&self, existing: impl IntoIterator<Item = &'a Self>) -> Conflicts {
        let mut conflicts = Conflicts::default();
        for other in existing.into_iter().filter(|other| other.booking_id != self.booking_id) {
            if other.trainer_id == self.trainer_id && other.occupied.overlaps(self.occupied) {
                conflicts.trainer.push(other.booking_id);
            }
            if other.dog_id == self.dog_id && other.lesson.overlaps(self.lesson) {
                conflicts.dog.push(other.booking_id);
            }
        }
        conflicts.trainer.sort_unstable();
        conflicts.dog.sort_unstable();
        conflicts
    }
}

impl Conflicts {
    /// Says whether nothing stands in the way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trainer.is_empty() && self.dog.is_empty()
    }

    /// Returns the reasons that a refusal names.
    #[must_use]
    pub fn reasons(&self) -> Reasons {
        let mut reasons = Reasons::NONE;
        reasons.insert_if(!self.trainer.is_empty(), Reason::TrainerConflict);
        reasons.insert_if(!self.dog.is_empty(), Reason::DogConflict);
        reasons
    }

    /// Returns each booking in the way once, in order.
    #[must_use]
    pub fn booking_ids(&self) -> Vec<BookingId> {
        let mut ids = [self.trainer.as_slice(), self.dog.as_slice()].concat();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}
