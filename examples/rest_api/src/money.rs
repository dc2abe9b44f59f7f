//! What is asked of the payment provider, and what becomes of its answers.
//!
//! Each step is a command of its own under an id that is derived from the one before, so that whatever
//! is repeated goes on where it stopped.

use serde::Serialize;
use sitstay::{
    command::{Actor, SystemReason},
    ids::{BookingId, CommandId, PaymentId, RefundId},
    money::Money,
    payment::RefundStatus,
    payout::{PayoutAnswer, PayoutState},
    platform::{
        PaymentRecorded, PayoutSent, RecordPayment, RecordPayout, RecordRefund, ReportTaken,
        SendRefund, TakeReport,
    },
    provider::{
        CreatePayment, IdempotencyKey, PaymentProvider, ProviderError, ProviderEvent,
        RefundPayment, Transfer,
    },
};
use uuid::Uuid;

use crate::{app::App, problem::Reply};

const SYSTEM: Actor = Actor::System(SystemReason::ProviderEvent);

/// Has the provider collect a payment that was begun, and records its answer.
pub(crate) async fn collect(
    app: &App,
    payment: PaymentId,
    booking: BookingId,
    amount: Money,
) -> Reply<PaymentRecorded> {
    let key = IdempotencyKey::create(payment);
    let ask = CreatePayment { key, payment, booking, amount };
    let answer = app.provider.create_payment(ask).await?;
    let record = RecordPayment::of(payment, app.provider.name(), &answer);
    let id = answer_to(payment.as_uuid(), &record);
    app.execute(id, SYSTEM, record).await
}

/// Gives back whatever is due of a lesson's payments, as far as the provider lets it.
///
/// What does not succeed stays due, and is given back the next time.
pub(crate) async fn give_back_what_is_due(app: &App, booking: BookingId) {
    if let Err(problem) = try_to_give_back(app, booking).await {
        tracing::warn!(?problem, "a refund has to wait");
    }
}

async fn try_to_give_back(app: &App, booking: BookingId) -> Reply<()> {
    for refund in app.platform.repository().refunds(booking).await? {
        if matches!(refund.status, RefundStatus::Due | RefundStatus::Pending) {
            give_back(app, refund.id, refund.status).await?;
        }
    }
    Ok(())
}

async fn give_back(app: &App, refund: RefundId, status: RefundStatus) -> Reply<()> {
    let id = derived(refund.as_uuid(), "send");
    let sent = app.execute(id, SYSTEM, SendRefund { refund }).await;
    let sent = match (sent, status) {
        (Ok(sent), _) => sent,
        // Somebody else sent it, who also hears the answer.
        (Err(_), RefundStatus::Pending) => return Ok(()),
        (Err(problem), _) => return Err(problem),
    };
    let (Some(amount), Some(payment_reference)) = (sent.amount, sent.payment_reference) else {
        return Ok(());
    };
    let key = IdempotencyKey::refund(refund);
    let ask = RefundPayment { key, refund, payment_reference, amount };
    let answer = app.provider.refund(ask).await?;
    let (reference, outcome) = (Some(answer.reference), answer.outcome);
    let record = RecordRefund { refund, reference, outcome };
    let id = answer_to(refund.as_uuid(), &record);
    app.execute(id, SYSTEM, record).await.map(drop)
}

/// Has the provider send a payout that is on its way, and records its answer.
pub(crate) async fn transfer(app: &App, sent: PayoutSent) -> Reply<PayoutState> {
    let PayoutSent { payout, trainer, amount, provider } = sent;
    let key = IdempotencyKey::payout(payout);
    let answer = match app.provider.transfer(Transfer { key, payout, trainer, amount }).await {
        Ok(answer) => PayoutAnswer::from(answer),
        Err(ProviderError::Declined { .. }) => PayoutAnswer::Declined,
        Err(ProviderError::Uncertain) => PayoutAnswer::Missing,
        Err(error) => return Err(error.into()),
    };
    let record = RecordPayout { payout, provider, answer };
    let id = answer_to(payout.as_uuid(), &record);
    Ok(app.execute(id, SYSTEM, record).await?.state)
}

/// Takes in what a provider reports, however often it does.
pub(crate) async fn take_report(app: &App, event: ProviderEvent) -> Reply<ReportTaken> {
    let id = command_about(&format!("{} {}", event.provider, event.id));
    app.execute(id, SYSTEM, TakeReport { event }).await
}

/// The id of a command that is given again whenever it is about the same.
pub(crate) fn command_about(name: &str) -> CommandId {
    derived(Uuid::NAMESPACE_OID, name)
}

fn derived(about: Uuid, name: &str) -> CommandId {
    CommandId::from_uuid(Uuid::new_v5(&about, name.as_bytes()))
}

/// The id under which an answer is recorded: another answer is another command.
fn answer_to(about: Uuid, record: &impl Serialize) -> CommandId {
    derived(about, &serde_json::to_string(record).unwrap_or_default())
}
