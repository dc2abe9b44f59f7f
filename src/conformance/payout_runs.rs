//! A run of payouts is stopped anywhere and started again, and pays everybody once.

use std::sync::Arc;

use super::{
    fixtures::{Cast, days_later, minutes},
    payouts::{SHARE, later},
    scripted::{Fuse, Fused, Scripted, Step},
    town::Town,
    world::{World, nobody, race},
};
use crate::{
    ids::CommandId,
    money::Currency,
    payout::PayoutState,
    platform::Platform,
    provider::fake::{Behaviour, FakeProvider},
    repository::PageRequest,
};

impl Town {
    /// Makes sure that a trainer was paid for that many lessons, and that nothing is on its way.
    async fn is_paid_for(&self, cast: &Cast, lessons: i64) {
        let page = PageRequest::first(200).unwrap();
        let payouts = self.payouts(&cast.trainer.id.into(), page).await.unwrap().items;
        assert!(payouts.iter().all(|payout| !payout.state.is_running()), "{payouts:?}");
        let arrived = payouts.iter().filter(|it| it.state == PayoutState::Processed);
        let amounts: i64 = arrived.map(|payout| payout.amount.minor()).sum();
        assert_eq!(amounts, lessons * SHARE);
        let file = self.erasure_file(nobody(), cast.trainer_user.id).await.unwrap().1.unwrap();
        assert_eq!(file.open_balances, 0);
    }
}

/// Stops a run at every step, before it and after it, with a provider that answers every first
/// question too late; and finishes it under the same id or another.
pub(super) async fn a_run_that_is_stopped_anywhere_pays_everybody_once(world: World) {
    let town = Town::new(world.clone()).await;
    let casts = [town.cast.clone(), world.cast().await];
    let books = Arc::new(FakeProvider::new(1));
    let mut lessons = 0;
    for is_before in [true, false] {
        for steps in 0.. {
            for cast in &casts {
                town.teaches(cast, minutes(60 * 24 * lessons + 540, 60)).await;
            }
            lessons += 1;
            let fuse = Arc::new(Fuse::after(steps, is_before));
            let provider = Arc::new(Scripted::with(Arc::clone(&books), Arc::clone(&fuse)));
            provider.next(Step::Transfer(Behaviour::TimeOutAfter));
            let store = Fused { store: Arc::clone(&world.repository), fuse: Arc::clone(&fuse) };
            let fused = Platform::new(Arc::new(store), town.platform.policy().clone());
            let (run, now) = (world.make.id::<CommandId>(), days_later(later(), lessons));
            let asked = Arc::clone(&provider);
            fuse.burn(async move {
                let _ = fused.run_payouts(run, &*asked, None, 100, now).await.unwrap();
            })
            .await;

            let is_whole = !fuse.is_blown();
            // Who finishes it has the same provider, but no fuse.
            let calm = Scripted::of(Arc::clone(&books));
            let again = if steps % 2 == 0 { run } else { world.make.id() };
            for _ in 0..2 {
                let report = town.platform.run_payouts(again, &calm, None, 100, now).await.unwrap();
                assert!(report.failed.is_empty(), "{:?}", report.failed);
            }
            for cast in &casts {
                town.is_paid_for(cast, lessons).await;
            }
            assert_eq!(calm.amounts().len() as i64, 2 * lessons, "stopped at step {steps}");
            if is_whole {
                assert!(steps > 6, "only {steps} steps were seen");
                break;
            }
        }
    }
}

pub(super) async fn runs_at_the_same_time_pay_everybody_once(world: World) {
    let town = Town::new(world.clone()).await;
    let casts = [town.cast.clone(), world.cast().await];
    let provider = Arc::new(Scripted::new());
    for round in 1..4 {
        for cast in &casts {
            town.teaches(cast, minutes(60 * 24 * round + 540, 60)).await;
        }
        let shared: CommandId = world.make.id();
        let runs = (0..6).map(|place| {
            let (platform, provider) = (town.platform.clone(), Arc::clone(&provider));
            let run = if place < 3 { shared } else { world.make.id() };
            async move { platform.run_payouts(run, &*provider, None, 100, later()).await.unwrap() }
        });
        for report in race(runs).await {
            assert!(report.failed.is_empty(), "{:?}", report.failed);
        }
        // A run may have met a payout that another was about to send.
        let end = town.platform.run_payouts(world.make.id(), &*provider, None, 100, later()).await;
        assert!(end.unwrap().failed.is_empty());
        for cast in &casts {
            town.is_paid_for(cast, round).await;
        }
        assert_eq!(provider.amounts().len() as i64, 2 * round);
    }
}

pub(super) async fn under_one_id_everybody_gets_one_new_payout(world: World) {
    let (town, provider) = (Town::new(world.clone()).await, Scripted::new());
    town.teaches(&town.cast, minutes(540, 60)).await;
    provider.next(Step::Transfer(Behaviour::Decline));
    let (run, next): (CommandId, CommandId) = (world.make.id(), world.make.id());
    let mut failed = None;
    for (id, state) in [
        (run, PayoutState::Failed),
        (run, PayoutState::Failed),
        (next, PayoutState::Processed),
        (next, PayoutState::Processed),
    ] {
        let report = town.platform.run_payouts(id, &provider, None, 100, later()).await.unwrap();
        match report.payouts[..] {
            [(payout, found)] => {
                assert_eq!(found, state);
                let first = *failed.get_or_insert(payout);
                assert_eq!(payout == first, state == PayoutState::Failed);
            }
            // All is paid: nothing is due any more.
            [] => assert_eq!(town.payouts_due(None, 1).await.unwrap(), []),
            _ => panic!("{report:?}"),
        }
    }
    town.is_paid_for(&town.cast, 1).await;
}

pub(super) async fn a_run_goes_on_from_page_to_page(world: World) {
    let town = Town::new(world.clone()).await;
    let mut casts = vec![town.cast.clone()];
    for _ in 0..4 {
        casts.push(world.cast().await);
    }
    for cast in &casts {
        town.teaches(cast, minutes(540, 60)).await;
    }
    let provider = Scripted::new();
    let run: CommandId = world.make.id();
    let (mut after, mut paid) = (None, 0);
    loop {
        let report = town.platform.run_payouts(run, &provider, after, 2, later()).await.unwrap();
        assert!(report.failed.is_empty() && report.payouts.len() <= 2);
        paid += report.payouts.len();
        after = report.next;
        if after.is_none() {
            break;
        }
        assert_eq!(after.map(|due| due.currency), Some(Currency::EUR));
    }
    assert_eq!(paid, casts.len());
    for cast in &casts {
        town.is_paid_for(cast, 1).await;
    }
    for limit in [0, 1_001] {
        let refused = town.platform.run_payouts(run, &provider, None, limit, later()).await;
        assert_eq!(refused.unwrap_err().code(), "value.out_of_range");
    }
}
