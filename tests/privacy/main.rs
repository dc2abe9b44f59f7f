//! What is left of a person after their erasure, and what they can take along before it.
//!
//! Two owners, two trainers and two admins write something unmistakable into every field that the
//! schema has for them, through the platform's commands; then one of them is erased. What they wrote
//! is looked for where a backend keeps things: in every column of both SQL backends, in the bytes of
//! SQLite's files, and in all that the library tells. What the others wrote must still be there.
//!
//! A column of text that nobody's marks reach has to be on a list that says why, so that a new one
//! cannot be forgotten.
#![cfg(all(feature = "memory", feature = "sqlite", feature = "postgres", feature = "testing"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod columns;
mod crowd;
mod export;
mod marks;
mod memory;
mod postgres;
#[path = "../support/postgres_server.rs"]
mod postgres_server;
mod sqlite;
mod story;
mod telling;
