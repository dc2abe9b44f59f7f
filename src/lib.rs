//! The domain core of a dog-training marketplace.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod availability;
pub mod error;
pub mod ids;
pub mod time;
