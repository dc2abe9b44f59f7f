use crate::{code::codes, ids::TrainerId};

codes! {
    /// In which order a search answers; trainers with equal keys come by id.
    pub enum Order as "search_order" {
        /// The nearest first, in whole metres.
        Distance = "distance",
        /// The best score first: the mean of the reviews, weighed against the platform's
        /// [prior](crate::policy::RatingPrior).
        Rating = "rating",
        /// The cheapest matching service first, in minor units of the search's currency.
        Price = "price",
        /// The next free slot first.
        NextSlot = "next_slot",
    }
}

/// A trainer's place in the order of a search: a lower key comes first, then a lower id.
///
/// Keys are whole numbers, so that no rounding parts two backends: metres, 1/10,000 of a point with
/// the sign turned, minor units, or microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SortKey {
    /// What is sorted by.
    pub value: i64,
    /// Which trainer, for equal values.
    pub trainer: TrainerId,
}

impl SortKey {
    /// The key of what comes last of all.
    pub const NOTHING: i64 = i64::MAX;

    /// Turns a score, in 1/10,000 of a point, so that a higher one comes first; none comes last.
    #[must_use]
    pub fn of_score(score_e4: Option<i64>) -> i64 {
        score_e4.map_or(Self::NOTHING, |score| -score)
    }
}
