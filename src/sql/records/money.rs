use super::both;
use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use crate::{
    ids::{
        BookingId, DisputeId, LedgerEntryId, MovementId, PaymentId, PayoutId, RefundId, TrainerId,
        UserId,
    },
    ledger::{Account, LedgerEntry},
    money::{Currency, Money},
    payment::{
        Dispute, DisputeKind, DisputeStatus, Payment, PaymentStatus, Refund, RefundCause,
        RefundStatus,
    },
    text::Token,
    time::Instant,
};

record! {
    Payment as payment, VERSIONED
    key { id: PaymentId = payment.id; }
    data {
        booking_id: BookingId = payment.booking;
        amount: i64 = payment.amount.minor();
        currency: Currency = payment.amount.currency();
        provider: Token = payment.provider;
        provider_reference: Option<Token> = payment.provider_reference;
        status: PaymentStatus = payment.status;
        paid_at: Option<Instant> = payment.paid_at;
        refunded_amount: i64 = payment.refunded_amount;
        refund_reserved: i64 = payment.refund_reserved;
        surplus: bool = payment.surplus;
        created_at: Instant = payment.created_at;
        updated_at: Instant = payment.updated_at;
    }
    => Payment {
        id,
        booking: booking_id,
        amount: Money::new(amount, currency),
        provider,
        provider_reference,
        status,
        paid_at,
        refunded_amount,
        refund_reserved,
        surplus,
        created_at,
        updated_at,
    }
}

record! {
    Refund as refund, VERSIONED
    key { id: RefundId = refund.id; }
    data {
        payment_id: PaymentId = refund.payment;
        amount: i64 = refund.amount.minor();
        currency: Currency = refund.amount.currency();
        status: RefundStatus = refund.status;
        cause: RefundCause = refund.cause;
        provider_reference: Option<Token> = refund.provider_reference;
        replaces: Option<RefundId> = refund.replaces;
        created_at: Instant = refund.created_at;
        updated_at: Instant = refund.updated_at;
    }
    => Refund {
        id,
        payment: payment_id,
        amount: Money::new(amount, currency),
        status,
        cause,
        provider_reference,
        replaces,
        created_at,
        updated_at,
    }
}

record! {
    Dispute as dispute, VERSIONED
    key { id: DisputeId = dispute.id; }
    data {
        kind: DisputeKind = dispute.kind;
        booking_id: BookingId = dispute.booking;
        payment_id: Option<PaymentId> = dispute.payment;
        amount: Option<i64> = dispute.amount.map(Money::minor);
        currency: Option<Currency> = dispute.amount.map(Money::currency);
        status: DisputeStatus = dispute.status;
        opened_by: Option<UserId> = dispute.opened_by;
        provider_reference: Option<Token> = dispute.provider_reference;
        closed_at: Option<Instant> = dispute.closed_at;
        created_at: Instant = dispute.created_at;
        updated_at: Instant = dispute.updated_at;
    }
    => Dispute {
        id,
        kind,
        booking: booking_id,
        payment: payment_id,
        amount: both(amount, currency, "amount")?.map(|(minor, currency)| Money::new(minor, currency)),
        status,
        opened_by,
        provider_reference,
        closed_at,
        created_at,
        updated_at,
    }
}

record! {
    LedgerEntry as entry, APPEND_ONLY
    key { id: LedgerEntryId = entry.id; }
    data {
        movement_id: MovementId = entry.movement;
        debit_account: Account = entry.debit;
        credit_account: Account = entry.credit;
        amount: i64 = entry.amount.minor();
        currency: Currency = entry.amount.currency();
        booking_id: Option<BookingId> = entry.booking;
        payment_id: Option<PaymentId> = entry.payment;
        payout_id: Option<PayoutId> = entry.payout;
        created_at: Instant = entry.created_at;
    }
    // A foreign key cannot look inside an account's text, so the trainer stands beside it.
    derived {
        debit_trainer_id: Option<TrainerId> = entry.debit.trainer();
        credit_trainer_id: Option<TrainerId> = entry.credit.trainer();
    }
    => LedgerEntry {
        id,
        movement: movement_id,
        debit: debit_account,
        credit: credit_account,
        amount: Money::new(amount, currency),
        booking: booking_id,
        payment: payment_id,
        payout: payout_id,
        created_at,
    }
}
