//! The service as its clients meet it: started on a port of its own, and asked over HTTP.
//!
//! Whatever it answers is held against its own OpenAPI document (see `client`), and so is every body
//! that it accepts.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod aside;
mod backends;
mod busy_time;
mod calendar_feeds;
mod client;
mod contract;
mod dispatches;
mod document;
mod exports;
mod idempotency;
mod lessons;
mod lists;
mod money;
mod moved_lessons;
mod notifications;
mod page;
#[path = "../../../../tests/support/postgres_server.rs"]
mod postgres_server;
mod problems;
mod service;
mod services;
mod sign_in;
mod stripe;
