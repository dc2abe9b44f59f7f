// What the README links in the repository is a page here, and its picture stands in the page: of two
// definitions of a link the first one counts.
//! [first_booking]: guide::first_booking
//! [architecture]: guide::architecture
//! [operations]: guide::operations
//! [comparison]: guide::comparison
#![doc = include_str!("guide/week.md")]
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod code;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;

pub mod account;
#[cfg(feature = "postgres")]
pub mod adoption;
pub mod audit;
pub mod authority;
pub mod availability;
pub mod booking;
pub mod cancellation;
pub mod command;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod contact;
pub mod dog;
pub mod error;
pub mod geo;
pub mod guide;
#[cfg(feature = "ical")]
pub mod ical;
pub mod ids;
pub mod ledger;
#[cfg(feature = "memory")]
pub mod memory;
pub mod money;
pub mod notification;
pub mod payment;
pub mod payout;
pub mod platform;
pub mod policy;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod provider;
pub mod quote;
pub mod repository;
pub mod review;
pub mod search;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "stripe")]
pub mod stripe;
pub mod text;
pub mod time;
pub mod trainer;
pub mod years;
