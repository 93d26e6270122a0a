//! Errors as answers: a status and `{"detail": "..."}`.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};

use super::wire::Detail;

/// An answer that is an error, other than a 422.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    detail: Cow<'static, str>,
    retry_after: Option<u32>,
}

impl ApiError {
    /// There is nothing at this path.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    pub(super) fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, detail: detail.into(), retry_after: None }
    }

    /// Nobody knows this ticket, or not any more.
    pub(super) fn unknown_ticket() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Unknown ticket")
    }

    /// The query is no list of names and values, or has a name twice.
    pub(super) fn unreadable_query() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The query cannot be read")
    }

    /// Says after how many seconds to try again.
    pub(super) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Json(Detail { detail: self.detail.into_owned() });
        let mut response = (self.status, body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
