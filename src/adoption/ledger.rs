//! Payments, payouts, and the ledger's entries that they ask for; and notifications.

use super::{
    Flag, LeftBehind, Reason, Remark, SourceTable,
    lessons::{Ended, ended},
    piece::Piece,
    reading::Reading,
};
use crate::{
    audit::{Subject, SubjectKind},
    error::within,
    ids::{BookingId, IdSource, MovementId, TrainerId, UserId},
    ledger::{Account, LedgerEntry},
    money::{Currency, Price, split_fee},
    notification::{Notification, NotificationKind},
    payment::{Payment, PaymentStatus, Refund, RefundCause, RefundStatus},
    payout::{Payout, PayoutState},
    provider::Provider,
    repository::{Change, Write},
    time::Instant,
};

pub(super) fn payment(reading: &mut Reading<'_>) -> Option<Piece> {
    let booking: Option<BookingId> =
        reading.parent("booking_id", SourceTable::Bookings, "booking_found");
    let trainer = reading.get("booking_trainer").map(TrainerId::from_uuid);
    let amount = reading.amount("amount");
    let price = reading.text("booking_price");
    let price = price.and_then(|price| reading.minor_units(&price).ok());
    if let Some(amount) = amount {
        if let Err(error) = within("amount", amount.minor(), 1, Price::MAX_MINOR) {
            reading.fault(Some("amount"), error.into());
        } else if let Some(price) = price {
            reading.require(price == amount.minor(), "amount", Reason::OtherAmount);
        }
    }
    // Providers write codes in lower case.
    let currency = reading.parsed("currency", |code| Currency::parse(&code.to_ascii_uppercase()));
    let is_declared = currency.is_none_or(|currency| currency == reading.context.terms.currency);
    reading.require(is_declared, "currency", Reason::OtherCurrency);
    let provider = reading.parsed("provider", Provider::parse);
    let status = reading.code("status", Reason::UnknownStatus);
    if status == Some(PaymentStatus::Paid) {
        reading.require_first("booking_id", Reason::DuplicatePayment);
    }
    let created_at = reading.written("created_at");
    let (amount, status, created_at, booking) = (amount?, status?, created_at?, booking?);
    let was_paid = matches!(status, PaymentStatus::Paid | PaymentStatus::Refunded);
    let refunded = if status == PaymentStatus::Refunded { amount.minor() } else { 0 };
    let due = if status == PaymentStatus::Paid { due(reading, created_at) } else { None };
    let payment = Payment {
        id: reading.id(),
        booking,
        amount,
        provider: provider?,
        provider_reference: None,
        status,
        paid_at: was_paid.then_some(created_at),
        refunded_amount: refunded,
        refund_reserved: if due.is_some() { amount.minor() } else { refunded },
        refund_owed: due.map_or(0, |_| amount.minor()),
        surplus: due.is_some_and(|due| due.cause == RefundCause::Surplus),
        created_at,
        updated_at: due.map_or(created_at, |due| due.at),
    };
    let subject = Subject::new(SubjectKind::Payment, payment.id);
    let mut changes = vec![Write::Insert(payment.clone()).into()];
    if was_paid {
        let went_back = GoingBack {
            cause: RefundCause::Provider,
            at: created_at,
            status: RefundStatus::Succeeded,
        };
        let going_back = due.or((status == PaymentStatus::Refunded).then_some(went_back));
        book(reading, &payment, trainer?, going_back, &mut changes)?;
    }
    reading.piece(Some(subject), changes)
}

/// The refund of all of a payment.
#[derive(Debug, Clone, Copy)]
struct GoingBack {
    cause: RefundCause,
    /// When it became due.
    at: Instant,
    status: RefundStatus,
}

/// Says whether all that was paid is due to go back, because nobody answered the request.
fn due(reading: &mut Reading<'_>, paid_at: Instant) -> Option<GoingBack> {
    match ended(reading)? {
        Ended::Unanswered(start) => {
            reading.remark(Remark::RefundDue);
            // What was paid after the request had lapsed was not owed any more.
            let is_surplus = paid_at >= start;
            let cause = if is_surplus { RefundCause::Surplus } else { RefundCause::Cancellation };
            Some(GoingBack { cause, at: start.max(paid_at), status: RefundStatus::Due })
        }
        Ended::Cancelled => {
            reading.remark(Remark::KeptPayment);
            None
        }
    }
}

/// Books what a payment moved: to the trainer and the platform, and back where it is refunded.
fn book(
    reading: &Reading<'_>,
    payment: &Payment,
    trainer: TrainerId,
    going_back: Option<GoingBack>,
    changes: &mut Vec<Change>,
) -> Option<()> {
    let mut ids = reading.derived_ids(payment.created_at);
    let price = Price::try_from(payment.amount).ok()?;
    let split = split_fee(price, reading.context.terms.fee);
    let parts = [
        (Account::TrainerPayable(trainer), split.trainer_share),
        (Account::PlatformFees, split.fee),
    ];
    let mut move_money = |movement: MovementId, (debit, credit), amount, (id, created_at)| {
        let entry = LedgerEntry {
            id,
            movement,
            debit,
            credit,
            amount,
            booking: Some(payment.booking),
            payment: Some(payment.id),
            payout: None,
            created_at,
        };
        changes.push(entry.into());
    };
    let parts = || parts.into_iter().filter(|(_, amount)| amount.is_positive());
    let paid: MovementId = ids.next_id();
    for (account, amount) in parts() {
        let accounts = (Account::ProviderClearing, account);
        move_money(paid, accounts, amount, (ids.next_id(), payment.created_at));
    }
    let Some(GoingBack { cause, at, status }) = going_back else { return Some(()) };
    let due: MovementId = ids.next_id();
    for (account, amount) in parts() {
        move_money(due, (account, Account::RefundsDue), amount, (ids.next_id(), at));
    }
    if status == RefundStatus::Succeeded {
        let back: MovementId = ids.next_id();
        let accounts = (Account::RefundsDue, Account::ProviderClearing);
        move_money(back, accounts, payment.amount, (ids.next_id(), at));
    }
    let refund = Refund {
        id: ids.next_id(),
        payment: payment.id,
        amount: payment.amount,
        status,
        cause,
        provider_reference: None,
        replaces: None,
        created_at: at,
        updated_at: at,
    };
    changes.push(Write::Insert(refund).into());
    Some(())
}

/// A payout that was processed. What it paid is found when it is written.
pub(super) fn payout(reading: &mut Reading<'_>) -> Option<Piece> {
    let trainer: Option<TrainerId> =
        reading.parent("trainer_id", SourceTable::Trainers, "trainer_found");
    let amount = reading.amount("amount");
    if let Some(amount) = amount
        && let Err(error) = within("amount", amount.minor(), 1, Price::MAX_MINOR)
    {
        reading.fault(Some("amount"), error.into());
    }
    let status = reading.parsed("status", |code| Ok(code.to_owned()))?;
    if status == "pending" {
        // Nothing moved yet: what the trainer is owed stays owed.
        reading.leave(LeftBehind::NotKept);
        return None;
    }
    reading.require(status == "processed", "status", Reason::UnknownStatus);
    let processed_at: Instant = reading.written("processed_at")?;
    let provider = reading.context.terms.payout_provider.clone();
    let payout = Payout {
        id: reading.id(),
        trainer: trainer?,
        amount: amount?,
        state: PayoutState::Processed,
        provider: provider.or_else(|| Provider::parse("stripe").ok())?,
        provider_reference: None,
        carried_in: 0,
        carried_out: 0,
        processed_at: Some(processed_at),
        created_at: processed_at,
        updated_at: processed_at,
    };
    let subject = Subject::new(SubjectKind::Payout, payout.id);
    reading.piece(Some(subject), vec![Write::Insert(payout).into()])
}

/// A notification says what it is about by kind and subject. The plain schema has no subject, so
/// only the kinds can be kept that are about the user themselves.
pub(super) fn notification(reading: &mut Reading<'_>) -> Option<Piece> {
    use NotificationKind::{AccountReactivated, AccountSuspended, TrainerVerified};

    let kind = reading.text("type").and_then(|kind| kind.parse().ok());
    let profile = reading.get("trainer_profile").map(TrainerId::from_uuid);
    let Some(kind) = kind.filter(|kind| match kind {
        AccountSuspended | AccountReactivated => true,
        TrainerVerified => profile.is_some(),
        _ => false,
    }) else {
        reading.leave(LeftBehind::NotKept);
        return None;
    };
    let user: Option<UserId> = reading.parent("user_id", SourceTable::Users, "user_found");
    let is_read = reading.flag(Flag::Read);
    let created_at = reading.written("created_at");
    reading.leave_if_erased();
    let (user, created_at) = (user?, created_at?);
    let about_user = Subject::new(SubjectKind::User, user);
    let subject = match profile.filter(|_| kind == TrainerVerified) {
        Some(trainer) => Subject::new(SubjectKind::Trainer, trainer),
        None => about_user,
    };
    let id = reading.id();
    let told = Notification {
        id,
        user,
        kind,
        subject,
        is_read: is_read?,
        created_at,
        updated_at: created_at,
    };
    reading.piece(None, vec![Write::Insert(told).into()])
}
