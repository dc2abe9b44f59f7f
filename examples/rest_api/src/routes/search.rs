//! Trainers near a place, and the first lessons to be had with them.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    dog::DogSize,
    error::{InvalidValue, Problem as Bound},
    geo::GeoPoint,
    money::{Currency, Price},
    platform::{
        FoundTrainer, FreeLesson, FreeLessonsQuery, SearchPage, SearchRequest, ServiceOffer, Whom,
    },
    search::{Order, PriceRange, SearchError, TrainerSearch},
    time::Interval,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::trainers::RatingView;
use crate::{
    app::App,
    extract::Asked,
    problem::Reply,
    wire::{Amount, Page, Point, codes, instant, optional},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search)).routes(routes!(free_lessons))
}

/// Where a trainer is looked for, and what is asked of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TrainersSought {
    /// Around which point, in degrees; north is positive.
    latitude: f64,
    /// East is positive.
    longitude: f64,
    /// Within which distance of it; 50,000 unless said.
    radius_metres: Option<u32>,
    /// Words that are in the name or the description of one service.
    text: Option<String>,
    /// Only those whom an admin has verified.
    #[serde(default)]
    #[param(required = false)]
    verified: bool,
    /// The mean of their reviews is at least this, in 1/10,000 of a point.
    min_mean_e4: Option<i64>,
    /// A service for dogs of this size.
    #[param(schema_with = codes::dog_size, required = false)]
    dog_size: Option<DogSize>,
    /// A service in this currency.
    #[param(example = "EUR")]
    currency: Option<String>,
    /// It costs at most this, in minor units of the currency.
    max_price: Option<i64>,
}

impl TrainersSought {
    fn search(&self) -> Reply<TrainerSearch> {
        let centre = GeoPoint::from_degrees(self.latitude, self.longitude)?;
        let radius = self.radius_metres.unwrap_or(50_000);
        let mut search = TrainerSearch::near(centre, radius)?;
        if let Some(text) = &self.text {
            search = search.with_text(text)?;
        }
        if self.verified {
            search = search.verified();
        }
        if let Some(mean) = self.min_mean_e4 {
            search = search.rated_at_least(mean)?;
        }
        if let Some(size) = self.dog_size {
            search = search.for_dog(size);
        }
        let currency = optional::<Currency>(self.currency.as_deref())?;
        match (currency, self.max_price) {
            (Some(currency), Some(price)) => {
                search = search.with_price(PriceRange::up_to(Price::new(price, currency)?));
            }
            (Some(currency), None) => search = search.with_price(PriceRange::any(currency)),
            (None, Some(_)) => return Err(SearchError::NoCurrency.into()),
            (None, None) => {}
        }
        Ok(search)
    }
}

/// In which order, when they are free, and which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchAsked {
    /// By distance, unless said.
    #[param(schema_with = codes::search_order, required = false)]
    order: Option<Order>,
    /// Only those who have a free lesson of so many minutes between `from` and `until`.
    minutes: Option<u16>,
    from: Option<DateTime<Utc>>,
    /// At most 30 days after `from`.
    until: Option<DateTime<Utc>>,
    /// How many at most, 1 to 200; 50 unless said.
    limit: Option<u16>,
    /// What the page before said in `next`.
    after: Option<String>,
}

impl SearchAsked {
    fn applied_to(&self, search: TrainerSearch) -> Reply<TrainerSearch> {
        let search = search.ordered_by(self.order.unwrap_or(Order::Distance));
        match (self.minutes, self.from, self.until) {
            (Some(minutes), Some(from), Some(until)) => {
                let range = Interval::new(instant(from)?, instant(until)?)?;
                Ok(search.with_free_time(minutes, range)?)
            }
            (None, None, None) => Ok(search),
            _ => {
                let together = Bound::Malformed("said together: minutes, from and until");
                Err(InvalidValue::new("free_time", together).into())
            }
        }
    }

    fn request(&self) -> Result<SearchRequest, InvalidValue> {
        let first =
            self.limit.map_or_else(|| Ok(SearchRequest::default()), SearchRequest::first)?;
        Ok(first.after(optional(self.after.as_deref())?))
    }
}

/// A trainer as a search shows them.
#[derive(Debug, Serialize, ToSchema)]
struct FoundView {
    id: Uuid,
    first_name: String,
    last_name: String,
    city: String,
    /// Rounded to 0.01°.
    point: Point,
    distance_metres: u32,
    is_verified: bool,
    years_of_experience: u8,
    rating: RatingView,
    time_zone: String,
    /// The cheapest service that is what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    cheapest: Option<OfferView>,
    /// The first free lesson of what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_lesson: Option<FreeView>,
}

/// A service that can be booked.
#[derive(Debug, Serialize, ToSchema)]
struct OfferView {
    service: Uuid,
    name: String,
    minutes: u16,
    price: Amount,
}

/// A lesson that can be booked.
#[derive(Debug, Serialize, ToSchema)]
struct FreeView {
    trainer: Uuid,
    start: DateTime<Utc>,
    time_zone: String,
    service: OfferView,
}

impl From<FoundTrainer> for FoundView {
    fn from(found: FoundTrainer) -> Self {
        Self {
            id: found.trainer.as_uuid(),
            first_name: found.first_name.into(),
            last_name: found.last_name.into(),
            city: found.city.into(),
            point: found.public_point.into(),
            distance_metres: found.distance_metres,
            is_verified: found.is_verified,
            years_of_experience: found.years_of_experience.get(),
            rating: found.rating.into(),
            time_zone: found.time_zone.to_string(),
            cheapest: found.cheapest.map(OfferView::from),
            next_lesson: found.next_lesson.map(FreeView::from),
        }
    }
}

impl From<ServiceOffer> for OfferView {
    fn from(offer: ServiceOffer) -> Self {
        Self {
            service: offer.service.as_uuid(),
            name: offer.name.into(),
            minutes: offer.minutes,
            price: offer.price.into(),
        }
    }
}

impl From<FreeLesson> for FreeView {
    fn from(lesson: FreeLesson) -> Self {
        Self {
            trainer: lesson.trainer.as_uuid(),
            start: lesson.start.to_utc(),
            time_zone: lesson.time_zone.to_string(),
            service: lesson.service.into(),
        }
    }
}

/// Finds trainers near a place, in the order that is asked for.
///
/// Who has said at none of their places that search may find them there is not found.
#[utoipa::path(
    get, path = "/trainers/search", tag = "trainers", security(()),
    params(TrainersSought, SearchAsked), responses((status = 200, body = Page<FoundView>)),
)]
async fn search(
    State(app): State<App>,
    Asked(sought): Asked<TrainersSought>,
    Asked(asked): Asked<SearchAsked>,
) -> Reply<Json<Page<FoundView>>> {
    let search = asked.applied_to(sought.search()?)?;
    let SearchPage { trainers, next, .. } =
        app.platform.search(&search, asked.request()?, app.now()).await?;
    let items = trainers.into_iter().map(FoundView::from).collect();
    Ok(Json(Page { items, next: next.map(|cursor| cursor.to_string()) }))
}

/// Which free lessons.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FreeAsked {
    /// How long a lesson is at least.
    minutes: u16,
    from: DateTime<Utc>,
    /// At most 30 days after `from`.
    until: DateTime<Utc>,
    /// How many at most, 1 to 1,000; 20 unless said.
    limit: Option<u16>,
}

/// Lists the first free lessons of all trainers near a place, by their starts.
#[utoipa::path(
    get, path = "/free-lessons", tag = "trainers", security(()),
    params(TrainersSought, FreeAsked), responses((status = 200, body = Vec<FreeView>)),
)]
async fn free_lessons(
    State(app): State<App>,
    Asked(sought): Asked<TrainersSought>,
    Asked(asked): Asked<FreeAsked>,
) -> Reply<Json<Vec<FreeView>>> {
    let query = FreeLessonsQuery {
        whom: Whom::Found(sought.search()?),
        minutes: asked.minutes,
        range: Interval::new(instant(asked.from)?, instant(asked.until)?)?,
        limit: asked.limit.unwrap_or(20),
    };
    let lessons = app.platform.free_lessons(&query, app.now()).await?;
    Ok(Json(lessons.into_iter().map(FreeView::from).collect()))
}
