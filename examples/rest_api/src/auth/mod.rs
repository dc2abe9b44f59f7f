//! Signing in: passwords by argon2, sessions by tokens that expire. And what needs no signing in: secret
//! addresses of calendar feeds.

mod addresses;
mod digests;
mod passwords;
mod sessions;
mod throttle;
mod token;

pub(crate) use addresses::{Addresses, Side};
pub(crate) use digests::Digests;
pub use passwords::PasswordCost;
pub(crate) use passwords::Passwords;
pub(crate) use sessions::{Session, Sessions};
pub(crate) use throttle::Throttle;
pub(crate) use token::Token;
