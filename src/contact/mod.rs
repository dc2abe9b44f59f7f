//! How people are reached and where they live: e-mail, phone, names, addresses, and the password hash.
//!
//! What identifies a person stays out of `Debug`, so that it cannot slip into logs with whatever
//! struct holds it.
//!
//! # Example: parsed where it comes in
//!
//! ```
//! use sitstay::contact::{Email, Phone};
//!
//! let email: Email = "ann@example.com".parse()?;
//! assert_eq!(format!("{email:?}"), "Email(..)");
//! let refused = Phone::parse("ask my sister").unwrap_err();
//! assert_eq!(refused.what(), "phone");
//! # Ok::<(), sitstay::error::InvalidValue>(())
//! ```

mod address;
mod country;
mod email;
mod password_hash;
mod person_name;
mod phone;
mod postal_code;

pub use address::{Address, AddressLine, City, Region};
pub use country::CountryCode;
pub use email::{Email, EmailKey};
pub use password_hash::PasswordHash;
pub use person_name::PersonName;
pub use phone::Phone;
pub use postal_code::PostalCode;
