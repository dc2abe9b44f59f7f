//! Trainers: their profile, when they work, what they offer.

mod blocks;
mod busy_time;
mod certifications;
mod desk;
mod hours;
mod profile;
mod services;

pub use blocks::{BlockTime, UnblockTime};
pub use busy_time::ImportBusyTime;
pub use certifications::{AddCertification, RemoveCertification, UpdateCertification};
pub use desk::{CalendarWritten, OutsideLesson};
pub use hours::{RemoveException, SetException, SetHours};
pub use profile::{ChangeZone, SetPolicy, UpdateTrainer};
pub use services::{AddService, UpdateService};

pub(super) use desk::{Timetable, look_back};
