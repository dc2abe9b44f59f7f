//! Amounts out of the text that Postgres gives for them: no float is ever computed with.

use super::Reason;

/// A number in decimal: `digits` × 10^−`scale`, without zeros at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    digits: i128,
    scale: i32,
}

/// More digits than any number has that is stored in sixteen bytes or fewer and can be an amount.
const MOST_DIGITS: usize = 30;

impl Decimal {
    /// Reads `-12.50`, `1e+06` or `1.5e-05`.
    fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (is_negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{decimals}");
        if whole.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let kept = all.trim_end_matches('0');
        let dropped = i32::try_from(all.len() - kept.len()).ok()?;
        let significant = kept.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Self { digits: 0, scale: 0 });
        }
        if significant.len() > MOST_DIGITS {
            return None;
        }
        let digits: i128 = significant.parse().ok()?;
        let scale = i32::try_from(decimals.len()).ok()?.checked_sub(dropped)?;
        let scale = scale.checked_sub(exponent)?;
        Some(Self { digits: if is_negative { -digits } else { digits }, scale })
    }
}

/// Reads an amount in minor units of a currency with `places` decimals.
///
/// `forgives_noise` takes what is less than a millionth of a minor unit away from a whole number
/// of them as that number: sums of floats end in such.
pub(super) fn minor_units(text: &str, places: u8, forgives_noise: bool) -> Result<i64, Reason> {
    let Decimal { digits, scale } = Decimal::parse(text).ok_or(Reason::Malformed)?;
    let excess = scale.checked_sub(places.into()).ok_or(Reason::OutOfRange)?;
    let minor = match u32::try_from(excess) {
        Ok(0) => Some(digits),
        Ok(excess) if forgives_noise => {
            return nearest(digits, excess).ok_or(Reason::FractionalAmount);
        }
        Ok(_) => return Err(Reason::FractionalAmount),
        Err(_) => {
            10_i128.checked_pow(excess.unsigned_abs()).and_then(|unit| digits.checked_mul(unit))
        }
    };
    minor.and_then(|minor| i64::try_from(minor).ok()).ok_or(Reason::OutOfRange)
}

/// Returns the whole number that `digits` × 10^−`excess` is next to, if it is close enough.
fn nearest(digits: i128, excess: u32) -> Option<i64> {
    let unit = 10_i128.checked_pow(excess)?;
    let (below, rest) = (digits.div_euclid(unit), digits.rem_euclid(unit));
    let above = unit - rest;
    let (minor, away) = if rest >= above { (below + 1, above) } else { (below, rest) };
    let is_close = away <= unit / 1_000_000;
    i64::try_from(minor).ok().filter(|_| is_close)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_is_too_much(
            text in "-?[0-9]{0,40}[.]?[0-9]{0,40}([eE][+-]?[0-9]{1,10})?",
            places in 0..5_u8,
            forgives_noise: bool,
        ) {
            // It is read or refused.
            let _ = minor_units(&text, places, forgives_noise);
        }
    }

    #[test]
    fn whole_minor_units_are_read_from_every_notation() {
        for (text, places, minor) in [
            ("19.99", 2, 1_999),
            ("20", 2, 2_000),
            ("20.5000", 2, 2_050),
            ("-3.1", 2, -310),
            ("0", 2, 0),
            ("-0", 2, 0),
            ("0.00", 0, 0),
            ("1e+06", 2, 100_000_000),
            ("1.234567e+06", 0, 1_234_567),
            ("1500", 0, 1_500),
            ("1.005", 3, 1_005),
            ("1.5e-2", 3, 15),
        ] {
            assert_eq!(minor_units(text, places, false), Ok(minor), "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_number_of_minor_units_is_told() {
        for (text, places, reason) in [
            ("10.005", 2, Reason::FractionalAmount),
            ("0.30000000000000004", 2, Reason::FractionalAmount),
            ("1e-05", 2, Reason::FractionalAmount),
            ("0.5", 0, Reason::FractionalAmount),
            ("1e+30", 2, Reason::OutOfRange),
            ("1e+999", 2, Reason::OutOfRange),
            ("1e+2147483647", 2, Reason::OutOfRange),
            ("NaN", 2, Reason::Malformed),
            ("Infinity", 2, Reason::Malformed),
            ("$12.00", 2, Reason::Malformed),
            ("", 2, Reason::Malformed),
            (".5", 2, Reason::Malformed),
            ("1.2.3", 2, Reason::Malformed),
        ] {
            assert_eq!(minor_units(text, places, false), Err(reason), "{text}");
        }
    }

    #[test]
    fn the_noise_of_float_sums_is_forgiven_where_asked_for_and_nothing_else() {
        for (text, minor) in [
            ("0.30000000000000004", 30),
            ("19.990000000000002", 1_999),
            ("5.699999999999999", 570),
            ("-0.30000000000000004", -30),
            ("1e-38", 0),
            ("-1e-40", 0),
        ] {
            assert_eq!(minor_units(text, 2, true), Ok(minor), "{text}");
        }
        for text in ["10.005", "0.301", "1e-05"] {
            assert_eq!(minor_units(text, 2, true).unwrap_err(), Reason::FractionalAmount, "{text}");
        }
    }
}
