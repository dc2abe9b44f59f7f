//! What trainers earn, and how they get it.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    ids::{BookingId, PayoutId, TrainerId},
    ledger::{Statement, StatementLine},
    payout::{Payout, PayoutState, TrainerBalance},
    platform::{CreatePayout, SendPayout, WriteOffRest},
    provider::PaymentProvider,
    repository::Versioned,
    time::Interval,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::Created,
    app::App,
    extract::{Ask, Asked, Body, Named, SignedIn},
    money,
    openapi::ActingAs,
    problem::Reply,
    wire::{Amount, Page, PageAsked, Period, codes, instant},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(balances))
        .routes(routes!(statement))
        .routes(routes!(payouts, create_payout))
        .routes(routes!(send_payout))
        .routes(routes!(write_off_rest))
}

/// What a trainer has earned in one currency.
#[derive(Debug, Serialize, ToSchema)]
struct BalanceView {
    /// Not to be had yet.
    pending: Amount,
    /// To be had with the next payout.
    available: Amount,
    /// On its way.
    locked: Amount,
    /// Paid out.
    paid: Amount,
}

impl From<TrainerBalance> for BalanceView {
    fn from(balance: TrainerBalance) -> Self {
        let TrainerBalance { pending, available, locked, paid } = balance;
        Self {
            pending: pending.into(),
            available: available.into(),
            locked: locked.into(),
            paid: paid.into(),
        }
    }
}

/// Returns what a trainer has earned, by currency: to the trainer, and to admins.
#[utoipa::path(
    get, path = "/trainers/{trainer}/balances", tag = "money",
    params(ActingAs), responses((status = 200, body = Vec<BalanceView>)),
)]
async fn balances(
    State(app): State<App>,
    by: SignedIn,
    Named(trainer): Named<TrainerId>,
) -> Reply<Json<Vec<BalanceView>>> {
    let balances = app.platform.balances(by.actor(), trainer, app.now()).await?;
    Ok(Json(balances.into_values().map(BalanceView::from).collect()))
}

/// Of which period and in which currency.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StatementAsked {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    #[param(example = "EUR")]
    currency: String,
}

/// What a trainer was owed, line by line.
#[derive(Debug, Serialize, ToSchema)]
struct StatementView {
    period: Period,
    opening: Amount,
    lines: Vec<LineView>,
    closing: Amount,
}

/// A line of a statement.
#[derive(Debug, Serialize, ToSchema)]
struct LineView {
    at: DateTime<Utc>,
    /// What happened; missing for a correction.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// For which lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<Uuid>,
    /// By which payout.
    #[serde(skip_serializing_if = "Option::is_none")]
    payout: Option<Uuid>,
    amount: Amount,
}

impl From<Statement> for StatementView {
    fn from(statement: Statement) -> Self {
        Self {
            period: statement.period.into(),
            opening: statement.opening.into(),
            lines: statement.lines.into_iter().map(LineView::from).collect(),
            closing: statement.closing.into(),
        }
    }
}

impl From<StatementLine> for LineView {
    fn from(line: StatementLine) -> Self {
        Self {
            at: line.at.to_utc(),
            kind: line.kind.map(|kind| kind.to_string()),
            booking: line.booking.map(BookingId::as_uuid),
            payout: line.payout.map(PayoutId::as_uuid),
            amount: line.amount.into(),
        }
    }
}

/// Returns a trainer's statement: to the trainer, and to admins.
#[utoipa::path(
    get, path = "/trainers/{trainer}/statement", tag = "money",
    params(StatementAsked, ActingAs), responses((status = 200, body = StatementView)),
)]
async fn statement(
    State(app): State<App>,
    by: SignedIn,
    Named(trainer): Named<TrainerId>,
    Asked(asked): Asked<StatementAsked>,
) -> Reply<Json<StatementView>> {
    let period = Interval::new(instant(asked.from)?, instant(asked.until)?)?;
    let currency = asked.currency.parse()?;
    Ok(Json(app.platform.statement(by.actor(), trainer, period, currency).await?.into()))
}

/// A payout.
#[derive(Debug, Serialize, ToSchema)]
struct PayoutView {
    id: Uuid,
    amount: Amount,
    #[schema(schema_with = codes::payout_state)]
    state: PayoutState,
    created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    processed_at: Option<DateTime<Utc>>,
}

impl From<Versioned<Payout>> for PayoutView {
    fn from(payout: Versioned<Payout>) -> Self {
        Self {
            id: payout.id.as_uuid(),
            amount: payout.amount.into(),
            state: payout.state,
            created_at: payout.created_at.to_utc(),
            processed_at: payout.processed_at.map(Into::into),
        }
    }
}

/// Lists a trainer's payouts, the newest first: to the trainer, and to admins.
#[utoipa::path(
    get, path = "/trainers/{trainer}/payouts", tag = "money",
    params(PageAsked, ActingAs), responses((status = 200, body = Page<PayoutView>)),
)]
async fn payouts(
    State(app): State<App>,
    by: SignedIn,
    Named(trainer): Named<TrainerId>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<PayoutView>>> {
    let page = app.platform.payouts(by.actor(), trainer, page.request()?).await?;
    Ok(Json(Page::of(page)))
}

/// In which currency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InCurrency {
    #[schema(example = "EUR")]
    currency: String,
}

/// What is to be paid out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPayout {
    #[schema(example = "EUR")]
    currency: String,
    /// Whether it is the last one before an erasure, which knows no minimum.
    #[serde(default)]
    is_last: bool,
}

/// A payout that was made and sent.
#[derive(Debug, Serialize, ToSchema)]
struct PayoutMade {
    id: Uuid,
    amount: Amount,
    #[schema(schema_with = codes::payout_state)]
    state: PayoutState,
}

/// Pays a trainer what is available, as an admin.
///
/// A service that pays many trainers calls `Platform::run_payouts` instead, say every night.
#[utoipa::path(
    post, path = "/trainers/{trainer}/payouts", tag = "money",
    request_body = NewPayout, responses((status = 201, body = PayoutMade)),
)]
async fn create_payout(
    ask: Ask,
    Named(trainer): Named<TrainerId>,
    Body(body): Body<NewPayout>,
) -> Reply<Created<PayoutMade>> {
    let provider = ask.app.provider.name();
    let (currency, is_last) = (body.currency.parse()?, body.is_last);
    let create = CreatePayout { trainer, currency, provider, is_last };
    let created = ask.as_admin(create).await?;
    Ok(Created::new(sent(ask.then("send"), created.payout).await?))
}

/// Sends a payout that was made and has waited since, as an admin: its trainer was suspended, or the
/// service ended.
#[utoipa::path(
    post, path = "/payouts/{payout}/sending", tag = "money",
    responses((status = 200, body = PayoutMade)),
)]
async fn send_payout(ask: Ask, Named(payout): Named<PayoutId>) -> Reply<Json<PayoutMade>> {
    sent(ask, payout).await.map(Json)
}

async fn sent(ask: Ask, payout: PayoutId) -> Reply<PayoutMade> {
    let sent = ask.as_admin(SendPayout { payout }).await?;
    let amount = sent.amount.into();
    let state = money::transfer(&ask.app, sent).await?;
    Ok(PayoutMade { id: payout.as_uuid(), amount, state })
}

/// Writes off what is left of a trainer's balance and too little to be paid out, as an admin.
#[utoipa::path(
    post, path = "/trainers/{trainer}/write-off", tag = "money",
    request_body = InCurrency, responses((status = 200, body = Amount)),
)]
async fn write_off_rest(
    ask: Ask,
    Named(trainer): Named<TrainerId>,
    Body(body): Body<InCurrency>,
) -> Reply<Json<Amount>> {
    let currency = body.currency.parse()?;
    let written_off = ask.as_admin(WriteOffRest { trainer, currency }).await?;
    Ok(Json(written_off.amount.into()))
}
