//! What Stripe reports: its webhook.

use axum::{
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
};
use sitstay::stripe::{MAX_BODY_BYTES, read_webhook};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::Done,
    app::App,
    extract::Raw,
    money,
    problem::{Problem, Reply},
};

/// The header in which Stripe signs what it sends.
const SIGNATURE: &str = "stripe-signature";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(hear_stripe)).layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// Takes in an event of Stripe's, known by its signature; a repeat changes nothing.
///
/// The command's id is made of the event's, so that it needs no key. What is turned down Stripe sends
/// again for some days.
#[utoipa::path(
    post, path = "/stripe/events", tag = "money", security(()),
    params(("stripe-signature" = String, Header, description = "How Stripe signed the body.")),
    request_body(content = Object, content_type = "application/json"),
    responses((status = 204)),
)]
async fn hear_stripe(State(app): State<App>, headers: HeaderMap, Raw(body): Raw) -> Reply<Done> {
    let Some(endpoint) = &app.stripe else {
        let detail = "the service does not work with Stripe";
        return Err(Problem::new(StatusCode::NOT_FOUND, "stripe.not_configured", detail));
    };
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let signature = signature.unwrap_or_default();
    let event = read_webhook(signature, &body, &endpoint.secrets, endpoint.scope, app.now())
        .inspect_err(|error| tracing::warn!(code = error.code(), "a webhook was turned down"))?;
    if let Some(event) = event {
        let taken = money::take_report(&app, event).await?;
        tracing::info!(outcome = %taken.outcome, is_repeated = taken.is_repeated, "Stripe reported");
    }
    Ok(Done)
}
