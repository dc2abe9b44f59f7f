//! Signing in: passwords by argon2, sessions by tokens that expire.

mod passwords;
mod sessions;
mod throttle;

pub use passwords::PasswordCost;
pub(crate) use passwords::Passwords;
pub(crate) use sessions::{Session, Sessions, Token};
pub(crate) use throttle::Throttle;
