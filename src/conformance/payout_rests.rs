//! What is left of a trainer's earnings when the trainer goes.

use super::{
    fixtures::at,
    payouts::{EUR, SYSTEM, code, euro, hour, known, later},
    scripted::Scripted,
    town::{Town, forint},
    world::World,
};
use crate::{
    account::{AccountError, ErasureObstacle},
    command::Actor,
    money::Price,
    payout::{PayoutAnswer, PayoutState},
    platform::{
        CreatePayout, EraseUser, Error, GiveBack, RecordRefund, SendPayout, SendRefund,
        WriteOffRest,
    },
    provider::{RefundOutcome, TransferOutcome, fake::FakeProvider},
};

pub(super) async fn what_is_left_is_written_off_before_an_erasure(world: World) {
    let town = Town::new(world).await;
    let (trainer, user) = (town.cast.trainer.id, town.cast.trainer_user.clone());
    let price = Price::new(10_100, forint()).unwrap();
    town.teaches_for(&town.cast, hour(9), price).await;
    let write_off = WriteOffRest { trainer, currency: forint() };
    let writes_off = |now| town.gives(SYSTEM, now, write_off.clone());
    let erases = |now| town.gives(Actor::member(user.id), now, EraseUser { user: user.id });
    // Pending, then enough for a payout.
    assert_eq!(code(writes_off(at("11:00")).await), "payout.not_settled");
    assert_eq!(code(writes_off(later()).await), "payout.no_rest");
    let last = CreatePayout {
        trainer,
        currency: forint(),
        provider: FakeProvider::provider(),
        is_last: true,
    };
    let payout = town.gives(SYSTEM, later(), last).await.unwrap().payout;
    town.gives(SYSTEM, later(), SendPayout { payout }).await.unwrap();
    assert_eq!(code(writes_off(later()).await), "payout.running");
    assert_eq!(code(erases(later()).await), "account.not_erasable");
    let answer = known(&town.make.token(), TransferOutcome::Processed);
    town.records(payout, answer).await.unwrap();
    assert_eq!(code(erases(later()).await), "account.not_erasable");
    // Of two at the same time one does it.
    let both = town.meanwhile("payout_round", write_off.clone(), write_off.clone());
    assert_eq!(code(both.await), "payout.no_rest");
    assert_eq!(town.open_balances(&user).await, 0);
    erases(later()).await.unwrap();
}

pub(super) async fn a_rest_that_was_written_off_is_not_paid_later(world: World) {
    let (town, provider) = (Town::new(world).await, Scripted::new());
    let trainer = town.cast.trainer.id;
    // Nothing reaches a step; what was earned is written off, and the trainer stays after all.
    town.teaches_for(&town.cast, hour(9), Price::new(100, forint()).unwrap()).await;
    let write_off = WriteOffRest { trainer, currency: forint() };
    let written = town.gives(SYSTEM, later(), write_off).await.unwrap();
    assert_eq!(written.amount.minor(), 85);
    assert_eq!(town.owed(trainer, forint()).await, 0);
    town.teaches_for(&town.cast, hour(11), Price::new(1_000, forint()).unwrap()).await;
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Processed]);
    assert_eq!(provider.amounts(), [800]);
    assert_eq!(town.owed(trainer, forint()).await, 50);
}

pub(super) async fn a_payout_on_its_way_keeps_its_trainer_from_erasure(world: World) {
    let town = Town::new(world).await;
    let user = town.cast.trainer_user.clone();
    let (_, payment) = town.teaches(&town.cast, hour(9)).await;
    let payout = town.create(EUR).await.unwrap();
    // All of it goes back: nothing is owed, but the payout would be sent all the same.
    let refund = town.make.id();
    let give_back = GiveBack { payment, refund, amount: euro(5_000) };
    town.gives(SYSTEM, later(), give_back).await.unwrap();
    town.gives(SYSTEM, later(), SendRefund { refund }).await.unwrap();
    let (reference, outcome) = (Some(town.make.token()), RefundOutcome::Succeeded);
    town.gives(SYSTEM, later(), RecordRefund { refund, reference, outcome }).await.unwrap();
    assert_eq!(town.open_balances(&user).await, 0);
    let erase = || town.gives(Actor::member(user.id), later(), EraseUser { user: user.id });
    let refused = erase().await.unwrap_err();
    let expected = AccountError::NotErasable(ErasureObstacle::OpenPayout);
    assert!(matches!(refused, Error::Account(error) if error == expected), "{refused}");
    town.records(payout, PayoutAnswer::Declined).await.unwrap();
    erase().await.unwrap();
}
