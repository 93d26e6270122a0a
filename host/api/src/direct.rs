//! Operations that are answered at once. They answer 200 also when SNMP failed, as the reference does.

use std::collections::BTreeMap;

use axum::{Json, extract::State, response::Response};
use job::{DirectError, ReadValue, seconds};
use serde_json::{Map, Value};

use super::{
    Shared,
    answers::answer_walk,
    body::JsonBody,
    form::Form,
    key::Authorized,
    refused::{Refused, check_direct},
    requests::{GetForm, WalkForm, ignored, misspelt, object_of},
    wire::{Detail, GetBody, WalkBody},
};

/// Reads the value of one object.
#[utoipa::path(
    post, path = "/snmp/get", operation_id = "getValue", tag = "direct",
    request_body(
        content = ref("#/components/schemas/GetRequest"),
        example = json!({ "target": "192.0.2.1", "community": "public", "oid": "1.3.6.1.2.1.1.5.0" }),
    ),
    responses(
        (status = 200, description = "The value, or why there is none", body = GetBody),
        (status = 403, description = "The key is wrong, or the target is denied", body = Detail),
    ),
)]
pub(super) async fn get(
    Authorized { client }: Authorized,
    State(api): State<Shared>,
    JsonBody(body): JsonBody,
) -> Result<Json<GetBody>, Refused> {
    let object = object_of(&body)?;
    let spec = api.checks(&api.plugins.now()).get(object)?;
    check_direct(&api, &spec.device).await?;
    let mut warnings = misspelt_fields::<GetForm>(object, "a GET");
    // It holds secrets as plain text, and its memory, for as long as the device takes.
    drop(body);
    let answer = api.direct.get(client, spec).await;
    let timing = BTreeMap::from([("get", seconds(answer.elapsed))]);
    let (value, error) = match answer.result {
        Ok(value) => (Some(value), None),
        Err(DirectError::TargetRefused(refused)) => return Err(refused.into()),
        Err(error) => (None, Some(error)),
    };
    let detail = error.as_ref().and_then(DirectError::detail).or(answer.hint);
    let error = error.map(|error| error.to_string());
    let address = answer.address.map(|addr| addr.to_string());
    let (data, kind, text) = match value {
        Some(ReadValue { value, kind, text }) => (Some(value), Some(kind), text),
        None => (None, None, None),
    };
    warnings.extend(answer.warnings);
    let success = error.is_none();
    Ok(Json(GetBody { success, data, kind, text, error, detail, warnings, address, timing }))
}

/// Reads everything below an OID.
#[utoipa::path(
    post, path = "/snmp/walk", operation_id = "walkSubtree", tag = "direct",
    request_body(
        content = ref("#/components/schemas/WalkRequest"),
        example = json!({ "target": "192.0.2.1", "community": "public", "oid": "1.3.6.1.2.1.2.2.1.2" }),
    ),
    responses(
        (status = 200, description = "What was read, and why it broke off if it did", body = WalkBody),
        (status = 403, description = "The key is wrong, or the target is denied", body = Detail),
    ),
)]
pub(super) async fn walk(
    Authorized { client }: Authorized,
    State(api): State<Shared>,
    JsonBody(body): JsonBody,
) -> Result<Response, Refused> {
    let object = object_of(&body)?;
    let spec = api.checks(&api.plugins.now()).walk(object)?;
    check_direct(&api, &spec.device).await?;
    let warnings = misspelt_fields::<WalkForm>(object, "a walk");
    // It holds secrets as plain text, and its memory, for as long as the device takes.
    drop(body);
    answer_walk(&api.direct, spec, client, api.settings.limits.answers.walk_bytes, warnings).await
}

/// Which fields of a request are not looked at and may be misspelt.
fn misspelt_fields<F: Form>(object: &Map<String, Value>, request: &str) -> Vec<String> {
    let names = F::names();
    misspelt(&ignored(object, &names), &names, request)
}
