//! What several routes send and take: amounts, periods, places, pages, and the codes of the library.
//!
//! Bodies hold plain values. They become the library's own where a handler reads them, so that a value
//! that breaks a bound is refused in the library's words and with its code.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    contact::{Address, PostalCode},
    error::InvalidValue,
    geo::GeoPoint,
    money::{Money, MoneyError, Price},
    repository::{self, Cursor, PageRequest},
    time::{Instant, Interval},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Reads a text that may be missing.
pub(crate) fn optional<T>(text: Option<&str>) -> Result<Option<T>, InvalidValue>
where
    T: FromStr<Err = InvalidValue>,
{
    text.map(str::parse).transpose()
}

/// An amount of money.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amount {
    /// In whole minor units of the currency: cents of USD, whole JPY.
    #[schema(example = 6500)]
    pub(crate) amount: i64,
    /// The ISO 4217 code.
    #[schema(example = "EUR")]
    pub(crate) currency: String,
}

impl Amount {
    pub(crate) fn money(&self) -> Result<Money, InvalidValue> {
        Ok(Money::new(self.amount, self.currency.parse()?))
    }

    pub(crate) fn price(&self) -> Result<Price, MoneyError> {
        Ok(Price::new(self.amount, self.currency.parse()?)?)
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { amount: money.minor(), currency: money.currency().to_string() }
    }
}

impl From<Price> for Amount {
    fn from(price: Price) -> Self {
        price.money().into()
    }
}

/// A stretch of time; its end is left out.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Period {
    /// Its first instant.
    pub(crate) start: DateTime<Utc>,
    /// The first instant after it.
    pub(crate) end: DateTime<Utc>,
}

impl Period {
    pub(crate) fn interval(&self) -> Result<Interval, InvalidValue> {
        Interval::new(instant(self.start)?, instant(self.end)?)
    }
}

impl From<Interval> for Period {
    fn from(interval: Interval) -> Self {
        Self { start: interval.start().to_utc(), end: interval.end().to_utc() }
    }
}

/// Cuts an instant to microseconds, and refuses one before 1970 or after 2200.
pub(crate) fn instant(at: DateTime<Utc>) -> Result<Instant, InvalidValue> {
    Instant::try_from(at)
}

/// A postal address and where it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// Street and number.
    pub(crate) line: String,
    /// The city.
    pub(crate) city: String,
    /// The state, province or other region.
    pub(crate) state: Option<String>,
    /// The postal code, where the country has them.
    pub(crate) postal_code: Option<String>,
    /// The country's code, two letters of ISO 3166.
    #[schema(example = "DE")]
    pub(crate) country: String,
    /// The exact point.
    pub(crate) point: Point,
}

impl Place {
    pub(crate) fn new(address: &Address, point: GeoPoint) -> Self {
        Self {
            line: address.line().to_string(),
            city: address.city().to_string(),
            state: address.state().map(ToString::to_string),
            postal_code: address.postal_code().map(ToString::to_string),
            country: address.country().to_string(),
            point: point.into(),
        }
    }

    pub(crate) fn address(&self) -> Result<Address, InvalidValue> {
        let state = optional(self.state.as_deref())?;
        let postal_code = optional::<PostalCode>(self.postal_code.as_deref())?;
        let (line, city) = (self.line.parse()?, self.city.parse()?);
        Address::new(line, city, state, postal_code, self.country.parse()?)
    }
}

/// A point on the earth, in degrees; north and east are positive.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Point {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

impl Point {
    pub(crate) fn geo(self) -> Result<GeoPoint, InvalidValue> {
        GeoPoint::from_degrees(self.latitude, self.longitude)
    }
}

impl From<GeoPoint> for Point {
    fn from(point: GeoPoint) -> Self {
        let (latitude, longitude) = point.to_degrees();
        Self { latitude, longitude }
    }
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageAsked {
    /// How many rows at most, 1 to 200; 50 unless said.
    pub(crate) limit: Option<u16>,
    /// What the page before said in `next`.
    pub(crate) after: Option<String>,
}

impl PageAsked {
    pub(crate) fn request(&self) -> Result<PageRequest, InvalidValue> {
        let first = self.limit.map_or_else(|| Ok(PageRequest::default()), PageRequest::first)?;
        Ok(first.after(optional::<Cursor>(self.after.as_deref())?))
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The rows. A page may hold fewer than its limit before the last one.
    pub(crate) items: Vec<T>,
    /// What to ask for as `after`; missing on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    pub(crate) fn of<U>(page: repository::Page<U>) -> Self
    where
        T: From<U>,
    {
        let next = page.next.map(|cursor| cursor.to_string());
        Self { items: page.items.into_iter().map(T::from).collect(), next }
    }
}

/// What a request made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Made {
    /// Its id: the request's `Idempotency-Key`.
    pub(crate) id: Uuid,
}

/// A date in the path.
#[derive(Debug, Deserialize)]
pub(crate) struct Dated {
    pub(crate) date: NaiveDate,
}

/// The codes of the library's enums, as schemas.
pub(crate) mod codes {
    use sitstay::{
        account::UserStatus,
        audit::SubjectKind,
        availability::Reason,
        booking::{Attendance, BookingStatus, CancelKind, ProposalStatus},
        dog::DogSize,
        ical::UnreadReason,
        notification::NotificationKind,
        payment::{PaymentStatus, RefundStatus},
        payout::PayoutState,
        search::Order,
    };
    use utoipa::openapi::{Object, ObjectBuilder, schema::Type};

    use crate::auth::Side;

    macro_rules! schemas {
        ($($name:ident: $codes:ty,)+) => {$(
            pub(crate) fn $name() -> Object {
                one_of(<$codes>::ALL.iter().map(|known| known.code()))
            }
        )+};
    }

    schemas! {
        attendance: Attendance,
        booking_status: BookingStatus,
        calendar_side: Side,
        cancel_kind: CancelKind,
        dog_size: DogSize,
        notification_kind: NotificationKind,
        payment_status: PaymentStatus,
        payout_state: PayoutState,
        proposal_status: ProposalStatus,
        reason: Reason,
        refund_status: RefundStatus,
        search_order: Order,
        subject_kind: SubjectKind,
        unread_reason: UnreadReason,
        user_status: UserStatus,
    }

    fn one_of(codes: impl Iterator<Item = &'static str>) -> Object {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).build()
    }
}
