//! Asks for the key.
//!
//! It is an extractor rather than a layer, so that a wrong path or method is answered as such, with or without a key.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use job::Client;
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;
use tokio::select;

use super::{
    Shared,
    connections::{ConnectionHandle, client_of},
    error::ApiError,
};

/// The request had the right key. Handlers that need one take it as their first argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Authorized {
    /// Who it is from.
    pub(super) client: Client,
}

impl FromRequestParts<Shared> for Authorized {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Shared) -> Result<Self, ApiError> {
        let given = parts.headers.get("x-api-key").map(|value| value.as_bytes()).unwrap_or_default();
        if given.is_empty() {
            return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Missing X-API-Key header"));
        }
        let right = api.settings.server.api_key.secret().expose_secret().as_bytes();
        let is_right = bool::from(given.ct_eq(right));
        let handle = parts.extensions.get::<Arc<ConnectionHandle>>().map(Arc::as_ref);
        let client = client_of(&parts.extensions);
        let delay = api.wrong_keys.note(client, is_right);
        if !delay.is_zero() {
            wait(delay, handle, api).await;
        }
        if is_right { Ok(Self { client }) } else { Err(ApiError::new(StatusCode::FORBIDDEN, "Invalid API key")) }
    }
}

/// Keeps the answer back. Meanwhile the connection may give way to others: who guesses takes no place from them.
async fn wait(delay: Duration, handle: Option<&ConnectionHandle>, api: &Shared) {
    let was_busy = handle.is_some_and(ConnectionHandle::wait);
    select! {
        () = tokio::time::sleep(delay) => {}
        () = api.stopping.cancelled() => {}
    }
    if let Some(handle) = handle.filter(|_| was_busy) {
        handle.busy();
    }
}
