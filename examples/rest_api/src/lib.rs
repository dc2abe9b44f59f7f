#![doc = include_str!("../README.md")]

mod answer;
mod app;
mod auth;
mod clock;
mod config;
mod demo;
mod directory;
mod extract;
mod money;
mod openapi;
mod page;
mod problem;
mod routes;
mod server;
mod store;
mod wire;
mod work;

pub use auth::PasswordCost;
pub use clock::SystemClock;
pub use config::{Config, ConfigError, Database, StripeEndpoint};
pub use server::{Server, StartError};
