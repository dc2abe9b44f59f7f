//! Bounded text: names, reasons, longer texts, links, and the text that search looks through.
//!
//! Lengths count Unicode characters (scalar values), as the databases do.
//!
//! # Example: bounds are kept where text comes in
//!
//! ```
//! use sitstay::text::{HttpsUrl, Name};
//!
//! assert!("Rex".parse::<Name>().is_ok());
//! assert_eq!("".parse::<Name>().unwrap_err().code(), "value.empty");
//! assert_eq!("x".repeat(1_000).parse::<Name>().unwrap_err().code(), "value.too_long");
//! assert!("http://example.com/rex.jpg".parse::<HttpsUrl>().is_err());
//! ```

mod bounded;
mod https_url;
mod newtype;
mod search;

pub use bounded::{Name, Reason, Text, Token};
pub use https_url::HttpsUrl;
pub use search::search_text;

pub(crate) use bounded::single_line;
pub(crate) use https_url::is_host;
pub(crate) use newtype::text_type;
