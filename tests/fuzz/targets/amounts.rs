#![no_main]

use libfuzzer_sys::fuzz_target;
use sitstay::{
    money::{Currency, Money, Price},
    stripe::StripeAmount,
};
use sitstay_fuzz::settles;

/// `12.50 EUR`, as amounts are written.
fn parts(text: &str) -> Option<(&str, Currency)> {
    let (number, code) = text.rsplit_once(' ')?;
    Some((number, code.parse().ok()?))
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    settles::<Currency>(text);
    let Some((number, currency)) = parts(text) else { return };
    let Ok(money) = Money::parse(number, currency) else { return };
    let written = money.to_string();
    let (again, same) = parts(&written).expect("an amount and its currency");
    assert_eq!((Money::parse(again, same), same), (Ok(money), currency), "{written}");
    if let Ok(price) = Price::parse(number, currency) {
        assert_eq!(price.money(), money);
    }
    if let Ok(amount) = StripeAmount::from_money(money) {
        assert_eq!(StripeAmount::from_units(amount.units(), currency), Ok(amount));
    }
    // Read or refused, and what is read says the same number.
    if let Ok(amount) = StripeAmount::from_units(money.minor(), currency) {
        assert_eq!(amount.units(), money.minor());
    }
});
