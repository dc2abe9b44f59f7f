//! The provider that misbehaves on command, driven by the same verbs as any other.

use std::collections::BTreeSet;

use sitstay::{
    conformance::fixtures::{Fixtures, at, between},
    ledger::{Account, Balances, LedgerEntry},
    money::{Currency, Money},
    payment::{Payment, PaymentFile, PaymentStatus, RefundStatus},
    payout::{PayoutState, PayoutVerb},
    provider::{
        CreatePayment, DisputeOutcome, Happening, PaymentOutcome, PaymentProvider, PayoutOutcome,
        ProviderError, ProviderEvent, RefundOutcome, RefundPayment, Transfer, TransferOutcome,
        fake::{Behaviour, FakeProvider},
    },
};

use super::scene::{carry_out, euro, now, policy, started};

/// Pays for a lesson at a fake provider, whose events come in repeated and in any order.
async fn tell_a_story(seed: u64) -> (PaymentFile, Vec<LedgerEntry>, FakeProvider) {
    let mut make = Fixtures::new();
    let provider = FakeProvider::new(seed);
    let dynamic: &dyn PaymentProvider = &provider;
    let mut file = started(&make, 5_000, 750);
    file.payment.provider = dynamic.name();
    file.payment.provider_reference = None;
    let mut entries = vec![];
    let mut inbox: Vec<ProviderEvent> = vec![];

    provider.plan(Behaviour::Delay);
    let created = dynamic.create_payment(CreatePayment::of(&file.payment)).await.unwrap();
    assert_eq!(created.outcome, PaymentOutcome::Pending);
    let named = file.answered(&created.reference, created.outcome, [], &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, named);
    provider.fail_payment(file.payment.id);
    provider.succeed_payment(file.payment.id);
    let stray = provider.refund_elsewhere(file.payment.id, euro(500)).unwrap();
    let dispute = provider.dispute(file.payment.id, euro(1_000)).unwrap();
    for event in provider.deliver() {
        inbox.push(event);
        let reported = file.reported(&inbox, &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, reported.settlement);
    }
    assert!(file.refunds.iter().any(|refund| refund.provider_reference.as_ref() == Some(&stray)));
    provider.decide_dispute(&dispute, DisputeOutcome::Lost);
    provider.decide_dispute(&dispute, DisputeOutcome::Won);

    let refund = make.id();
    let wanted = file.goodwill(refund, euro(2_000), &policy(), &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, wanted);
    let sent = file.send(refund, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, sent);
    let ours = file.refunds.iter().find(|known| known.id == refund).unwrap();
    let request = RefundPayment::of(ours, &file.payment).unwrap();
    provider.plan(Behaviour::TimeOutAfter);
    let lost = dynamic.refund(request.clone()).await;
    assert_eq!(lost, Err(ProviderError::Uncertain));
    let found = dynamic.find_refund(refund).await.unwrap().unwrap();
    assert_eq!(dynamic.refund(request).await, Ok(found.clone()));
    for event in provider.deliver() {
        inbox.push(event);
        let reported = file.reported(&inbox, &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, reported.settlement);
    }
    let (reference, outcome) = (Some(&found.reference), found.outcome);
    let answered =
        file.refund_answered(refund, reference, outcome, &inbox, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, answered);
    (file, entries, provider)
}

#[tokio::test]
async fn whatever_the_provider_does_with_its_events_the_end_is_the_same() {
    for seed in 0..50 {
        let (file, entries, provider) = tell_a_story(seed).await;
        assert_eq!(file.payment.status, PaymentStatus::Paid);
        let cover = file.cover().unwrap();
        assert_eq!((cover.back, cover.lost, cover.open, cover.due), (2_500, 1_000, 0, 0), "{seed}");
        let ours = file.refunds.iter().filter(|refund| refund.amount == euro(2_000));
        assert_eq!(ours.map(|refund| refund.status).collect::<Vec<_>>(), [RefundStatus::Succeeded]);
        // What the provider holds is what the ledger says that it does.
        let balances = Balances::of(&entries).unwrap();
        let held = balances.on(Account::ProviderClearing, Currency::EUR);
        assert_eq!((provider.balance(Currency::EUR), held), (euro(1_500), euro(-1_500)));
    }
}

#[tokio::test]
async fn a_story_is_the_same_for_the_same_seed() {
    let histories = [tell_a_story(7).await.2.history(), tell_a_story(7).await.2.history()];
    assert_eq!(histories[0], histories[1]);
    let [one, other] = [7, 7].map(FakeProvider::new);
    let make = Fixtures::new();
    let file = started(&make, 100, 0);
    for provider in [&one, &other] {
        for _ in 0..9 {
            let payment = sitstay::payment::Payment { id: make.id(), ..file.payment.clone() };
            provider.create_payment(CreatePayment::of(&payment)).await.unwrap();
        }
    }
    let order = |provider: &FakeProvider| {
        provider.deliver().into_iter().map(|event| event.id).collect::<Vec<_>>()
    };
    assert_eq!(order(&one), order(&other));
}

#[tokio::test]
async fn a_provider_refuses_vanishes_and_gives_nothing_back_twice() {
    let make = Fixtures::new();
    let provider = FakeProvider::new(1);
    let file = started(&make, 5_000, 750);
    let another = Payment { id: make.id(), ..file.payment.clone() };
    provider.plan(Behaviour::Decline);
    // What was declined stays so, under its key.
    for _ in 0..2 {
        let refused = provider.create_payment(CreatePayment::of(&another)).await;
        assert!(matches!(refused, Err(ProviderError::Declined { .. })));
    }
    let create = || provider.create_payment(CreatePayment::of(&file.payment));
    provider.plan(Behaviour::Vanish);
    assert_eq!(create().await, Err(ProviderError::Unavailable));
    provider.plan(Behaviour::TimeOutBefore);
    assert_eq!(create().await, Err(ProviderError::Uncertain));
    assert!(provider.history().is_empty());
    let created = create().await.unwrap();
    assert_eq!(created.outcome, PaymentOutcome::Succeeded);
    assert_eq!(create().await.unwrap(), created);
    // What was carried out is not declined any more.
    provider.plan(Behaviour::Decline);
    assert_eq!(create().await.unwrap(), created);
    assert_eq!(provider.history().len(), 1);

    let payment = sitstay::payment::Payment {
        provider_reference: Some(created.reference),
        ..file.payment.clone()
    };
    for expected in [true, false] {
        let refund = sitstay::payment::Refund { amount: euro(3_000), ..make.refund(&payment) };
        let request = RefundPayment::of(&refund, &payment).unwrap();
        let answer = provider.refund(request).await;
        assert_eq!(answer.is_ok(), expected);
        if expected {
            assert_eq!(answer.unwrap().outcome, RefundOutcome::Succeeded);
        }
    }
}

#[tokio::test]
async fn a_payout_is_looked_up_before_it_is_sent_again() {
    let mut make = Fixtures::new();
    let entry = make.ledger_entry(&make.booking(&make.cast(), between("09:00", "10:00")));
    for (behaviour, is_found) in
        [(Behaviour::TimeOutAfter, true), (Behaviour::TimeOutBefore, false)]
    {
        let provider = FakeProvider::new(3);
        let payout = make.payout(&make.cast().trainer);
        let payout = sitstay::payout::Payout {
            provider: FakeProvider::provider(),
            provider_reference: None,
            ..payout
        };
        let items = [make.payout_item(&payout, &entry)];
        let sent = payout.follow(PayoutVerb::Send, &items, None, &mut make, at("12:00")).unwrap();
        provider.plan(behaviour);
        let lost = provider.transfer(Transfer::of(&sent.payout)).await;
        assert_eq!(lost, Err(ProviderError::Uncertain));
        let unknown =
            sent.payout.follow(PayoutVerb::Lose, &items, None, &mut make, at("12:00")).unwrap();
        assert_eq!(unknown.payout.state, PayoutState::Unknown);
        let found = provider.find_transfer(payout.id).await.unwrap();
        assert_eq!(found.is_some(), is_found);
        let answer = provider.transfer(Transfer::of(&unknown.payout)).await.unwrap();
        assert_eq!(answer.outcome, TransferOutcome::Processed);
        assert_eq!(provider.transfers(), [(payout.id, payout.amount)]);

        let report = provider.deliver().pop().unwrap();
        let told = unknown.payout.reported([&report], &items, &mut make, at("12:01")).unwrap();
        let step = told.step.unwrap();
        assert_eq!(step.payout.state, PayoutState::Processed);
        let again = step.payout.reported([&report], &items, &mut make, at("12:02")).unwrap();
        assert_eq!(again.step, None);
    }
}

#[tokio::test]
async fn a_transfer_that_was_delayed_may_come_back() {
    let make = Fixtures::new();
    let provider = FakeProvider::new(3);
    let payout = make.payout(&make.cast().trainer);
    provider.plan(Behaviour::Delay);
    let answer = provider.transfer(Transfer::of(&payout)).await.unwrap();
    assert_eq!(answer.outcome, TransferOutcome::InFlight);
    provider.end_transfer(payout.id, PayoutOutcome::Failed);
    assert!(provider.transfers().is_empty());
}

#[tokio::test]
async fn a_look_up_fails_and_lags_on_command() {
    let make = Fixtures::new();
    let provider = FakeProvider::new(3);
    let payout = make.payout(&make.cast().trainer);
    provider.plan(Behaviour::TimeOutAfter);
    let lost = provider.transfer(Transfer::of(&payout)).await;
    assert_eq!(lost, Err(ProviderError::Uncertain));
    let found = || provider.find_transfer(payout.id);
    for (behaviour, expected) in [
        (Behaviour::Vanish, ProviderError::Unavailable),
        (Behaviour::TimeOutBefore, ProviderError::Uncertain),
        (Behaviour::TimeOutAmid, ProviderError::Uncertain),
        (Behaviour::TimeOutAfter, ProviderError::Uncertain),
    ] {
        provider.plan_look_up(behaviour);
        assert_eq!(found().await, Err(expected), "{behaviour:?}");
    }
    provider.plan_look_up(Behaviour::Decline);
    assert!(matches!(found().await, Err(ProviderError::Declined { .. })));
    provider.plan_look_up(Behaviour::Delay);
    assert_eq!(found().await.unwrap().unwrap().outcome, TransferOutcome::InFlight);
    assert_eq!(found().await.unwrap().unwrap().outcome, TransferOutcome::Processed);
    provider.plan_look_up(Behaviour::Delay);
    assert_eq!(provider.find_transfer(make.id()).await, Ok(None));
}

#[tokio::test]
async fn faults_by_chance_never_carry_a_call_out_twice() {
    for seed in 0..20 {
        let make = Fixtures::new();
        let provider = FakeProvider::new(seed);
        provider.misbehave(60);
        let trainer = make.cast().trainer;
        let (mut sent, mut declined, mut uncertain) = (Money::new(0, Currency::EUR), 0, 0);
        for _ in 0..40 {
            let payout = make.payout(&trainer);
            let answer = loop {
                match provider.transfer(Transfer::of(&payout)).await {
                    Err(ProviderError::Uncertain | ProviderError::Unavailable) => uncertain += 1,
                    ended => break ended,
                }
            };
            match answer {
                Ok(_) => sent = sent.checked_add(payout.amount).unwrap(),
                Err(_) => {
                    declined += 1;
                    assert!(provider.transfers().iter().all(|(id, _)| *id != payout.id));
                    assert!(provider.transfer(Transfer::of(&payout)).await.is_err());
                }
            }
        }
        assert!(declined > 0 && uncertain > 0, "{seed}");
        provider.behave();
        provider.finish();
        assert_eq!(provider.transfers().len(), 40 - declined);
        let zero = Money::new(0, Currency::EUR);
        assert_eq!(provider.balance(Currency::EUR), zero.checked_sub(sent).unwrap());
    }
}

#[tokio::test]
async fn events_may_come_late_and_all_of_them_come() {
    let make = Fixtures::new();
    let file = started(&make, 100, 0);
    let mut were_late = 0;
    for seed in 0..20 {
        let provider = FakeProvider::new(seed);
        for _ in 0..9 {
            let payment = Payment { id: make.id(), ..file.payment.clone() };
            provider.create_payment(CreatePayment::of(&payment)).await.unwrap();
        }
        let ids = |events: Vec<ProviderEvent>| -> BTreeSet<_> {
            events.into_iter().map(|event| event.id).collect()
        };
        let mut told = ids(provider.deliver_some());
        were_late += usize::from(told.len() < 9);
        told.append(&mut ids(provider.deliver()));
        assert_eq!(told, ids(provider.history()));
        // What is left over is at most a repetition.
        assert!(provider.deliver().len() <= 1);
    }
    assert!(were_late > 10);
}

#[tokio::test]
async fn a_transfer_may_be_taken_back_in_parts() {
    let make = Fixtures::new();
    let provider = FakeProvider::new(3);
    let payout = make.payout(&make.cast().trainer);
    provider.plan(Behaviour::Delay);
    provider.transfer(Transfer::of(&payout)).await.unwrap();
    provider.take_back(payout.id, euro(1_000));
    provider.finish();
    let (part, rest) = (euro(1_000), payout.amount.checked_sub(euro(1_000)).unwrap());
    for amount in [part, payout.amount, rest] {
        provider.take_back(payout.id, amount);
    }
    let told: Vec<_> = provider
        .history()
        .into_iter()
        .map(|event| match event.happening {
            Happening::Payout { outcome, amount, .. } => (Some(outcome), amount),
            other => (None, other.amount().unwrap()),
        })
        .collect();
    let all = payout.amount;
    assert_eq!(
        told,
        [
            (Some(PayoutOutcome::InFlight), all),
            (Some(PayoutOutcome::Processed), all),
            (None, part),
            (Some(PayoutOutcome::Failed), all),
        ]
    );
    assert!(provider.transfers().is_empty());
    assert!(provider.balance(Currency::EUR).is_zero());
}
