//! Money in whole minor units, and how prices are split, shared and rounded.
//!
//! Nothing here is a float. Every amount carries its [`Currency`]; arithmetic is checked and never
//! mixes currencies. Products are taken in 128 bits and rounded half up, once.
//!
//! # Example: the fee of a lesson
//!
//! ```
//! use sitstay::money::{BasisPoints, Currency, Money, Price, split_fee};
//!
//! let price = Price::try_from(Money::parse("49.99", Currency::USD)?)?;
//! let split = split_fee(price, BasisPoints::new(1_500)?);
//! assert_eq!(split.fee.to_string(), "7.50 USD");
//! assert_eq!(split.trainer_share.to_string(), "42.49 USD");
//! # Ok::<(), sitstay::money::MoneyError>(())
//! ```

mod amount;
mod basis_points;
mod currency;
mod error;
mod iso_4217;
mod policy;
mod price;
mod rounding;
mod split;

pub use amount::Money;
pub use basis_points::BasisPoints;
pub use currency::Currency;
pub use error::MoneyError;
pub use policy::{ChargeRule, MoneyPolicy};
pub use price::Price;
pub use split::{FeeSplit, cumulative_share, split_fee};
