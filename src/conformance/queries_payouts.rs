//! Reads over payouts, and over what no payout holds.

use super::{
    fixtures::{Cast, Fixtures, completed, days_later, paid, released, returned},
    payouts::{EUR, hour},
    town::early,
    world::{World, first, nobody},
};
use crate::{
    booking::Booking,
    ledger::LedgerEntry,
    money::{Currency, Money, Price},
    payout::{Payout, PayoutState},
    repository::{PageRequest, PayoutDue, PayoutSought},
    text::Token,
};

pub(super) async fn a_payout_is_found_by_whatever_is_known_of_it(world: World) {
    let stored = world.everything().await;
    let payout = &stored.payout;
    let name = payout.provider_reference.clone().unwrap();
    let reported = |provider: &str, reference: Token, payout| PayoutSought::Reported {
        provider: provider.parse().unwrap(),
        reference,
        payout,
    };
    let provider = payout.provider.as_str();
    for sought in [
        PayoutSought::Payout(payout.id),
        reported(provider, name.clone(), None),
        reported(provider, name.clone(), Some(stored.spare_payout.id)),
        reported(provider, world.make.token(), Some(payout.id)),
    ] {
        let case = world.payout_case(nobody(), &sought).await.unwrap().1.unwrap();
        assert_eq!(case.payout, first(payout), "{sought:?}");
        assert_eq!(case.items, [first(&stored.payout_item)]);
        assert_eq!(case.party.user, first(&stored.cast.trainer_user));
    }
    for sought in [
        PayoutSought::Payout(world.make.id()),
        reported("another", name.clone(), None),
        reported("another", world.make.token(), Some(payout.id)),
        reported(provider, world.make.token(), None),
    ] {
        assert_eq!(world.payout_case(nobody(), &sought).await.unwrap().1, None, "{sought:?}");
    }
}

/// Stores a paid lesson with the entry of what its trainer is owed, and returns that.
async fn earned(world: &World, cast: &Cast, place: i64, currency: Currency) -> LedgerEntry {
    let make: &Fixtures = &world.make;
    let price = Price::new(100, currency).unwrap();
    let fee = Money::zero(currency);
    let lesson = completed(make.booking(cast, hour(place)));
    let booking = world.insert(Booking { price, fee, ..lesson }).await;
    let payment = world.insert(paid(make.payment(&booking))).await;
    world.append(LedgerEntry { payment: Some(payment.id), ..make.ledger_entry(&booking) }).await
}

pub(super) async fn a_round_holds_what_no_payout_does(world: World) {
    let (cast, make) = (world.cast().await, &world.make);
    let trainer = cast.trainer.id;
    let entries = [earned(&world, &cast, 1, EUR).await, earned(&world, &cast, 2, EUR).await];
    earned(&world, &cast, 3, Currency::USD).await;
    earned(&world, &world.cast().await, 1, EUR).await;
    let open = |world: World| async move {
        let round = world.payout_round(nobody(), trainer, EUR).await.unwrap().1.unwrap();
        assert_eq!(round.currency, EUR);
        let mut open: Vec<_> = round
            .earnings
            .iter()
            .flat_map(|file| file.earning().open_entries().map(|it| it.id).collect::<Vec<_>>())
            .collect();
        open.sort_unstable();
        (open, round)
    };
    let mut ids = entries.clone().map(|entry| entry.id);
    ids.sort_unstable();
    let (both, round) = open(world.clone()).await;
    assert_eq!((both.as_slice(), &round.running, &round.last), (&ids[..], &None, &None));

    let payout = world.insert(make.payout(&cast.trainer)).await;
    let item = world.insert(make.payout_item(&payout, &entries[0])).await;
    let (one, round) = open(world.clone()).await;
    assert_eq!((one, round.running), (vec![entries[1].id], Some(payout.clone())));
    let second = world.insert(make.payout_item(&payout, &entries[1])).await;
    let (none, round) = open(world.clone()).await;
    assert_eq!((none, round.earnings), (vec![], vec![]));

    // Released again, and a later entry of a payment that is held brings all of its rows.
    for item in [item, second] {
        world.update(item.map(released)).await;
    }
    let failed = payout.map(returned);
    world.update(failed).await;
    let (both, round) = open(world.clone()).await;
    assert_eq!((both.as_slice(), round.running), (&ids[..], None));
    assert!(round.earnings.iter().all(|file| file.items.len() == 1));

    let state = PayoutState::Processed;
    let of_day = |day| {
        let processed_at = Some(days_later(early(), day));
        Payout { state, processed_at, ..make.payout(&cast.trainer) }
    };
    let last = world.insert(of_day(2)).await;
    world.insert(of_day(1)).await;
    let dollars = Payout { amount: Money::new(1, Currency::USD), ..of_day(3) };
    world.insert(dollars).await;
    assert_eq!(open(world.clone()).await.1.last, Some(last));
}

pub(super) async fn what_is_due_comes_in_pages(world: World) {
    let make = world.make.clone();
    let mut expected = vec![];
    for place in 0..3 {
        let cast = world.cast().await;
        let trainer = cast.trainer.id;
        for (hour, currency) in [(1, EUR), (2, Currency::USD)] {
            let entry = earned(&world, &cast, hour, currency).await;
            expected.push(PayoutDue { trainer, currency });
            if place == 1 {
                // All that this one earned is in a payout that is on its way.
                let amount = Money::new(100, currency);
                let payout = Payout { amount, ..make.payout(&cast.trainer) };
                let payout = world.insert(payout).await;
                world.insert(make.payout_item(&payout, &entry)).await;
            }
        }
        // And nothing of what a third one is owed is open.
        let cast = world.cast().await;
        let entry = earned(&world, &cast, 1, EUR).await;
        let payout = Payout {
            state: PayoutState::Processed,
            processed_at: Some(early()),
            ..make.payout(&cast.trainer)
        };
        let payout = world.insert(payout).await;
        world.insert(make.payout_item(&payout, &entry)).await;
    }
    expected.sort_unstable();
    for limit in [1, 2, 4, 100] {
        let (mut found, mut after) = (vec![], None);
        loop {
            let page = world.payouts_due(after, limit).await.unwrap();
            assert!(page.len() <= usize::from(limit));
            let Some(last) = page.last() else { break };
            after = Some(*last);
            found.extend(page);
        }
        assert_eq!(found, expected, "in pages of {limit}");
    }
}

pub(super) async fn payouts_come_newest_first(world: World) {
    let (cast, other) = (world.cast().await, world.cast().await);
    let make = &world.make;
    let mut stored = vec![];
    for day in [3, 1, 2, 2] {
        let created_at = days_later(early(), day);
        let payout =
            Payout { state: PayoutState::Failed, created_at, ..make.payout(&cast.trainer) };
        stored.push(world.insert(payout).await);
    }
    world.insert(make.payout(&other.trainer)).await;
    stored.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id)));
    let (mut found, mut page) = (vec![], PageRequest::first(3).unwrap());
    loop {
        let rows = world.payouts(&cast.trainer.id.into(), page).await.unwrap();
        found.extend(rows.items);
        match rows.next {
            Some(next) => page = page.after(Some(next)),
            None => break,
        }
    }
    assert_eq!(found, stored);
}
