//! Packets taken apart. What cannot be read is answered 200 with problems in words: the request was understood.

use axum::{Json, extract::State, http::StatusCode};
use decoding::{Answer, DecodeError};

use super::{
    Shared, body::JsonBody, error::ApiError, key::Authorized, problem::Problems, requests::object_of, wire::Detail,
};

/// Takes packets apart: their frames, their messages, what each octet means.
#[utoipa::path(
    post, path = "/snmp/decode", tag = "decode",
    request_body = ref("#/components/schemas/DecodeRequest"),
    responses(
        (status = 200, description = "The messages, and everything that is wrong with the input", body = Answer),
        (status = 401, description = "There is no key", body = Detail),
        (status = 403, description = "The key is wrong", body = Detail),
        (status = 413, description = "The body is too large", body = Detail),
        (status = 422, description = "Fields are wrong: one entry for each", body = Problems),
        (status = 503, description = "Too much is being decoded already, or there is no decoder", body = Detail),
    ),
)]
pub(super) async fn decode(
    _: Authorized,
    State(api): State<Shared>,
    JsonBody(body): JsonBody,
) -> Result<Result<Json<Answer>, ApiError>, Problems> {
    let request = api.checks().decode(object_of(&body)?)?;
    // It holds secrets as plain text, and its memory, for as long as decoding takes.
    drop(body);
    let decoded = api.decoding.decode(request).await;
    Ok(decoded.map(Json).map_err(|error| {
        let unavailable = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string());
        if error == DecodeError::NoDecoder { unavailable } else { unavailable.retry_after(1) }
    }))
}
