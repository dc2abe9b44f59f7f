//! Lessons moved to another time, at once or by agreement.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    booking::ProposalStatus,
    ids::{BookingId, RescheduleId},
    platform::{
        AcceptProposal, BookingMoved, DeclineProposal, MoveBooking, MoveOutcome, ProposalClosed,
        ProposeMove, WithdrawProposal,
    },
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    extract::{Ask, Body, Named},
    openapi::ActingAs,
    problem::Reply,
    wire::{Period, codes, instant},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(move_booking))
        .routes(routes!(propose_move))
        .routes(routes!(accept_proposal))
        .routes(routes!(decline_proposal))
        .routes(routes!(withdraw_proposal))
}

/// When a lesson shall start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStart {
    start: DateTime<Utc>,
}

/// What became of a wish to move a lesson.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MoveView {
    /// It was moved.
    Moved { session: Period },
    /// The other side was asked, and can answer until then.
    Proposed { proposal: Uuid, expires_at: DateTime<Utc> },
}

impl From<MoveOutcome> for MoveView {
    fn from(outcome: MoveOutcome) -> Self {
        match outcome {
            MoveOutcome::Moved(BookingMoved { session, .. }) => {
                Self::Moved { session: session.into() }
            }
            MoveOutcome::Proposed { proposal, expires_at } => {
                Self::Proposed { proposal: proposal.as_uuid(), expires_at: expires_at.to_utc() }
            }
        }
    }
}

/// Moves a lesson, as its owner: at once, or by asking the trainer.
#[utoipa::path(
    post, path = "/bookings/{booking}/move", tag = "bookings",
    request_body = NewStart, responses((status = 200, body = MoveView)),
)]
async fn move_booking(
    ask: Ask,
    Named(booking): Named<BookingId>,
    Body(body): Body<NewStart>,
) -> Reply<Json<MoveView>> {
    let (start, proposal) = (instant(body.start)?, RescheduleId::from_uuid(ask.key.0));
    Ok(Json(ask.as_owner(MoveBooking { booking, start, proposal }).await?.into()))
}

/// Proposes another time to the owner, as the trainer.
#[utoipa::path(
    post, path = "/bookings/{booking}/proposals", tag = "bookings",
    request_body = NewStart, responses((status = 200, body = MoveView)),
)]
async fn propose_move(
    ask: Ask,
    Named(booking): Named<BookingId>,
    Body(body): Body<NewStart>,
) -> Reply<Json<MoveView>> {
    let (start, proposal) = (instant(body.start)?, RescheduleId::from_uuid(ask.key.0));
    Ok(Json(ask.as_trainer(ProposeMove { booking, start, proposal }).await?.into()))
}

/// A lesson at its new time.
#[derive(Debug, Serialize, ToSchema)]
struct MovedView {
    session: Period,
}

/// Accepts a proposal of the other side; `start` is the time that is agreed to.
#[utoipa::path(
    post, path = "/bookings/{booking}/proposals/{proposal}/acceptance", tag = "bookings",
    params(ActingAs), request_body = NewStart, responses((status = 200, body = MovedView)),
)]
async fn accept_proposal(
    ask: Ask,
    Named((booking, proposal)): Named<(BookingId, RescheduleId)>,
    Body(body): Body<NewStart>,
) -> Reply<Json<MovedView>> {
    let start = instant(body.start)?;
    let moved = ask.as_named(AcceptProposal { booking, proposal, start }).await?;
    Ok(Json(MovedView { session: moved.session.into() }))
}

/// A proposal that is not open any more.
#[derive(Debug, Serialize, ToSchema)]
struct ClosedView {
    #[schema(schema_with = codes::proposal_status)]
    status: ProposalStatus,
}

impl From<ProposalClosed> for ClosedView {
    fn from(closed: ProposalClosed) -> Self {
        Self { status: closed.status }
    }
}

/// Declines a proposal of the other side.
#[utoipa::path(
    post, path = "/bookings/{booking}/proposals/{proposal}/decline", tag = "bookings",
    params(ActingAs), responses((status = 200, body = ClosedView)),
)]
async fn decline_proposal(
    ask: Ask,
    Named((booking, proposal)): Named<(BookingId, RescheduleId)>,
) -> Reply<Json<ClosedView>> {
    Ok(Json(ask.as_named(DeclineProposal { booking, proposal }).await?.into()))
}

/// Takes one's own proposal back.
#[utoipa::path(
    post, path = "/bookings/{booking}/proposals/{proposal}/withdrawal", tag = "bookings",
    params(ActingAs), responses((status = 200, body = ClosedView)),
)]
async fn withdraw_proposal(
    ask: Ask,
    Named((booking, proposal)): Named<(BookingId, RescheduleId)>,
) -> Reply<Json<ClosedView>> {
    Ok(Json(ask.as_named(WithdrawProposal { booking, proposal }).await?.into()))
}
