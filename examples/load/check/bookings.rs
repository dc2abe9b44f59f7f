//! The bookings as they are stored, and how they differ from what the trail tells.

use std::collections::HashMap;

use sitstay::{
    booking::{Booking, BookingStatus, Claim, Resource},
    ids::{BookingId, DogId, OwnerId, ServiceId, TrainerId, UserId},
    money::Money,
    repository::{Census, Lesson, LessonFilter, PageRequest, Repository, RepositoryError, Table},
    time::Interval,
};

use super::{
    Findings, Promise, Told, rows_of,
    together::together,
    trail::{ToldBooking, Trail},
};

/// What is kept of a stored booking.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: BookingId,
    pub(super) trainer: TrainerId,
    pub(super) owner: OwnerId,
    pub(super) owner_user: UserId,
    pub(super) dog: DogId,
    pub(super) service: Option<ServiceId>,
    pub(super) session: Interval,
    pub(super) occupied: Interval,
    pub(super) status: BookingStatus,
    pub(super) price: Money,
    pub(super) fee: Money,
}

impl Stored {
    fn of(lesson: &Lesson) -> Self {
        let booking: &Booking = &lesson.booking;
        Self {
            id: booking.id,
            trainer: booking.trainer,
            owner: booking.owner,
            owner_user: lesson.owner_user,
            dog: booking.dog,
            service: booking.service,
            session: booking.session,
            occupied: booking.occupied(),
            status: booking.status,
            price: booking.price.money(),
            fee: booking.fee,
        }
    }
}

/// Every stored booking, by start and id.
#[derive(Debug, Default)]
pub(super) struct Bookings {
    pub(super) all: Vec<Stored>,
    by_id: HashMap<BookingId, usize>,
}

impl Bookings {
    /// Lists every booking, and compares each with what the trail tells of it.
    pub(super) async fn read(
        repository: &dyn Repository,
        trail: &Trail,
        findings: &mut Findings,
        told: Told<'_>,
    ) -> Result<Self, RepositoryError> {
        let mut bookings = Self::default();
        let (filter, mut after) = (LessonFilter::default(), None);
        loop {
            let page = repository.lessons(&filter, PageRequest::MAX.after(after)).await?;
            told(page.items.len());
            for lesson in &page.items {
                compare(&lesson.booking, trail.bookings.get(&lesson.booking.id), findings);
                bookings.add(lesson, findings);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        findings.look_at("bookings", bookings.all.len());
        Ok(bookings)
    }

    fn add(&mut self, lesson: &Lesson, findings: &mut Findings) {
        let stored = Stored::of(lesson);
        let id = stored.id;
        if self.by_id.insert(id, self.all.len()).is_some() {
            findings.add(Promise::Orphans, || format!("booking {id} is listed twice"));
        }
        self.all.push(stored);
    }

    pub(super) fn find(&self, id: BookingId) -> Option<&Stored> {
        self.by_id.get(&id).and_then(|&place| self.all.get(place))
    }

    /// Checks the list as a whole, and the claims.
    pub(super) async fn check(
        &self,
        repository: &dyn Repository,
        trail: &Trail,
        census: &Census,
        findings: &mut Findings,
    ) -> Result<(), RepositoryError> {
        for id in trail.bookings.keys().filter(|id| !self.by_id.contains_key(id)) {
            findings.add(Promise::Audit, || {
                format!("the trail tells of booking {id}, which is not there")
            });
        }
        // Who lists bookings lists them with names; one without its people is left out.
        let (rows, listed) = (rows_of(census, Table::Booking), self.all.len() as u64);
        findings.require(rows == listed, Promise::Orphans, || {
            format!("{rows} bookings are stored, and {listed} can be listed")
        });
        self.check_claims(repository, trail, census, findings).await
    }

    /// Reads the claims of whatever should have any; their number says whether there are others.
    async fn check_claims(
        &self,
        repository: &dyn Repository,
        trail: &Trail,
        census: &Census,
        findings: &mut Findings,
    ) -> Result<(), RepositoryError> {
        let due: Vec<(BookingId, Vec<Claim>)> = self
            .all
            .iter()
            .map(|booking| (booking.id, claims(booking, trail)))
            .filter(|(_, claims)| !claims.is_empty())
            .collect();
        let stored = together(due.iter().map(|(id, _)| repository.claims(*id))).await?;
        for ((id, due), stored) in due.iter().zip(&stored) {
            findings.require(due == stored, Promise::Claims, || {
                format!("booking {id} should claim {due:?}, and claims {stored:?}")
            });
        }
        let number = due.iter().map(|(_, claims)| claims.len() as u64).sum::<u64>();
        findings.require(number == census.claims, Promise::Claims, || {
            format!("there should be {number} claims, and there are {}", census.claims)
        });
        findings.look_at("claims", usize::try_from(number).unwrap_or(usize::MAX));
        Ok(())
    }
}

/// The claims that a booking should have, the trainer's first.
fn claims(booking: &Stored, trail: &Trail) -> Vec<Claim> {
    let Stored { id, trainer, dog, session, occupied, status, .. } = *booking;
    let mut claims = Vec::new();
    if holds_trainer(booking, trail) {
        let resource = Resource::Trainer(trainer);
        claims.push(Claim { resource, during: occupied, booking: id });
    }
    if status.claims_dog() {
        claims.push(Claim { resource: Resource::Dog(dog), during: session, booking: id });
    }
    claims
}

/// Says whether a booking still holds its trainer's time.
pub(super) fn holds_trainer(booking: &Stored, trail: &Trail) -> bool {
    let is_released = trail.bookings.get(&booking.id).is_some_and(|told| told.is_released);
    booking.status.claims_trainer() && !is_released
}

fn compare(booking: &Booking, told: Option<&ToldBooking>, findings: &mut Findings) {
    let stored = ToldBooking {
        trainer: booking.trainer,
        owner: booking.owner,
        dog: booking.dog,
        session: booking.session,
        price: booking.price.money(),
        status: booking.status,
        cancel_kind: booking.cancellation.as_ref().map(|cancelled| cancelled.kind),
        attendance: booking.attendance,
        is_released: told.is_some_and(|told| told.is_released),
    };
    findings.require(told == Some(&stored), Promise::Audit, || {
        format!("booking {} is {stored:?}, and the trail tells {told:?}", booking.id)
    });
}
