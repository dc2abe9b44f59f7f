//! Signing in: passwords by argon2, sessions by tokens that expire.

mod passwords;
mod sessions;
mod throttle;

pub(crate) use passwords::Passwords;
pub use passwords::PasswordCost;
pub(crate) use sessions::{Session, Sessions, Token};
pub(crate) use throttle::Throttle;
