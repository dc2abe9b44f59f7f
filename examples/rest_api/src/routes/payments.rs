//! Payments, refunds and disputes. The provider is one without money: it keeps books in memory.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    error::InvalidValue,
    ids::{BookingId, DisputeId, OwnerId, PaymentId, RefundId, TrainerId},
    payment::{Payment, PaymentStatus, Refund, RefundStatus},
    platform::{
        CallOffRefund, DecideDispute, GiveBack, PaymentRecorded, PaymentSummary, StartPayment,
    },
    provider::{DisputeOutcome, PaymentProvider},
    repository::{PaymentFilter, PaymentsOf},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::lessons::LessonView;
use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Asked, Body, Named, SignedIn},
    money,
    openapi::ActingAs,
    problem::Reply,
    wire::{Amount, Page, PageAsked, codes, instant},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(payments, start_payment))
        .routes(routes!(payments_of_trainer))
        .routes(routes!(payments_of_owner))
        .routes(routes!(give_back))
        .routes(routes!(send_refunds))
        .routes(routes!(call_off_refund))
        .routes(routes!(decide_dispute))
}

/// A payment that was begun, and what the provider said.
#[derive(Debug, Serialize, ToSchema)]
struct PaymentBegun {
    id: Uuid,
    amount: Amount,
    #[schema(schema_with = codes::payment_status)]
    status: PaymentStatus,
}

/// Pays for a lesson, as its owner.
#[utoipa::path(
    post, path = "/bookings/{booking}/payments", tag = "money",
    responses((status = 201, body = PaymentBegun)),
)]
async fn start_payment(ask: Ask, Named(booking): Named<BookingId>) -> Reply<Created<PaymentBegun>> {
    let payment = PaymentId::from_uuid(ask.key.0);
    let provider = ask.app.provider.name();
    let started = ask.as_owner(StartPayment { payment, booking, provider }).await?;
    let PaymentRecorded { status, .. } =
        money::collect(&ask.app, payment, booking, started.amount).await?;
    let amount = started.amount.into();
    Ok(Created::new(PaymentBegun { id: payment.as_uuid(), amount, status }))
}

/// The payments of a lesson, and what went back.
#[derive(Debug, Serialize, ToSchema)]
struct PaymentsView {
    payments: Vec<PaymentView>,
    refunds: Vec<RefundView>,
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
struct PaymentView {
    id: Uuid,
    amount: Amount,
    #[schema(schema_with = codes::payment_status)]
    status: PaymentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_at: Option<DateTime<Utc>>,
    /// What arrived back, in minor units.
    refunded_amount: i64,
}

/// Money that goes back.
#[derive(Debug, Serialize, ToSchema)]
struct RefundView {
    id: Uuid,
    payment: Uuid,
    amount: Amount,
    #[schema(schema_with = codes::refund_status)]
    status: RefundStatus,
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> Self {
        Self {
            id: payment.id.as_uuid(),
            amount: payment.amount.into(),
            status: payment.status,
            paid_at: payment.paid_at.map(Into::into),
            refunded_amount: payment.refunded_amount,
        }
    }
}

impl From<Refund> for RefundView {
    fn from(refund: Refund) -> Self {
        Self {
            id: refund.id.as_uuid(),
            payment: refund.payment.as_uuid(),
            amount: refund.amount.into(),
            status: refund.status,
        }
    }
}

/// Returns what was paid for a lesson and what went back, to whoever may see the lesson.
#[utoipa::path(
    get, path = "/bookings/{booking}/payments", tag = "money",
    params(ActingAs), responses((status = 200, body = PaymentsView)),
)]
async fn payments(
    State(app): State<App>,
    by: SignedIn,
    Named(booking): Named<BookingId>,
) -> Reply<Json<PaymentsView>> {
    app.platform.lesson(by.actor(), booking, app.now()).await?;
    let payments = app.platform.repository().payments(booking).await?;
    let refunds = app.platform.repository().refunds(booking).await?;
    Ok(Json(PaymentsView {
        payments: payments.into_iter().map(|payment| payment.into_value().into()).collect(),
        refunds: refunds.into_iter().map(|refund| refund.into_value().into()).collect(),
    }))
}

/// A payment on a list, with the lesson that it is for.
#[derive(Debug, Serialize, ToSchema)]
struct ListedPayment {
    id: Uuid,
    lesson: LessonView,
    amount: Amount,
    #[schema(schema_with = codes::payment_status)]
    status: PaymentStatus,
    /// How much of it went back.
    refunded: Amount,
    created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_at: Option<DateTime<Utc>>,
}

impl From<PaymentSummary> for ListedPayment {
    fn from(payment: PaymentSummary) -> Self {
        Self {
            id: payment.payment.as_uuid(),
            lesson: payment.lesson.into(),
            amount: payment.amount.into(),
            status: payment.status,
            refunded: payment.refunded_amount.into(),
            created_at: payment.created_at.to_utc(),
            paid_at: payment.paid_at.map(Into::into),
        }
    }
}

/// Which payments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PaymentsAsked {
    /// Those that were begun at or after this.
    from: Option<DateTime<Utc>>,
    /// Those that were begun before this.
    until: Option<DateTime<Utc>>,
    /// Those that stand so; all, unless said.
    #[param(schema_with = codes::payment_status, required = false)]
    status: Option<PaymentStatus>,
}

impl PaymentsAsked {
    fn filter(&self, of: PaymentsOf) -> Result<PaymentFilter, InvalidValue> {
        Ok(PaymentFilter {
            of,
            statuses: self.status.into_iter().collect(),
            from: self.from.map(instant).transpose()?,
            until: self.until.map(instant).transpose()?,
        })
    }
}

/// Lists the payments for a trainer's lessons, the newest first: to the trainer, and to admins.
#[utoipa::path(
    get, path = "/trainers/{trainer}/payments", tag = "money",
    params(PaymentsAsked, PageAsked, ActingAs),
    responses((status = 200, body = Page<ListedPayment>)),
)]
async fn payments_of_trainer(
    State(app): State<App>,
    by: SignedIn,
    Named(trainer): Named<TrainerId>,
    Asked(asked): Asked<PaymentsAsked>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<ListedPayment>>> {
    listed(&app, by, &asked.filter(PaymentsOf::Trainer(trainer))?, &page).await
}

/// Lists the payments for an owner's lessons, the newest first: to the owner, and to admins.
#[utoipa::path(
    get, path = "/owners/{owner}/payments", tag = "money",
    params(PaymentsAsked, PageAsked, ActingAs),
    responses((status = 200, body = Page<ListedPayment>)),
)]
async fn payments_of_owner(
    State(app): State<App>,
    by: SignedIn,
    Named(owner): Named<OwnerId>,
    Asked(asked): Asked<PaymentsAsked>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<ListedPayment>>> {
    listed(&app, by, &asked.filter(PaymentsOf::Owner(owner))?, &page).await
}

async fn listed(
    app: &App,
    by: SignedIn,
    filter: &PaymentFilter,
    page: &PageAsked,
) -> Reply<Json<Page<ListedPayment>>> {
    let page = page.request()?;
    let payments = app.platform.payments(by.actor(), filter, page, app.now()).await?;
    Ok(Json(Page::of(payments)))
}

/// A refund that became due.
#[derive(Debug, Serialize, ToSchema)]
struct GivenView {
    id: Uuid,
    amount: Amount,
}

/// Gives something of a payment back that no rule asks for, as an admin.
#[utoipa::path(
    post, path = "/payments/{payment}/refunds", tag = "money",
    request_body = Amount, responses((status = 201, body = GivenView)),
)]
async fn give_back(
    ask: Ask,
    Named(payment): Named<PaymentId>,
    Body(body): Body<Amount>,
) -> Reply<Created<GivenView>> {
    let (refund, amount) = (RefundId::from_uuid(ask.key.0), body.money()?);
    let given = ask.as_admin(GiveBack { payment, refund, amount }).await?;
    Ok(Created::new(GivenView { id: given.refund.as_uuid(), amount: given.amount.into() }))
}

/// Sends what is due of a lesson's payments back, as an admin.
///
/// What cancellations make due is sent by themselves; what had to wait, or was given by an admin, is
/// sent by this.
#[utoipa::path(
    post, path = "/bookings/{booking}/refunds", tag = "money",
    responses((status = 204)),
)]
async fn send_refunds(ask: Ask, Named(booking): Named<BookingId>) -> Reply<Done> {
    ask.app.platform.lesson(ask.by.admin(), booking, ask.app.now()).await?;
    money::give_back_what_is_due(&ask.app, booking).await;
    Ok(Done)
}

/// Calls a refund off that is due and that no rule asks for, as an admin.
#[utoipa::path(delete, path = "/refunds/{refund}", tag = "money", responses((status = 204)))]
async fn call_off_refund(ask: Ask, Named(refund): Named<RefundId>) -> Reply<Done> {
    ask.as_admin(CallOffRefund { refund }).await.map(|()| Done)
}

/// How a dispute at the provider ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DisputeDecided {
    /// Whether the platform keeps the money.
    is_won: bool,
}

/// Records how a dispute at the provider ended, as an admin was told.
#[utoipa::path(
    put, path = "/disputes/{dispute}/outcome", tag = "money",
    request_body = DisputeDecided, responses((status = 204)),
)]
async fn decide_dispute(
    ask: Ask,
    Named(dispute): Named<DisputeId>,
    Body(body): Body<DisputeDecided>,
) -> Reply<Done> {
    let outcome = if body.is_won { DisputeOutcome::Won } else { DisputeOutcome::Lost };
    ask.as_admin(DecideDispute { dispute, outcome }).await.map(|_| Done)
}
