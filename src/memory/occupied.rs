//! The time that bookings take of trainers and dogs.

use std::ops::Bound;

use super::{
    index::{Edit, Timeline, Under},
    sorted::Sorted,
};
use crate::{
    booking::{Booking, Claim, Resource},
    ids::{BookingId, DogId, TrainerId},
    time::{Instant, Interval},
};

/// Where a claim begins; no two claims begin in one place.
pub(super) type Place = (Resource, Instant);

/// What begins in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    end: Instant,
    booking: BookingId,
    is_completed: bool,
}

/// The claims of one trainer or dog by their starts.
type Claims = Sorted<Instant, Taken>;

/// The claims of all bookings. No two of one resource ever overlap.
#[derive(Debug, Default)]
pub(super) struct Occupied {
    trainers: Under<TrainerId, Claims>,
    dogs: Under<DogId, Claims>,
    count: u64,
    /// Claims of completed bookings by their ends, which is when they are due for release.
    finished: Timeline<BookingId>,
}

impl Occupied {
    /// Returns the number of claims.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns the claims of completed bookings by their ends.
    pub(super) fn finished(&self) -> &Timeline<BookingId> {
        &self.finished
    }

    /// Returns all claims, those of one resource by their starts.
    pub(super) fn iter(&self) -> impl Iterator<Item = Claim> {
        let of_trainers = self.trainers.iter().map(|(id, claims)| (Resource::Trainer(*id), claims));
        let of_dogs = self.dogs.iter().map(|(id, claims)| (Resource::Dog(*id), claims));
        of_trainers.chain(of_dogs).flat_map(|(resource, claims)| {
            claims.iter().filter_map(move |(start, taken)| {
                let during = Interval::new(*start, taken.end).ok()?;
                Some(Claim { resource, during, booking: taken.booking })
            })
        })
    }

    /// Says whether a claim is there.
    pub(super) fn holds(&self, claim: &Claim) -> bool {
        let taken = self.of(claim.resource).get(&claim.during.start());
        taken.is_some_and(|taken| taken.booking == claim.booking && taken.end == claim.during.end())
    }

    /// Returns the claims that a stored booking holds, its trainer's first.
    pub(super) fn held_by(&self, booking: &Booking) -> impl Iterator<Item = Claim> {
        [booking.trainer_claim(), booking.dog_claim()].into_iter().filter(|claim| self.holds(claim))
    }

    /// Says whether any time of a resource is taken.
    pub(super) fn is_taken(&self, resource: Resource) -> bool {
        !self.of(resource).is_empty()
    }

    /// Says whether no claim overlaps this one.
    ///
    /// Claims of a resource do not overlap, so the last one that begins before the end of this one
    /// also ends last: it alone can be in the way.
    pub(super) fn is_free(&self, claim: &Claim) -> bool {
        let nearest = self.of(claim.resource).up_to(Bound::Excluded(claim.during.end())).next();
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
            Resource::Trainer(trainer) => self.trainers.edit(trainer, put),
            Resource::Dog(dog) => self.dogs.edit(dog, put),
        };
        self.file(old, Edit::Remove);
        self.file(taken, Edit::Add);
        old
    }

    fn of(&self, resource: Resource) -> &Claims {
        match resource {
            Resource::Trainer(trainer) => self.trainers.of(trainer),
            Resource::Dog(dog) => self.dogs.of(dog),
        }
    }

    fn file(&mut self, taken: Option<Taken>, edit: Edit) {
        let Some(Taken { end, booking, is_completed, .. }) = taken else { return };
        edit.count(&mut self.count);
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
