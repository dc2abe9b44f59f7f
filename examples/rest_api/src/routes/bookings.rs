//! Lessons: asked for, answered and called off.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    booking::BookingStatus,
    error::InvalidValue,
    ids::{BookingId, DogId, QuoteId, TrainerId},
    platform::{
        AcceptBooking, BookingEnded, CancelBooking, DeclineBooking, RequestBooking, Requested,
        WithdrawBooking,
    },
    text::Reason,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::slots::WishWritten;
use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Body, Named},
    money,
    openapi::ActingAs,
    problem::Reply,
    wire::{Amount, Period, codes, instant, optional},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(request_booking))
        .routes(routes!(accept_booking))
        .routes(routes!(decline_booking))
        .routes(routes!(withdraw_booking))
        .routes(routes!(cancel_booking))
}

/// A lesson to be asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBooking {
    trainer: Uuid,
    dog: Uuid,
    wish: WishWritten,
    start: DateTime<Utc>,
    /// By which quote, if by one: it is charged what was quoted.
    quote: Option<Uuid>,
}

/// A lesson that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestedView {
    id: Uuid,
    /// Pending, or accepted at once.
    #[schema(schema_with = codes::booking_status)]
    status: BookingStatus,
    session: Period,
    price: Amount,
    /// Until when the trainer can answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_expires_at: Option<DateTime<Utc>>,
}

impl From<Requested> for RequestedView {
    fn from(requested: Requested) -> Self {
        Self {
            id: requested.booking.as_uuid(),
            status: requested.status,
            session: requested.session.into(),
            price: requested.price.into(),
            hold_expires_at: requested.hold_expires_at.map(Into::into),
        }
    }
}

/// Asks a trainer for a lesson, as an owner; a refusal names every reason and the nearest starts.
#[utoipa::path(
    post, path = "/bookings", tag = "bookings",
    request_body = NewBooking, responses((status = 201, body = RequestedView)),
)]
async fn request_booking(ask: Ask, Body(body): Body<NewBooking>) -> Reply<Created<RequestedView>> {
    let command = RequestBooking {
        booking: BookingId::from_uuid(ask.key.0),
        trainer: TrainerId::from_uuid(body.trainer),
        dog: DogId::from_uuid(body.dog),
        wish: body.wish.wish()?,
        start: instant(body.start)?,
        quote: body.quote.map(QuoteId::from_uuid),
    };
    let requested = ask.as_owner(command).await?;
    Ok(Created::new(RequestedView::from(requested)).at("bookings", ask.key.0))
}

/// Accepts a request, as its trainer.
#[utoipa::path(
    post, path = "/bookings/{booking}/acceptance", tag = "bookings",
    responses((status = 204)),
)]
async fn accept_booking(ask: Ask, Named(booking): Named<BookingId>) -> Reply<Done> {
    ask.as_trainer(AcceptBooking { booking }).await.map(|()| Done)
}

/// Why, for the other side to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    reason: Option<String>,
}

impl Because {
    fn reason(&self) -> Result<Option<Reason>, InvalidValue> {
        optional(self.reason.as_deref())
    }
}

/// A lesson that has ended without taking place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EndedView {
    id: Uuid,
    /// What goes back to the owner, if anything was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_due: Option<Amount>,
}

impl From<BookingEnded> for EndedView {
    fn from(ended: BookingEnded) -> Self {
        let refund_due = ended.refund_due.map(Amount::from);
        Self { id: ended.booking.as_uuid(), refund_due }
    }
}

/// Turns a request down, as its trainer.
#[utoipa::path(
    post, path = "/bookings/{booking}/decline", tag = "bookings",
    request_body = Because, responses((status = 200, body = EndedView)),
)]
async fn decline_booking(
    ask: Ask,
    Named(booking): Named<BookingId>,
    Body(because): Body<Because>,
) -> Reply<Json<EndedView>> {
    let ended = ask.as_trainer(DeclineBooking { booking, reason: because.reason()? }).await?;
    money::give_back_what_is_due(&ask.app, booking).await;
    Ok(Json(ended.into()))
}

/// Takes a request back, as its owner.
#[utoipa::path(
    post, path = "/bookings/{booking}/withdrawal", tag = "bookings",
    responses((status = 200, body = EndedView)),
)]
async fn withdraw_booking(ask: Ask, Named(booking): Named<BookingId>) -> Reply<Json<EndedView>> {
    let ended = ask.as_owner(WithdrawBooking { booking }).await?;
    money::give_back_what_is_due(&ask.app, booking).await;
    Ok(Json(ended.into()))
}

/// Calls a lesson off, as its owner, its trainer, or an admin, who must say why.
#[utoipa::path(
    post, path = "/bookings/{booking}/cancellation", tag = "bookings",
    params(ActingAs), request_body = Because, responses((status = 200, body = EndedView)),
)]
async fn cancel_booking(
    ask: Ask,
    Named(booking): Named<BookingId>,
    Body(because): Body<Because>,
) -> Reply<Json<EndedView>> {
    let ended = ask.as_named(CancelBooking { booking, reason: because.reason()? }).await?;
    money::give_back_what_is_due(&ask.app, booking).await;
    Ok(Json(ended.into()))
}
