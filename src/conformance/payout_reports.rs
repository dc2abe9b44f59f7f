//! What a provider answers and reports of payouts, in any order.

use super::{
    fixtures::minutes,
    payouts::{SHARE, SYSTEM, code, euro, hour, known, later},
    town::{Town, early},
    world::World,
};
use crate::{
    ids::PayoutId,
    payment::ReportOutcome,
    payout::PayoutState,
    platform::{RecordPayout, TakeReport},
    provider::{Happening, PayoutOutcome, ProviderEvent, TransferOutcome, fake::FakeProvider},
    text::Token,
};

fn of_transfer(
    payout: Option<PayoutId>,
    reference: &Token,
    amount: i64,
    outcome: PayoutOutcome,
) -> Happening {
    Happening::Payout { payout, reference: reference.clone(), amount: euro(amount), outcome }
}

pub(super) async fn a_report_counts_before_and_after_the_answer(world: World) {
    let town = Town::new(world).await;
    let (in_flight, arrived) = (TransferOutcome::InFlight, PayoutOutcome::Processed);
    // By our id, before the answer.
    town.teaches(&town.cast, hour(8)).await;
    let (payout, name) = (town.sends().await, town.make.token());
    let taken = town.hears_later(of_transfer(Some(payout), &name, SHARE, arrived)).await;
    assert_eq!((taken.payout, taken.outcome), (Some(payout), ReportOutcome::Counts));
    assert_eq!(
        town.records(payout, known(&name, in_flight)).await.unwrap(),
        PayoutState::Processed
    );
    // It ended: a contradiction is kept and changes nothing, and the same end counts again.
    let failed = of_transfer(None, &name, SHARE, PayoutOutcome::Failed);
    assert_eq!(town.hears_later(failed).await.outcome, ReportOutcome::Contradicts);
    let again = of_transfer(None, &name, SHARE, arrived);
    assert_eq!(town.hears_later(again).await.outcome, ReportOutcome::Counts);
    assert_eq!(town.payout(payout).await.state, PayoutState::Processed);
    let refused = town.records(payout, known(&name, TransferOutcome::Failed)).await;
    assert_eq!(code(refused), "payout.no_edge");

    // By its name, after the answer; one event as often as it likes.
    town.teaches(&town.cast, hour(10)).await;
    let (payout, name) = (town.sends().await, town.make.token());
    assert_eq!(town.records(payout, known(&name, in_flight)).await.unwrap(), PayoutState::InFlight);
    let less = town.hears_later(of_transfer(None, &name, SHARE - 1, arrived)).await;
    assert_eq!(less.outcome, ReportOutcome::AmountDiffers);
    let event = town.told_by(of_transfer(None, &name, SHARE, PayoutOutcome::Failed), later());
    for is_repeated in [false, true] {
        let command = TakeReport { event: event.clone() };
        let taken = town.gives(SYSTEM, later(), command).await.unwrap();
        assert_eq!((taken.outcome, taken.is_repeated), (ReportOutcome::Counts, is_repeated));
    }
    assert_eq!(town.payout(payout).await.state, PayoutState::Failed);
    let other = ProviderEvent { occurred_at: early(), ..event };
    let other = town.gives(SYSTEM, later(), TakeReport { event: other }).await;
    assert_eq!(code(other), "payment.already_reported");

    // By its name, before anybody knew that.
    let (payout, name) = (town.sends().await, town.make.token());
    let stray = town.hears_later(of_transfer(None, &name, SHARE, arrived)).await;
    assert_eq!((stray.payout, stray.outcome), (None, ReportOutcome::Unmatched));
    assert_eq!(
        town.records(payout, known(&name, in_flight)).await.unwrap(),
        PayoutState::Processed
    );
    assert_eq!(town.open_balances(&town.cast.trainer_user).await, 0);
}

pub(super) async fn an_answer_and_a_report_that_cross_find_each_other(world: World) {
    let town = Town::new(world).await;
    for round in 0..8 {
        town.teaches(&town.cast, minutes(60 * 24 * round + 540, 60)).await;
        let (payout, name) = (town.sends().await, town.make.token());
        let event =
            town.told_by(of_transfer(None, &name, SHARE, PayoutOutcome::Processed), later());
        let report = TakeReport { event };
        let answer = known(&name, TransferOutcome::InFlight);
        let record = RecordPayout { payout, provider: FakeProvider::provider(), answer };
        let calls = [(); 2].map(|()| (town.platform.clone(), town.call(SYSTEM, later())));
        let [(one, first), (other, second)] = calls;
        let recorded = tokio::spawn(async move { one.execute(first, record).await });
        let taken = tokio::spawn(async move { other.execute(second, report).await });
        recorded.await.unwrap().unwrap();
        taken.await.unwrap().unwrap();
        assert_eq!(town.payout(payout).await.state, PayoutState::Processed);
        assert_eq!(town.open_balances(&town.cast.trainer_user).await, 0);
    }
}

/// What was read is out of date when it is decided on: each finds what the other did meanwhile.
pub(super) async fn an_answer_and_a_report_that_cross_miss_nothing(world: World) {
    let town = Town::new(world).await;
    for (place, answers_first) in [(8, true), (10, false)] {
        town.teaches(&town.cast, hour(place)).await;
        let (payout, name) = (town.sends().await, town.make.token());
        let told = of_transfer(None, &name, SHARE, PayoutOutcome::Processed);
        let report = TakeReport { event: town.told_by(told, later()) };
        let answer = known(&name, TransferOutcome::InFlight);
        let record = RecordPayout { payout, provider: FakeProvider::provider(), answer };
        if answers_first {
            town.meanwhile("payout_case", record, report).await.unwrap();
        } else {
            town.meanwhile("payout_case", report, record).await.unwrap();
        }
        assert_eq!(town.payout(payout).await.state, PayoutState::Processed, "{answers_first}");
    }
}
