//! What owners find: trainers near a place, and free lessons of many trainers.

mod found;
mod free_lessons;
mod offers;
mod page;
mod ranking;

pub use found::{FoundTrainer, ServiceOffer};
pub use free_lessons::{FreeLesson, FreeLessonsQuery, Whom};
pub use page::{SearchPage, SearchRequest};
