use chrono::TimeDelta;
use serde::Serialize;
use uuid::Uuid;

use super::{Criteria, Order, PriceRange, SearchCursor, SearchError, SearchWords, SortKey};
use crate::{
    dog::DogSize,
    error::within,
    geo::GeoPoint,
    time::{Instant, Interval},
    trainer::{LESSON_MAX_MINUTES, LESSON_MIN_MINUTES},
};

/// No place on earth is further from another, in metres.
pub const MAX_RADIUS_METRES: u32 = 20_015_115;

/// The longest range in which a search looks for free time, in days of 24 hours.
pub const MAX_SEARCH_DAYS: u16 = 30;

/// How long a search can be gone on with after its first page.
const CURSOR_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Asks for trainers near a place.
///
/// Without criteria it finds every trainer who is listed there: whose user is active, and who chose
/// a place to be found at. Places and distances are the public ones, rounded to 0.01°.
///
/// # Example: puppy classes up to 60 euros around Berlin's centre, the best first
///
/// ```
/// use sitstay::{
///     dog::DogSize,
///     geo::GeoPoint,
///     money::{Currency, Price},
///     search::{Order, PriceRange, TrainerSearch},
/// };
///
/// let search = TrainerSearch::near(GeoPoint::from_degrees(52.52, 13.405)?, 10_000)?
///     .with_text("puppy class")?
///     .with_price(PriceRange::up_to(Price::new(6_000, Currency::EUR)?))
///     .for_dog(DogSize::Small)
///     .rated_at_least(40_000)?
///     .ordered_by(Order::Rating);
/// assert_eq!(search.criteria().words.as_slice(), ["class", "puppy"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrainerSearch {
    centre: GeoPoint,
    radius_metres: u32,
    criteria: Criteria,
    free_in: Option<Interval>,
    order: Order,
}

impl TrainerSearch {
    /// Asks for trainers within a distance of a point, the nearest first.
    ///
    /// # Errors
    ///
    /// [`SearchError::Invalid`] unless the radius is 1 to [`MAX_RADIUS_METRES`].
    pub fn near(centre: GeoPoint, radius_metres: u32) -> Result<Self, SearchError> {
        within("radius_metres", radius_metres, 1, MAX_RADIUS_METRES.into())?;
        let criteria = Criteria::default();
        Ok(Self { centre, radius_metres, criteria, free_in: None, order: Order::Distance })
    }

    /// Asks for a service whose name and description hold all words of a text.
    ///
    /// # Errors
    ///
    /// As for [`SearchWords::parse`].
    pub fn with_text(mut self, text: &str) -> Result<Self, SearchError> {
        self.criteria.words = SearchWords::parse(text)?;
        Ok(self)
    }

    /// Asks for a service at a price in a range.
    #[must_use]
    pub fn with_price(mut self, range: PriceRange) -> Self {
        self.criteria.price = Some(range);
        self
    }

    /// Asks for a service for dogs of a size.
    #[must_use]
    pub fn for_dog(mut self, size: DogSize) -> Self {
        self.criteria.dog_size = Some(size);
        self
    }

    /// Asks for a mean of the reviews of at least this, in 1/10,000 of a point; who has no review is
    /// not found.
    ///
    /// # Errors
    ///
    /// [`SearchError::Invalid`] unless it is 10,000 to 50,000.
    pub fn rated_at_least(mut self, mean_e4: i64) -> Result<Self, SearchError> {
        within("mean_e4", mean_e4, 10_000, 50_000)?;
        self.criteria.min_mean_e4 = Some(mean_e4);
        Ok(self)
    }

    /// Asks for trainers whom an admin has verified.
    #[must_use]
    pub fn verified(mut self) -> Self {
        self.criteria.is_verified = true;
        self
    }

    /// Asks for a service of at least so many minutes that can be booked, and lies as a whole, in a
    /// range.
    ///
    /// # Errors
    ///
    /// [`SearchError::Invalid`] unless the minutes are 5 to 1,440, [`SearchError::RangeTooLong`]
    /// over [`MAX_SEARCH_DAYS`].
    pub fn with_free_time(mut self, minutes: u16, range: Interval) -> Result<Self, SearchError> {
        within("minutes", minutes, LESSON_MIN_MINUTES, LESSON_MAX_MINUTES)?;
        check_search_range(range)?;
        self.criteria.min_minutes = Some(minutes);
        self.free_in = Some(range);
        Ok(self)
    }

    /// Chooses the order.
    #[must_use]
    pub fn ordered_by(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Returns the point around which is searched.
    #[must_use]
    pub const fn centre(&self) -> GeoPoint {
        self.centre
    }

    /// Returns the distance within which is searched, in metres.
    #[must_use]
    pub const fn radius_metres(&self) -> u32 {
        self.radius_metres
    }

    /// Returns what is asked of a trainer and a service.
    #[must_use]
    pub const fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    /// Returns the range in which a service must be free, if it must be.
    #[must_use]
    pub const fn free_in(&self) -> Option<Interval> {
        self.free_in
    }

    /// Returns the order.
    #[must_use]
    pub const fn order(&self) -> Order {
        self.order
    }

    /// Checks what only holds of the whole.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoCurrency`] for an order by price without a range of prices.
    pub fn check(&self) -> Result<(), SearchError> {
        match self.order {
            Order::Price if self.criteria.price.is_none() => Err(SearchError::NoCurrency),
            _ => Ok(()),
        }
    }

    /// Returns where a search begins, or goes on: for which instant, and behind which key.
    ///
    /// # Errors
    ///
    /// [`SearchError::OtherSearch`] and [`SearchError::CursorExpired`], which is so 24 hours after
    /// the first page.
    pub(crate) fn begin(
        &self,
        cursor: Option<SearchCursor>,
        now: Instant,
    ) -> Result<Begun, SearchError> {
        let digest = self.digest();
        let Some(cursor) = cursor else {
            return Ok(Begun { order: self.order, digest, as_of: now, after: None, seen: 0 });
        };
        if (cursor.order, cursor.digest) != (self.order, digest) {
            return Err(SearchError::OtherSearch);
        }
        if cursor.as_of > now || now.since(cursor.as_of) > CURSOR_LIFETIME {
            return Err(SearchError::CursorExpired);
        }
        let SearchCursor { order, digest, as_of, last, seen } = cursor;
        Ok(Begun { order, digest, as_of, after: Some(last), seen })
    }

    /// Tells this search from others, on every instance of a service alike.
    fn digest(&self) -> u64 {
        // Nothing in it can fail to be written.
        let text = serde_json::to_vec(self).unwrap_or_default();
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, &text);
        digest.as_u64_pair().1
    }
}

/// A search that has begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun {
    order: Order,
    digest: u64,
    pub(crate) as_of: Instant,
    pub(crate) after: Option<SortKey>,
    pub(crate) seen: u32,
}

impl Begun {
    /// Returns the cursor behind a key, when so many more were seen.
    pub(crate) fn behind(&self, last: SortKey, more: usize) -> SearchCursor {
        SearchCursor {
            order: self.order,
            digest: self.digest,
            as_of: self.as_of,
            last,
            seen: self.seen.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)),
        }
    }
}

/// Checks that a range is not too long to look for free time in.
///
/// # Errors
///
/// [`SearchError::RangeTooLong`] over [`MAX_SEARCH_DAYS`].
pub(crate) fn check_search_range(range: Interval) -> Result<(), SearchError> {
    if range.duration() > TimeDelta::days(MAX_SEARCH_DAYS.into()) {
        return Err(SearchError::RangeTooLong { max_days: MAX_SEARCH_DAYS });
    }
    Ok(())
}
