//! What is to be delivered, for a worker that mails or pushes it.

use axum::{Json, extract::State};
use serde::Serialize;
use sitstay::{
    notification::{Recipient, Templates},
    platform::Dispatch,
    repository::Told,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    history::{EntryView, FeedAsked},
    notifications::NotificationView,
};
use crate::{
    app::App,
    extract::{Asked, SignedIn},
    problem::Reply,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(dispatches))
}

/// Something that happened, and what is to be told of it.
#[derive(Debug, Serialize, ToSchema)]
struct DispatchView {
    entry: EntryView,
    told: Vec<ToldView>,
}

/// A notification, and whom it is for.
#[derive(Debug, Serialize, ToSchema)]
struct ToldView {
    to: RecipientView,
    notification: NotificationView,
}

/// Somebody who is told something, and where.
#[derive(Debug, Serialize, ToSchema)]
struct RecipientView {
    user: Uuid,
    first_name: String,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

impl DispatchView {
    fn of(Dispatch { entry, told }: Dispatch, templates: &Templates) -> Reply<Self> {
        let told = told.into_iter().map(|told| ToldView::of(told, templates)).collect();
        Ok(Self { entry: entry.try_into()?, told })
    }
}

impl ToldView {
    fn of(told: Told, templates: &Templates) -> Self {
        let to = told.facts.recipient.clone().into();
        Self { to, notification: NotificationView::of(told, templates) }
    }
}

impl From<Recipient> for RecipientView {
    fn from(recipient: Recipient) -> Self {
        Self {
            user: recipient.user.as_uuid(),
            first_name: recipient.first_name.into(),
            email: recipient.email.into(),
            phone: recipient.phone.map(Into::into),
        }
    }
}

/// Lists what happened with what is to be told of it, in a stable order, to an admin.
///
/// Whoever stores the position of the last entry together with what was delivered, and goes on from
/// there, tells everybody everything once.
#[utoipa::path(
    get, path = "/dispatches", tag = "history",
    params(FeedAsked), responses((status = 200, body = Vec<DispatchView>)),
)]
async fn dispatches(
    State(app): State<App>,
    by: SignedIn,
    Asked(asked): Asked<FeedAsked>,
) -> Reply<Json<Vec<DispatchView>>> {
    let (after, limit) = asked.bounds()?;
    let dispatches = app.platform.dispatches(by.admin(), after, limit).await?.into_iter();
    let dispatches = dispatches.map(|dispatch| DispatchView::of(dispatch, &app.templates));
    Ok(Json(dispatches.collect::<Reply<_>>()?))
}
