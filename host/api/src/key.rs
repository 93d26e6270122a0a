//! Asks for the key.
//!
//! It is an extractor rather than a layer, so that a wrong path or method is answered as such, with or without a key.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

use super::{Shared, error::ApiError};

/// The request had the right key. Handlers that need one take it as their first argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Authorized;

impl FromRequestParts<Shared> for Authorized {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Shared) -> Result<Self, ApiError> {
        let given = parts.headers.get("x-api-key").map(|value| value.as_bytes()).unwrap_or_default();
        if given.is_empty() {
            return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Missing X-API-Key header"));
        }
        let right = api.settings.server.api_key.secret().expose_secret().as_bytes();
        if bool::from(given.ct_eq(right)) {
            Ok(Self)
        } else {
            Err(ApiError::new(StatusCode::FORBIDDEN, "Invalid API key"))
        }
    }
}
