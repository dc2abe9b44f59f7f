use sitstay::{
    command::{Actor, SystemReason},
    platform::{
        AcceptBooking, Error, PaymentRecorded, Platform, RecordPayment, Requested, StartPayment,
    },
    provider::{PaymentOutcome, Provider},
    time::Instant,
};

use super::{
    give::{give, new_id},
    owner::Owner,
    trainer::Trainer,
};

pub(crate) async fn accept_and_pay(
    platform: &Platform,
    trainer: &Trainer,
    owner: &Owner,
    requested: &Requested,
    now: Instant,
) -> Result<PaymentRecorded, Error> {
    let booking = requested.booking;
    give(platform, trainer.actor, now, AcceptBooking { booking }).await?;

    let (payment, provider): (_, Provider) = (new_id(), "acme".parse()?);
    let start = StartPayment { payment, booking, provider: provider.clone() };
    let amount = give(platform, owner.actor, now, start).await?.amount;

    // Here the service asks its provider to collect `amount`, and takes its answer down.
    assert_eq!(amount, requested.price.money());
    let (reference, outcome) = ("pay_1".parse()?, PaymentOutcome::Succeeded);
    let answer = RecordPayment { payment, provider, reference, outcome };
    give(platform, Actor::System(SystemReason::ProviderEvent), now, answer).await
}
