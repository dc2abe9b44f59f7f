//! The routes of the API, one module per subject.

mod accounts;
mod admin;
mod attendance;
mod bookings;
mod busy_time;
mod calendar;
mod calendar_feeds;
mod certifications;
mod dispatches;
mod dogs;
mod exports;
mod health;
mod history;
mod lessons;
mod locations;
mod moved_lessons;
mod moves;
mod notifications;
mod payments;
mod payouts;
mod people;
mod policy;
mod reviews;
mod search;
mod series;
mod services;
mod sessions;
mod slots;
mod stripe;
mod trainers;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{app::App, openapi::Document};

/// Every route, and what the OpenAPI document says of them.
pub(crate) fn all() -> OpenApiRouter<App> {
    let api = OpenApiRouter::new()
        .merge(accounts::routes())
        .merge(admin::routes())
        .merge(attendance::routes())
        .merge(bookings::routes())
        .merge(busy_time::routes())
        .merge(calendar::routes())
        .merge(calendar_feeds::routes())
        .merge(certifications::routes())
        .merge(dispatches::routes())
        .merge(dogs::routes())
        .merge(exports::routes())
        .merge(history::routes())
        .merge(lessons::routes())
        .merge(locations::routes())
        .merge(moved_lessons::routes())
        .merge(moves::routes())
        .merge(notifications::routes())
        .merge(payments::routes())
        .merge(payouts::routes())
        .merge(people::routes())
        .merge(policy::routes())
        .merge(reviews::routes())
        .merge(search::routes())
        .merge(series::routes())
        .merge(services::routes())
        .merge(sessions::routes())
        .merge(slots::routes())
        .merge(stripe::routes())
        .merge(trainers::routes());
    OpenApiRouter::with_openapi(Document::openapi()).nest("/api", api).merge(health::routes())
}
