//! What services show: free slots, trainers' cards and reviews, lessons, a trainer's own calendar.

mod calendar;
mod card;
mod dogs;
#[cfg(feature = "ical")]
mod feed;
mod lesson;
mod lessons;
mod slots;
mod zones;

pub use calendar::OwnCalendar;
pub use card::PublicReview;
pub use dogs::DogDetails;
pub use lesson::{Contact, LessonDetails, LessonParty, Place};
pub use lessons::{LessonSummary, LessonsOf, LessonsQuery};
pub use slots::{LessonSought, SlotQuery, Slots};
pub use zones::MovedLesson;
