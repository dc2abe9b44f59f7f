//! The time that bookings take of trainers and dogs.

use std::collections::BTreeMap;

use super::index::{Edit, Timeline};
use crate::{
    booking::{Booking, Claim, Resource},
    ids::BookingId,
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

/// The claims of all bookings. No two of one resource ever overlap.
#[derive(Debug, Default)]
pub(super) struct Occupied {
    claims: BTreeMap<Place, Taken>,
    /// Claims of completed bookings by their ends, which is when they are due for release.
    finished: Timeline<BookingId>,
}

impl Occupied {
    /// Returns the number of claims.
    pub(super) fn len(&self) -> u64 {
        self.claims.len() as u64
    }

    /// Returns the claims of completed bookings by their ends.
    pub(super) fn finished(&self) -> &Timeline<BookingId> {
        &self.finished
    }

    /// Returns all claims, by resource and start.
    pub(super) fn iter(&self) -> impl Iterator<Item = Claim> {
        self.claims.iter().filter_map(|(&(resource, start), taken)| {
            let during = Interval::new(start, taken.end).ok()?;
            Some(Claim { resource, during, booking: taken.booking })
        })
    }

    /// Says whether a claim is there.
    pub(super) fn holds(&self, claim: &Claim) -> bool {
        self.claims
            .get(&place(claim))
            .is_some_and(|taken| taken.booking == claim.booking && taken.end == claim.during.end())
    }

    /// Returns the claims that a stored booking holds, its trainer's first.
    pub(super) fn held_by(&self, booking: &Booking) -> impl Iterator<Item = Claim> {
        [booking.trainer_claim(), booking.dog_claim()].into_iter().filter(|claim| self.holds(claim))
    }

    /// Says whether any time of a resource is taken.
    pub(super) fn is_taken(&self, resource: Resource) -> bool {
        self.claims.range((resource, Instant::MIN)..=(resource, Instant::MAX)).next().is_some()
    }

    /// Says whether no claim overlaps this one.
    ///
    /// Claims of a resource do not overlap, so the last one that begins before the end of this one
    /// also ends last: it alone can be in the way.
    pub(super) fn is_free(&self, claim: &Claim) -> bool {
        let nearest = self.claims.range(..(claim.resource, claim.during.end())).next_back();
        nearest.is_none_or(|((resource, _), taken)| {
            *resource != claim.resource || taken.end <= claim.during.start()
        })
    }

    /// Puts a claim in the place of another, or of none, and returns that.
    pub(super) fn replace(&mut self, place: Place, taken: Option<Taken>) -> Option<Taken> {
        let old = match taken {
            Some(taken) => self.claims.insert(place, taken),
            None => self.claims.remove(&place),
        };
        self.file(old, Edit::Remove);
        self.file(taken, Edit::Add);
        old
    }

    fn file(&mut self, taken: Option<Taken>, edit: Edit) {
        if let Some(Taken { end, booking, is_completed: true }) = taken {
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
