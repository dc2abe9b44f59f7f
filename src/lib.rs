//! The domain core of a dog-training marketplace.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod code;

pub mod account;
pub mod audit;
pub mod authority;
pub mod availability;
pub mod booking;
pub mod cancellation;
pub mod command;
pub mod contact;
pub mod dog;
pub mod error;
pub mod geo;
pub mod ids;
#[cfg(feature = "memory")]
pub mod memory;
pub mod money;
pub mod notification;
pub mod payment;
pub mod platform;
pub mod policy;
pub mod repository;
pub mod review;
pub mod text;
pub mod time;
pub mod trainer;
pub mod years;
