//! What owners say of their lessons.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    ids::{BookingId, ReviewId, TrainerId},
    platform::{EditReview, HideReview, PublicReview, ReplyToReview, UnhideReview, WriteReview},
    review::Points,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Asked, Body, Caller, Named},
    openapi::ActingAs,
    problem::Reply,
    wire::{Made, Page, PageAsked},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(reviews))
        .routes(routes!(write_review))
        .routes(routes!(edit_review))
        .routes(routes!(reply_to_review))
        .routes(routes!(hide_review, unhide_review))
}

/// A review, without whose it is.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewView {
    id: Uuid,
    /// 1 to 5.
    rating: u8,
    comment: String,
    /// The trainer's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    is_hidden: bool,
    /// Whether the reader wrote it.
    is_own: bool,
    created_at: DateTime<Utc>,
}

impl From<PublicReview> for ReviewView {
    fn from(review: PublicReview) -> Self {
        Self {
            id: review.review.as_uuid(),
            rating: review.rating.get(),
            comment: review.comment.into(),
            reply: review.reply.map(Into::into),
            is_hidden: review.is_hidden,
            is_own: review.is_own,
            created_at: review.created_at.to_utc(),
        }
    }
}

/// Lists a trainer's reviews, the newest first.
#[utoipa::path(
    get, path = "/trainers/{trainer}/reviews", tag = "reviews", security((), ("session" = [])),
    params(PageAsked, ActingAs), responses((status = 200, body = Page<ReviewView>)),
)]
async fn reviews(
    State(app): State<App>,
    caller: Caller,
    Named(trainer): Named<TrainerId>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<ReviewView>>> {
    let page = app.platform.reviews(caller.actor(), trainer, page.request()?).await?;
    Ok(Json(Page::of(page)))
}

/// What an owner says of a lesson.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewWritten {
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    rating: u8,
    #[serde(default)]
    comment: String,
}

/// Reviews a completed lesson, as its owner.
#[utoipa::path(
    post, path = "/bookings/{booking}/review", tag = "reviews",
    request_body = ReviewWritten, responses((status = 201, body = Made)),
)]
async fn write_review(
    ask: Ask,
    Named(booking): Named<BookingId>,
    Body(body): Body<ReviewWritten>,
) -> Reply<Created<Made>> {
    let (rating, comment) = (Points::new(body.rating)?, body.comment.parse()?);
    let review = ReviewId::from_uuid(ask.key.0);
    ask.as_owner(WriteReview { review, booking, rating, comment }).await?;
    Ok(Created::under(ask.key))
}

/// Changes one's own review.
#[utoipa::path(
    put, path = "/reviews/{review}", tag = "reviews",
    request_body = ReviewWritten, responses((status = 204)),
)]
async fn edit_review(
    ask: Ask,
    Named(review): Named<ReviewId>,
    Body(body): Body<ReviewWritten>,
) -> Reply<Done> {
    let (rating, comment) = (Points::new(body.rating)?, body.comment.parse()?);
    ask.as_owner(EditReview { review, rating, comment }).await.map(|()| Done)
}

/// A trainer's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplyWritten {
    reply: String,
}

/// Answers a review, as the trainer whom it is of.
#[utoipa::path(
    post, path = "/reviews/{review}/reply", tag = "reviews",
    request_body = ReplyWritten, responses((status = 204)),
)]
async fn reply_to_review(
    ask: Ask,
    Named(review): Named<ReviewId>,
    Body(body): Body<ReplyWritten>,
) -> Reply<Done> {
    let reply = body.reply.parse()?;
    ask.as_trainer(ReplyToReview { review, reply }).await.map(|()| Done)
}

/// Hides a review, as an admin.
#[utoipa::path(put, path = "/reviews/{review}/hidden", tag = "reviews", responses((status = 204)))]
async fn hide_review(ask: Ask, Named(review): Named<ReviewId>) -> Reply<Done> {
    ask.as_admin(HideReview { review }).await.map(|()| Done)
}

/// Shows a hidden review again, as an admin.
#[utoipa::path(delete, path = "/reviews/{review}/hidden", tag = "reviews", responses((status = 204)))]
async fn unhide_review(ask: Ask, Named(review): Named<ReviewId>) -> Reply<Done> {
    ask.as_admin(UnhideReview { review }).await.map(|()| Done)
}
