//! Packets taken apart. What cannot be read is answered 200 with problems in words: the request was understood.

use axum::{Json, extract::State, http::StatusCode};
use decoding::{Answer, DecodeError};

use super::{
    Shared, body::JsonBody, error::ApiError, key::Authorized, problem::Problems, requests::object_of, wire::Detail,
};

/// Takes packets apart: their frames, their messages, what each octet means.
#[utoipa::path(
    post, path = "/snmp/decode", operation_id = "decodePackets", tag = "decode",
    request_body(
        content = ref("#/components/schemas/DecodeRequest"),
        example = json!({ "input": "302602010104067075626c6963a019020107020100020100300e300c06082b060102010105000500" }),
    ),
    responses(
        (status = 200, description = "The messages, and everything that is wrong with the input", body = Answer),
        (status = 503, description = "Too much is being decoded already, or there is no decoder", body = Detail),
    ),
)]
pub(super) async fn decode(
    _: Authorized,
    State(api): State<Shared>,
    JsonBody(body): JsonBody,
) -> Result<Result<Json<Answer>, ApiError>, Problems> {
    let request = api.checks(&api.plugins.now()).decode(object_of(&body)?)?;
    // It holds secrets as plain text, and its memory, for as long as decoding takes.
    drop(body);
    let decoded = api.decoding.decode(request).await;
    Ok(decoded.map(Json).map_err(|error| {
        let unavailable = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string());
        if error == DecodeError::NoDecoder { unavailable } else { unavailable.retry_after(1) }
    }))
}
