//! Amounts: every currency by Stripe's own table, exact both ways or refused.

use proptest::prelude::*;
use sitstay::{
    money::{Currency, Money},
    stripe::{StripeAmount, StripeAmountError, charge_step, payout_step},
};

use crate::bodies::money;

fn any_currency() -> impl Strategy<Value = Currency> {
    proptest::sample::select(Currency::all().collect::<Vec<_>>())
}

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

#[test]
fn every_currency_is_counted_as_stripe_counts_it() {
    let lines = include_str!("currencies.txt").lines().filter(|line| !line.starts_with('#'));
    let mut known = Vec::new();
    for line in lines {
        let mut columns = line.split(' ');
        let currency = currency(columns.next().unwrap());
        known.push(currency);
        let whole = Money::parse("1", currency).unwrap();
        let refused = StripeAmountError::CurrencyNotTaken { currency };
        match columns.next().unwrap() {
            "-" => {
                assert_eq!(StripeAmount::from_money(whole), Err(refused), "{line}");
                assert_eq!(StripeAmount::from_units(100, currency), Err(refused), "{line}");
                assert_eq!(charge_step(currency), Err(refused), "{line}");
                assert_eq!(payout_step(currency), Err(refused), "{line}");
            }
            units => {
                let units = units.parse().unwrap();
                let told = StripeAmount::from_money(whole).unwrap();
                assert_eq!((told.units(), told.money()), (units, whole), "{line}");
                assert_eq!(StripeAmount::from_units(units, currency), Ok(told), "{line}");
                assert_eq!(told.currency_code(), currency.code().to_lowercase());
                for step in [charge_step(currency), payout_step(currency)] {
                    let expected = Money::parse(columns.next().unwrap(), currency).unwrap();
                    assert_eq!(step, Ok(expected), "{line}");
                }
            }
        }
    }
    let mut all: Vec<_> = Currency::all().collect();
    all.sort();
    assert_eq!(known, all);
}

#[test]
fn nothing_is_rounded_silently() {
    for (refused, step) in [
        ("4.505 KWD", "0.010 KWD"),
        ("1.999 TND", "0.010 TND"),
        ("3000.50 MGA", "1.00 MGA"),
        ("-3000.01 MGA", "1.00 MGA"),
    ] {
        let expected = Err(StripeAmountError::OffStep { step: money(step) });
        assert_eq!(StripeAmount::from_money(money(refused)), expected, "{refused}");
    }
    for code in ["ISK", "UGX"] {
        let currency = currency(code);
        for units in [1, 50, 99, 101, 12_345] {
            let expected = Err(StripeAmountError::Fraction { currency });
            assert_eq!(StripeAmount::from_units(units, currency), expected, "{units} {code}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let most = Money::new(i64::MAX, currency("ISK"));
    assert_eq!(StripeAmount::from_money(most), Err(StripeAmountError::Overflow));
    let most = StripeAmount::from_units(i64::MAX, currency("MGA"));
    assert_eq!(most, Err(StripeAmountError::Overflow));
}

#[test]
fn a_bank_may_dispute_what_cannot_be_charged() {
    let disputed = StripeAmount::from_units(4_505, currency("KWD")).unwrap();
    assert_eq!(disputed.money(), money("4.505 KWD"));
    assert!(StripeAmount::from_money(disputed.money()).is_err());
}

#[test]
fn errors_have_stable_codes() {
    let currency = Currency::EUR;
    let step = money("0.01 EUR");
    let codes = [
        (StripeAmountError::CurrencyNotTaken { currency }, "stripe.currency_not_taken"),
        (StripeAmountError::OffStep { step }, "stripe.amount_off_step"),
        (StripeAmountError::Fraction { currency }, "stripe.amount_fraction"),
        (StripeAmountError::Overflow, "stripe.amount_overflow"),
    ];
    for (error, code) in codes {
        assert_eq!((error.code(), error.kind().http_status()), (code, 422));
    }
}

proptest! {
    #[test]
    fn what_is_told_to_stripe_reads_back_as_it_was(
        minor in prop_oneof![any::<i64>(), -100_000..100_000_i64],
        currency in any_currency(),
    ) {
        let money = Money::new(minor, currency);
        match StripeAmount::from_money(money) {
            Ok(told) => {
                prop_assert_eq!(StripeAmount::from_units(told.units(), currency), Ok(told));
                prop_assert_eq!(told.money(), money);
                prop_assert_eq!(money.minor() % charge_step(currency).unwrap().minor(), 0);
            }
            Err(StripeAmountError::OffStep { step }) => {
                prop_assert_eq!(Ok(step), charge_step(currency));
                prop_assert_ne!(money.minor() % step.minor(), 0);
            }
            Err(StripeAmountError::CurrencyNotTaken { .. }) => {
                prop_assert!(charge_step(currency).is_err());
            }
            Err(error) => {
                prop_assert_eq!(error, StripeAmountError::Overflow);
                prop_assert!(["ISK", "UGX"].contains(&currency.code()));
            }
        }
    }

    #[test]
    fn what_stripe_reports_is_exact_or_refused(
        units in prop_oneof![any::<i64>(), -100_000..100_000_i64],
        currency in any_currency(),
    ) {
        let Ok(read) = StripeAmount::from_units(units, currency) else { return Ok(()) };
        prop_assert_eq!(read.units(), units);
        if let Ok(told) = StripeAmount::from_money(read.money()) {
            prop_assert_eq!(told, read);
        }
    }

    #[test]
    fn a_payout_step_can_be_charged(currency in any_currency()) {
        if let Ok(step) = payout_step(currency) {
            prop_assert!(StripeAmount::from_money(step).is_ok());
        }
    }
}
