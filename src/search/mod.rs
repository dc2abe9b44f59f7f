//! Finding a trainer: what is asked for, in which order, and where the next page begins.
//!
//! - A [`TrainerSearch`] says where, which [`Criteria`] a trainer and one of their services meet,
//!   and in which [`Order`] the answer comes.
//! - [`Ring`]s grow around the place until enough is found, so that a search costs what is near and
//!   not what is stored.
//! - A [`SearchCursor`] carries what the next page needs.
//! - [`Earliest`] merges what is free of many without listing it all.
//!
//! Storage finds [candidates](crate::repository::Candidate); distances, keys and pages are computed
//! here, in integers, and so are the same on every backend.
//! [`Platform::search`](crate::platform::Platform::search) joins the two.

mod criteria;
mod cursor;
mod earliest;
mod error;
mod order;
mod rings;
mod trainer_search;

pub use criteria::{Criteria, PriceRange, SearchWords};
pub use cursor::SearchCursor;
pub use earliest::Earliest;
pub use error::SearchError;
pub use order::{Order, SortKey};
pub use rings::{BAND_HEIGHT, Ring, Strip, band_of};
pub use trainer_search::{MAX_RADIUS_METRES, MAX_SEARCH_DAYS, TrainerSearch};

pub(crate) use trainer_search::{Begun, check_search_range};
