//! Whether lessons took place, and who came.

use axum::Json;
use serde::{Deserialize, Serialize};
use sitstay::{
    booking::Attendance,
    ids::{BookingId, DisputeId},
    platform::{AmendAttendance, ClaimNoShow, CompleteBooking, ContestNoShow},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::Created,
    app::App,
    extract::{Ask, Body, Named},
    money,
    problem::Reply,
    wire::{Amount, Made, codes},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(complete_booking))
        .routes(routes!(claim_no_show))
        .routes(routes!(contest_no_show))
        .routes(routes!(amend_attendance))
}

/// Who came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AttendanceWritten {
    #[schema(schema_with = codes::attendance)]
    attendance: Attendance,
}

/// What the attendance of a lesson comes to.
#[derive(Debug, Serialize, ToSchema)]
struct AttendanceView {
    id: Uuid,
    /// What goes back to the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_due: Option<Amount>,
}

/// Completes a lesson that is over, as its trainer.
#[utoipa::path(
    post, path = "/bookings/{booking}/completion", tag = "attendance",
    request_body = AttendanceWritten, responses((status = 200, body = AttendanceView)),
)]
async fn complete_booking(
    ask: Ask,
    Named(booking): Named<BookingId>,
    Body(body): Body<AttendanceWritten>,
) -> Reply<Json<AttendanceView>> {
    let AttendanceWritten { attendance } = body;
    let completed = ask.as_trainer(CompleteBooking { booking, attendance }).await?;
    money::give_back_what_is_due(&ask.app, booking).await;
    let refund_due = completed.refund_due.map(Amount::from);
    Ok(Json(AttendanceView { id: booking.as_uuid(), refund_due }))
}

/// Says that the trainer did not come, as the owner.
#[utoipa::path(
    post, path = "/bookings/{booking}/no-show-claim", tag = "attendance",
    responses((status = 201, body = Made)),
)]
async fn claim_no_show(ask: Ask, Named(booking): Named<BookingId>) -> Reply<Created<Made>> {
    let dispute = DisputeId::from_uuid(ask.key.0);
    ask.as_owner(ClaimNoShow { booking, dispute }).await?;
    Ok(Created::under(ask.key))
}

/// Contests having missed a lesson, as the owner.
#[utoipa::path(
    post, path = "/bookings/{booking}/no-show-contest", tag = "attendance",
    responses((status = 201, body = Made)),
)]
async fn contest_no_show(ask: Ask, Named(booking): Named<BookingId>) -> Reply<Created<Made>> {
    let dispute = DisputeId::from_uuid(ask.key.0);
    ask.as_owner(ContestNoShow { booking, dispute }).await?;
    Ok(Created::under(ask.key))
}

/// Decides who came, as an admin.
#[utoipa::path(
    put, path = "/bookings/{booking}/attendance", tag = "attendance",
    request_body = AttendanceWritten, responses((status = 200, body = AttendanceView)),
)]
async fn amend_attendance(
    ask: Ask,
    Named(booking): Named<BookingId>,
    Body(body): Body<AttendanceWritten>,
) -> Reply<Json<AttendanceView>> {
    let AttendanceWritten { attendance } = body;
    let amended = ask.as_admin(AmendAttendance { booking, attendance }).await?;
    money::give_back_what_is_due(&ask.app, booking).await;
    let refund_due = amended.refund_due.map(Amount::from);
    Ok(Json(AttendanceView { id: booking.as_uuid(), refund_due }))
}
