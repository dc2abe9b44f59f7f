//! What people are told.

use std::collections::BTreeSet;

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    audit::SubjectKind,
    command::Actor,
    ids::{NotificationId, UserId},
    notification::{Message, Notification, NotificationKind, Templates},
    platform::{ReadAllNotifications, ReadNotification, SetPreferences},
    repository::{NotificationFilter, Told},
};
use utoipa::{IntoParams, ToSchema, openapi::schema::Array};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::Done,
    app::App,
    extract::{Ask, Asked, Body, Named, SignedIn},
    problem::Reply,
    wire::{Page, PageAsked, codes},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(notifications))
        .routes(routes!(notifications_of_user))
        .routes(routes!(unread_notifications))
        .routes(routes!(read_notification))
        .routes(routes!(read_all_notifications))
        .routes(routes!(muted_notifications, set_preferences))
}

/// Something that a user is told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotificationView {
    id: Uuid,
    #[schema(schema_with = codes::notification_kind)]
    kind: NotificationKind,
    title: String,
    /// Plain text, with the names and times of now.
    text: String,
    /// What kind of thing it is about.
    #[schema(schema_with = codes::subject_kind)]
    subject_kind: SubjectKind,
    /// Which thing.
    subject: Uuid,
    /// The lesson that it leads to.
    booking: Option<Uuid>,
    is_read: bool,
    created_at: DateTime<Utc>,
}

impl NotificationView {
    pub(super) fn of(Told { notification, facts }: Told, templates: &Templates) -> Self {
        let Message { title, body } = templates.render(&notification, &facts, None);
        let Notification { id, kind, subject, is_read, created_at, .. } = notification.into_value();
        Self {
            id: id.as_uuid(),
            kind,
            title,
            text: body,
            subject_kind: subject.kind,
            subject: subject.id,
            booking: facts.lesson.map(|lesson| lesson.booking.as_uuid()),
            is_read,
            created_at: created_at.to_utc(),
        }
    }
}

/// Which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct NotificationsAsked {
    /// Only those that were not read.
    #[serde(default)]
    #[param(required = false)]
    unread: bool,
    /// Those of this kind; of any, unless said.
    #[param(schema_with = codes::notification_kind, required = false)]
    kind: Option<NotificationKind>,
}

impl NotificationsAsked {
    fn filter(&self, user: UserId) -> NotificationFilter {
        NotificationFilter { user, unread_only: self.unread, kinds: Vec::from_iter(self.kind) }
    }
}

/// Lists one's own notifications, the newest first.
#[utoipa::path(
    get, path = "/notifications", tag = "notifications",
    params(NotificationsAsked, PageAsked),
    responses((status = 200, body = Page<NotificationView>)),
)]
async fn notifications(
    State(app): State<App>,
    by: SignedIn,
    Asked(asked): Asked<NotificationsAsked>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<NotificationView>>> {
    listed(&app, by.member(), asked.filter(by.user), &page).await
}

/// Lists what a user was told, the newest first, to an admin.
#[utoipa::path(
    get, path = "/users/{user}/notifications", tag = "people",
    params(NotificationsAsked, PageAsked),
    responses((status = 200, body = Page<NotificationView>)),
)]
async fn notifications_of_user(
    State(app): State<App>,
    by: SignedIn,
    Named(user): Named<UserId>,
    Asked(asked): Asked<NotificationsAsked>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<NotificationView>>> {
    listed(&app, by.admin(), asked.filter(user), &page).await
}

async fn listed(
    app: &App,
    reader: Actor,
    filter: NotificationFilter,
    page: &PageAsked,
) -> Reply<Json<Page<NotificationView>>> {
    let page = app.platform.notifications(reader, filter, page.request()?).await?;
    Ok(Json(Page::of(page.map(|told| NotificationView::of(told, &app.templates)))))
}

/// How many.
#[derive(Debug, Serialize, ToSchema)]
struct Count {
    count: u64,
}

/// Counts one's own notifications that were not read.
#[utoipa::path(
    get, path = "/notifications/unread-count", tag = "notifications",
    responses((status = 200, body = Count)),
)]
async fn unread_notifications(State(app): State<App>, by: SignedIn) -> Reply<Json<Count>> {
    let count = app.platform.unread_notifications(by.member(), by.user).await?;
    Ok(Json(Count { count }))
}

/// Marks one of one's own notifications as read.
#[utoipa::path(
    put, path = "/notifications/{notification}/read", tag = "notifications",
    responses((status = 204)),
)]
async fn read_notification(ask: Ask, Named(notification): Named<NotificationId>) -> Reply<Done> {
    ask.as_member(ReadNotification { notification }).await.map(|()| Done)
}

/// Notifications that were marked as read.
#[derive(Debug, Serialize, ToSchema)]
struct ReadView {
    count: u64,
    /// Whether no other was unread; or else another request goes on.
    is_all: bool,
}

/// Marks one's own notifications as read, at most 200 at a time.
#[utoipa::path(
    post, path = "/notifications/read", tag = "notifications",
    responses((status = 200, body = ReadView)),
)]
async fn read_all_notifications(ask: Ask) -> Reply<Json<ReadView>> {
    let read = ask.as_member(ReadAllNotifications).await?;
    Ok(Json(ReadView { count: read.count, is_all: read.is_all }))
}

/// What a user does not want to be told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Muted {
    #[schema(schema_with = kinds)]
    muted: BTreeSet<NotificationKind>,
}

fn kinds() -> Array {
    Array::new(codes::notification_kind())
}

/// Returns what one does not want to be told.
#[utoipa::path(
    get, path = "/notifications/preferences", tag = "notifications",
    responses((status = 200, body = Muted)),
)]
async fn muted_notifications(State(app): State<App>, by: SignedIn) -> Reply<Json<Muted>> {
    let muted = app.platform.muted_notifications(by.member(), by.user).await?;
    Ok(Json(Muted { muted }))
}

/// Chooses what one does not want to be told.
#[utoipa::path(
    put, path = "/notifications/preferences", tag = "notifications",
    request_body = Muted, responses((status = 204)),
)]
async fn set_preferences(ask: Ask, Body(Muted { muted }): Body<Muted>) -> Reply<Done> {
    ask.as_member(SetPreferences { muted }).await.map(|()| Done)
}
