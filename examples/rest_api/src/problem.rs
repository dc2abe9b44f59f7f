//! What went wrong, as a client is told: `application/problem+json` (RFC 9457), made from the library's
//! error codes.

use axum::{
    Json,
    extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sitstay::{
    availability::{Nearest, Reason, Reasons},
    booking::{BookingError, OccurrenceRefusal},
    error::{ErrorKind, InvalidValue},
    ical::CalendarFileError,
    money::MoneyError,
    platform::Error,
    provider::ProviderError,
    repository::RepositoryError,
    search::SearchError,
    stripe::WebhookError,
};
use utoipa::ToSchema;

use crate::wire::codes;

/// A problem; boxed, because most answers are none.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

/// What every handler returns.
pub(crate) type Reply<T> = Result<T, Problem>;

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    /// After how many seconds the same request may succeed.
    retry_after: Option<u64>,
    body: ProblemDetails,
}

/// Why a request was turned down (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemDetails {
    /// Names the problem; relative to the service, with the code after the `#`.
    #[serde(rename = "type")]
    #[schema(example = "/problems#booking.refused")]
    uri: String,
    /// The HTTP status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened, for people. It holds nothing personal.
    detail: String,
    /// What happened, for programs. Codes are stable.
    #[schema(example = "booking.refused")]
    code: String,
    /// Which value breaks its bounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Why a start cannot be booked, every reason in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(schema_with = reasons_schema, required = false)]
    reasons: Vec<&'static str>,
    /// The nearest starts that can be booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<NearestStarts>,
    /// Which lessons of a series cannot be booked, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    lessons: Vec<RefusedLesson>,
}

fn reasons_schema() -> utoipa::openapi::schema::Array {
    utoipa::openapi::schema::Array::new(codes::reason())
}

/// The starts around one that cannot be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NearestStarts {
    /// The last one before.
    before: Option<DateTime<Utc>>,
    /// The first one after.
    after: Option<DateTime<Utc>>,
}

/// A lesson of a series that cannot be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedLesson {
    /// Its place in the series, from 0.
    index: u16,
    /// Its date in the trainer's zone.
    local_date: NaiveDate,
    /// Why, every reason in order.
    #[schema(schema_with = reasons_schema)]
    reasons: Vec<&'static str>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        let body = ProblemDetails {
            uri: format!("/problems#{code}"),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.to_owned(),
            value: None,
            reasons: Vec::new(),
            nearest: None,
            lessons: Vec::new(),
        };
        Self(Box::new(Parts { status, retry_after: None, body }))
    }

    /// Nobody is signed in, or not any more.
    pub(crate) fn unauthenticated(code: &str, detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    /// The request itself is not put together as it must be.
    pub(crate) fn malformed(code: &str, detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// Something failed that no caller can help; what, is told to the log.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the service failed")
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    fn with(mut self, add: impl FnOnce(&mut ProblemDetails)) -> Self {
        add(&mut self.0.body);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { status, retry_after, body } = *self.0;
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = status_of(error.kind());
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = &error as &dyn std::error::Error, "a call failed");
        }
        let problem = Self::new(status, error.code(), error.to_string());
        let problem = if error.is_retryable() { problem.retry_after(1) } else { problem };
        match error {
            Error::Booking(BookingError::Refused(refusal)) => problem.with(|body| {
                body.reasons = codes_of(refusal.reasons);
                body.nearest = refusal.nearest.map(NearestStarts::from);
            }),
            Error::Booking(BookingError::SeriesRefused(lessons)) => problem.with(|body| {
                body.lessons = lessons.iter().map(RefusedLesson::from).collect();
            }),
            Error::Invalid(invalid) => {
                problem.with(|body| body.value = Some(invalid.what().to_owned()))
            }
            _ => problem,
        }
    }
}

impl From<RepositoryError> for Problem {
    fn from(error: RepositoryError) -> Self {
        Error::from(error).into()
    }
}

impl From<InvalidValue> for Problem {
    fn from(error: InvalidValue) -> Self {
        Error::from(error).into()
    }
}

impl From<MoneyError> for Problem {
    fn from(error: MoneyError) -> Self {
        Error::from(error).into()
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        Error::from(error).into()
    }
}

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        let status = status_of(error.kind());
        let problem = Self::new(status, error.code(), error.to_string());
        if status == StatusCode::SERVICE_UNAVAILABLE { problem.retry_after(5) } else { problem }
    }
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        Self::new(status_of(error.kind()), error.code(), error.to_string())
    }
}

impl From<CalendarFileError> for Problem {
    fn from(error: CalendarFileError) -> Self {
        Self::new(status_of(error.kind()), error.code(), error.to_string())
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        Self::new(rejection.status(), "request.body", rejection.body_text())
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), "request.body", rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), "request.path", rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), "request.query", rejection.body_text())
    }
}

impl From<Nearest> for NearestStarts {
    fn from(nearest: Nearest) -> Self {
        let Nearest { before, after } = nearest;
        Self { before: before.map(Into::into), after: after.map(Into::into) }
    }
}

impl From<&OccurrenceRefusal> for RefusedLesson {
    fn from(refusal: &OccurrenceRefusal) -> Self {
        let OccurrenceRefusal { index, local_date, reasons, .. } = refusal;
        Self { index: *index, local_date: *local_date, reasons: codes_of(*reasons) }
    }
}

fn status_of(kind: ErrorKind) -> StatusCode {
    StatusCode::from_u16(kind.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

pub(crate) fn codes_of(reasons: Reasons) -> Vec<&'static str> {
    reasons.iter().map(Reason::code).collect()
}
