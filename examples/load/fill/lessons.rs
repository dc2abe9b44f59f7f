//! The bookings that are there before a run: most of them long over, a few still to come.

use chrono::TimeDelta;
use sitstay::{
    audit::{Event, Subject, SubjectKind},
    booking::{Attendance, Booking, BookingStatus, CancelKind, Cancellation, WallStart, Wish},
    cancellation::CancellationPolicy,
    ids::{BookingId, CommandId, UserId},
    money::{BasisPoints, split_fee},
    notification::NotificationKind,
    platform::{
        AcceptBooking, BookingEnded, CancelBooking, CompleteBooking, DeclineBooking, ExpireBooking,
        LessonCompleted, ReleaseTime, RequestBooking, Requested, WithdrawBooking,
    },
    policy::PlatformPolicy,
    repository::ChangeSet,
    time::{Instant, Interval},
};

use super::{
    super::{
        random::Random,
        town::{LESSON_MINUTES, OwnerSeat, PAUSE_MINUTES, Town, TrainerSeat, booking_policy},
    },
    Failure,
    past::PastCommand,
};

/// What becomes of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Completed(Attendance),
    Declined,
    Withdrawn,
    Expired,
    CancelledByOwner,
    Accepted,
    Pending,
}

/// Writes bookings, and the commands that brought them to where they stand.
pub(super) struct Lessons<'a> {
    pub(super) town: &'a Town,
    pub(super) terms: &'a PlatformPolicy,
    pub(super) random: &'a mut Random,
    pub(super) now: Instant,
    pub(super) given: &'a mut Vec<CommandId>,
    /// What is written first.
    pub(super) inserts: ChangeSet,
    /// What is written after that: the release of time that was taken.
    pub(super) releases: ChangeSet,
}

/// A booking that was completed, for whoever writes more about it.
pub(super) struct Completed<'a> {
    pub(super) booking: Booking,
    pub(super) seat: &'a TrainerSeat,
    pub(super) owner: OwnerSeat,
}

impl<'a> Lessons<'a> {
    /// Writes a lesson that began in the past.
    pub(super) fn past(
        &mut self,
        trainer: usize,
        start: Instant,
    ) -> Result<Option<Completed<'a>>, Failure> {
        let town = self.town;
        let seat = &town.trainers[trainer];
        let fate = match self.random.below(100) {
            0..3 => Fate::Completed(Attendance::OwnerNoShow),
            3 => Fate::Completed(Attendance::TrainerNoShow),
            4..84 => Fate::Completed(Attendance::Attended),
            84..90 if !seat.auto_accept => Fate::Declined,
            90..94 if !seat.auto_accept => Fate::Withdrawn,
            94..97 if !seat.auto_accept => Fate::Expired,
            _ => Fate::CancelledByOwner,
        };
        let asked = start.saturating_add(-TimeDelta::minutes(self.minutes(4 * 24 * 60, 24 * 60)));
        let owner = town.client_of(trainer, self.random);
        let booking = self.lesson(seat, owner, start, asked, fate)?;
        let is_completed = booking.status == BookingStatus::Completed;
        Ok(is_completed.then_some(Completed { booking, seat, owner }))
    }

    /// Writes a lesson that is to come, and returns it.
    pub(super) fn upcoming(&mut self, trainer: usize, start: Instant) -> Result<Booking, Failure> {
        let town = self.town;
        let seat = &town.trainers[trainer];
        let is_pending = !seat.auto_accept && self.random.in_percent(30);
        let fate = if is_pending { Fate::Pending } else { Fate::Accepted };
        let asked = self.now.saturating_add(-TimeDelta::minutes(self.minutes(3 * 60, 17 * 60)));
        let owner = town.client_of(trainer, self.random);
        self.lesson(seat, owner, start, asked, fate)
    }

    /// Draws a span of `least` minutes and up to so many more.
    fn minutes(&mut self, least: i64, more: u64) -> i64 {
        least + i64::try_from(self.random.below(more)).unwrap_or_default()
    }

    fn command<'c>(
        &mut self,
        id: CommandId,
        actor: Option<UserId>,
        at: Instant,
        changes: &'c mut ChangeSet,
    ) -> PastCommand<'c> {
        self.given.push(id);
        PastCommand::new(id, actor, at, changes)
    }

    fn lesson(
        &mut self,
        seat: &TrainerSeat,
        owner: OwnerSeat,
        start: Instant,
        asked: Instant,
        fate: Fate,
    ) -> Result<Booking, Failure> {
        let mut changes = std::mem::take(&mut self.inserts);
        let booking = self.request(seat, owner, start, asked, &mut changes)?;
        let booking = self.follow(seat, owner, booking, fate, &mut changes)?;
        changes.insert(booking.clone());
        self.inserts = changes;
        if booking.status == BookingStatus::Completed {
            self.release(&booking)?;
        }
        Ok(booking)
    }

    fn request(
        &mut self,
        seat: &TrainerSeat,
        owner: OwnerSeat,
        start: Instant,
        asked: Instant,
        changes: &mut ChangeSet,
    ) -> Result<Booking, Failure> {
        let policy = booking_policy(seat);
        let end = start.saturating_add(TimeDelta::minutes(LESSON_MINUTES.into()));
        let hold = asked.saturating_add(TimeDelta::minutes(policy.hold_minutes.into()));
        let accepted = seat.auto_accept;
        let booking = Booking {
            id: self.random.id::<BookingId>(asked),
            trainer: seat.trainer,
            owner: owner.owner,
            dog: owner.dog,
            service: Some(seat.service),
            session: Interval::new(start, end)?,
            buffer_before_minutes: 0,
            buffer_after_minutes: PAUSE_MINUTES,
            price: self.town.price,
            fee: split_fee(self.town.price, self.terms.fee).fee,
            cancellation_policy: CancellationPolicy::one_day(),
            status: if accepted { BookingStatus::Accepted } else { BookingStatus::Pending },
            hold_expires_at: (!accepted).then(|| hold.min(start)),
            wall_start: WallStart::of(start, &seat.zone),
            accepted_at: accepted.then_some(asked),
            cancellation: None,
            completed_at: None,
            attendance: None,
            refund_cap: BasisPoints::FULL,
            rescheduled_from: None,
            reschedules: 0,
            series: None,
            created_at: asked,
            updated_at: asked,
        };
        let request = RequestBooking {
            booking: booking.id,
            trainer: seat.trainer,
            dog: owner.dog,
            wish: Wish::Service(seat.service),
            start,
            quote: None,
        };
        let id = self.random.id(asked);
        let is_old = self.is_old(asked);
        let mut command = self.command(id, Some(owner.user), asked, changes);
        command.record(Event::BookingRequested {
            booking: booking.id,
            trainer: booking.trainer,
            owner: booking.owner,
            dog: booking.dog,
            session: booking.session,
            price: booking.price.money(),
            accepted,
            quote: None,
        });
        command.tell(seat.user, NotificationKind::BookingRequested, about(&booking), is_old);
        command.finish(&request, &Requested::from(&booking))?;
        Ok(booking)
    }

    /// What is older than two days was read.
    fn is_old(&self, at: Instant) -> bool {
        self.now.since(at) > TimeDelta::days(2)
    }

    /// Takes a booking from the request to its fate.
    fn follow(
        &mut self,
        seat: &TrainerSeat,
        owner: OwnerSeat,
        booking: Booking,
        fate: Fate,
        changes: &mut ChangeSet,
    ) -> Result<Booking, Failure> {
        let later = |hours| booking.created_at.saturating_add(TimeDelta::hours(hours));
        match fate {
            Fate::Pending => Ok(booking),
            Fate::Accepted => self.accept(seat, owner, booking, changes),
            Fate::Completed(attendance) => {
                let booking = self.accept(seat, owner, booking, changes)?;
                self.complete(seat, owner, booking, attendance, changes)
            }
            Fate::CancelledByOwner => {
                let at = later(30);
                let booking = self.accept(seat, owner, booking, changes)?;
                self.cancel(seat, owner, booking, (CancelKind::Cancelled, at), changes)
            }
            Fate::Declined => {
                let at = later(2);
                self.cancel(seat, owner, booking, (CancelKind::Declined, at), changes)
            }
            Fate::Withdrawn => {
                let at = later(3);
                self.cancel(seat, owner, booking, (CancelKind::Withdrawn, at), changes)
            }
            Fate::Expired => {
                let at = booking.hold_expires_at.unwrap_or(booking.created_at);
                self.cancel(seat, owner, booking, (CancelKind::Expired, at), changes)
            }
        }
    }

    fn accept(
        &mut self,
        seat: &TrainerSeat,
        owner: OwnerSeat,
        booking: Booking,
        changes: &mut ChangeSet,
    ) -> Result<Booking, Failure> {
        if booking.status == BookingStatus::Accepted {
            return Ok(booking);
        }
        let at = booking.created_at.saturating_add(TimeDelta::hours(1));
        let id = self.random.id(at);
        let is_old = self.is_old(at);
        let mut command = self.command(id, Some(seat.user), at, changes);
        command.record(Event::BookingAccepted { booking: booking.id });
        command.tell(owner.user, NotificationKind::BookingAccepted, about(&booking), is_old);
        command.finish(&AcceptBooking { booking: booking.id }, &())?;
        Ok(Booking {
            status: BookingStatus::Accepted,
            hold_expires_at: None,
            accepted_at: Some(at),
            updated_at: at,
            ..booking
        })
    }

    fn complete(
        &mut self,
        seat: &TrainerSeat,
        owner: OwnerSeat,
        booking: Booking,
        attendance: Attendance,
        changes: &mut ChangeSet,
    ) -> Result<Booking, Failure> {
        let at = booking.session.end().saturating_add(TimeDelta::minutes(5));
        let id = self.random.id(at);
        let is_old = self.is_old(at);
        let mut command = self.command(id, Some(seat.user), at, changes);
        command.record(Event::BookingCompleted { booking: booking.id, attendance });
        command.tell(owner.user, NotificationKind::BookingCompleted, about(&booking), is_old);
        let outcome = LessonCompleted { booking: booking.id, refund_due: None };
        command.finish(&CompleteBooking { booking: booking.id, attendance }, &outcome)?;
        Ok(Booking {
            status: BookingStatus::Completed,
            completed_at: Some(at),
            attendance: Some(attendance),
            updated_at: at,
            ..booking
        })
    }

    fn release(&mut self, booking: &Booking) -> Result<(), Failure> {
        let mut changes = std::mem::take(&mut self.releases);
        changes.release(booking.id);
        let id = self.random.id_of_the_system();
        let mut command = self.command(id, None, booking.occupied().end(), &mut changes);
        command.record(Event::TimeReleased { booking: booking.id });
        command.finish(&ReleaseTime { booking: booking.id }, &())?;
        self.releases = changes;
        Ok(())
    }

    fn cancel(
        &mut self,
        seat: &TrainerSeat,
        owner: OwnerSeat,
        booking: Booking,
        (kind, at): (CancelKind, Instant),
        changes: &mut ChangeSet,
    ) -> Result<Booking, Failure> {
        let id = booking.id;
        let (actor, owner_is_told, trainer_is_told) = match kind {
            CancelKind::Declined => (Some(seat.user), true, false),
            CancelKind::Withdrawn => (Some(owner.user), false, true),
            CancelKind::Expired => (None, true, true),
            CancelKind::Cancelled => (Some(owner.user), true, true),
        };
        let told = match kind {
            CancelKind::Declined => NotificationKind::BookingDeclined,
            CancelKind::Withdrawn => NotificationKind::BookingWithdrawn,
            CancelKind::Expired => NotificationKind::BookingExpired,
            CancelKind::Cancelled => NotificationKind::BookingCancelled,
        };
        let command_id = match kind {
            CancelKind::Expired => self.random.id_of_the_system(),
            _ => self.random.id(at),
        };
        let is_old = self.is_old(at);
        let mut command = self.command(command_id, actor, at, changes);
        command.record(Event::BookingCancelled { booking: id, kind, refund_due: None });
        if owner_is_told {
            command.tell(owner.user, told, about(&booking), is_old);
        }
        if trainer_is_told {
            command.tell(seat.user, told, about(&booking), is_old);
        }
        let ended = BookingEnded { booking: id, refund_due: None };
        match kind {
            CancelKind::Declined => {
                command.finish(&DeclineBooking { booking: id, reason: None }, &ended)?;
            }
            CancelKind::Withdrawn => command.finish(&WithdrawBooking { booking: id }, &ended)?,
            CancelKind::Expired => command.finish(&ExpireBooking { booking: id }, &ended)?,
            CancelKind::Cancelled => {
                command.finish(&CancelBooking { booking: id, reason: None }, &ended)?;
            }
        }
        Ok(Booking {
            status: BookingStatus::Cancelled,
            hold_expires_at: None,
            cancellation: Some(Cancellation { kind, at, by: actor, reason: None }),
            updated_at: at,
            ..booking
        })
    }
}

fn about(booking: &Booking) -> Subject {
    Subject::new(SubjectKind::Booking, booking.id)
}
