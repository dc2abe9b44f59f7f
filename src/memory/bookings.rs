//! Bookings, series, proposals to move a booking, and the time that bookings take.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{
    MemoryRepository,
    diaries::{Diaries, LONGEST_LESSON, Lessons},
    index::{Edit, Index, Least, Pairs, Timeline},
    sorted::Sorted,
    stored::{Shared, Stored},
    tables::{Row, Tables},
};
use crate::{
    booking::{Booking, BookingStatus, Claim, ProposalStatus, Reschedule, Series},
    ids::{BookingId, DogId, PaymentId, RescheduleId, SeriesId, TrainerId, UserId},
    repository::{
        BookingFile, BookingQueries, Cursor, LapsedHold, Lesson, LessonFilter, Occupancy, Page,
        PageRequest, Result, UniqueKey, Versioned,
    },
    time::{Instant, Interval},
};

impl Row for Series {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(_: &Shared<Self>, (): &mut (), _: Edit) {}
}

/// How bookings are found.
#[derive(Debug, Default)]
pub(super) struct BookingIndexes {
    start: Lessons,
    /// By trainer, dog and owner.
    pub(super) diaries: Diaries,
    series: Pairs<SeriesId, (Instant, BookingId)>,
    /// Pending ones by the end of their hold.
    pub(super) hold_end: Timeline<BookingId>,
    /// Cancelled ones that hold words of who cancelled.
    pub(super) cancelled_by: Index<UserId, BookingId>,
    /// Accepted ones.
    pub(super) accepted_start: Timeline<BookingId>,
    /// Accepted ones.
    pub(super) accepted_end: Timeline<BookingId>,
}

impl Row for Booking {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = BookingIndexes;

    fn file(row: &Shared<Self>, by: &mut BookingIndexes, edit: Edit) {
        let at_start = (row.session.start(), row.id);
        edit.put(&mut by.start, at_start, row);
        by.diaries.file(row, edit);
        if let Some(series) = row.series {
            edit.pair(&mut by.series, series, at_start);
        }
        let words = row.cancellation.as_ref().filter(|cancellation| cancellation.reason.is_some());
        if let Some(user) = words.and_then(|cancellation| cancellation.by) {
            edit.index(&mut by.cancelled_by, user, row.id);
        }
        if let Some(expires_at) = row.hold_expires_at {
            edit.set(&mut by.hold_end, (expires_at, row.id));
        }
        if row.status == BookingStatus::Accepted {
            edit.set(&mut by.accepted_start, at_start);
            edit.set(&mut by.accepted_end, (row.session.end(), row.id));
        }
    }

    fn gave_way(&self, tables: &mut Tables) {
        let parties = |booking: &Self| (booking.trainer, booking.owner);
        let now = tables.bookings.get(self.id);
        if now.is_some_and(|now| parties(now) != parties(self)) {
            let payments: Vec<PaymentId> =
                tables.payments.by.booking.of(self.id).copied().collect();
            payments.into_iter().for_each(|payment| tables.keep_parties(payment));
        }
    }
}

/// How proposals are found; a booking's open one by its unique value.
#[derive(Debug, Default)]
pub(super) struct RescheduleIndexes {
    /// Open ones by their expiry.
    pub(super) open_until: Timeline<RescheduleId>,
}

impl Row for Reschedule {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = RescheduleIndexes;

    fn file(row: &Shared<Self>, by: &mut RescheduleIndexes, edit: Edit) {
        if row.status == ProposalStatus::Open {
            edit.set(&mut by.open_until, (row.expires_at, row.id));
        }
    }
}

impl Tables {
    /// Returns a trainer's bookings that start at or after an instant, by start and id.
    pub(super) fn bookings_of(
        &self,
        trainer: TrainerId,
        from: Instant,
    ) -> impl Iterator<Item = &Versioned<Booking>> {
        self.bookings.by.diaries.of_trainer(trainer).since(from)
    }

    /// Returns a dog's pending and accepted bookings whose session meets a range, by start and id.
    pub(super) fn sessions_of(&self, dog: DogId, range: Interval) -> Vec<Occupancy> {
        let from = range.start().saturating_add(-LONGEST_LESSON);
        let diary = self.bookings.by.diaries.of_dog(dog);
        diary
            .since(from)
            .take_while(|booking| booking.session.start() < range.end())
            .filter(|booking| booking.status.is_active() && booking.session.overlaps(range))
            .map(|booking| Occupancy::of(booking))
            .collect()
    }

    /// Returns those of some bookings that are lapsed, once each, by start and id.
    pub(super) fn lapsed<'b>(
        &self,
        bookings: impl Iterator<Item = &'b Occupancy>,
        now: Instant,
    ) -> Vec<LapsedHold> {
        let lapsed: BTreeSet<_> = bookings
            .filter(|booking| booking.is_lapsed(now))
            .map(|booking| (booking.session.start(), booking.booking))
            .collect();
        let bookings = lapsed.into_iter().filter_map(|(_, id)| self.bookings.get(id));
        bookings.filter_map(|booking| self.lapsed_hold(booking)).collect()
    }

    fn lapsed_hold(&self, booking: &Versioned<Booking>) -> Option<LapsedHold> {
        let owner = self.owners.get(booking.owner)?.user;
        let trainer = self.trainers.get(booking.trainer)?.user;
        Some(LapsedHold {
            booking: booking.clone(),
            owner: (owner, self.muted(owner)),
            trainer: (trainer, self.muted(trainer)),
            payments: self.payments_of(booking.id),
            refunds: self.refunds_over(booking.id),
            disputes: self.disputes_over(booking.id),
            proposal: self.unique(&UniqueKey::OpenProposal(booking.id)).cloned(),
        })
    }

    /// Loads a booking with everything around it.
    pub(super) fn booking_file(&self, id: BookingId) -> Option<BookingFile> {
        let booking = self.bookings.cloned(id)?;
        let trainer = self.trainers.cloned(booking.trainer)?;
        let owner = self.owners.cloned(booking.owner)?;
        Some(BookingFile {
            trainer_party: self.party(trainer.user)?,
            owner_party: self.party(owner.user)?,
            dog: self.dogs.cloned(booking.dog)?,
            proposal: self.unique(&UniqueKey::OpenProposal(id)).cloned(),
            payments: self.payments_of(id),
            refunds: self.refunds_over(id),
            disputes: self.disputes_over(id),
            review: self.unique(&UniqueKey::BookingReview(id)).cloned(),
            is_paid_out: self.is_paid_out(id),
            booking,
            trainer,
            owner,
        })
    }

    /// Loads the bookings of a series that start at or after an instant, by start and id.
    pub(super) fn series_files(&self, series: SeriesId, from: Instant) -> Vec<BookingFile> {
        let bookings = self.bookings.by.series.of_since(series, (from, BookingId::least()));
        bookings.filter_map(|(_, id)| self.booking_file(*id)).collect()
    }

    fn lessons(&self, filter: &LessonFilter, page: PageRequest) -> Page<Lesson> {
        let by = &self.bookings.by;
        let first = (filter.from.unwrap_or(Instant::MIN), BookingId::least());
        let seen = page.cursor().map(|seen| (seen.at(), BookingId::from_uuid(seen.id())));
        let first = seen.map_or(first, |seen| seen.max(first));
        let lessons = match filter {
            LessonFilter { dog: Some(dog), .. } => &by.diaries.of_dog(*dog).lessons,
            LessonFilter { owner: Some(owner), .. } => &by.diaries.of_owner(*owner).lessons,
            LessonFilter { trainer: Some(trainer), .. } => &by.diaries.of_trainer(*trainer).lessons,
            _ => &by.start,
        };
        let rows = lessons
            .from(first)
            .filter(|(key, _)| seen != Some(*key))
            .take_while(|((start, _), _)| filter.until.is_none_or(|until| *start < until))
            .map(|(_, booking)| booking)
            .filter(|booking| meets(filter, booking))
            .filter_map(|booking| self.lesson(booking))
            .take(usize::from(page.limit()) + 1);
        Page::cut(rows.collect(), page, |last| {
            Cursor::new(last.booking.session.start(), last.booking.id.as_uuid())
        })
    }

    pub(super) fn lesson(&self, booking: &Versioned<Booking>) -> Option<Lesson> {
        let trainer = self.users.get(self.trainers.get(booking.trainer)?.user)?;
        let owner = self.users.get(self.owners.get(booking.owner)?.user)?;
        let service = booking.service.and_then(|service| self.services.get(service));
        Some(Lesson {
            trainer_user: trainer.id,
            trainer_name: (trainer.first_name.clone(), trainer.last_name.clone()),
            owner_user: owner.id,
            owner_first_name: owner.first_name.clone(),
            dog_name: self.dogs.get(booking.dog)?.name.clone(),
            service_name: service.map(|service| service.name.clone()),
            booking: booking.clone(),
        })
    }

    /// Recomputes all claims from all bookings.
    fn mismatched_claims(&self) -> BTreeSet<BookingId> {
        let claims = self.bookings.by.diaries.all_claims().filter(|claim| {
            let booking = self.bookings.get(claim.booking);
            booking.is_none_or(|booking| !may_hold(booking, claim))
        });
        let bookings = self.bookings.iter().filter(|booking| {
            booking.status.is_active() && self.bookings.by.diaries.held_by(booking).count() < 2
        });
        let claims = claims.map(|claim| claim.booking);
        claims.chain(bookings.map(|booking| booking.id)).collect()
    }
}

fn meets(filter: &LessonFilter, booking: &Booking) -> bool {
    filter.trainer.is_none_or(|trainer| booking.trainer == trainer)
        && filter.owner.is_none_or(|owner| booking.owner == owner)
        && filter.dog.is_none_or(|dog| booking.dog == dog)
        && (filter.statuses.is_empty() || filter.statuses.contains(&booking.status))
}

fn may_hold(booking: &Booking, claim: &Claim) -> bool {
    let (trainer, dog) = (booking.status.claims_trainer(), booking.status.claims_dog());
    (trainer && *claim == booking.trainer_claim()) || (dog && *claim == booking.dog_claim())
}

#[async_trait]
impl BookingQueries for MemoryRepository {
    async fn booking(&self, id: BookingId) -> Result<Option<Versioned<Booking>>> {
        Ok(self.read().bookings.cloned(id))
    }

    async fn lessons(&self, filter: &LessonFilter, page: PageRequest) -> Result<Page<Lesson>> {
        Ok(self.read().lessons(filter, page))
    }

    async fn claims(&self, booking: BookingId) -> Result<Vec<Claim>> {
        let tables = self.read();
        let booking = tables.bookings.get(booking);
        Ok(booking
            .map_or_else(Vec::new, |booking| tables.bookings.by.diaries.held_by(booking).collect()))
    }

    async fn mismatched_claims(&self, limit: u16) -> Result<Vec<BookingId>> {
        Ok(self.read().mismatched_claims().into_iter().take(limit.into()).collect())
    }
}
