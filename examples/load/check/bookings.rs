//! The bookings as they are stored, and how they differ from what the trail tells.

use std::collections::HashMap;

use sitstay::{
    booking::{Booking, BookingStatus},
    ids::{BookingId, DogId, OwnerId, ServiceId, TrainerId, UserId},
    money::Money,
    repository::{Census, Lesson, LessonFilter, PageRequest, Repository, RepositoryError, Table},
    time::Interval,
};

use super::{
    Findings, Promise, Told, rows_of,
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
        for id in repository.mismatched_claims(100).await? {
            findings.add(Promise::Claims, || format!("the claims of booking {id} are not its own"));
        }
        let due: u64 = self.all.iter().map(|booking| claims(booking, trail)).sum();
        let stored = census.claims;
        findings.require(due == stored, Promise::Claims, || {
            format!("there should be {due} claims, and there are {stored}")
        });
        Ok(())
    }
}

/// How many claims a booking should have.
fn claims(booking: &Stored, trail: &Trail) -> u64 {
    match booking.status {
        BookingStatus::Pending | BookingStatus::Accepted => 2,
        BookingStatus::Completed => u64::from(holds_trainer(booking, trail)),
        BookingStatus::Cancelled => 0,
    }
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
