//! Which trainers there are.

use axum::{Json, extract::State};
use serde::Deserialize;
use sitstay::{
    error::{InvalidValue, Problem as Bound},
    platform::Error,
    repository::PageRequest,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::trainers::TrainerView;
use crate::{
    app::App,
    extract::{Asked, Caller},
    problem::Reply,
    wire::Page,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(trainers))
}

/// Which page of the trainers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TrainersAsked {
    /// How many at most, 1 to 200; 50 unless said.
    limit: Option<u16>,
    /// What the page before said in `next`.
    after: Option<String>,
}

/// Lists the trainers who take requests, those who came first first.
#[utoipa::path(
    get, path = "/trainers", tag = "trainers", security((), ("session" = [])),
    params(TrainersAsked), responses((status = 200, body = Page<TrainerView>)),
)]
async fn trainers(
    State(app): State<App>,
    caller: Caller,
    Asked(asked): Asked<TrainersAsked>,
) -> Reply<Json<Page<TrainerView>>> {
    let limit = asked.limit.map_or_else(|| Ok(PageRequest::default()), PageRequest::first)?.limit();
    let skip = match asked.after {
        Some(text) => text.parse().map_err(|_| {
            InvalidValue::new("after", Bound::Malformed("what the page before said"))
        })?,
        None => 0_usize,
    };
    let (known, is_more) = app.directory.page(&app.platform, skip, limit.into()).await?;
    let next = is_more.then(|| (skip + known.len()).to_string());
    let mut items = Vec::new();
    for trainer in known {
        match app.platform.trainer_card(caller.actor(), trainer).await {
            Ok(card) if card.is_listed => items.push(card.into()),
            // Suspended, or erased.
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(Page { items, next }))
}
