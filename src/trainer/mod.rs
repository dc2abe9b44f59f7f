//! Trainers: the profile, what they offer, when they work and on what terms.

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
