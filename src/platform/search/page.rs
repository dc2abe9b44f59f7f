use std::collections::{BTreeSet, HashMap};

use chrono::TimeDelta;
use serde::Serialize;

use super::{
    FoundTrainer,
    offers::Offers,
    ranking::{MOST_CALENDARS, Ranked},
};
use crate::{
    error::{InvalidValue, within},
    ids::TrainerId,
    platform::{Error, Platform, schedule::range_around},
    search::{Begun, MAX_SEARCH_DAYS, Order, SearchCursor, SortKey, TrainerSearch},
    time::{Instant, Interval},
    trainer::LESSON_MAX_MINUTES,
};

/// How many calendars are loaded at once when most of them may be full.
const CALENDARS_AT_ONCE: usize = 50;
/// A week, and a day for the longest lesson that begins in it.
const FIRST_LOOK: TimeDelta = TimeDelta::days(8);
const LONGEST_LESSON: TimeDelta = TimeDelta::minutes(LESSON_MAX_MINUTES);

/// Which page of a search is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchRequest {
    after: Option<SearchCursor>,
    limit: u16,
}

impl SearchRequest {
    /// Asks for the first `limit` trainers, 1 to 100.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside of that.
    pub fn first(limit: u16) -> Result<Self, InvalidValue> {
        within("page_limit", limit, 1, 100)?;
        Ok(Self { after: None, limit })
    }

    /// Asks for as many trainers after a cursor; `None` stays at the beginning.
    #[must_use]
    pub const fn after(self, cursor: Option<SearchCursor>) -> Self {
        Self { after: cursor, limit: self.limit }
    }
}

impl Default for SearchRequest {
    /// The first 20 trainers.
    fn default() -> Self {
        Self { after: None, limit: 20 }
    }
}

/// One page of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchPage {
    /// The trainers, in the order of the search.
    pub trainers: Vec<FoundTrainer>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<SearchCursor>,
    /// The instant for which all pages of the search are answered.
    pub as_of: Instant,
}

impl Platform {
    /// Returns a page of the trainers near a place.
    ///
    /// Everybody may search. What is found, its order and the cursors are the same on every backend.
    /// A trainer whose key did not change in between is neither repeated nor skipped by the pages of
    /// a search. All its pages are answered for the instant of the first, so that what comes next in
    /// time stays in order; a slot may be taken meanwhile, and asking for it is then refused.
    ///
    /// By distance it looks around the place in growing rings. Any other order looks at all that lies
    /// within the radius. A page of a search for free time looks through at most 500 calendars and
    /// may then hold fewer trainers than its limit before the last page, as on a
    /// busy day.
    ///
    /// The calendars of the next week are loaded first, and those of the whole range only of trainers
    /// who are not free in it.
    ///
    /// # Errors
    ///
    /// [`SearchError`](crate::search::SearchError) for a search that contradicts itself, for a cursor
    /// of another search or one that is older than a day, and for more than 10,000 candidates (500 in
    /// an order by the next free slot).
    ///
    /// # Example: the nearest trainers, page by page
    ///
    /// ```
    /// # #[cfg(feature = "memory")] {
    /// use std::sync::Arc;
    ///
    /// use sitstay::{
    ///     geo::GeoPoint,
    ///     memory::MemoryRepository,
    ///     money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    ///     platform::{Platform, SearchRequest},
    ///     policy::PlatformPolicy,
    ///     search::TrainerSearch,
    /// };
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50)?])?;
    /// let policy = PlatformPolicy::new(BasisPoints::new(1_500)?, money);
    /// let platform = Platform::new(Arc::new(MemoryRepository::new()), policy);
    ///
    /// let now = "2027-03-01T09:00:00Z".parse()?;
    /// let search = TrainerSearch::near(GeoPoint::from_degrees(52.52, 13.405)?, 25_000)?;
    /// let mut request = SearchRequest::first(20)?;
    /// loop {
    ///     let page = platform.search(&search, request, now).await?;
    ///     for found in &page.trainers {
    ///         println!("{} {} m", found.first_name, found.distance_metres);
    ///     }
    ///     if page.next.is_none() {
    ///         break;
    ///     }
    ///     request = request.after(page.next);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # }
    /// ```
    pub async fn search(
        &self,
        search: &TrainerSearch,
        request: SearchRequest,
        now: Instant,
    ) -> Result<SearchPage, Error> {
        search.check()?;
        let begun = search.begin(request.after, now)?;
        let hunt = Hunt::new(self, search, begun, request.limit.into());
        match search.order() {
            Order::NextSlot => hunt.by_next_slot().await,
            Order::Distance | Order::Rating | Order::Price => hunt.by_known_keys().await,
        }
    }
}

/// Returns the part of a range that is looked at first: most trainers have a free lesson within a
/// week, and what they do later need not be loaded.
fn first_look(range: Interval, as_of: Instant) -> Interval {
    let end = range.start().max(as_of).saturating_add(FIRST_LOOK);
    Interval::new(range.start(), end.min(range.end())).unwrap_or(range)
}

/// A page while it is put together.
struct Hunt<'h> {
    platform: &'h Platform,
    search: &'h TrainerSearch,
    begun: Begun,
    limit: usize,
    /// In which a lesson is looked for.
    range: Interval,
    found: Vec<(SortKey, FoundTrainer)>,
    /// The keys that were looked at, in order.
    seen: Vec<SortKey>,
}

impl<'h> Hunt<'h> {
    fn new(platform: &'h Platform, search: &'h TrainerSearch, begun: Begun, limit: usize) -> Self {
        let soon = || {
            let end = begun.as_of.saturating_add(TimeDelta::days(MAX_SEARCH_DAYS.into()));
            Interval::new(begun.as_of, end).unwrap_or(Interval::ALL)
        };
        let range = search.free_in().unwrap_or_else(soon);
        Self { platform, search, begun, limit, range, found: Vec::new(), seen: Vec::new() }
    }

    /// Goes through the candidates in order until the page is full.
    async fn by_known_keys(mut self) -> Result<SearchPage, Error> {
        let at_once = match self.search.free_in() {
            Some(_) => CALENDARS_AT_ONCE,
            None => self.limit + 1,
        };
        // Twice as many as are wanted, because a ring has corners that do not count.
        let wanted = u32::try_from(2 * at_once).unwrap_or(u32::MAX);
        let mut known_metres = match self.search.order() {
            Order::Distance => {
                self.begun.after.map_or(0, |key| u32::try_from(key.value).unwrap_or(u32::MAX))
            }
            _ => 0,
        };
        loop {
            let after = self.seen.last().copied().or(self.begun.after);
            let enough = self.begun.seen.saturating_add(wanted);
            let Ranked { keys, radius_metres } =
                self.platform.rank(self.search, after, known_metres, enough).await?;
            for some in keys.chunks(at_once) {
                self.look_at(some).await?;
                if self.found.len() > self.limit || self.seen.len() >= MOST_CALENDARS as usize {
                    return Ok(self.page(true));
                }
            }
            if radius_metres >= self.search.radius_metres() {
                return Ok(self.page(false));
            }
            known_metres = radius_metres;
        }
    }

    /// Looks at every candidate's calendar, and sorts what is found.
    async fn by_next_slot(mut self) -> Result<SearchPage, Error> {
        let Ranked { keys, .. } = self.platform.rank(self.search, None, 0, 0).await?;
        self.look_at(&keys).await?;
        let start = |found: &FoundTrainer| {
            let start = found.next_lesson.as_ref().map(|lesson| lesson.start.as_micros());
            start.unwrap_or(SortKey::NOTHING)
        };
        for (key, found) in &mut self.found {
            key.value = start(found);
        }
        self.found.sort_by_key(|(key, _)| *key);
        self.found.retain(|(key, _)| self.begun.after.is_none_or(|after| *key > after));
        self.seen = self.found.iter().map(|(key, _)| *key).collect();
        Ok(self.page(false))
    }

    async fn look_at(&mut self, keys: &[SortKey]) -> Result<(), Error> {
        let soon = first_look(self.range, self.begun.as_of);
        let mut found = self.results(keys.iter().map(|key| key.trainer).collect(), soon).await?;
        let is_settled = |result: &FoundTrainer| match &result.next_lesson {
            // A longer lesson may begin before this one and end after the first look.
            Some(lesson) => lesson.start < soon.end().saturating_add(-LONGEST_LESSON),
            None => result.cheapest.is_none(),
        };
        if soon != self.range {
            let open = found.values().filter(|result| !is_settled(result));
            let open: BTreeSet<_> = open.map(|result| result.trainer).collect();
            if !open.is_empty() {
                found.extend(self.results(open, self.range).await?);
            }
        }
        let must_be_free = self.search.free_in().is_some();
        for key in keys {
            self.seen.push(*key);
            let result = found.remove(&key.trainer);
            let result = result.filter(|found| !must_be_free || found.next_lesson.is_some());
            self.found.extend(result.map(|found| (*key, found)));
        }
        Ok(())
    }

    /// Returns which of the trainers are what is asked for, with their first lessons in a range.
    async fn results(
        &self,
        trainers: BTreeSet<TrainerId>,
        range: Interval,
    ) -> Result<HashMap<TrainerId, FoundTrainer>, Error> {
        let as_of = self.begun.as_of;
        let around = range_around(range.start().max(as_of), range.end().max(as_of));
        let offerings = self.platform.repository().offerings(&trainers, around).await?;
        let prior = self.platform.policy().rating_prior;
        let mut found = HashMap::new();
        for offering in &offerings {
            let Some(offers) = Offers::of(offering, self.search.criteria(), as_of)? else {
                continue;
            };
            let result = FoundTrainer::of(&offers, self.search.centre(), range, prior)?;
            found.extend(result.map(|result| (result.trainer, result)));
        }
        Ok(found)
    }

    /// Cuts the page; `may_go_on` says whether there may be more than what was found.
    fn page(mut self, may_go_on: bool) -> SearchPage {
        let last = if self.found.len() > self.limit {
            self.found.truncate(self.limit);
            self.found.last().map(|(key, _)| *key)
        } else {
            self.seen.last().copied().filter(|_| may_go_on)
        };
        let next = last.map(|last| {
            let passed = self.seen.iter().filter(|key| **key <= last).count();
            self.begun.behind(last, passed)
        });
        let trainers = self.found.into_iter().map(|(_, found)| found).collect();
        SearchPage { trainers, next, as_of: self.begun.as_of }
    }
}
