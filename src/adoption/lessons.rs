//! Bookings and reviews.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    Reason, SourceTable, Spare,
    piece::Piece,
    reading::{Reading, resolve},
};
use crate::{
    audit::{Subject, SubjectKind},
    booking::{Attendance, Booking, BookingStatus, CancelKind, Cancellation, WallStart},
    ids::{BookingId, DogId, Id, OwnerId, ServiceId, TrainerId},
    money::{BasisPoints, split_fee},
    repository::{Change, RatingDelta, Write},
    review::{Points, Review},
    text::Reason as Words,
    time::{Instant, Interval, LocalTime},
    trainer::{LESSON_MAX_MINUTES, LESSON_MIN_MINUTES},
};

/// What a status means, by the library's own codes or the terms.
fn status_of(reading: &Reading<'_>, code: &str) -> Option<BookingStatus> {
    reading.context.terms.statuses.get(code).copied().or_else(|| code.parse().ok())
}

pub(super) fn booking(reading: &mut Reading<'_>) -> Option<Piece> {
    let booking = read_booking(reading)?;
    let subject = Subject::new(SubjectKind::Booking, booking.id);
    reading.piece(Some(subject), vec![Write::Insert(booking).into()])
}

fn read_booking(reading: &mut Reading<'_>) -> Option<Booking> {
    let trainer: Option<TrainerId> =
        reading.parent("trainer_id", SourceTable::Trainers, "trainer_found");
    let owner: Option<OwnerId> = reading.parent("owner_id", SourceTable::Owners, "owner_found");
    let dog: Option<DogId> = reading.parent("dog_id", SourceTable::Dogs, "dog_found");
    let service: Option<ServiceId> =
        reading.optional_parent("service_id", SourceTable::Services, "service_found");
    require_own(
        reading,
        dog.map(Id::as_uuid),
        "dog_owner",
        owner.map(Id::as_uuid),
        "dog_id",
        Reason::ForeignDog,
    );
    require_own(
        reading,
        service.map(Id::as_uuid),
        "service_trainer",
        trainer.map(Id::as_uuid),
        "service_id",
        Reason::ForeignService,
    );
    let trainer_user: Option<Uuid> = reading.get("trainer_user");
    let owner_user: Option<Uuid> = reading.get("owner_user");
    let is_own = trainer_user.is_some() && trainer_user == owner_user;
    reading.require(!is_own, "owner_id", Reason::OwnLesson);
    let session = session(reading);
    let price = reading.price("price_snapshot");
    let code = reading.parsed("status", |code| Ok(code.to_owned()));
    let status = code.and_then(|code| {
        let status = status_of(reading, &code);
        reading.require(status.is_some(), "status", Reason::UnknownStatus);
        status
    });
    let reason = reading.spare(Spare::CancellationReason, Words::parse);
    let created_at = reading.written("created_at");
    let is_erased = reading.is_erased() || reading.is_erased_since("trainer_user");
    let (session, price) = (session?, price?);
    let context = reading.context;
    let plain = Booking {
        id: reading.id(),
        trainer: trainer?,
        owner: owner?,
        dog: dog?,
        service,
        session,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        price,
        fee: split_fee(price, context.terms.fee).fee,
        cancellation_policy: context.terms.policy.cancellation.clone(),
        status: status?,
        hold_expires_at: None,
        wall_start: WallStart::of(session.start(), &context.trainer_zone),
        accepted_at: None,
        cancellation: None,
        completed_at: None,
        attendance: None,
        refund_cap: BasisPoints::FULL,
        rescheduled_from: None,
        reschedules: 0,
        series: None,
        created_at: created_at?,
        updated_at: created_at?,
    };
    // Nobody knows who gave the reason; so it goes where either of them is deleted.
    let reason = reason.filter(|_| !is_erased);
    let booking = settle(reading, plain, reason);
    let is_sound = !(is_erased && booking.status.is_active());
    reading.require(is_sound, "status", Reason::DeletedParty);
    Some(booking)
}

/// Requires that what a lesson refers to belongs to its party.
fn require_own(
    reading: &mut Reading<'_>,
    thing: Option<Uuid>,
    belongs_to: &str,
    party: Option<Uuid>,
    column: &'static str,
    reason: Reason,
) {
    let whose: Option<Uuid> = reading.get(belongs_to);
    if let (Some(_), Some(whose), Some(party)) = (thing, whose, party) {
        reading.require(whose == party, column, reason);
    }
}

fn session(reading: &mut Reading<'_>) -> Option<Interval> {
    let start = reading.instant("start_time");
    let end = reading.instant("end_time");
    let (start, end) = (start?, end?);
    reading.require(start.is_whole_minute(), "start_time", Reason::FractionalMinutes);
    reading.require(end.is_whole_minute(), "end_time", Reason::FractionalMinutes);
    let Ok(session) = Interval::new(start, end) else {
        reading.fault(Some("end_time"), Reason::EmptyInterval);
        return None;
    };
    let minutes = session.duration().num_minutes();
    let is_bounded = (LESSON_MIN_MINUTES..=LESSON_MAX_MINUTES).contains(&minutes);
    reading.require(is_bounded, "end_time", Reason::OutOfRange);
    Some(session)
}

/// Puts a booking where it stands at the adoption's instant, and fills in what that asks for.
fn settle(reading: &mut Reading<'_>, booking: Booking, reason: Option<Words>) -> Booking {
    let (now, terms) = (reading.context.now, reading.context.terms);
    let (start, end) = (booking.session.start(), booking.session.end());
    let asked = Some(booking.created_at);
    match booking.status {
        // The trainer never answered.
        BookingStatus::Pending if start <= now => {
            let ended =
                Cancellation { kind: CancelKind::Expired, at: start, by: None, reason: None };
            Booking {
                status: BookingStatus::Cancelled,
                cancellation: Some(ended),
                updated_at: start.max(booking.updated_at),
                ..booking
            }
        }
        // The hold begins with the adoption: nobody knew of one before.
        BookingStatus::Pending => {
            let hold = TimeDelta::minutes(terms.policy.hold_minutes.into());
            let hold_expires_at = Some(now.saturating_add(hold).min(start));
            Booking { hold_expires_at, ..booking }
        }
        BookingStatus::Accepted => {
            let completed_at = end.saturating_add(TimeDelta::seconds(terms.auto_complete_after));
            let accepted = Booking { accepted_at: asked, ..booking };
            if completed_at <= now { completed(accepted, completed_at) } else { accepted }
        }
        BookingStatus::Cancelled => {
            let at = booking.created_at;
            let ended = Cancellation { kind: CancelKind::Cancelled, at, by: None, reason };
            Booking { cancellation: Some(ended), ..booking }
        }
        BookingStatus::Completed => {
            reading.require(end <= now, "end_time", Reason::CompletedEarly);
            let completed_at = end.max(booking.created_at);
            completed(Booking { accepted_at: asked, ..booking }, completed_at)
        }
    }
}

fn completed(booking: Booking, at: Instant) -> Booking {
    Booking {
        status: BookingStatus::Completed,
        completed_at: Some(at),
        attendance: Some(Attendance::Attended),
        updated_at: at.max(booking.updated_at),
        ..booking
    }
}

/// What became of a lesson that did not take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The trainer had not answered when it should have started.
    Unanswered(Instant),
    /// The service cancelled it.
    Cancelled,
}

/// Says whether the lesson of a payment is one that does not take place.
pub(super) fn ended(reading: &mut Reading<'_>) -> Option<Ended> {
    let status = reading.text("booking_status")?;
    let start = time_beside(reading, "booking_start");
    match status_of(reading, &status)? {
        BookingStatus::Pending => {
            start.filter(|start| *start <= reading.context.now).map(Ended::Unanswered)
        }
        BookingStatus::Cancelled => Some(Ended::Cancelled),
        BookingStatus::Accepted | BookingStatus::Completed => None,
    }
}

/// Reads a time of another row's lesson, of which whatever is wrong is told there.
fn time_beside(reading: &mut Reading<'_>, column: &str) -> Option<Instant> {
    let local = reading.get(column)?;
    resolve(&reading.context.zone, local).ok().map(LocalTime::earliest)
}

/// Returns the booking that a piece inserts.
pub(super) fn booking_of(piece: &Piece) -> Option<&Booking> {
    piece.changes.iter().find_map(|change| match change {
        Change::Booking(Write::Insert(booking)) => Some(booking),
        _ => None,
    })
}

pub(super) fn review(reading: &mut Reading<'_>) -> Option<Piece> {
    let booking: Option<BookingId> =
        reading.parent("booking_id", SourceTable::Bookings, "booking_found");
    reading.require_first("booking_id", Reason::DuplicateReview);
    let trainer: Option<Uuid> = reading.get("trainer_id");
    let owner: Option<Uuid> = reading.get("owner_id");
    reading.require(trainer.is_some(), "trainer_id", Reason::Missing);
    reading.require(owner.is_some(), "owner_id", Reason::Missing);
    let of_trainer: Option<Uuid> = reading.get("booking_trainer");
    let of_owner: Option<Uuid> = reading.get("booking_owner");
    if booking.is_some() {
        let is_of_both = trainer.is_none_or(|trainer| Some(trainer) == of_trainer)
            && owner.is_none_or(|owner| Some(owner) == of_owner);
        reading.require(is_of_both, "booking_id", Reason::ForeignReview);
        let is_reviewable = is_reviewable(reading);
        reading.require(is_reviewable, "booking_id", Reason::NotReviewable);
    }
    let rating = reading.number("rating", Points::new);
    let comment = reading.long_text("comment");
    let created_at = reading.written("created_at");
    let is_erased = reading.is_erased();
    let (trainer, owner) = (TrainerId::from_uuid(trainer?), OwnerId::from_uuid(owner?));
    let created_at = created_at?;
    let review = Review {
        id: reading.id(),
        booking: booking?,
        trainer,
        owner,
        rating: rating?,
        comment: comment?,
        reply: None,
        is_hidden: false,
        created_at,
        updated_at: created_at,
    };
    let review =
        if is_erased { review.erase_words_of(Some(owner), None, created_at) } else { review };
    let counted = review.counted();
    let delta = RatingDelta { trainer, sum: counted.sum, count: counted.count };
    let subject = Subject::new(SubjectKind::Review, review.id);
    reading.piece(Some(subject), vec![Write::Insert(review).into(), Change::Rating(delta)])
}

/// Says whether the review's booking is completed in the target: also one that is only accepted
/// counts, if it ended long enough ago.
fn is_reviewable(reading: &mut Reading<'_>) -> bool {
    let Some(status) = reading.text("booking_status") else { return false };
    match status_of(reading, &status) {
        Some(BookingStatus::Completed) => true,
        Some(BookingStatus::Accepted) => {
            let context = reading.context;
            let wait = TimeDelta::seconds(context.terms.auto_complete_after);
            let end = time_beside(reading, "booking_end");
            end.is_some_and(|end| end.saturating_add(wait) <= context.now)
        }
        _ => false,
    }
}
