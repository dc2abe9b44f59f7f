//! When a trainer can be booked, and what a lesson would cost.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    booking::Wish,
    error::{InvalidValue, Problem as Bound},
    ids::{DogId, QuoteId, ServiceId, TrainerId},
    money::MoneyError,
    platform::{LessonSought, Quoted, RequestQuote, SlotQuery, Slots},
    time::Interval,
};
use utoipa::{IntoParams, ToSchema, openapi::schema::Array};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::Created,
    app::App,
    extract::{Ask, Asked, Body, Caller, Named},
    openapi::ActingAs,
    problem::{Reply, codes_of},
    wire::{Amount, Period, codes, instant},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(slots)).routes(routes!(request_quote))
}

/// For which lesson, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SlotsAsked {
    /// For which service; or else `minutes` says how long a custom lesson is.
    service: Option<Uuid>,
    /// How long a custom lesson is.
    minutes: Option<u16>,
    /// For which dog of the owner who is signed in; without one, what is free of the trainer's time.
    dog: Option<Uuid>,
    /// The lesson lies after this.
    from: DateTime<Utc>,
    /// The lesson lies before this; at most 400 days after `from`.
    until: DateTime<Utc>,
}

impl SlotsAsked {
    fn query(&self, trainer: TrainerId) -> Result<SlotQuery, InvalidValue> {
        let lesson = match (self.service, self.minutes) {
            (Some(service), None) => LessonSought::Service(ServiceId::from_uuid(service)),
            (None, Some(minutes)) => LessonSought::Custom { minutes },
            _ => {
                let either = Bound::Malformed("either a service or minutes");
                return Err(InvalidValue::new("lesson", either));
            }
        };
        let dog = self.dog.map(DogId::from_uuid);
        let range = Interval::new(instant(self.from)?, instant(self.until)?)?;
        Ok(SlotQuery { trainer, lesson, dog, range })
    }
}

/// When a trainer can be booked.
#[derive(Debug, Serialize, ToSchema)]
struct SlotsView {
    /// The zone in which the trainer's hours are wall clock.
    time_zone: String,
    minutes: u32,
    /// What the service costs; missing for a custom lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Amount>,
    /// What stands against a booking at any time.
    #[schema(schema_with = obstacles)]
    obstacles: Vec<&'static str>,
    /// The starts that can be booked, unless there are obstacles; in order.
    starts: Vec<DateTime<Utc>>,
}

fn obstacles() -> Array {
    Array::new(codes::reason())
}

impl From<Slots> for SlotsView {
    fn from(slots: Slots) -> Self {
        Self {
            time_zone: slots.time_zone.to_string(),
            minutes: slots.minutes,
            price: slots.price.map(Amount::from),
            obstacles: codes_of(slots.obstacles),
            starts: slots.starts.into_iter().map(DateTime::from).collect(),
        }
    }
}

/// Lists the starts at which a trainer can be booked.
#[utoipa::path(
    get, path = "/trainers/{trainer}/slots", tag = "bookings", security((), ("session" = [])),
    params(SlotsAsked, ActingAs), responses((status = 200, body = SlotsView)),
)]
async fn slots(
    State(app): State<App>,
    caller: Caller,
    Named(trainer): Named<TrainerId>,
    Asked(asked): Asked<SlotsAsked>,
) -> Reply<Json<SlotsView>> {
    let query = asked.query(trainer)?;
    Ok(Json(app.platform.slots(caller.actor(), query, app.now()).await?.into()))
}

/// What an owner asks for: a service, or a lesson of their own length and price.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum WishWritten {
    /// A service, by its id.
    Service(Uuid),
    /// A lesson without a service, where the trainer takes such requests.
    Custom { minutes: u16, price: Amount },
}

impl WishWritten {
    pub(super) fn wish(&self) -> Result<Wish, MoneyError> {
        Ok(match self {
            Self::Service(service) => Wish::Service(ServiceId::from_uuid(*service)),
            Self::Custom { minutes, price } => {
                Wish::Custom { minutes: *minutes, price: price.price()? }
            }
        })
    }
}

/// For which lesson a quote is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewQuote {
    trainer: Uuid,
    dog: Uuid,
    wish: WishWritten,
    start: DateTime<Utc>,
}

/// What a lesson would cost, and on what terms.
#[derive(Debug, Serialize, ToSchema)]
struct QuoteView {
    /// The request's key; `POST /bookings` takes it as `quote`.
    id: Uuid,
    session: Period,
    price: Amount,
    /// The platform's part of the price.
    fee: Amount,
    /// The trainer's part of the price.
    trainer_share: Amount,
    /// Until when the owner of an accepted lesson would get back how much.
    refund_terms: Vec<RefundTerm>,
    /// Until when the quote holds.
    expires_at: DateTime<Utc>,
}

/// A share that would be given back until an instant.
#[derive(Debug, Serialize, ToSchema)]
struct RefundTerm {
    until: DateTime<Utc>,
    /// In hundredths of a per cent.
    refund_basis_points: u16,
}

impl From<Quoted> for QuoteView {
    fn from(quoted: Quoted) -> Self {
        let terms = quoted.refund_terms.into_iter().map(|(until, share)| RefundTerm {
            until: until.to_utc(),
            refund_basis_points: share.get(),
        });
        Self {
            id: quoted.quote.as_uuid(),
            session: quoted.session.into(),
            price: quoted.price.into(),
            fee: quoted.fee.into(),
            trainer_share: quoted.trainer_share.into(),
            refund_terms: terms.collect(),
            expires_at: quoted.expires_at.to_utc(),
        }
    }
}

/// Tells an owner what a lesson would cost; it holds for a while and for one booking.
#[utoipa::path(
    post, path = "/quotes", tag = "bookings",
    request_body = NewQuote, responses((status = 201, body = QuoteView)),
)]
async fn request_quote(ask: Ask, Body(body): Body<NewQuote>) -> Reply<Created<QuoteView>> {
    let command = RequestQuote {
        quote: QuoteId::from_uuid(ask.key.0),
        trainer: TrainerId::from_uuid(body.trainer),
        dog: DogId::from_uuid(body.dog),
        wish: body.wish.wish()?,
        start: instant(body.start)?,
    };
    Ok(Created::new(ask.as_owner(command).await?.into()))
}
