//! What is paid out: all that is available and nothing else, once.

use chrono::TimeDelta;
use proptest::prelude::*;
use sitstay::{
    booking::Booking,
    conformance::fixtures::{
        Fixtures, accepted, at, between, completed, days_later, released, returned,
    },
    ids::TrainerId,
    ledger::{Account, AuditedPayout, Auditor, Balances, LedgerEntry, Movement, Side},
    money::{BasisPoints, ChargeRule, Currency, Money, MoneyPolicy, Price},
    payment::PaymentFile,
    payout::{
        Earning, NewPayout, PAYOUT_EDGES, Payout, PayoutEdge, PayoutError, PayoutItem,
        PayoutRequest, PayoutStanding, PayoutState, PayoutVerb, TrainerBalance,
    },
    policy::PlatformPolicy,
    time::Instant,
};

use super::scene::{euro, policy as money_policy};

fn policy(step: i64, minimum: i64) -> PlatformPolicy {
    let rule = ChargeRule::new(Currency::EUR, 1, 50).unwrap().with_payout_step(step).unwrap();
    let money = MoneyPolicy::new([rule]).unwrap();
    let mut policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
    policy.payout_minimum = minimum;
    policy
}

/// Makes the earning of a completed lesson with a price and no fee, of which `back` went back.
fn earning(make: &mut Fixtures, trainer: TrainerId, price: i64, back: i64) -> Earning {
    let lesson = completed(make.booking(&make.cast(), between("09:00", "10:00")));
    let price = Price::new(price, Currency::EUR).unwrap();
    let booking = Booking { trainer, price, fee: euro(0), ..lesson };
    let payment = make.payment(&booking);
    let file =
        PaymentFile { payment, booking, refunds: vec![], disputes: vec![], another_is_paid: false };
    let paid = file.succeed(at("06:00"), make, at("06:00")).unwrap();
    let mut entries = paid.legs.clone();
    let mut file = file.settled(&paid);
    if back > 0 {
        let refund =
            file.goodwill(make.id(), euro(back), &money_policy(), make, at("07:00")).unwrap();
        entries.extend(refund.legs.clone());
        file = file.settled(&refund);
    }
    let payable = Account::TrainerPayable(trainer);
    entries.retain(|entry| entry.debit == payable || entry.credit == payable);
    Earning {
        booking: file.booking,
        payment: file.payment,
        disputes: vec![],
        entries,
        items: vec![],
    }
}

fn late() -> Instant {
    days_later(at("12:00"), 30)
}

fn decide(
    make: &mut Fixtures,
    trainer: TrainerId,
    earnings: &[Earning],
    last: Option<&Payout>,
    standing: PayoutStanding,
    policy: &PlatformPolicy,
) -> NewPayout {
    let request =
        PayoutRequest { id: make.id(), trainer, currency: Currency::EUR, earnings, last, standing };
    request.decide(policy, make, late()).unwrap()
}

/// Puts the items of a payout where their entries are.
fn hold(earnings: &mut [Earning], items: &[PayoutItem]) {
    for earning in earnings {
        let is_of = |item: &&PayoutItem| earning.entries.iter().any(|entry| entry.id == item.entry);
        let held: Vec<_> = items.iter().filter(is_of).copied().collect();
        earning.items.extend(held);
    }
}

fn audit(
    payout: &Payout,
    items: &[PayoutItem],
    held: &[LedgerEntry],
    entries: &[LedgerEntry],
    last: Option<&Payout>,
) -> Vec<sitstay::ledger::Difference> {
    let mut auditor = Auditor::new();
    let (payout, last) = (payout.clone(), last.cloned());
    let (items, held, entries) = (items.to_vec(), held.to_vec(), entries.to_vec());
    auditor.payout(&AuditedPayout { payout, items, held, entries, last });
    auditor.finish()
}

proptest! {
    #[test]
    fn nothing_is_paid_twice_or_lost(
        prices in proptest::collection::vec((1..500_i64, 0..500_i64), 1..8),
        rounds in proptest::collection::vec((any::<bool>(), 0..3_usize), 1..6),
        step in prop_oneof![Just(1_i64), Just(100)],
        minimum in 0..300_i64,
    ) {
        let mut make = Fixtures::new();
        let trainer: TrainerId = make.id();
        let policy = policy(step, minimum);
        let mut all: Vec<Earning> = prices
            .iter()
            .map(|(price, back)| earning(&mut make, trainer, *price, (*back).min(*price)))
            .collect();
        let earned: i64 = all.iter().map(|it| it.open_sum().unwrap().minor()).sum();
        let mut ledger: Vec<LedgerEntry> = all.iter().flat_map(|it| it.entries.clone()).collect();
        let held = ledger.clone();
        let mut payouts: Vec<Payout> = vec![];
        let mut seen = 0;
        for (arrives, more) in rounds {
            seen = (seen + more).min(all.len());
            let last = payouts.iter().rfind(|it| it.state == PayoutState::Processed).cloned();
            let new = decide(&mut make, trainer, &all[..seen], last.as_ref(), PayoutStanding::Active, &policy);
            let Some(payout) = new.payout else { continue };
            prop_assert!(payout.amount.minor() >= minimum.max(1));
            prop_assert_eq!(payout.amount.minor() % step, 0);
            prop_assert!((0..step).contains(&payout.carried_out));
            hold(&mut all, &new.items);
            prop_assert_eq!(audit(&payout, &new.items, &held, &[], last.as_ref()), []);

            let sent = payout.follow(PayoutVerb::Send, &new.items, None, &mut make, late()).unwrap();
            let mut own = sent.legs;
            let verb = if arrives { PayoutVerb::Process } else { PayoutVerb::Fail };
            let ended = sent.payout.follow(verb, &new.items, None, &mut make, late()).unwrap();
            own.extend(ended.legs);
            let mut items = new.items.clone();
            for item in &mut items {
                *item = ended.items.iter().find(|it| it.entry == item.entry).copied().unwrap_or(*item);
            }
            for earning in &mut all {
                for item in &mut earning.items {
                    let changed = ended.items.iter().find(|it| (it.payout, it.entry) == (item.payout, item.entry));
                    *item = changed.copied().unwrap_or(*item);
                }
            }
            prop_assert_eq!(audit(&ended.payout, &items, &held, &own, last.as_ref()), []);
            ledger.extend(own);
            payouts.push(ended.payout);

            let balances = Balances::of(&ledger).unwrap();
            let paid: i64 = payouts
                .iter()
                .filter(|it| it.state == PayoutState::Processed)
                .map(|it| it.amount.minor())
                .sum();
            let owed = balances.on(Account::TrainerPayable(trainer), Currency::EUR).minor();
            prop_assert!(paid <= earned);
            prop_assert_eq!(owed, earned - paid);
            let balance = TrainerBalance::of(&all, &payouts, &policy, late()).unwrap();
            let balance = balance[&Currency::EUR];
            prop_assert_eq!(balance.paid.minor(), paid);
            prop_assert_eq!(balance.available.minor() + balance.pending.minor(), owed);
            prop_assert!(balance.locked.is_zero());
            for earning in &all {
                for entry in &earning.entries {
                    let live = earning.items.iter().filter(|it| it.entry == entry.id && it.is_live());
                    prop_assert!(live.count() <= 1);
                }
            }
        }
    }

    #[test]
    fn what_is_running_is_locked(price in 100..10_000_i64, step in prop_oneof![Just(1_i64), Just(100)]) {
        let mut make = Fixtures::new();
        let trainer: TrainerId = make.id();
        let policy = policy(step, 1);
        let mut all = vec![earning(&mut make, trainer, price, 0)];
        let new = decide(&mut make, trainer, &all, None, PayoutStanding::Active, &policy);
        hold(&mut all, &new.items);
        let payout = new.payout.unwrap();
        let balance = TrainerBalance::of(&all, [&payout], &policy, late()).unwrap();
        let balance = balance[&Currency::EUR];
        prop_assert_eq!(balance.locked, payout.amount);
        prop_assert_eq!(balance.available.minor(), price % step);
        prop_assert!(balance.paid.is_zero());
    }
}

#[test]
fn earnings_wait_for_their_time() {
    let mut make = Fixtures::new();
    let trainer: TrainerId = make.id();
    let done = earning(&mut make, trainer, 100, 0);
    let delay = TimeDelta::hours(48);
    let completed_at = done.booking.completed_at.unwrap();
    let after = |at: Instant| Some(at.saturating_add(delay));
    assert_eq!(done.available_at(delay), after(completed_at));

    let mut paid_late = done.clone();
    paid_late.payment.paid_at = Some(days_later(completed_at, 1));
    assert_eq!(paid_late.available_at(delay), after(days_later(completed_at, 1)));

    let booking = sitstay::conformance::fixtures::cancelled(Booking {
        completed_at: None,
        attendance: None,
        ..done.booking.clone()
    });
    let ended = Earning { booking, ..done.clone() };
    assert_eq!(ended.available_at(delay), after(at("10:00")));
    let mut late = ended.clone();
    late.booking.cancellation.as_mut().unwrap().at = at("11:00");
    assert_eq!(late.available_at(delay), after(at("11:00")));

    let booking = accepted(make.booking(&make.cast(), between("09:00", "10:00")));
    assert_eq!(Earning { booking, ..done.clone() }.available_at(delay), None);
    let mut surplus = done.clone();
    surplus.payment.surplus = true;
    assert_eq!(surplus.available_at(delay), None);
    let mut disputed = done.clone();
    disputed.disputes = vec![make.dispute(&done.booking, &make.user())];
    assert_eq!(disputed.available_at(delay), None);
    disputed.disputes[0].status = sitstay::payment::DisputeStatus::Won;
    assert_eq!(disputed.available_at(delay), done.available_at(delay));

    // Once one entry of a payment is in a payout, every later one follows at once.
    surplus.items = vec![PayoutItem {
        payout: make.id(),
        entry: surplus.entries[0].id,
        released_at: None,
        updated_at: at("12:00"),
    }];
    assert!(surplus.is_available(delay, at("06:00")));
    surplus.items = vec![released(surplus.items[0])];
    assert!(!surplus.is_available(delay, late_enough()));
}

fn late_enough() -> Instant {
    late()
}

#[test]
fn a_trainer_in_debt_gets_nothing_until_it_is_paid_off() {
    let mut make = Fixtures::new();
    let trainer: TrainerId = make.id();
    let policy = policy(1, 1);
    let mut all = vec![earning(&mut make, trainer, 100, 0)];
    let first = decide(&mut make, trainer, &all, None, PayoutStanding::Active, &policy);
    hold(&mut all, &first.items);
    let processed = Payout {
        state: PayoutState::Processed,
        processed_at: Some(late()),
        ..first.payout.unwrap()
    };

    // All of the first payment goes back after it was paid out.
    let mut debt = all[0].entries[0].clone();
    debt.id = make.id();
    (debt.debit, debt.credit) = (debt.credit, Account::RefundsDue);
    all[0].entries.push(debt);
    all.push(earning(&mut make, trainer, 60, 0));
    let mut again = |all: &[Earning]| {
        decide(&mut make, trainer, all, Some(&processed), PayoutStanding::Active, &policy).payout
    };
    assert_eq!(again(&all), None);
    let more = earning(&mut Fixtures::new(), trainer, 90, 0);
    all.push(more);
    assert_eq!(again(&all).unwrap().amount, euro(50));
}

#[test]
fn the_suspended_wait_and_the_leaving_leave_the_rest() {
    let mut make = Fixtures::new();
    let trainer: TrainerId = make.id();
    let policy = policy(100, 1_000);
    let all = vec![earning(&mut make, trainer, 250, 0)];
    let mut of = |standing| decide(&mut make, trainer, &all, None, standing, &policy);
    assert_eq!(of(PayoutStanding::Suspended).payout, None);
    assert_eq!(of(PayoutStanding::Active).payout, None);
    let last = of(PayoutStanding::Leaving);
    let payout = last.payout.unwrap();
    assert_eq!((payout.amount, payout.carried_out), (euro(200), 0));
    assert_eq!(last.legs[0].amount, euro(50));
    assert_eq!(last.legs[0].credit, Account::Discrepancies);
    assert_eq!(audit(&payout, &last.items, &all[0].entries, &last.legs, None), []);
}

#[test]
fn a_payout_follows_its_edges_only() {
    let mut make = Fixtures::new();
    let payout = make.payout(&make.cast().trainer);
    let entry = make.ledger_entry(&make.booking(&make.cast(), between("09:00", "10:00")));
    for state in PayoutState::ALL {
        for verb in PayoutVerb::ALL {
            let payout = Payout { state: *state, ..payout.clone() };
            let items = [make.payout_item(&payout, &entry)];
            let step = payout.follow(*verb, &items, None, &mut make, late());
            let Some(edge) = PAYOUT_EDGES.iter().find(|it| it.verb == *verb && it.from == *state)
            else {
                assert_eq!(step, Err(PayoutError::NoEdge { verb: *verb, from: *state }));
                continue;
            };
            let step = step.unwrap();
            step.payout.check().unwrap();
            assert_eq!(step.payout.state, edge.to);
            assert_eq!(step.legs.is_empty(), edge.movement.is_none());
            assert_eq!(step.items.len(), usize::from(edge.to == PayoutState::Failed));
            assert!(step.legs.iter().all(|leg| leg.payout == Some(payout.id)));
        }
    }
    // Nothing is ever on its way that the ledger does not know, and what ended has moved once.
    for edge in PAYOUT_EDGES {
        let leads_out = PAYOUT_EDGES.iter().any(|next| next.from == edge.to);
        assert_eq!(leads_out, edge.to.is_running(), "{edge:?}");
    }
    assert!(PayoutEdge::diagram().contains("unknown --> processed: process"));
    assert_eq!(returned(payout).state, PayoutState::Failed);
}

#[test]
fn a_leg_tells_its_movement() {
    let mut legs: Vec<(Side, Side)> = vec![];
    for movement in Movement::ALL {
        for leg in movement.legs() {
            assert_ne!(leg.debit, leg.credit);
            assert!(!legs.contains(&(leg.debit, leg.credit)), "{movement}");
            legs.push((leg.debit, leg.credit));
            let trainer: TrainerId = Fixtures::new().id();
            let found = Movement::of(leg.debit.account(trainer), leg.credit.account(trainer));
            assert_eq!(found, Some(*movement));
        }
    }
}

#[test]
fn an_amount_beyond_an_entry_becomes_several() {
    let mut make = Fixtures::new();
    let payout = Payout {
        amount: Money::new(2 * Price::MAX_MINOR + 1, Currency::EUR),
        ..make.payout(&make.cast().trainer)
    };
    let sent = payout.follow(PayoutVerb::Send, &[], None, &mut make, late()).unwrap();
    assert_eq!(sent.legs.len(), 3);
    sent.legs.iter().for_each(|leg| leg.check().unwrap());
    assert_eq!(sent.legs.iter().map(|leg| leg.amount.minor()).sum::<i64>(), payout.amount.minor());
}
