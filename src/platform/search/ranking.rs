//! Which candidates there are, in the order of a search.

use crate::{
    geo::distance_metres,
    money::Price,
    platform::{Error, Platform},
    repository::{Candidate, NearbyQuery},
    search::{Order, Ring, SearchError, SortKey, TrainerSearch},
};

/// How many trainers are put into an order by something else than distance.
const MOST_RANKED: u32 = 10_000;
/// How many trainers' calendars one search looks through for an order by free time, or one page for
/// free time.
pub(super) const MOST_CALENDARS: u32 = 500;
/// How many rings storage is asked about at once; the last ones have many strips.
const RINGS_AT_ONCE: usize = 4;

/// The candidates of a search that are known so far, in order.
pub(super) struct Ranked {
    pub(super) keys: Vec<SortKey>,
    /// Within which distance nothing is missing, in metres.
    pub(super) radius_metres: u32,
}

impl Platform {
    /// Returns the next candidates of a search behind a key: all of them within a distance, or all
    /// there are.
    ///
    /// `known_metres` is the distance within which everything was returned before, and `enough` how
    /// many are wanted within any distance.
    pub(super) async fn rank(
        &self,
        search: &TrainerSearch,
        after: Option<SortKey>,
        known_metres: u32,
        enough: u32,
    ) -> Result<Ranked, Error> {
        let (centre, radius) = (search.centre(), search.radius_metres());
        let most = match search.order() {
            Order::Distance => u32::MAX,
            Order::Rating | Order::Price => MOST_RANKED,
            Order::NextSlot => MOST_CALENDARS,
        };
        let rings = match search.order() {
            Order::Distance => {
                Ring::growing(centre, known_metres, radius).take(RINGS_AT_ONCE).collect()
            }
            _ => vec![Ring::around(centre, radius)],
        };
        let query = NearbyQuery {
            rings,
            enough,
            // Strips also hold what lies in the corners around a circle, less than half as much
            // again but near a pole.
            limit: most.saturating_mul(2),
            criteria: search.criteria().clone(),
        };
        let (ring, candidates) = self.repository().nearby(&query).await?;
        let radius_metres = query.rings.get(ring).map_or(radius, |ring| ring.radius_metres);
        let is_cut = candidates.len() >= query.limit as usize;
        let mut keys: Vec<SortKey> = candidates
            .iter()
            .filter_map(|candidate| {
                let metres = distance_metres(centre, candidate.public_point);
                (metres <= radius_metres).then(|| self.key(search.order(), candidate, metres))
            })
            .collect();
        if is_cut || keys.len() > most as usize {
            return Err(SearchError::TooManyCandidates { limit: most }.into());
        }
        keys.retain(|key| after.is_none_or(|after| *key > after));
        keys.sort_unstable();
        Ok(Ranked { keys, radius_metres })
    }

    /// Returns a candidate's key; for an order by free time only their id counts yet.
    fn key(&self, order: Order, candidate: &Candidate, metres: u32) -> SortKey {
        let value = match order {
            Order::Distance => metres.into(),
            Order::Rating => {
                SortKey::of_score(self.policy().rating_prior.score_e4(candidate.rating))
            }
            Order::Price => candidate.cheapest.map_or(SortKey::NOTHING, Price::minor),
            Order::NextSlot => 0,
        };
        SortKey { value, trainer: candidate.trainer }
    }
}
