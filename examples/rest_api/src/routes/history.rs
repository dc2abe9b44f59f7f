//! What happened, for those whom it concerns.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    audit::{FeedEntry, FeedPosition, Subject, SubjectKind},
    error::InvalidValue,
    ids::UserId,
    repository::AuditFilter,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    extract::{Asked, Named, SignedIn},
    openapi::ActingAs,
    problem::{Problem, Reply},
    wire::{Page, PageAsked, optional},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(history))
        .routes(routes!(history_of_user))
        .routes(routes!(feed))
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EntryView {
    /// Where it stands in the feed.
    position: String,
    /// Who did it; missing for the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Uuid>,
    /// What happened: an object with a `type` and what belongs to it.
    #[schema(value_type = Object)]
    event: serde_json::Value,
    at: DateTime<Utc>,
}

impl TryFrom<FeedEntry> for EntryView {
    type Error = Problem;

    fn try_from(entry: FeedEntry) -> Result<Self, Problem> {
        let FeedEntry { position, entry } = entry;
        let event = serde_json::to_value(&entry.event);
        Ok(Self {
            position: position.to_string(),
            actor: entry.actor.map(UserId::as_uuid),
            event: event.map_err(|error| Problem::internal(&error))?,
            at: entry.created_at.to_utc(),
        })
    }
}

/// Lists what happened to a thing, the newest first: to whom it belongs, and to admins.
#[utoipa::path(
    get, path = "/history/{kind}/{id}", tag = "history",
    params(PageAsked, ActingAs), responses((status = 200, body = Page<EntryView>)),
)]
async fn history(
    State(app): State<App>,
    by: SignedIn,
    Named((kind, id)): Named<(SubjectKind, Uuid)>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<EntryView>>> {
    listed(&app, by, AuditFilter::about(Subject { kind, id }), &page).await
}

/// Lists what a user did, the newest first: to themselves as an owner or a trainer, and to admins.
#[utoipa::path(
    get, path = "/users/{user}/history", tag = "history",
    params(PageAsked, ActingAs), responses((status = 200, body = Page<EntryView>)),
)]
async fn history_of_user(
    State(app): State<App>,
    by: SignedIn,
    Named(user): Named<UserId>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<EntryView>>> {
    listed(&app, by, AuditFilter::by(user), &page).await
}

async fn listed(
    app: &App,
    by: SignedIn,
    filter: AuditFilter,
    page: &PageAsked,
) -> Reply<Json<Page<EntryView>>> {
    let page = app.platform.history(by.actor(), filter, page.request()?).await?;
    let next = page.next.map(|cursor| cursor.to_string());
    let items = page.items.into_iter().map(EntryView::try_from).collect::<Reply<_>>()?;
    Ok(Json(Page { items, next }))
}

/// After which entry, and how many.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FeedAsked {
    /// The position of the last entry that is known; from the beginning, unless said.
    after: Option<String>,
    /// How many at most, 1 to 1,000; 100 unless said.
    limit: Option<u16>,
}

impl FeedAsked {
    pub(super) fn bounds(&self) -> Result<(FeedPosition, u16), InvalidValue> {
        let after = optional(self.after.as_deref())?.unwrap_or(FeedPosition::START);
        Ok((after, self.limit.unwrap_or(100)))
    }
}

/// Lists everything that happened, in a stable order, to an admin.
///
/// Whoever goes on from the position of the last entry sees each entry exactly once.
#[utoipa::path(
    get, path = "/feed", tag = "history",
    params(FeedAsked), responses((status = 200, body = Vec<EntryView>)),
)]
async fn feed(
    State(app): State<App>,
    by: SignedIn,
    Asked(asked): Asked<FeedAsked>,
) -> Reply<Json<Vec<EntryView>>> {
    let (after, limit) = asked.bounds()?;
    let entries = app.platform.feed(by.admin(), after, limit).await?;
    Ok(Json(entries.into_iter().map(EntryView::try_from).collect::<Reply<_>>()?))
}
