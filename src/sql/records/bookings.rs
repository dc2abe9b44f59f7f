use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use chrono::NaiveDateTime;

use super::both;
use crate::{
    booking::{
        Attendance, Booking, BookingStatus, CancelKind, Cancellation, ProposalStatus, Proposer,
        Reschedule, Series, WallStart,
    },
    cancellation::CancellationPolicy,
    error::{InvalidValue, Problem},
    ids::{BookingId, DogId, OwnerId, RescheduleId, SeriesId, ServiceId, TrainerId, UserId},
    money::{BasisPoints, Currency, Money, Price},
    text::Reason,
    time::{Instant, Interval, ZoneId},
};

record! {
    Series as series, VERSIONED
    key { id: SeriesId = series.id; }
    data {
        trainer_id: TrainerId = series.trainer;
        owner_id: OwnerId = series.owner;
        lessons: u16 = series.lessons;
        every_weeks: u16 = series.every_weeks;
        created_at: Instant = series.created_at;
        updated_at: Instant = series.updated_at;
    }
    => Series { id, trainer: trainer_id, owner: owner_id, lessons, every_weeks, created_at, updated_at }
}

record! {
    Booking as booking, VERSIONED
    key { id: BookingId = booking.id; }
    data {
        trainer_id: TrainerId = booking.trainer;
        owner_id: OwnerId = booking.owner;
        dog_id: DogId = booking.dog;
        service_id: Option<ServiceId> = booking.service;
        start_time: Instant = booking.session.start();
        end_time: Instant = booking.session.end();
        buffer_before_minutes: u16 = booking.buffer_before_minutes;
        buffer_after_minutes: u16 = booking.buffer_after_minutes;
        price_snapshot: i64 = booking.price.minor();
        currency: Currency = booking.price.currency();
        fee: i64 = booking.fee.minor();
        cancellation_policy: CancellationPolicy = booking.cancellation_policy;
        status: BookingStatus = booking.status;
        hold_expires_at: Option<Instant> = booking.hold_expires_at;
        local_start: NaiveDateTime = booking.wall_start.local;
        time_zone: ZoneId = booking.wall_start.zone;
        utc_offset: i32 = booking.wall_start.utc_offset;
        accepted_at: Option<Instant> = booking.accepted_at;
        cancelled_at: Option<Instant> = booking.cancellation.as_ref().map(|end| end.at);
        cancelled_by: Option<UserId> = booking.cancellation.as_ref().and_then(|end| end.by);
        cancel_kind: Option<CancelKind> = booking.cancellation.as_ref().map(|end| end.kind);
        cancellation_reason: Option<Reason> =
            booking.cancellation.as_ref().and_then(|end| end.reason.clone());
        completed_at: Option<Instant> = booking.completed_at;
        attendance: Option<Attendance> = booking.attendance;
        refund_cap_bp: BasisPoints = booking.refund_cap;
        rescheduled_from: Option<Instant> = booking.rescheduled_from;
        reschedules: u16 = booking.reschedules;
        series_id: Option<SeriesId> = booking.series;
        created_at: Instant = booking.created_at;
        updated_at: Instant = booking.updated_at;
    }
    => Booking {
        id,
        trainer: trainer_id,
        owner: owner_id,
        dog: dog_id,
        service: service_id,
        session: Interval::new(start_time, end_time)?,
        buffer_before_minutes,
        buffer_after_minutes,
        price: Price::new(price_snapshot, currency)?,
        fee: Money::new(fee, currency),
        cancellation_policy,
        status,
        hold_expires_at,
        wall_start: WallStart { local: local_start, zone: time_zone, utc_offset },
        accepted_at,
        cancellation: cancellation(
            both(cancel_kind, cancelled_at, "cancelled_at")?,
            cancelled_by,
            cancellation_reason,
        )?,
        completed_at,
        attendance,
        refund_cap: refund_cap_bp,
        rescheduled_from,
        reschedules,
        series: series_id,
        created_at,
        updated_at,
    }
}

fn cancellation(
    end: Option<(CancelKind, Instant)>,
    by: Option<UserId>,
    reason: Option<Reason>,
) -> Result<Option<Cancellation>, InvalidValue> {
    match end {
        Some((kind, at)) => Ok(Some(Cancellation { kind, at, by, reason })),
        None if by.is_none() && reason.is_none() => Ok(None),
        None => Err(InvalidValue::new("cancelled_at", Problem::Malformed("there when cancelled"))),
    }
}

record! {
    Reschedule as proposal, VERSIONED
    key { id: RescheduleId = proposal.id; }
    data {
        booking_id: BookingId = proposal.booking;
        proposer: Proposer = proposal.proposer;
        proposed_by: UserId = proposal.proposed_by;
        start_time: Instant = proposal.session.start();
        end_time: Instant = proposal.session.end();
        status: ProposalStatus = proposal.status;
        expires_at: Instant = proposal.expires_at;
        closed_at: Option<Instant> = proposal.closed_at;
        created_at: Instant = proposal.created_at;
        updated_at: Instant = proposal.updated_at;
    }
    => Reschedule {
        id,
        booking: booking_id,
        proposer,
        proposed_by,
        session: Interval::new(start_time, end_time)?,
        status,
        expires_at,
        closed_at,
        created_at,
        updated_at,
    }
}
