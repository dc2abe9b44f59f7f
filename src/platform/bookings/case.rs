//! A booking at hand: who acts on it, and what its end or its move writes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    audit::{Event, Subject, SubjectKind},
    authority::{Capacity, Denied},
    booking::{
        Booking, BookingStatus, CancelKind, Occasion, ProposalStatus, Reschedule, Taker, Verb,
    },
    ids::{PaymentId, UserId},
    money::{BasisPoints, Money},
    notification::NotificationKind,
    payment::{Dispute, Payment, PaymentFile, Refund, Settlement},
    platform::{Error, acting::Acting, work::Work},
    repository::{BookingFile, LapsedHold, Occupancy, Schedule, Versioned},
    text::Reason,
};

/// Finds out on which side of a booking somebody acts.
///
/// Whose booking it is not, does not learn that it exists.
pub(in crate::platform) fn side(acting: &Acting, file: &BookingFile) -> Result<Taker, Error> {
    match acting.capacity {
        Capacity::Owner if acting.owner_id() == Some(file.booking.owner) => Ok(Taker::Owner),
        Capacity::Trainer if acting.trainer_id() == Some(file.booking.trainer) => {
            Ok(Taker::Trainer)
        }
        Capacity::Admin => {
            no_party_as_admin(acting, file)?;
            Ok(Taker::Admin)
        }
        Capacity::System => Ok(Taker::System),
        _ => Err(Error::NotFound(SubjectKind::Booking)),
    }
}

/// An admin decides as admin over nothing that they are party to.
pub(in crate::platform) fn no_party_as_admin(
    acting: &Acting,
    file: &BookingFile,
) -> Result<(), Denied> {
    let user = acting.user_id();
    let is_party =
        user == Some(file.owner_party.user.id) || user == Some(file.trainer_party.user.id);
    if acting.is(Capacity::Admin) && is_party { Err(Denied::IsParty) } else { Ok(()) }
}

/// The file of a booking, if there is one.
pub(in crate::platform) fn found(file: Option<BookingFile>) -> Result<BookingFile, Error> {
    file.ok_or(Error::NotFound(SubjectKind::Booking))
}

pub(in crate::platform) fn subject(booking: &Booking) -> Subject {
    Subject::new(SubjectKind::Booking, booking.id)
}

type Muted = BTreeSet<NotificationKind>;

/// What the end of a booking touches.
#[derive(Debug, Clone, Copy)]
pub(in crate::platform) struct Case<'a> {
    pub(in crate::platform) booking: &'a Versioned<Booking>,
    owner: (UserId, &'a Muted),
    trainer: (UserId, &'a Muted),
    payments: &'a [Versioned<Payment>],
    pub(in crate::platform) refunds: &'a [Versioned<Refund>],
    pub(in crate::platform) disputes: &'a [Versioned<Dispute>],
    proposal: Option<&'a Versioned<Reschedule>>,
    parties_active: bool,
    trainer_suspended: bool,
}

/// What has to go back of each payment for a booking.
#[derive(Debug, Default)]
pub(super) struct Obliged(BTreeMap<PaymentId, Settlement>);

impl Obliged {
    /// Returns what becomes due: of one payment, because nothing is left of others.
    pub(super) fn refund_due(&self) -> Option<Money> {
        self.0.values().find_map(Settlement::refund_due)
    }
}

impl<'a> From<&'a BookingFile> for Case<'a> {
    fn from(file: &'a BookingFile) -> Self {
        let (owner, trainer) = (&file.owner_party, &file.trainer_party);
        Self {
            booking: &file.booking,
            owner: (owner.user.id, &owner.muted),
            trainer: (trainer.user.id, &trainer.muted),
            payments: &file.payments,
            refunds: &file.refunds,
            disputes: &file.disputes,
            proposal: file.proposal.as_ref(),
            parties_active: owner.user.is_active() && trainer.user.is_active(),
            trainer_suspended: !trainer.user.is_active(),
        }
    }
}

impl<'a> From<&'a LapsedHold> for Case<'a> {
    fn from(lapsed: &'a LapsedHold) -> Self {
        Self {
            booking: &lapsed.booking,
            owner: (lapsed.owner.0, &lapsed.owner.1),
            trainer: (lapsed.trainer.0, &lapsed.trainer.1),
            payments: &lapsed.payments,
            refunds: &lapsed.refunds,
            disputes: &lapsed.disputes,
            proposal: lapsed.proposal.as_ref(),
            // A hold lapses whoever is suspended, and gives everything back.
            parties_active: true,
            trainer_suspended: false,
        }
    }
}

impl Case<'_> {
    pub(super) fn occasion(&self, work: &Work<'_>, taker: Taker) -> Occasion {
        Occasion {
            taker,
            user: if taker == Taker::System { None } else { work.call.actor.user() },
            now: work.now(),
            parties_active: self.parties_active,
            auto_complete_after: work.policy.auto_complete_after,
        }
    }

    /// Ends the booking by a verb that cancels, with everything that follows from it: its refund,
    /// its open proposal, its audit entry and its notifications. Returns what goes back.
    pub(super) fn end(
        &self,
        work: &mut Work<'_>,
        verb: Verb,
        taker: Taker,
        reason: Option<Reason>,
    ) -> Result<Option<Money>, Error> {
        let booking = self.booking;
        let share = booking.refund_share(verb, taker, self.trainer_suspended, work.now());
        let ended =
            booking.clone().into_value().cancel(verb, &self.occasion(work, taker), reason)?;
        let kind = ended.cancellation.as_ref().map_or(CancelKind::Cancelled, |ended| ended.kind);
        let obliged = self.oblige(work, &ended, share)?;
        let refund_due = obliged.refund_due();
        work.changes.update(booking.with(ended));
        let event = Event::BookingCancelled { booking: booking.id, kind, refund_due };
        if taker == Taker::System {
            work.record_by_system(event);
        } else {
            work.record(event);
        }
        self.close_proposal(work)?;
        let (owner, trainer) = match kind {
            CancelKind::Declined => (Some(NotificationKind::BookingDeclined), None),
            CancelKind::Withdrawn => (None, Some(NotificationKind::BookingWithdrawn)),
            CancelKind::Expired => {
                (Some(NotificationKind::BookingExpired), Some(NotificationKind::BookingExpired))
            }
            CancelKind::Cancelled => {
                (Some(NotificationKind::BookingCancelled), Some(NotificationKind::BookingCancelled))
            }
        };
        self.tell(work, owner, trainer);
        self.settle_own(work, obliged);
        Ok(refund_due)
    }

    /// Decides what has to go back, a share of the price, now that the booking will be another.
    ///
    /// A payment that went back already owes it as well: what went back may return.
    pub(super) fn oblige(
        &self,
        work: &mut Work<'_>,
        booking: &Booking,
        share: BasisPoints,
    ) -> Result<Obliged, Error> {
        let (money, now) = (&work.policy.money, work.now());
        let mut obliged = Obliged::default();
        for payment in self.payments_for_it() {
            let rows = PaymentFile::gather(
                self.booking,
                payment,
                self.payments.iter().map(|payment| &**payment),
                self.refunds.iter().map(|refund| &**refund),
                self.disputes.iter().map(|dispute| &**dispute),
            );
            let settlement = rows.oblige(booking.clone(), share, money, &mut work.ids, now)?;
            obliged.0.insert(payment.id, settlement);
        }
        Ok(obliged)
    }

    /// Writes what was decided on the payments for the booking.
    pub(super) fn settle_own(&self, work: &mut Work<'_>, mut obliged: Obliged) {
        for payment in self.payments_for_it() {
            match obliged.0.remove(&payment.id) {
                Some(settlement) if !settlement.is_empty() => {
                    work.settle(self, payment, settlement);
                }
                // That nothing goes back rests on the payment as it was read.
                _ => work.changes.expect(payment),
            }
        }
    }

    /// The payments by which the booking is, or was, paid.
    fn payments_for_it(&self) -> impl Iterator<Item = &Versioned<Payment>> {
        self.payments.iter().filter(|payment| payment.status.was_paid() && !payment.surplus)
    }

    /// Writes a notification about the booking for one or both sides.
    pub(in crate::platform) fn tell(
        &self,
        work: &mut Work<'_>,
        owner: Option<NotificationKind>,
        trainer: Option<NotificationKind>,
    ) {
        self.tell_about(work, subject(self.booking), owner, trainer);
    }

    /// Writes a notification about something of the booking's for one or both sides.
    pub(in crate::platform) fn tell_about(
        &self,
        work: &mut Work<'_>,
        about: Subject,
        owner: Option<NotificationKind>,
        trainer: Option<NotificationKind>,
    ) {
        let sides = [(self.owner, owner), (self.trainer, trainer)];
        for ((user, muted), kind) in sides {
            if let Some(kind) = kind {
                work.notify_user(user, muted, kind, about);
            }
        }
    }

    /// Closes the open proposal, if there is one: what it would have moved is not there any more.
    pub(super) fn close_proposal(&self, work: &mut Work<'_>) -> Result<(), Error> {
        let Some(proposal) = self.proposal else { return Ok(()) };
        let closed = proposal.clone().into_value().close(ProposalStatus::Expired, work.now())?;
        work.record_by_system(Event::ProposalExpired {
            proposal: proposal.id,
            booking: self.booking.id,
        });
        work.changes.update(proposal.with(closed));
        Ok(())
    }
}

/// Ends the lapsed holds and releases the finished claims that stand in a booking's way; where
/// lessons are limited, every lapsed hold of the trainer's that is near enough to count.
///
/// `done` holds what was cleared before, for the lessons of a series.
pub(super) fn clear_way(
    work: &mut Work<'_>,
    schedule: &Schedule,
    wanted: &Booking,
    done: &mut BTreeSet<crate::ids::BookingId>,
) -> Result<(), Error> {
    let occupied = wanted.occupied();
    // A lapsed hold counts towards no limit. Where there is one, all of them end, so that none is
    // accepted by a call that still saw its hold running.
    let limited = schedule.trainer.policy.scheduling.has_limits();
    let stands = |rival: &Booking| {
        let same_trainer =
            rival.trainer == wanted.trainer && (limited || rival.occupied().overlaps(occupied));
        let same_dog = rival.dog == wanted.dog && rival.session.overlaps(wanted.session);
        rival.id != wanted.id && (same_trainer || same_dog)
    };
    for lapsed in schedule.lapsed.iter().filter(|lapsed| stands(&lapsed.booking)) {
        if done.insert(lapsed.booking.id) {
            Case::from(lapsed).end(work, Verb::Expire, Taker::System, None)?;
        }
    }
    let now = work.now();
    let is_over = |known: &&Occupancy| {
        known.status == BookingStatus::Completed
            && known.claims_trainer
            && known.occupied.end() <= now
            && known.occupied.overlaps(occupied)
    };
    for known in schedule.agenda.bookings.iter().filter(is_over) {
        if done.insert(known.booking) {
            work.changes.release(known.booking);
            work.record_by_system(Event::TimeReleased { booking: known.booking });
        }
    }
    Ok(())
}

/// Makes the commit fail if the calendar that was decided on has changed.
///
/// Where lessons are limited per day or week, the guard row is bumped too: the limit rests on
/// bookings that are absent, and whoever adds one makes the others look again.
pub(super) fn guard_calendar(work: &mut Work<'_>, schedule: &Schedule) {
    if schedule.trainer.policy.scheduling.has_limits() {
        work.changes.update(schedule.calendar.clone());
    } else {
        work.changes.expect(&schedule.calendar);
    }
}
