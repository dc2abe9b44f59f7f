//! The domain core of a dog-training marketplace.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod availability;
pub mod cancellation;
pub mod contact;
pub mod error;
pub mod geo;
pub mod ids;
pub mod money;
pub mod text;
pub mod time;
pub mod years;
