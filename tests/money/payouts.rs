//! What is paid out: all that is available and nothing else, once.

use chrono::TimeDelta;
use proptest::prelude::*;
use sitstay::{
    booking::Booking,
    conformance::fixtures::{
        Fixtures, accepted, at, between, completed, days_later, released, returned,
    },
    ids::{PayoutId, TrainerId},
    ledger::{Account, AuditedPayout, Auditor, Balances, LedgerEntry, Movement, Side},
    money::{BasisPoints, ChargeRule, Currency, Money, MoneyPolicy, Price},
    payment::{PaymentFile, ReportOutcome},
    payout::{
        Earning, NewPayout, PAYOUT_EDGES, Payable, Payout, PayoutAnswer, PayoutEdge, PayoutError,
        PayoutItem, PayoutRequest, PayoutStanding, PayoutState, PayoutVerb, TrainerBalance,
    },
    policy::PlatformPolicy,
    provider::{Happening, PayoutOutcome, ProviderEvent, TransferOutcome},
    text::Token,
    time::Instant,
};

use super::scene::{euro, policy as money_policy};

fn policy(step: i64, minimum: i64) -> PlatformPolicy {
    let rule = ChargeRule::new(Currency::EUR, 1, 50).unwrap().with_payout_step(step).unwrap();
    let money = MoneyPolicy::new([rule.with_payout_minimum(minimum).unwrap()]).unwrap();
    PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money)
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
    make: &Fixtures,
    trainer: TrainerId,
    earnings: &[Earning],
    last: Option<&Payout>,
    standing: PayoutStanding,
    policy: &PlatformPolicy,
) -> Result<NewPayout, PayoutError> {
    request(make, standing).decide(&owed(trainer, earnings, last), policy, late())
}

fn request(make: &Fixtures, standing: PayoutStanding) -> PayoutRequest {
    PayoutRequest { id: make.id(), provider: "fake".parse().unwrap(), standing }
}

fn owed<'r>(trainer: TrainerId, earnings: &'r [Earning], last: Option<&'r Payout>) -> Payable<'r> {
    Payable { trainer, currency: Currency::EUR, earnings, rests: &[], last, running: None }
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
    auditor.payout(&AuditedPayout { payout, items, held, entries, last, reports: vec![] });
    auditor.finish()
}

proptest! {
    #[test]
    fn nothing_is_paid_twice_or_lost(
        prices in proptest::collection::vec((1..500_i64, 0..500_i64), 1..8),
        rounds in proptest::collection::vec((any::<bool>(), 0..3_usize), 1..6),
        step in prop_oneof![Just(1_i64), Just(100)],
        minimum in 1..300_i64,
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
            let new = decide(&make, trainer, &all[..seen], last.as_ref(), PayoutStanding::Active, &policy);
            let Ok(NewPayout { payout, items: held_by_it }) = new else { continue };
            prop_assert!(payout.amount.minor() >= minimum);
            prop_assert_eq!(payout.amount.minor() % step, 0);
            prop_assert!((0..step).contains(&payout.carried_out));
            hold(&mut all, &held_by_it);
            prop_assert_eq!(audit(&payout, &held_by_it, &held, &[], last.as_ref()), []);

            let sent = payout.follow(PayoutVerb::Send, &held_by_it, None, &mut make, late()).unwrap();
            let mut own = sent.legs;
            let verb = if arrives { PayoutVerb::Process } else { PayoutVerb::Fail };
            let ended = sent.payout.follow(verb, &held_by_it, None, &mut make, late()).unwrap();
            own.extend(ended.legs);
            let mut items = held_by_it.clone();
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
            let balance = TrainerBalance::of(&all, [], &payouts, &policy, late()).unwrap();
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
        let new = decide(&make, trainer, &all, None, PayoutStanding::Active, &policy).unwrap();
        hold(&mut all, &new.items);
        let payout = new.payout;
        let balance = TrainerBalance::of(&all, [], [&payout], &policy, late()).unwrap();
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
    let first = decide(&make, trainer, &all, None, PayoutStanding::Active, &policy).unwrap();
    hold(&mut all, &first.items);
    let processed =
        Payout { state: PayoutState::Processed, processed_at: Some(late()), ..first.payout };

    // All of the first payment goes back after it was paid out.
    let mut debt = all[0].entries[0].clone();
    debt.id = make.id();
    (debt.debit, debt.credit) = (debt.credit, Account::RefundsDue);
    all[0].entries.push(debt);
    all.push(earning(&mut make, trainer, 60, 0));
    let again = |make: &Fixtures, all: &[Earning]| {
        decide(make, trainer, all, Some(&processed), PayoutStanding::Active, &policy)
    };
    let too_little = PayoutError::TooLittle { available: euro(-40), minimum: euro(1) };
    assert_eq!(again(&make, &all), Err(too_little));
    all.push(earning(&mut make, trainer, 90, 0));
    assert_eq!(again(&make, &all).unwrap().payout.amount, euro(50));
}

#[test]
fn the_suspended_wait_and_the_leaving_ask_for_no_minimum() {
    let mut make = Fixtures::new();
    let trainer: TrainerId = make.id();
    let policy = policy(100, 1_000);
    let all = vec![earning(&mut make, trainer, 250, 0)];
    let of = |standing| decide(&make, trainer, &all, None, standing, &policy);
    assert_eq!(of(PayoutStanding::Suspended), Err(PayoutError::Suspended));
    let too_little = PayoutError::TooLittle { available: euro(250), minimum: euro(1_000) };
    assert_eq!(of(PayoutStanding::Active), Err(too_little));
    let NewPayout { payout, items } = of(PayoutStanding::Leaving).unwrap();
    assert_eq!((payout.amount, payout.carried_out), (euro(200), 50));
    assert_eq!(audit(&payout, &items, &all[0].entries, &[], None), []);

    let running = Payable { running: Some(&payout), ..owed(trainer, &all, None) };
    let refused = PayoutError::Running { payout: payout.id };
    for standing in [PayoutStanding::Active, PayoutStanding::Suspended] {
        let second = request(&make, standing).decide(&running, &policy, late());
        assert_eq!(second, Err(refused));
    }
    assert_eq!(running.write_off(&policy, &mut make, late()), Err(refused));
}

proptest! {
    /// Whatever was written off leaves nothing, and is never paid a second time.
    #[test]
    fn what_is_written_off_is_taken_off_later(
        prices in proptest::collection::vec(1..250_i64, 1..4),
        later in 0..500_i64,
        is_paid_out in any::<bool>(),
    ) {
        let mut make = Fixtures::new();
        let trainer: TrainerId = make.id();
        let policy = policy(100, 1);
        let payable = Account::TrainerPayable(trainer);
        let mut all: Vec<Earning> =
            prices.iter().map(|price| earning(&mut make, trainer, *price, 0)).collect();
        let earned: i64 = prices.iter().sum();
        let mut last = None;
        if is_paid_out
            && let Ok(new) = decide(&make, trainer, &all, None, PayoutStanding::Leaving, &policy)
        {
            hold(&mut all, &new.items);
            let state = PayoutState::Processed;
            last = Some(Payout { state, processed_at: Some(late()), ..new.payout });
        }
        let paid = last.as_ref().map_or(0, |last| last.amount.minor());
        let before = owed(trainer, &all, last.as_ref());
        let written = before.write_off(&policy, &mut make, late());
        if !(1..100).contains(&(earned - paid)) {
            let (balance, step) = (euro(earned - paid), euro(100));
            prop_assert_eq!(written, Err(PayoutError::NoRest { balance, step }));
            return Ok(());
        }
        let rests = written.unwrap();
        let left: i64 = rests.iter().map(|rest| rest.brings(payable).minor()).sum();
        prop_assert_eq!(left, paid - earned);
        let payouts = last.iter();
        let balance = TrainerBalance::of(&all, &rests, payouts, &policy, late()).unwrap();
        prop_assert!(balance[&Currency::EUR].available.is_zero());
        let after = Payable { rests: &rests, ..owed(trainer, &all, last.as_ref()) };
        let twice = after.write_off(&policy, &mut make, late());
        prop_assert_eq!(twice, Err(PayoutError::NoRest { balance: euro(0), step: euro(100) }));

        if later > 0 {
            all.push(earning(&mut make, trainer, later, 0));
        }
        let after = Payable { rests: &rests, ..owed(trainer, &all, last.as_ref()) };
        let next = request(&make, PayoutStanding::Active).decide(&after, &policy, late());
        match next {
            Ok(next) => {
                prop_assert_eq!(next.payout.amount.minor(), later - later % 100);
                prop_assert!(rests.iter().all(|rest| next.items.iter().any(|it| it.entry == rest.id)));
                let held: Vec<LedgerEntry> =
                    all.iter().flat_map(|it| it.entries.clone()).chain(rests).collect();
                let differences = audit(&next.payout, &next.items, &held, &[], last.as_ref());
                prop_assert_eq!(differences, []);
            }
            Err(refused) => {
                let (available, minimum) = (euro(later), euro(1));
                prop_assert_eq!(refused, PayoutError::TooLittle { available, minimum });
            }
        }
    }

    /// The effect of reports depends on their set, as long as they do not contradict each other.
    #[test]
    fn reports_on_a_payout_come_in_any_order(
        ends in any::<bool>(),
        told in proptest::collection::vec((any::<bool>(), any::<bool>()), 1..5),
        order in any::<prop::sample::Index>(),
    ) {
        let mut make = Fixtures::new();
        let payout = Payout { provider_reference: None, ..make.payout(&make.cast().trainer) };
        let sent = payout.follow(PayoutVerb::Send, &[], None, &mut make, late()).unwrap().payout;
        let end = if ends { PayoutOutcome::Processed } else { PayoutOutcome::Failed };
        let mut events: Vec<ProviderEvent> = told
            .iter()
            .enumerate()
            .map(|(place, (is_end, _))| {
                let outcome = if *is_end { end } else { PayoutOutcome::InFlight };
                report(&sent, place, outcome)
            })
            .collect();
        let expected = match (told.iter().any(|(is_end, _)| *is_end), ends) {
            (false, _) => PayoutState::InFlight,
            (true, true) => PayoutState::Processed,
            (true, false) => PayoutState::Failed,
        };
        events.rotate_left(order.index(told.len()));
        let mut known: Vec<ProviderEvent> = vec![];
        let mut now = sent.clone();
        let mut legs = vec![];
        for event in events {
            known.push(event);
            let reported = now.reported(&known, &[], &mut make, late()).unwrap();
            prop_assert!(reported.outcomes.iter().all(|it| *it == ReportOutcome::Counts));
            if let Some(step) = reported.step {
                legs.extend(step.legs);
                now = step.payout;
            }
        }
        prop_assert_eq!(now.state, expected);
        prop_assert_eq!(now.provider_reference.as_ref().map(Token::as_str), Some("tr_1"));
        prop_assert_eq!(legs.len(), usize::from(expected != PayoutState::InFlight));
    }
}

#[test]
fn what_does_not_fit_a_payout_is_named() {
    let mut make = Fixtures::new();
    let trainer: TrainerId = make.id();
    let all = [earning(&mut make, trainer, 5_000, 0)];
    let entry = all[0].entries[0].clone();
    let new = decide(&make, trainer, &all, None, PayoutStanding::Active, &policy(1, 1)).unwrap();
    let (payout, item) = (new.payout, new.items[0]);
    let codes = |payout: &Payout, item: PayoutItem, held: &LedgerEntry, legs: &[LedgerEntry]| {
        let found = audit(payout, &[item], std::slice::from_ref(held), legs, None);
        found.iter().map(sitstay::ledger::Difference::code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&payout, item, &entry, &[]), [""; 0]);
    let more = Payout { amount: euro(5_001), ..payout.clone() };
    assert_eq!(codes(&more, item, &entry, &[]), ["payout_differs"]);
    let carried = Payout { carried_in: 1, amount: euro(5_001), ..payout.clone() };
    assert_eq!(codes(&carried, item, &entry, &[]), ["carry_differs"]);
    assert_eq!(codes(&payout, released(item), &entry, &[]), ["item_state"]);
    for other in [
        LedgerEntry { credit: Account::TrainerPayable(make.id()), ..entry.clone() },
        LedgerEntry { amount: Money::new(5_000, Currency::USD), ..entry.clone() },
        LedgerEntry { payment: None, ..entry.clone() },
        LedgerEntry { payout: Some(payout.id), ..entry.clone() },
    ] {
        let found = codes(&payout, item, &other, &[]);
        assert_eq!(found, ["item_not_payable", "payout_differs"], "{other:?}");
    }

    let sent = payout.follow(PayoutVerb::Send, &[item], None, &mut make, late()).unwrap();
    assert_eq!(codes(&sent.payout, item, &entry, &sent.legs), [""; 0]);
    assert_eq!(codes(&sent.payout, item, &entry, &[]), ["payout_entries_differ"; 2]);
    let stray = LedgerEntry { payment: entry.payment, ..sent.legs[0].clone() };
    assert_eq!(codes(&sent.payout, item, &entry, &[stray]), ["stray_entry"]);
}

#[test]
fn a_payout_is_made_of_its_trainers_earnings_in_its_currency() {
    let mut make = Fixtures::new();
    let trainer: TrainerId = make.id();
    let own = earning(&mut make, trainer, 300, 0);
    let elsewhere: TrainerId = make.id();
    let theirs = earning(&mut make, elsewhere, 300, 0);
    let mut dollars = own.clone();
    dollars.payment.amount = Money::new(300, Currency::USD);
    let all = [theirs, own.clone(), dollars];
    // Exactly the least that is paid out.
    let new = decide(&make, trainer, &all, None, PayoutStanding::Active, &policy(1, 300)).unwrap();
    assert_eq!((new.payout.amount, new.items.len()), (euro(300), 1));
    assert_eq!(new.items[0].entry, own.entries[0].id);
    let less = decide(&make, trainer, &all, None, PayoutStanding::Active, &policy(1, 301));
    let too_little = PayoutError::TooLittle { available: euro(300), minimum: euro(301) };
    assert_eq!(less, Err(too_little));
}

fn report(payout: &Payout, place: usize, outcome: PayoutOutcome) -> ProviderEvent {
    ProviderEvent {
        provider: payout.provider.clone(),
        id: format!("evt_{place}").parse().unwrap(),
        occurred_at: late().saturating_add(TimeDelta::seconds(place as i64)),
        happening: Happening::Payout {
            payout: Some(payout.id),
            reference: "tr_1".parse().unwrap(),
            amount: payout.amount,
            outcome,
        },
    }
}

#[test]
fn a_report_that_contradicts_the_end_changes_nothing() {
    let mut make = Fixtures::new();
    let created = Payout { provider_reference: None, ..make.payout(&make.cast().trainer) };
    let sent = created.follow(PayoutVerb::Send, &[], None, &mut make, late()).unwrap().payout;
    let (arrives, fails) =
        (report(&sent, 1, PayoutOutcome::Processed), report(&sent, 2, PayoutOutcome::Failed));
    for (first, second, state) in
        [(&arrives, &fails, PayoutState::Processed), (&fails, &arrives, PayoutState::Failed)]
    {
        let ended = sent.reported([first], &[], &mut make, late()).unwrap().step.unwrap().payout;
        assert_eq!(ended.state, state);
        let again = ended.reported([first, second, first], &[], &mut make, late()).unwrap();
        assert_eq!(again.step, None);
        let (counts, contradicts) = (ReportOutcome::Counts, ReportOutcome::Contradicts);
        assert_eq!(again.outcomes, [counts, contradicts, counts]);
    }

    // What is not of its amount, of another name, of another provider or too early is none of it.
    let mut of = |payout: &Payout, change: &dyn Fn(&mut ProviderEvent)| {
        let mut event = arrives.clone();
        change(&mut event);
        let reported = payout.reported([&event], &[], &mut make, late()).unwrap();
        assert_eq!(reported.step, None);
        reported.outcomes[0]
    };
    assert_eq!(of(&created, &|_| {}), ReportOutcome::Waits);
    let elsewhere = of(&sent, &|event| event.provider = "other".parse().unwrap());
    assert_eq!(elsewhere, ReportOutcome::Unmatched);
    let named = Payout { provider_reference: Some("tr_2".parse().unwrap()), ..sent.clone() };
    assert_eq!(of(&named, &|_| {}), ReportOutcome::Unmatched);
    let somebody: PayoutId = Fixtures::new().id();
    let of_another = of(&sent, &|event| {
        if let Happening::Payout { payout, .. } = &mut event.happening {
            *payout = Some(somebody);
        }
    });
    assert_eq!(of_another, ReportOutcome::Unmatched);
    let less = of(&sent, &|event| {
        if let Happening::Payout { amount, .. } = &mut event.happening {
            *amount = euro(1);
        }
    });
    assert_eq!(less, ReportOutcome::AmountDiffers);
}

#[test]
fn an_answer_takes_a_payout_where_it_says() {
    let mut make = Fixtures::new();
    let created = Payout { provider_reference: None, ..make.payout(&make.cast().trainer) };
    let known = |outcome| PayoutAnswer::Known { reference: "tr_1".parse().unwrap(), outcome };
    let (in_flight, processed, failed) = (
        known(TransferOutcome::InFlight),
        known(TransferOutcome::Processed),
        known(TransferOutcome::Failed),
    );
    let (declined, missing) = (PayoutAnswer::Declined, PayoutAnswer::Missing);
    use PayoutState::{Created, Failed, InFlight, Processed, Unknown};
    // From a state by an answer to a state; `None` where there is no way.
    let ways = [
        (Created, &in_flight, None),
        (Created, &processed, None),
        (Created, &missing, None),
        (Created, &declined, Some(Failed)),
        (InFlight, &in_flight, Some(InFlight)),
        (InFlight, &processed, Some(Processed)),
        (InFlight, &failed, Some(Failed)),
        (InFlight, &declined, Some(Failed)),
        (InFlight, &missing, Some(Unknown)),
        (Unknown, &in_flight, Some(Unknown)),
        (Unknown, &processed, Some(Processed)),
        (Unknown, &failed, Some(Failed)),
        (Unknown, &declined, Some(Failed)),
        (Unknown, &missing, Some(Unknown)),
        (Processed, &in_flight, Some(Processed)),
        (Processed, &processed, Some(Processed)),
        (Processed, &missing, Some(Processed)),
        (Processed, &failed, None),
        (Processed, &declined, None),
        (Failed, &failed, Some(Failed)),
        (Failed, &declined, Some(Failed)),
        (Failed, &processed, None),
    ];
    for (from, answer, to) in ways {
        let processed_at = (from == Processed).then(late);
        let payout = Payout { state: from, processed_at, ..created.clone() };
        let step = payout.answered(answer, &[], &mut make, late());
        if let Ok(Some(step)) = &step {
            assert_eq!(step.payout.updated_at, late(), "{from} by {answer:?}");
        }
        let state = step.map(|step| step.map_or(from, |step| step.payout.state));
        assert_eq!(state.ok(), to, "{from} by {answer:?}");
    }
    let named =
        Payout { state: InFlight, provider_reference: Some("tr_2".parse().unwrap()), ..created };
    let other = named.answered(&processed, &[], &mut make, late());
    assert_eq!(other, Err(PayoutError::OtherName));
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
            assert_eq!((step.payout.state, step.payout.updated_at), (edge.to, late()));
            for item in &step.items {
                assert_eq!((item.released_at, item.updated_at), (Some(late()), late()));
            }
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
