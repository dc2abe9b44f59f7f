//! What a handler answers with, beside a view as JSON.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{extract::Key, wire::Made};

/// Something was carried out, and there is nothing to tell (204).
#[derive(Debug)]
pub(crate) struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// Something was made (201); `Location` says where it is, if it can be read.
#[derive(Debug)]
pub(crate) struct Created<T> {
    body: T,
    location: Option<String>,
}

impl<T> Created<T> {
    pub(crate) const fn new(body: T) -> Self {
        Self { body, location: None }
    }

    pub(crate) fn at(self, path: &str, id: Uuid) -> Self {
        Self { location: Some(format!("/api/{path}/{id}")), ..self }
    }
}

impl Created<Made> {
    /// Something that is known by the request's key.
    pub(crate) const fn under(key: Key) -> Self {
        Self::new(Made { id: key.0 })
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, Json(self.body)).into_response();
        let location = self.location.and_then(|path| HeaderValue::from_str(&path).ok());
        if let Some(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}
