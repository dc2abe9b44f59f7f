use crate::{
    error::ErrorKind,
    money::{Currency, Money},
};

/// An amount of money as Stripe counts it, and the same amount as [`Money`].
///
/// Stripe's unit is the minor unit of ISO 4217 in most currencies only. It counts Malagasy ariary
/// whole, krónur and Ugandan shillings in hundredths that must be 00, and in currencies of three
/// decimals it charges multiples of ten only. Nothing is ever rounded: an amount that cannot be
/// told exactly is an error.
///
/// Source: <https://docs.stripe.com/currencies>, "Minor units in API amounts" and "Special cases".
///
/// # Example: three currencies, three units
///
/// ```
/// use sitstay::{
///     money::{Currency, Money},
///     stripe::StripeAmount,
/// };
///
/// let units = |text, code: &str| {
///     let money = Money::parse(text, code.parse()?)?;
///     Ok::<_, Box<dyn std::error::Error>>(StripeAmount::from_money(money)?.units())
/// };
/// assert_eq!(units("45.00", "EUR")?, 4_500);
/// assert_eq!(units("4500", "JPY")?, 4_500);
/// assert_eq!(units("4500", "ISK")?, 450_000);
/// assert!(units("4.505", "KWD").is_err());
///
/// let received = StripeAmount::from_units(450_000, "ISK".parse::<Currency>()?)?;
/// assert_eq!(received.money().to_string(), "4500 ISK");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StripeAmount {
    units: i64,
    money: Money,
}

impl StripeAmount {
    /// Takes an amount that Stripe is to move.
    ///
    /// # Errors
    ///
    /// [`StripeAmountError::CurrencyNotTaken`]; [`StripeAmountError::OffStep`] unless it is a
    /// multiple of the [`charge_step`]; [`StripeAmountError::Overflow`].
    pub fn from_money(money: Money) -> Result<Self, StripeAmountError> {
        let counting = Counting::of(money.currency())?;
        if money.minor() % counting.charge_step != 0 {
            let step = Money::new(counting.charge_step, money.currency());
            return Err(StripeAmountError::OffStep { step });
        }
        // The step is a multiple of `minor`, so that nothing is cut off.
        let units = (money.minor() / counting.minor).checked_mul(counting.units);
        Ok(Self { units: units.ok_or(StripeAmountError::Overflow)?, money })
    }

    /// Takes an amount that Stripe reports, in its own units.
    ///
    /// What Stripe has moved need not be a multiple of the [`charge_step`]: a bank disputes what
    /// it likes.
    ///
    /// # Errors
    ///
    /// [`StripeAmountError::CurrencyNotTaken`]; [`StripeAmountError::Fraction`] unless it is a
    /// whole number of the currency's minor units; [`StripeAmountError::Overflow`].
    pub fn from_units(units: i64, currency: Currency) -> Result<Self, StripeAmountError> {
        let counting = Counting::of(currency)?;
        if units % counting.units != 0 {
            return Err(StripeAmountError::Fraction { currency });
        }
        let minor = (units / counting.units).checked_mul(counting.minor);
        let minor = minor.ok_or(StripeAmountError::Overflow)?;
        Ok(Self { units, money: Money::new(minor, currency) })
    }

    /// Returns the number that stands in Stripe's requests and events.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.units
    }

    /// Returns the amount in minor units of ISO 4217.
    #[must_use]
    pub const fn money(self) -> Money {
        self.money
    }

    /// Returns the currency's code as Stripe writes it, in small letters.
    #[must_use]
    pub fn currency_code(self) -> String {
        self.money.currency().code().to_ascii_lowercase()
    }
}

/// Returns the amount of which every charge, refund and transfer must be a multiple.
///
/// # Errors
///
/// [`StripeAmountError::CurrencyNotTaken`].
///
/// # Example: the charge rules of a platform that charges by Stripe
///
/// ```
/// use sitstay::{
///     money::{ChargeRule, Currency},
///     stripe::charge_step,
/// };
///
/// let kwd = Currency::parse("KWD")?;
/// let rule = ChargeRule::new(kwd, charge_step(kwd)?.minor(), 200)?;
/// assert_eq!(rule.step().to_string(), "0.010 KWD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn charge_step(currency: Currency) -> Result<Money, StripeAmountError> {
    Ok(Money::new(Counting::of(currency)?.charge_step, currency))
}

/// Returns the amount of which every payout to a bank must be a multiple.
///
/// It is the [`charge_step`] but for forints and Taiwan dollars, which banks get whole.
///
/// # Errors
///
/// [`StripeAmountError::CurrencyNotTaken`].
pub fn payout_step(currency: Currency) -> Result<Money, StripeAmountError> {
    Ok(Money::new(Counting::of(currency)?.payout_step, currency))
}

/// Why an amount cannot be told to Stripe, or read from it; services answer 422.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StripeAmountError {
    /// Stripe does not take the currency.
    #[error("Stripe does not take {currency}")]
    CurrencyNotTaken {
        /// The currency.
        currency: Currency,
    },
    /// Stripe moves multiples of a step only.
    #[error("Stripe takes multiples of {step} only")]
    OffStep {
        /// The step.
        step: Money,
    },
    /// Stripe's number is no whole number of the currency's minor units.
    #[error("the amount is no whole number of minor units of {currency}")]
    Fraction {
        /// The currency.
        currency: Currency,
    },
    /// The amount does not fit into 64 bits.
    #[error("the amount is too large")]
    Overflow,
}

impl StripeAmountError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CurrencyNotTaken { .. } => "stripe.currency_not_taken",
            Self::OffStep { .. } => "stripe.amount_off_step",
            Self::Fraction { .. } => "stripe.amount_fraction",
            Self::Overflow => "stripe.amount_overflow",
        }
    }

    /// Returns [`ErrorKind::Invalid`].
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        ErrorKind::Invalid
    }
}

/// How Stripe counts a currency: `units` of its own are `minor` minor units of ISO 4217.
#[derive(Clone, Copy)]
struct Counting {
    units: i64,
    minor: i64,
    /// In minor units.
    charge_step: i64,
    /// In minor units.
    payout_step: i64,
}

impl Counting {
    const BY_MINOR_UNITS: Self = Self { units: 1, minor: 1, charge_step: 1, payout_step: 1 };

    fn of(currency: Currency) -> Result<Self, StripeAmountError> {
        let usual = Self::BY_MINOR_UNITS;
        match currency.code() {
            // Stripe knows no iraimbilanja, of which ISO 4217 counts a hundred.
            "MGA" => Ok(Self { minor: 100, charge_step: 100, payout_step: 100, ..usual }),
            // They had decimals once, and the API kept them.
            "ISK" | "UGX" => Ok(Self { units: 100, ..usual }),
            "HUF" | "TWD" => Ok(Self { payout_step: 100, ..usual }),
            // The last of the three decimals must be 0.
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => {
                Ok(Self { charge_step: 10, payout_step: 10, ..usual })
            }
            code if BY_MINOR_UNITS.contains(&code) => Ok(usual),
            _ => Err(StripeAmountError::CurrencyNotTaken { currency }),
        }
    }
}

/// What Stripe takes in minor units of ISO 4217, as of 2026.
const BY_MINOR_UNITS: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY",
    "COP", "CRC", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ETB", "EUR", "FJD", "FKP",
    "GBP", "GEL", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "IDR", "ILS", "INR",
    "JMD", "JPY", "KES", "KGS", "KHR", "KMF", "KRW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
    "LSL", "MAD", "MDL", "MKD", "MMK", "MNT", "MOP", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG",
    "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SEK", "SGD", "SHP", "SLE", "SOS",
    "SRD", "SZL", "THB", "TJS", "TOP", "TRY", "TTD", "TZS", "UAH", "USD", "UYU", "UZS", "VND",
    "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW",
];
