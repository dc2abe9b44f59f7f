//! Money: exact in and out, and nothing lost in shares, splits and refunds.

use std::cmp::Ordering;

use proptest::prelude::*;
use sitstay::money::{
    BasisPoints, ChargeRule, Currency, Money, MoneyError, MoneyPolicy, Price, cumulative_share,
    split_fee,
};

fn any_currency() -> impl Strategy<Value = Currency> {
    proptest::sample::select(Currency::all().collect::<Vec<_>>())
}

fn any_basis_points() -> impl Strategy<Value = BasisPoints> {
    (0..=10_000_u16).prop_map(|points| BasisPoints::new(points).unwrap())
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

proptest! {
    #[test]
    fn money_reads_back_what_it_writes(minor: i64, currency in any_currency()) {
        let money = Money::new(minor, currency);
        let shown = money.to_string();
        let (amount, code) = shown.split_once(' ').unwrap();
        prop_assert_eq!(code, currency.code());
        prop_assert_eq!(Money::parse(amount, currency), Ok(money));

        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(&json, &format!(r#"{{"amount":{minor},"currency":"{currency}"}}"#));
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn a_share_is_within_half_a_unit_and_never_more_than_the_whole(minor: i64, part in any_basis_points()) {
        let share = i128::from(usd(minor).share(part).minor());
        let exact = i128::from(minor) * i128::from(part.get());
        // Half up: the error lies above −½ and reaches ½.
        let error = share * 10_000 - exact;
        prop_assert!(-5_000 < error && error <= 5_000, "{share} for {exact} ÷ 10,000");
        prop_assert!(share.abs() <= i128::from(minor).abs());
    }

    #[test]
    fn fee_and_trainer_share_add_up_to_the_price(minor in 0..=Price::MAX_MINOR, fee in any_basis_points()) {
        let price = Price::new(minor, Currency::USD).unwrap();
        let split = split_fee(price, fee);
        prop_assert_eq!(split.fee.checked_add(split.trainer_share), Ok(price.money()));
        prop_assert!(!split.fee.is_negative() && !split.trainer_share.is_negative());
        prop_assert_eq!(split.fee, price.money().share(fee));
    }

    #[test]
    fn a_fee_given_back_in_steps_ends_at_the_fee(
        whole in 1..=Price::MAX_MINOR,
        fee in any_basis_points(),
        steps in prop::collection::vec(0..=10_000_i64, 0..8),
    ) {
        let fee = usd(whole).share(fee);
        let mut parts: Vec<i64> =
            steps.iter().map(|step| usd(whole).share(BasisPoints::new(*step as u16).unwrap()).minor()).collect();
        parts.extend([0, whole]);
        parts.sort_unstable();

        let totals: Vec<i64> = parts
            .iter()
            .map(|part| cumulative_share(fee, usd(*part), usd(whole)).unwrap().minor())
            .collect();
        prop_assert_eq!(totals.first(), Some(&0));
        prop_assert_eq!(totals.last(), Some(&fee.minor()));
        for (part, total) in parts.windows(2).zip(totals.windows(2)) {
            let (given_back, of_fee) = (part[1] - part[0], total[1] - total[0]);
            prop_assert!(0 <= of_fee && of_fee <= given_back, "{of_fee} of {given_back}");
        }
    }

    #[test]
    fn split_lines_add_up_and_stay_within_one_unit_of_their_share(
        minor: i64,
        weights in prop::collection::vec(prop_oneof![any::<u64>(), 0..4_u64], 1..12),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let parts = usd(minor).split_by(&weights).unwrap();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(parts.iter().map(|part| i128::from(part.minor())).sum::<i128>(), i128::from(minor));

        let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = i128::from(minor) * i128::from(*weight);
            let cut = exact / sum;
            let away = i128::from(part.minor()) - cut;
            prop_assert!(away == 0 || away == exact.signum(), "{part} for {weight}");
        }
    }

    #[test]
    fn a_rounded_refund_keeps_the_step_and_never_exceeds_its_price(
        step in 1..=1_000_i64,
        steps in 0..=1_000_000_i64,
        share in any_basis_points(),
    ) {
        let policy = MoneyPolicy::new([ChargeRule::new(Currency::USD, step, 0).unwrap()]).unwrap();
        let price = usd(step * steps);
        let exact = price.share(share);
        let refund = policy.round_refund(exact);
        prop_assert_eq!(refund.minor() % step, 0);
        prop_assert!(0 <= refund.minor() && refund.minor() <= price.minor());
        prop_assert!(2 * (refund.minor() - exact.minor()).abs() <= step);
    }
}

#[test]
fn ties_of_shares_go_up() {
    let half = BasisPoints::HALF;
    for (whole, share) in [(1, 1), (3, 2), (-1, 0), (-3, -1), (i64::MAX, 4_611_686_018_427_387_904)]
    {
        assert_eq!(usd(whole).share(half), usd(share), "half of {whole}");
    }
    assert_eq!(cumulative_share(usd(1), usd(1), usd(2)), Ok(usd(1)));
}

#[test]
fn currencies_never_mix() {
    let mismatch = MoneyError::CurrencyMismatch { left: Currency::USD, right: Currency::EUR };
    let euro = Money::new(1, Currency::EUR);
    assert_eq!(usd(1).checked_add(euro), Err(mismatch));
    assert_eq!(usd(1).checked_sub(euro), Err(mismatch));
    assert_eq!(usd(1).checked_cmp(euro), Err(mismatch));
    assert_eq!(Money::checked_sum(Currency::USD, [usd(1), euro]), Err(mismatch));
    assert!(cumulative_share(usd(1), euro, usd(1)).is_err());
    assert!(cumulative_share(euro, usd(1), usd(1)).is_err());
    assert_eq!(usd(1).checked_cmp(usd(2)), Ok(Ordering::Less));
}

#[test]
fn sums_past_64_bits_are_an_error() {
    assert_eq!(usd(i64::MAX).checked_add(usd(1)), Err(MoneyError::Overflow));
    assert_eq!(usd(i64::MIN).checked_sub(usd(1)), Err(MoneyError::Overflow));
    assert_eq!(usd(i64::MIN).checked_neg(), Err(MoneyError::Overflow));
    assert_eq!(usd(3).checked_sub(usd(4)), Ok(usd(-1)));
    assert_eq!((usd(3).checked_neg(), usd(-3).checked_neg()), (Ok(usd(-3)), Ok(usd(3))));
    assert_eq!(Money::parse("92233720368547758.08", Currency::USD), Err(MoneyError::Overflow));
    assert_eq!(Money::parse("-92233720368547758.08", Currency::USD), Ok(usd(i64::MIN)));
}

#[test]
fn amounts_are_read_exactly_or_not_at_all() {
    let kwd = Currency::parse("KWD").unwrap();
    let sound = [
        ("12.5", Currency::USD, 1_250),
        ("-0.05", Currency::USD, -5),
        ("007", Currency::USD, 700),
        ("1250", Currency::JPY, 1_250),
        ("1.005", kwd, 1_005),
    ];
    for (text, currency, minor) in sound {
        assert_eq!(Money::parse(text, currency), Ok(Money::new(minor, currency)), "{text}");
    }
    for text in
        ["", "-", ".", "1.", ".5", "1.005", "1,5", "+1", " 1", "1e3", "1.2.3", "--1", "1.-5", "١"]
    {
        assert!(Money::parse(text, Currency::USD).is_err(), "{text:?}");
    }
    assert!(Money::parse("1.0", Currency::JPY).is_err());
    assert_eq!(Money::new(-1_005, kwd).to_string(), "-1.005 KWD");
    assert_eq!(usd(-5).to_string(), "-0.05 USD");
}

#[test]
fn what_is_left_goes_to_the_largest_remainders_and_of_equal_ones_to_earlier_lines() {
    let minors = |minor, weights: &[u64]| {
        usd(minor)
            .split_by(weights)
            .map(|parts| parts.iter().map(|part| part.minor()).collect::<Vec<_>>())
    };
    assert_eq!(minors(5, &[1, 1, 1]), Ok(vec![2, 2, 1]));
    assert_eq!(minors(-5, &[1, 1, 1]), Ok(vec![-2, -2, -1]));
    assert_eq!(minors(10, &[0, 2, 1]), Ok(vec![0, 7, 3]));
    assert_eq!(minors(10, &[3, 2, 2]), Ok(vec![4, 3, 3]));
    assert_eq!(minors(i64::MIN, &[u64::MAX]), Ok(vec![i64::MIN]));
    assert_eq!(minors(10, &[0, 0]), Err(MoneyError::NothingToSplitOver));
    assert_eq!(minors(10, &[]), Err(MoneyError::NothingToSplitOver));
}

#[test]
fn a_part_outside_the_whole_is_refused() {
    for (part, whole) in [(-1, 10), (11, 10), (0, 0), (-1, -1)] {
        let refused = cumulative_share(usd(1), usd(part), usd(whole));
        assert_eq!(refused, Err(MoneyError::PartOutsideWhole), "{part} of {whole}");
    }
}

#[test]
fn a_price_outside_its_bounds_cannot_be_read() {
    for minor in [-1, Price::MAX_MINOR + 1] {
        assert!(Price::new(minor, Currency::USD).is_err());
        let json = serde_json::json!({"amount": minor, "currency": "USD"});
        assert!(serde_json::from_value::<Price>(json).is_err());
    }
    let most = Price::new(Price::MAX_MINOR, Currency::USD).unwrap();
    assert_eq!(most.to_string(), "10000000000.00 USD");
}

#[test]
fn a_money_policy_lists_its_rules_by_currency() {
    let rule = |currency, step| ChargeRule::new(currency, step, 0).unwrap();
    let (dollars, euros) = (rule(Currency::USD, 5), rule(Currency::EUR, 1));
    let policy = MoneyPolicy::new([dollars, euros]).unwrap();
    assert!(policy.rules().eq([euros, dollars]));
}

#[test]
fn a_money_policy_says_why_a_price_cannot_be_charged() {
    let kwd = Currency::parse("KWD").unwrap();
    let policy = MoneyPolicy::new([ChargeRule::new(kwd, 10, 200).unwrap()]).unwrap();
    let codes = [
        (Price::new(200, kwd), None),
        (Price::new(0, kwd), None),
        (Price::new(205, kwd), Some("money.off_step")),
        (Price::new(190, kwd), Some("money.below_minimum")),
        (Price::new(0, Currency::USD), Some("money.currency_not_allowed")),
    ];
    for (price, code) in codes {
        let refusal = policy.check(price.unwrap()).err();
        assert_eq!(refusal.map(|refusal| refusal.code()), code, "{price:?}");
    }
    let refund = |minor| policy.round_refund(Money::new(minor, kwd)).minor();
    assert_eq!([refund(104), refund(105), refund(i64::MAX)], [100, 110, i64::MAX]);

    let json = serde_json::to_value(&policy).unwrap();
    assert_eq!(json, serde_json::json!([{"currency": "KWD", "step": 10, "minimum": 200}]));
    assert_eq!(serde_json::from_value::<MoneyPolicy>(json).unwrap(), policy);
    let forint = Currency::parse("HUF").unwrap();
    let whole = ChargeRule::new(forint, 1, 17_500).unwrap().with_payout_step(100).unwrap();
    let json = serde_json::json!(
        [{"currency": "HUF", "step": 1, "minimum": 17_500, "payout_step": 100}]
    );
    let policy = serde_json::from_value::<MoneyPolicy>(json.clone()).unwrap();
    assert_eq!(policy, MoneyPolicy::new([whole]).unwrap());
    assert_eq!(serde_json::to_value(&policy).unwrap(), json);
    assert_eq!(policy.payout_step(forint).minor(), 100);
    assert_eq!(policy.payout_step(kwd).minor(), 1);
    assert!(whole.with_payout_step(0).is_err());

    let large = whole.with_payout_minimum(50_000).unwrap();
    let policy = MoneyPolicy::new([large]).unwrap();
    let json = serde_json::to_value(&policy).unwrap();
    assert_eq!(json[0]["payout_minimum"], 50_000);
    assert_eq!(serde_json::from_value::<MoneyPolicy>(json).unwrap(), policy);
    assert_eq!(policy.payout_minimum(forint).minor(), 50_000);
    assert_eq!(policy.payout_minimum(kwd).minor(), 1);
    assert!(large.with_payout_minimum(0).is_err());
    for unclear in [
        serde_json::json!([]),
        serde_json::json!([{"currency": "KWD", "step": 0, "minimum": 0}]),
        serde_json::json!([{"currency": "KWD", "step": 1, "minimum": 0}, {"currency": "KWD", "step": 2, "minimum": 0}]),
    ] {
        assert!(serde_json::from_value::<MoneyPolicy>(unclear).is_err());
    }
}
