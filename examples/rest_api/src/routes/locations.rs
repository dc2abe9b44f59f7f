//! One's own places.

use sitstay::{
    ids::LocationId,
    platform::{AddLocation, RemoveLocation, UpdateLocation},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Body, Named},
    problem::Reply,
    wire::{Made, Place},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add_location))
        .routes(routes!(update_location, remove_location))
}

/// Adds a place of one's own.
#[utoipa::path(
    post, path = "/me/locations", tag = "accounts",
    request_body = Place, responses((status = 201, body = Made)),
)]
async fn add_location(ask: Ask, Body(place): Body<Place>) -> Reply<Created<Made>> {
    let location = LocationId::from_uuid(ask.key.0);
    let (address, point) = (place.address()?, place.point.geo()?);
    ask.as_member(AddLocation { location, address, point }).await?;
    Ok(Created::under(ask.key))
}

/// Replaces a place of one's own.
#[utoipa::path(
    put, path = "/me/locations/{location}", tag = "accounts",
    request_body = Place, responses((status = 204)),
)]
async fn update_location(
    ask: Ask,
    Named(location): Named<LocationId>,
    Body(place): Body<Place>,
) -> Reply<Done> {
    let (address, point) = (place.address()?, place.point.geo()?);
    ask.as_member(UpdateLocation { location, address, point }).await.map(|()| Done)
}

/// Removes a place of one's own.
#[utoipa::path(
    delete, path = "/me/locations/{location}", tag = "accounts",
    responses((status = 204)),
)]
async fn remove_location(ask: Ask, Named(location): Named<LocationId>) -> Reply<Done> {
    ask.as_member(RemoveLocation { location }).await.map(|()| Done)
}
