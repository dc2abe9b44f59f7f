//! What was paid for lessons that did not take place.

use std::sync::Arc;

use sitstay::{
    adoption::Remark,
    command::{Actor, Call, SystemReason},
    ids::{CommandId, TrainerId},
    ledger::{Account, LedgerEntry},
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, Money, MoneyPolicy},
    payment::{PaymentStatus, RefundCause, RefundStatus},
    platform::{CreatePayout, Platform},
    policy::PlatformPolicy,
    repository::MoneyQueries as _,
};

use super::{
    adoption,
    copying::{booking, copied},
    now, run, town, uuid,
};

/// What an account is owed after some entries.
fn balance(entries: &[LedgerEntry], account: Account) -> i64 {
    let signed = |entry: &LedgerEntry| {
        let amount = entry.amount.minor();
        i64::from(entry.credit == account) * amount - i64::from(entry.debit == account) * amount
    };
    entries.iter().map(signed).sum()
}

#[tokio::test]
async fn what_was_paid_for_a_request_that_nobody_answered_is_due_to_go_back() {
    let town = town().await;
    let target = MemoryRepository::new();
    copied(&town, &target).await;
    let payment = target.payments(booking(107)).await.unwrap().remove(0);
    let all = Money::new(1_999, Currency::EUR);
    assert_eq!((payment.status, payment.amount), (PaymentStatus::Paid, all));
    assert_eq!((payment.refund_reserved, payment.refunded_amount), (1_999, 0));
    let refunds = target.refunds(booking(107)).await.unwrap();
    assert_eq!(refunds.len(), 1);
    let refund = &refunds[0];
    assert_eq!((refund.status, refund.amount), (RefundStatus::Due, all));
    assert_eq!(refund.cause, RefundCause::Cancellation);
    let ended = "2027-02-20T09:00:00Z".parse().unwrap();
    assert_eq!(refund.created_at, ended, "when the request ended");
    let ledger = target.ledger(booking(107)).await.unwrap();
    let payable = Account::TrainerPayable(TrainerId::from_uuid(uuid(22)));
    for (account, owed) in [
        (payable, 0),
        (Account::PlatformFees, 0),
        (Account::RefundsDue, 1_999),
        (Account::ProviderClearing, -1_999),
    ] {
        assert_eq!(balance(&ledger, account), owed, "{account}");
    }
}

#[tokio::test]
async fn what_was_paid_after_the_request_had_ended_is_surplus() {
    let town = town().await;
    run(&town, "UPDATE payments SET created_at = '2027-02-21 10:00' WHERE id = n(305)").await;
    let target = MemoryRepository::new();
    copied(&town, &target).await;
    let payment = target.payments(booking(107)).await.unwrap().remove(0);
    assert!(payment.surplus && payment.refund_reserved == 1_999);
    let refund = target.refunds(booking(107)).await.unwrap().remove(0);
    assert_eq!((refund.status, refund.cause), (RefundStatus::Due, RefundCause::Surplus));
    assert_eq!(Some(refund.created_at), payment.paid_at);
}

#[tokio::test]
async fn what_was_paid_for_a_cancelled_lesson_stays_as_the_service_left_it() {
    let town = town().await;
    run(
        &town,
        "INSERT INTO payments VALUES (n(306), n(108), 50, 'EUR', 'stripe', 'paid', '2027-02-21 11:05')",
    )
    .await;
    let report = adoption(&town).dry_run(now()).await.unwrap();
    assert!(report.is_clean());
    assert_eq!(report.remarks()[&Remark::KeptPayment], 1);
    let target = MemoryRepository::new();
    let outcome = copied(&town, &target).await;
    assert_eq!(outcome.remarks[&Remark::KeptPayment], 1);
    let payment = target.payments(booking(108)).await.unwrap().remove(0);
    assert_eq!((payment.status, payment.refund_reserved), (PaymentStatus::Paid, 0));
    assert_eq!(target.refunds(booking(108)).await.unwrap(), []);
    let ledger = target.ledger(booking(108)).await.unwrap();
    let payable = Account::TrainerPayable(TrainerId::from_uuid(uuid(21)));
    assert_eq!(balance(&ledger, payable), 4_250);
}

/// The trainer earned 42.50; whatever the payouts were, what they paid is not paid again.
#[tokio::test]
async fn what_payouts_paid_is_taken_off_what_comes() {
    let another = r#"SELECT put('payouts', n(401), '{"id": "00000000-0000-4000-8000-000000000403", "amount": 22.5}')"#;
    for (change, rows, left) in [
        ("SELECT 1", 1, 0),
        ("UPDATE payouts SET amount = 20 WHERE id = n(401)", 0, 2_250),
        ("UPDATE payouts SET amount = 60 WHERE id = n(401)", 1, -1_750),
        ("UPDATE payouts SET processed_at = '2027-01-19 10:00' WHERE id = n(401)", 0, 0),
        (another, 1, -2_250),
    ] {
        let town = town().await;
        run(&town, change).await;
        let target = Arc::new(MemoryRepository::new());
        copied(&town, &*target).await;
        let trainer = TrainerId::from_uuid(uuid(21));
        let page = sitstay::repository::PageRequest::MAX;
        assert_eq!(
            target.payouts(&trainer.into(), page).await.unwrap().items.len(),
            rows,
            "{change}"
        );

        let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
        let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
        let platform = Platform::new(target, policy);
        let system = Actor::System(SystemReason::Maintenance);
        let call = Call::new(CommandId::from_uuid(uuid(9)), system, now());
        let provider = "stripe".parse().unwrap();
        let (currency, is_last) = (Currency::EUR, false);
        let command = CreatePayout { trainer, currency, provider, is_last };
        let euro = |minor| Money::new(minor, currency);
        match platform.execute(call, command).await {
            Ok(created) => assert_eq!(created.amount, euro(left), "{change}"),
            Err(refused) => {
                let expected = format!("{} are available", euro(left));
                assert!(left <= 0 && refused.to_string().starts_with(&expected), "{refused}");
            }
        }
    }
}
