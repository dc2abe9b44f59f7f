//! Lessons as feeds that calendar apps subscribe to, each under an address that only its reader knows.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sitstay::{
    ical::LessonEvent,
    ids::UserId,
    time::{Instant, Interval},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::{Created, Done},
    app::App,
    auth::{Side, Token},
    extract::{Named, SignedIn},
    problem::{Problem, Reply},
    wire::codes,
};

/// How many days back a feed goes, and how many ahead.
const DAYS: (i64, i64) = (30, 365);

/// An app asks each time, and hears whether anything is new.
const CACHING: &str = "private, no-cache";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(calendar_addresses))
        .routes(routes!(make_calendar_address, revoke_calendar_address))
        .routes(routes!(calendar_feed))
}

/// An address that one has.
#[derive(Debug, Serialize, ToSchema)]
struct AddressKnown {
    #[schema(schema_with = codes::calendar_side)]
    side: Side,
    made_at: DateTime<Utc>,
}

/// Says which addresses one has; where they are, was told when they were made.
#[utoipa::path(
    get, path = "/me/calendar-feeds", tag = "calendar",
    responses((status = 200, body = Vec<AddressKnown>)),
)]
async fn calendar_addresses(
    State(app): State<App>,
    by: SignedIn,
) -> Reply<Json<Vec<AddressKnown>>> {
    let known = app.addresses.of(by.user).await?.into_iter();
    let known = known.map(|(side, at)| AddressKnown { side, made_at: at.to_utc() });
    Ok(Json(known.collect()))
}

/// An address that was made.
#[derive(Serialize, ToSchema)]
struct AddressMade {
    /// What a calendar app subscribes to, below the service's own address. Whoever knows it reads
    /// the feed. It is told this once.
    path: String,
}

/// Makes an address for one's own lessons, as an owner or as a trainer; the one before ends.
///
/// It takes no key: whoever did not get the answer asks again, and what was made first is void.
#[utoipa::path(
    post, path = "/me/calendar-feeds/{side}", tag = "calendar",
    responses((status = 201, body = AddressMade)),
)]
async fn make_calendar_address(
    State(app): State<App>,
    by: SignedIn,
    Named(side): Named<Side>,
) -> Reply<Created<AddressMade>> {
    let now = app.now();
    // Refuses whoever has no lessons on this side, because they do not hold the role.
    events(&app, by.user, side, now).await?;
    let token = app.addresses.renew(by.user, side, now).await?;
    let path = format!("/api/calendar-feeds/{}/lessons.ics", token.expose());
    Ok(Created::new(AddressMade { path }))
}

/// Ends one's own address.
#[utoipa::path(
    delete, path = "/me/calendar-feeds/{side}", tag = "calendar", responses((status = 204)),
)]
async fn revoke_calendar_address(
    State(app): State<App>,
    by: SignedIn,
    Named(side): Named<Side>,
) -> Reply<Done> {
    app.addresses.revoke(by.user, side).await.map(|()| Done)
}

/// Returns the lessons of whoever has this address, from 30 days ago to a year ahead, as iCalendar.
#[utoipa::path(
    get, path = "/calendar-feeds/{token}/lessons.ics", tag = "calendar", security(()),
    params(("if-none-match" = Option<String>, Header, description = "What is known already.")),
    responses(
        (status = 200, body = String, content_type = "text/calendar"),
        (status = 304, description = "Nothing is new."),
    ),
)]
async fn calendar_feed(
    State(app): State<App>,
    Named(token): Named<String>,
    headers: HeaderMap,
) -> Reply<Response> {
    let reader = match Token::parse(&token) {
        Some(token) => app.addresses.reader(&token).await?,
        None => None,
    };
    let (user, side) = reader.ok_or_else(|| {
        let detail = "there is no feed at this address, or not any more";
        Problem::new(StatusCode::NOT_FOUND, "calendar_feed.unknown", detail)
    })?;
    let now = app.now();
    let events = events(&app, user, side, now).await?;
    // Each answer says when it was made. What is new is told without that, so the tag is weak.
    let content = app.publisher.publish(&events, Instant::MIN);
    let tag = format!("W/\"{}\"", Uuid::new_v5(&Uuid::NAMESPACE_OID, content.as_bytes()));
    let caching = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, CACHING.to_owned())];
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
    Ok((kind, caching, app.publisher.publish(&events, now)).into_response())
}

async fn events(app: &App, user: UserId, side: Side, now: Instant) -> Reply<Vec<LessonEvent>> {
    let (back, ahead) = DAYS;
    let day = |days| now.saturating_add(TimeDelta::days(days));
    let range = Interval::new(day(-back), day(ahead))?;
    Ok(app.platform.lesson_events(side.actor(user), range, now).await?)
}

/// Says whether a client knows what has this tag, by the weak comparison of RFC 9110.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut known = known.filter_map(|value| value.to_str().ok()).flat_map(|tags| tags.split(','));
    known.any(|known| known.trim() == "*" || opaque(known) == opaque(tag))
}
