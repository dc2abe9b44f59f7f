//! The diaries of trainers, dogs and owners: their lessons, and the time that these take.

use std::ops::Bound;

use chrono::TimeDelta;

use super::{
    index::{Edit, Kept, Least as _, Timeline, Under},
    sorted::Sorted,
    stored::Shared,
};
use crate::{
    booking::{Booking, BookingStatus, Claim, Resource},
    ids::{BookingId, DogId, OwnerId, TrainerId},
    repository::{Occupancy, Versioned},
    time::{Instant, Interval},
    trainer::{BUFFER_MAX_MINUTES, LESSON_MAX_MINUTES},
};

/// No session lasts longer.
pub(super) const LONGEST_LESSON: TimeDelta = TimeDelta::minutes(LESSON_MAX_MINUTES);
/// No buffer lasts longer.
const LONGEST_BUFFER: TimeDelta = TimeDelta::minutes(BUFFER_MAX_MINUTES);

/// Where a claim begins; no two claims begin in one place.
pub(super) type Place = (Resource, Instant);

/// What begins in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    end: Instant,
    booking: BookingId,
    is_completed: bool,
}

/// Bookings by their starts.
pub(super) type Lessons = Sorted<(Instant, BookingId), Shared<Booking>>;

/// The claims of one trainer or dog by their starts.
type Claims = Sorted<Instant, Taken>;

/// What one trainer, dog or owner has to do. Lessons and claims are kept together because every
/// booking writes both.
#[derive(Debug)]
pub(super) struct Diary {
    /// Every booking by its start, also a cancelled one.
    pub(super) lessons: Lessons,
    /// How many of them are pending or accepted.
    pub(super) active: u64,
    /// The time that is taken; an owner's never is.
    claims: Claims,
}

impl Diary {
    /// Returns the bookings that start at or after an instant, by start and id.
    pub(super) fn since(&self, from: Instant) -> impl Iterator<Item = &Versioned<Booking>> {
        self.lessons.from((from, BookingId::least())).map(|(_, booking)| &**booking)
    }

    /// Returns the bookings that claim time, by their starts.
    pub(super) fn claimed_by(&self) -> impl Iterator<Item = BookingId> {
        self.claims.iter().map(|(_, taken)| taken.booking)
    }

    /// Says whether a booking claims a time.
    fn holds(&self, during: Interval, booking: BookingId) -> bool {
        let taken = self.claims.get(&during.start());
        taken.is_some_and(|taken| taken.booking == booking && taken.end == during.end())
    }

    /// Returns the bookings that may take time of a range, by start and id.
    pub(super) fn around(&self, range: Interval) -> impl Iterator<Item = &Shared<Booking>> {
        let from = range.start().saturating_add(-(LONGEST_LESSON + LONGEST_BUFFER));
        let until = range.end().saturating_add(LONGEST_BUFFER);
        let lessons = self.lessons.from((from, BookingId::least()));
        lessons.take_while(move |((start, _), _)| *start < until).map(|(_, booking)| booking)
    }

    /// Returns the time of a range that bookings take: of those that are not cancelled and meet it with
    /// their buffers.
    pub(super) fn time_taken<'b>(
        &self,
        bookings: impl IntoIterator<Item = &'b Versioned<Booking>>,
        range: Interval,
    ) -> Vec<Occupancy> {
        let bookings = bookings.into_iter().filter(|it| it.status != BookingStatus::Cancelled);
        bookings
            .map(|booking| Occupancy::of(booking))
            .filter(|booking| booking.occupied.overlaps(range))
            .map(|booking| Occupancy {
                // What is active claims its time for sure.
                claims_trainer: booking.status.is_active()
                    || self.holds(booking.occupied, booking.booking),
                ..booking
            })
            .collect()
    }

    fn file(&mut self, booking: &Shared<Booking>, edit: Edit) {
        edit.put(&mut self.lessons, (booking.session.start(), booking.id), booking);
        if booking.status.is_active() {
            edit.count(&mut self.active);
        }
    }
}

impl Default for Diary {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl Kept for Diary {
    const NOTHING: Self = Self { lessons: Lessons::NEW, active: 0, claims: Claims::NEW };

    fn is_nothing(&self) -> bool {
        self.lessons.is_empty() && self.claims.is_empty()
    }
}

/// Everybody's diaries. No two claims in one of them ever overlap.
#[derive(Debug, Default)]
pub(super) struct Diaries {
    trainers: Under<TrainerId, Diary>,
    dogs: Under<DogId, Diary>,
    owners: Under<OwnerId, Diary>,
    claims: u64,
    /// Claims of completed bookings by their ends, which is when they are due for release.
    finished: Timeline<BookingId>,
}

impl Diaries {
    /// Returns a trainer's diary.
    pub(super) fn of_trainer(&self, trainer: TrainerId) -> &Diary {
        self.trainers.of(trainer)
    }

    /// Returns a dog's diary.
    pub(super) fn of_dog(&self, dog: DogId) -> &Diary {
        self.dogs.of(dog)
    }

    /// Returns an owner's diary.
    pub(super) fn of_owner(&self, owner: OwnerId) -> &Diary {
        self.owners.of(owner)
    }

    /// Adds a booking to its diaries, or removes it; its claims are [written](Self::replace) apart.
    pub(super) fn file(&mut self, booking: &Shared<Booking>, edit: Edit) {
        self.trainers.edit(booking.trainer, |diary| diary.file(booking, edit));
        self.dogs.edit(booking.dog, |diary| diary.file(booking, edit));
        self.owners.edit(booking.owner, |diary| diary.file(booking, edit));
    }

    /// Returns the number of claims.
    pub(super) fn claims(&self) -> u64 {
        self.claims
    }

    /// Returns the claims of completed bookings by their ends.
    pub(super) fn finished(&self) -> &Timeline<BookingId> {
        &self.finished
    }

    /// Returns all claims, those of one resource by their starts.
    pub(super) fn all_claims(&self) -> impl Iterator<Item = Claim> {
        let of_trainers =
            self.trainers.iter().map(|(id, diary)| (Resource::Trainer(*id), &diary.claims));
        let of_dogs = self.dogs.iter().map(|(id, diary)| (Resource::Dog(*id), &diary.claims));
        of_trainers.chain(of_dogs).flat_map(|(resource, claims)| {
            claims.iter().filter_map(move |(start, taken)| {
                let during = Interval::new(*start, taken.end).ok()?;
                Some(Claim { resource, during, booking: taken.booking })
            })
        })
    }

    /// Says whether a claim is there.
    pub(super) fn holds(&self, claim: &Claim) -> bool {
        let Claim { resource, during, booking } = *claim;
        match resource {
            Resource::Trainer(trainer) => self.trainers.of(trainer).holds(during, booking),
            Resource::Dog(dog) => self.dogs.of(dog).holds(during, booking),
        }
    }

    /// Returns the claims that a stored booking holds, its trainer's first.
    pub(super) fn held_by(&self, booking: &Booking) -> impl Iterator<Item = Claim> {
        [booking.trainer_claim(), booking.dog_claim()].into_iter().filter(|claim| self.holds(claim))
    }

    /// Says whether no claim overlaps this one.
    ///
    /// Claims of a resource do not overlap, so the last one that begins before the end of this one
    /// also ends last: it alone can be in the way.
    pub(super) fn is_free(&self, claim: &Claim) -> bool {
        let end = Bound::Excluded(claim.during.end());
        let nearest = self.claims_of(claim.resource).up_to(end).next();
        nearest.is_none_or(|(_, taken)| taken.end <= claim.during.start())
    }

    /// Puts a claim in the place of another, or of none, and returns that.
    pub(super) fn replace(&mut self, place: Place, taken: Option<Taken>) -> Option<Taken> {
        let (resource, start) = place;
        let put = |claims: &mut Claims| match taken {
            Some(taken) => claims.insert(start, taken),
            None => claims.remove(&start),
        };
        let old = match resource {
            Resource::Trainer(trainer) => {
                self.trainers.edit(trainer, |diary| put(&mut diary.claims))
            }
            Resource::Dog(dog) => self.dogs.edit(dog, |diary| put(&mut diary.claims)),
        };
        self.count(old, Edit::Remove);
        self.count(taken, Edit::Add);
        old
    }

    fn claims_of(&self, resource: Resource) -> &Claims {
        match resource {
            Resource::Trainer(trainer) => &self.trainers.of(trainer).claims,
            Resource::Dog(dog) => &self.dogs.of(dog).claims,
        }
    }

    fn count(&mut self, taken: Option<Taken>, edit: Edit) {
        let Some(Taken { end, booking, is_completed, .. }) = taken else { return };
        edit.count(&mut self.claims);
        if is_completed {
            edit.set(&mut self.finished, (end, booking));
        }
    }
}

/// Returns where a claim begins.
pub(super) fn place(claim: &Claim) -> Place {
    (claim.resource, claim.during.start())
}

/// Returns what begins there; a completed booking's claim is due for release once it is over.
pub(super) fn taken(claim: &Claim, is_completed: bool) -> Taken {
    Taken { end: claim.during.end(), booking: claim.booking, is_completed }
}
