//! Trainers: the profile, what they offer, when they work and on what terms.
//!
//! Hours, exceptions and blocks are rows; [`availability`](crate::availability) computes with them. Every
//! write of one of them, of a policy or of a service bumps the trainer's [`CalendarGuard`], so that no request
//! is decided on what has changed meanwhile.

mod calendar;
mod certification;
mod error;
mod policy;
mod profile;
mod service;

pub use calendar::{BlockSource, CalendarGuard, HoursException, HoursWindow, TimeBlock};
pub use certification::{Certificate, Certification};
pub use error::TrainerError;
pub use policy::{BookingPolicy, CustomRequests};
pub use profile::{Rating, Trainer};
pub use service::{Service, ServiceTerms};

pub(crate) use policy::{BUFFER_MAX_MINUTES, LESSON_MAX_MINUTES, LESSON_MIN_MINUTES};
