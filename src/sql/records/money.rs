use super::both;
use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use crate::{
    cancellation::CancellationPolicy,
    ids::{
        BookingId, DisputeId, DogId, LedgerEntryId, MovementId, OwnerId, PaymentId, PayoutId,
        ProviderEventId, QuoteId, RefundId, ServiceId, TrainerId, UserId,
    },
    ledger::{Account, LedgerEntry},
    money::{Currency, Money, Price},
    payment::{
        Dispute, DisputeKind, DisputeStatus, Payment, PaymentStatus, Refund, RefundCause,
        RefundStatus,
    },
    payout::{Payout, PayoutItem, PayoutState, PayoutStatus},
    provider::{ProviderEvent, ProviderEventRecord},
    quote::Quote,
    text::Token,
    time::{Instant, Interval, ZoneId},
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
        refund_owed: i64 = payment.refund_owed;
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
        refund_owed,
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

record! {
    Payout as payout, VERSIONED
    key { id: PayoutId = payout.id; }
    data {
        trainer_id: TrainerId = payout.trainer;
        amount: i64 = payout.amount.minor();
        currency: Currency = payout.amount.currency();
        state: PayoutState = payout.state;
        provider: Token = payout.provider;
        provider_reference: Option<Token> = payout.provider_reference;
        carried_in: i64 = payout.carried_in;
        carried_out: i64 = payout.carried_out;
        processed_at: Option<Instant> = payout.processed_at;
        created_at: Instant = payout.created_at;
        updated_at: Instant = payout.updated_at;
    }
    derived { status: PayoutStatus = payout.state.status(); }
    => Payout {
        id,
        trainer: trainer_id,
        amount: Money::new(amount, currency),
        state,
        provider,
        provider_reference,
        carried_in,
        carried_out,
        processed_at,
        created_at,
        updated_at,
    }
}

record! {
    PayoutItem as item, VERSIONED
    key {
        payout_id: PayoutId = item.payout;
        entry_id: LedgerEntryId = item.entry;
    }
    data {
        released_at: Option<Instant> = item.released_at;
        updated_at: Instant = item.updated_at;
    }
    => PayoutItem { payout: payout_id, entry: entry_id, released_at, updated_at }
}

record! {
    ProviderEventRecord as record, APPEND_ONLY
    key { id: ProviderEventId = record.id; }
    data {
        payload: ProviderEvent = record.event;
        created_at: Instant = record.created_at;
    }
    derived {
        provider: Token = record.event.provider;
        event_id: Token = record.event.id;
        kind: String = record.event.happening.code().to_owned();
        reference: Token = *record.event.happening.reference();
        occurred_at: Instant = record.event.occurred_at;
    }
    => ProviderEventRecord { id, event: payload, created_at }
}

record! {
    Quote as quote, VERSIONED
    key { id: QuoteId = quote.id; }
    data {
        trainer_id: TrainerId = quote.trainer;
        owner_id: OwnerId = quote.owner;
        dog_id: DogId = quote.dog;
        service_id: Option<ServiceId> = quote.service;
        start_time: Instant = quote.session.start();
        end_time: Instant = quote.session.end();
        buffer_before_minutes: u16 = quote.buffer_before_minutes;
        buffer_after_minutes: u16 = quote.buffer_after_minutes;
        price: i64 = quote.price.minor();
        currency: Currency = quote.price.currency();
        fee: i64 = quote.fee.minor();
        cancellation_policy: CancellationPolicy = quote.cancellation_policy;
        time_zone: ZoneId = quote.zone;
        expires_at: Instant = quote.expires_at;
        booking_id: Option<BookingId> = quote.booking;
        created_at: Instant = quote.created_at;
        updated_at: Instant = quote.updated_at;
    }
    => Quote {
        id,
        trainer: trainer_id,
        owner: owner_id,
        dog: dog_id,
        service: service_id,
        session: Interval::new(start_time, end_time)?,
        buffer_before_minutes,
        buffer_after_minutes,
        price: Price::new(price, currency)?,
        fee: Money::new(fee, currency),
        cancellation_policy,
        zone: time_zone,
        expires_at,
        booking: booking_id,
        created_at,
        updated_at,
    }
}
